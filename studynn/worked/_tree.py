"""Binary trees written with brackets, `((a b) c)`, and the vectors of their leaves, `a=1,0 b=0,1`."""

import re
from collections.abc import Iterator

from studynn.core.answers import Unreadable, read_array
from studynn.core.errors import InputError
from studynn.core.inputs import LARGEST
from studynn.core.text import Text
from studynn.core.values import shape

MOST_LEAVES = 16
LONGEST = 4
Tree = str | tuple["Tree", "Tree"]
Vector = tuple[float, ...]

_ONE_TREE = Text(
    "must be one tree such as ((a b) c), with its brackets in pairs", "应为一棵树，如 ((a b) c)，括号须成对"
)
_VECTORS = Text("must be a vector for each leaf, such as a=1,0 b=0,1", "应为每个叶子给一个向量，如 a=1,0 b=0,1")


def read_tree(words: str) -> Tree:
    """A binary tree of 2 to 16 leaves as nested pairs; raises InputError."""
    if re.search(r"[^\w\s(),]", words):
        raise InputError("tree", words, _ONE_TREE)
    open_: list[list[Tree]] = [[]]
    for token in re.findall(r"[()]|\w+", words):
        if token == "(":
            open_.append([])
        elif token != ")":
            open_[-1].append(token)
        elif len(open_) == 1:
            raise InputError("tree", words, _ONE_TREE)
        else:
            parts = open_.pop()
            if len(parts) != 2:
                allowed = f"every pair of brackets must hold two parts, one holds {len(parts)}"
                raise InputError("tree", words, Text(allowed, f"每对括号里应有两部分，其中一对有 {len(parts)} 部分"))
            open_[-1].append((parts[0], parts[1]))
    if len(open_) != 1 or len(open_[0]) != 1 or isinstance(open_[0][0], str):
        raise InputError("tree", words, _ONE_TREE)
    count = len(re.findall(r"\w+", words))
    if count > MOST_LEAVES:
        allowed = f"must have at most {MOST_LEAVES} leaves, it has {count}"
        raise InputError("tree", words, Text(allowed, f"至多 {MOST_LEAVES} 个叶子，现有 {count} 个"))
    return open_[0][0]


def read_leaves(words: str, tree: Tree) -> dict[str, Vector]:
    """The vectors of all leaves of the tree, equally long, of at most 4 numbers; raises InputError."""
    found: dict[str, Vector] = {}
    for part in re.split(r"[\s;,]+(?=\w+\s*=)", words):
        name, equals, numbers = (piece.strip() for piece in part.partition("="))
        try:
            vector = read_array(numbers) if equals and re.fullmatch(r"\w+", name) else ()
        except Unreadable:
            vector = ()
        if len(shape(vector)) != 1 or not 0 < len(vector) <= LONGEST or max(map(abs, vector)) > LARGEST:
            raise InputError("leaf", words, _VECTORS)
        found[name] = tuple(map(float, vector))
    lengths = sorted({len(vector) for vector in found.values()})
    if len(lengths) > 1:
        shown = ", ".join(map(str, lengths))
        raise InputError(
            "leaf", words, Text(f"must be equally long, these have {shown}", f"各向量应一样长，这里有 {shown} 个数的")
        )
    for name in leaves(tree):
        if name not in found:
            raise InputError("leaf", words, Text(f"lacks a vector for {name}", f"缺少 {name} 的向量"))
    return found


def leaves(tree: Tree) -> Iterator[str]:
    """The names of the leaves from left to right."""
    if isinstance(tree, str):
        yield tree
    else:
        yield from leaves(tree[0])
        yield from leaves(tree[1])


def tree_text(tree: Tree) -> str:
    """A tree as it is typed."""
    return tree if isinstance(tree, str) else f"({tree_text(tree[0])} {tree_text(tree[1])})"


def depth(tree: Tree) -> int:
    """The number of compositions between the deepest leaf and the root."""
    return 0 if isinstance(tree, str) else 1 + max(depth(tree[0]), depth(tree[1]))


def other_tree(tree: Tree) -> Tree:
    """Another tree over the same leaves: branching to the left, or to the right if it does that already."""
    first, *rest = leaves(tree)
    left: Tree = first
    for name in rest:
        left = (left, name)
    if left != tree:
        return left
    *before, last = first, *rest
    right: Tree = last
    for name in reversed(before):
        right = (name, right)
    return right

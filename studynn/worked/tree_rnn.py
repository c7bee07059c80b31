"""`studynn compute tree-rnn`: one composition function up a tree, and another bracketing of the same leaves."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.near import near
from studynn.core.picture import Node, Picture
from studynn.core.picture import Tree as Diagram
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array
from studynn.worked._layers import affine, array_text
from studynn.worked._recurrent import require_shape
from studynn.worked._training import low
from studynn.worked._tree import LONGEST, Tree, depth, leaves, other_tree, read_leaves, read_tree, tree_text

SATURATED = 2.5
Parameters = tuple[Array, Array]
LENGTH_HELP = Text(
    "leaves of the sentence whose two depths are asked for, if not those of the tree",
    "求两种深度时句子的叶子数（缺省为树的叶子数）",
)


@example(
    title=Text("Recursive network on a tree", "递归（树形）神经网络"),
    topic="rnn",
    results=("node{i}", "root", "other-bracketing", "depth-chain", "depth-tree"),
    notes=(
        Text(
            "The same W and b stand at every node. A recurrent network is the special case of a tree that branches to one side.",
            "每个节点共用同一组 W、b。循环网络是树只向一侧分叉的特例。",
        ),
    ),
)
def tree_rnn(
    tree: Annotated[str, Input("tree", Text("the tree in brackets", "用括号写出的树"))] = "((a b) c)",
    leaf: Annotated[str, Input("leaf", Text("the vector of each leaf", "各叶子的向量"))] = "a=1,0 b=0,1 c=1,-1",
    w: Annotated[
        Matrix,
        Input(
            "W", Text("weights on left and right child l, r: d×2d", "左右子节点 l、r 的权重：d×2d"), longest=2 * LONGEST
        ),
    ] = ((0.5, 0.0, 0.5, 0.0), (0.0, 1.0, 0.0, -0.5)),
    b: Annotated[Vector, Input("b", Text("bias", "偏置"), longest=LONGEST)] = (0.0, 0.5),
    length: Annotated[int | None, Input("n", LENGTH_HELP, at_least=2, at_most=1_000_000)] = None,
) -> Steps:
    """p = tanh(W[l; r] + b) for the children l and r, from the leaves of d numbers up to the root; W d×2d.

    Source: Pollack 1990; Socher et al. 2011; Goodfellow et al. 2016, section 10.6; document 000, recursive network.
    """
    parsed = read_tree(tree)
    known: dict[Tree, Value] = {name: np.array(vector) for name, vector in read_leaves(leaf, parsed).items()}
    parameters = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    d = len(next(iter(known.values())))
    why = Text(f"to fit leaves of length {d}", f"（叶子长度为 {d}）")
    require_shape(tree_rnn, "w", parameters[0], (d, 2 * d), why)
    require_shape(tree_rnn, "b", parameters[1], (d,), why)
    yield from _climbed(parsed, known, parameters, ("node{}", "root", "p"), Text("Root", "根"))
    count = sum(1 for _ in leaves(parsed))
    if count > 2:
        names = ("other{}", "other-bracketing", "q")
        yield from _climbed(other_tree(parsed), known, parameters, names, Text("Other root", "另一棵树的根"))
    yield from _depths(count if length is None else length)
    return _notes(parsed)


def _climbed(
    tree: Tree, known: dict[Tree, Value], parameters: Parameters, names: tuple[str, str, str], root: Text
) -> Generator[Step, Any, None]:
    """The nodes of a tree not met so far, from the leaves to the root; `known` keeps the vector of each subtree."""
    inner, last, letter = names
    new = [node for node in _nodes(tree) if node not in known]
    for number, node in enumerate(new, 1):
        words = tree_text(node)
        if node == tree:
            name, title, sign = last, Text(f"{root.en}: {words}", f"{root.zh}：{words}"), letter
        else:
            name, title, sign = inner.format(number), Text(f"Node {words}", f"节点 {words}"), f"{letter}{low(number)}"
        known[node] = yield _composed(name, title, sign, known[node[0]], known[node[1]], parameters)


def _nodes(tree: Tree) -> list[tuple[Tree, Tree]]:
    if isinstance(tree, str):
        return []
    return list(dict.fromkeys([*_nodes(tree[0]), *_nodes(tree[1]), tree]))


def _composed(name: str, title: Text, sign: str, left: Array, right: Array, parameters: Parameters) -> Step:
    w, b = parameters
    children, swapped = np.concatenate([left, right]), np.concatenate([right, left])
    sum_ = affine(w, children, b)
    slips = []
    if (affine(w, swapped, b) != sum_).any():
        hint = Text("The left child comes first: W treats the two differently.", "左子节点在前：W 对两者的作用不同。")
        slips.append(Slip("children-swapped", hint, np.tanh(affine(w, swapped, b))))
    if sum_.any():
        hint = Text("After the sum every node still takes tanh.", "求和之后，每个节点还要取 tanh。")
        slips.append(Slip("no-tanh", hint, sum_))
    hint = Text("Children are stacked and multiplied by W, not added.", "两个子节点拼接后乘 W，不是直接相加。")
    slips.append(Slip("children-added", hint, np.tanh(left + right)))
    return Step(
        name,
        title,
        f"{sign} = tanh(W[l; r] + b)",
        f"tanh({array_text(w)}·{value_text(children)} + {value_text(b)})",
        np.tanh(sum_),
        tuple(slips),
    )


def _depths(n: int) -> Generator[Step, Any, None]:
    hint = Text("The first leaf too is taken in by one application, on h₀.", "第一个叶子也要与 h₀ 作用一次。")
    yield Step(
        "depth-chain",
        Text("Depth as a chain, from h₀", "链的深度（从 h₀ 起）"),
        "n",
        str(n),
        n,
        (Slip("chain-minus-one", hint, n - 1),),
    )
    levels = (n - 1).bit_length()
    slips = []
    if n & (n - 1):
        hint = Text("A level that is not full counts too: round up.", "没有排满的一层也算一层：向上取整。")
        slips.append(Slip("rounded-down", hint, levels - 1))
    if n - 1 != levels:
        hint = Text("Levels are asked for; n − 1 is the number of inner nodes.", "问的是层数；n − 1 是内部节点数。")
        slips.append(Slip("nodes-counted", hint, n - 1))
    yield Step(
        "depth-tree",
        Text("Depth as a balanced tree", "平衡树的深度"),
        "⌈log₂ n⌉",
        f"⌈ln({n})/ln(2)⌉",
        levels,
        tuple(slips),
    )


def _notes(tree: Tree) -> list[Text]:
    nested = depth(tree)
    notes = [
        Text(
            f"Depth counts applications one inside the other; this very tree has {nested}.",
            f"深度指嵌套作用的次数；这棵树本身为 {nested}。",
        )
    ]
    if len(list(leaves(tree))) > 2:
        notes.append(
            Text(
                "Another bracketing of the same leaves gives another root: an ambiguous sentence has several vectors.",
                "同样的叶子换一种括号，根向量就不同：有歧义的句子对应多个向量。",
            )
        )
    return notes


@tree_rnn.check(
    "read the brackets with a stack, W split into a left and a right half; count the levels by pairing up",
    "用栈逐个读括号，W 拆成左右两半；两两合并数层数",
)
def by_stack(tree: str, leaf: str, w: Value, b: Value, length: int | None) -> dict[str, Value]:
    """At each closing bracket the two vectors on top of the stack become one."""
    weights, bias = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    parsed = read_tree(tree)
    vectors = read_leaves(leaf, parsed)

    def root(words: str) -> Array:
        stack: list[Array] = []
        for token in words.replace("(", " ").replace(")", " ) ").split():
            if token == ")":
                right, left = stack.pop(), stack.pop()
                d = len(bias)
                stack.append(np.tanh(weights[:, :d] @ left + weights[:, d:] @ right + bias))
            else:
                stack.append(np.array(vectors[token]))
        return stack.pop()

    names = list(leaves(parsed))
    n = len(names) if length is None else length
    left, levels = n, 0
    while left > 1:
        left, levels = (left + 1) // 2, levels + 1
    found = {"root": root(tree_text(parsed)), "depth-chain": n, "depth-tree": levels}
    return found | ({"other-bracketing": root(tree_text(other_tree(parsed)))} if len(names) > 2 else {})


@tree_rnn.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Both trees with the vector at each node."""
    parsed = read_tree(worked.inputs["tree"])
    known: dict[Tree, Value] = dict(read_leaves(worked.inputs["leaf"], parsed).items())
    signs: dict[Tree, str] = {name: name for name in leaves(parsed)}

    def drawn(tree: Tree) -> Node:
        below = () if isinstance(tree, str) else (drawn(tree[0]), drawn(tree[1]))
        return Node(f"{signs[tree]} = {value_text(known[tree])}", below)

    found: list[Picture] = []
    others = [(other_tree(parsed), "other{}", "other-bracketing")] if worked.has("other-bracketing") else []
    for tree, inner, last in [(parsed, "node{}", "root"), *others]:
        for number, node in enumerate([node for node in _nodes(tree) if node not in known], 1):
            step = worked.step(last if node == tree else inner.format(number))
            known[node], signs[node] = step.value, step.formula.partition(" ")[0]
        words = tree_text(tree)
        found.append(Diagram(Text(f"Vectors at the nodes of {words}", f"{words} 各节点的向量"), drawn(tree)))
    return found


@tree_rnn.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: three leaves of one number; 2: three leaves of two; 3: four leaves, balanced or branching to the left."""
    d = 1 if level == 1 else 2
    trees = ("((a b) c)", "(a (b c))") if level < 3 else ("((a b) (c d))", "(((a b) c) d)")
    names = "abc" if level < 3 else "abcd"
    numbers = {name: [pick(rng, (-2, -1, 0, 1, 2)) for _ in range(d)] for name in names}
    w = tuple(tuple(pick(rng, (-1.0, -0.5, 0.0, 0.5, 1.0)) for _ in range(2 * d)) for _ in range(d))
    b = tuple(pick(rng, (-0.5, 0.0, 0.5, 1.0)) for _ in range(d))
    levels = rng.randint(2, 7)
    inputs: Inputs = {
        "tree": pick(rng, trees),
        "leaf": " ".join(f"{name}={','.join(map(str, vector))}" for name, vector in numbers.items()),
        "w": w,
        "b": b,
        "length": rng.randint(2 ** (levels - 1) + 1, 2**levels - 1),
    }
    if any(row[:d] == row[d:] for row in w) or len({tuple(vector) for vector in numbers.values()}) < len(names):
        return None
    truth = work(tree_rnn, defaults(tree_rnn) | inputs)
    roots = truth.step("root").value, truth.step("other-bracketing").value
    saturated = max(np.abs(step.value).max() for step in truth.steps[:-2]) > np.tanh(SATURATED)
    return None if saturated or near(*roots) else inputs

"""The recursive network on a tree: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.text import value_text
from studynn.core.values import components, plain
from studynn.worked import load
from studynn.worked._tree import depth, leaves, other_tree, read_tree, tree_text

TREE = load("tree-rnn")


def run(**texts):
    return work(TREE, read_inputs(TREE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    truth = work(TREE, defaults(TREE))
    known = {
        "node1": [0.462117, 0],
        "root": [0.623713, 0.761594],
        "other-bracketing": list(run(tree="(a (b c))").step("root").value),
        "depth-chain": [3],
        "depth-tree": [2],
    }
    assert list(truth.results) == list(known)
    assert all(close(truth.results[step], value) for step, value in known.items())


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("node1", "children-swapped", [0.4621, 0.9051]),
        ("node1", "no-tanh", [0.5, 0]),
        ("node1", "children-added", [0.7616, 0.7616]),
        ("depth-chain", "chain-minus-one", [2]),
        ("depth-tree", "rounded-down", [1]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_eight_leaves_are_three_levels_deep_in_a_balanced_tree_and_eight_in_a_chain():
    truth = run(length="8")
    assert truth.step("depth-chain").value == 8
    assert truth.step("depth-tree").value == 3
    assert slips(truth, "depth-tree") == {"nodes-counted": 7}


def test_another_bracketing_of_the_same_leaves_has_another_root():
    ours, other = run(tree="((a b) c)"), run(tree="(a (b c))")
    assert close(ours.step("other-bracketing").value, list(other.step("root").value), digits=12)
    assert close(other.step("other-bracketing").value, list(ours.step("root").value), digits=12)
    assert not np.allclose(ours.step("root").value, other.step("root").value)


def test_a_balanced_tree_stands_against_one_that_branches_to_the_left_and_shares_its_nodes():
    truth = run(tree="((a b) (c a))")
    names = [step.name for step in truth.steps]
    assert names == ["node1", "node2", "root", "other1", "other-bracketing", "depth-chain", "depth-tree"]
    assert truth.step("other-bracketing").title.en == "Other root: (((a b) c) a)"
    assert "this very tree has 2" in truth.notes[1].en


def test_two_leaves_have_only_one_tree():
    assert [step.name for step in run(tree="(a b)").steps] == ["root", "depth-chain", "depth-tree"]


def test_leaves_of_one_number_and_words_as_names_are_read_with_full_width_signs():
    truth = run(tree="（（大 狗） 叫）", leaf="大＝1 狗=1/2； 叫=-1", w="1,2", b="0")
    assert truth.step("node1").shown == "tanh([[1, 2]]·[1, 0.5] + [0])"
    assert close(truth.step("node1").value, [np.tanh(2)])


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert "children-swapped" not in slips(run(w="1,0,1,0;0,1,0,1"), "node1")
    assert "no-tanh" not in slips(run(w="0,0,0,0;0,0,0,0", b="0,0"), "node1")
    assert "nodes-counted" not in slips(run(), "depth-tree")


def test_swapped_children_are_carried_to_the_root_and_to_the_other_root():
    for name in ("root", "other-bracketing"):
        assert "children-swapped" in {slip.tag for slip, _ in wrong_values(run(), name)}


def test_the_root_goes_on_from_the_learners_own_node():
    marked = follow_through(TREE, defaults(TREE), {"node1": (1.0, 1.0)})
    assert close(marked.step("root").value, [np.tanh(1), np.tanh(2)])
    assert plain(marked.step("other1").value) == plain(run().step("other1").value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"tree": "((a b) c"}, "must be one tree such as ((a b) c), with its brackets in pairs"),
        ({"tree": "(a b))"}, "must be one tree such as ((a b) c), with its brackets in pairs"),
        ({"tree": "a"}, "must be one tree such as ((a b) c), with its brackets in pairs"),
        ({"tree": "(a b) c"}, "must be one tree such as ((a b) c), with its brackets in pairs"),
        ({"tree": "((a+b) c)"}, "must be one tree such as ((a b) c), with its brackets in pairs"),
        ({"tree": "(a b c)"}, "every pair of brackets must hold two parts, one holds 3"),
        ({"tree": "((a) b)"}, "every pair of brackets must hold two parts, one holds 1"),
        ({"tree": "(" * 16 + "a" + " a)" * 16}, "must have at most 16 leaves, it has 17"),
        ({"tree": "((a b) d)"}, "lacks a vector for d"),
        ({"leaf": "a=1,0 b=0 c=1,1"}, "must be equally long, these have 1, 2"),
        ({"leaf": "a=1,0 b c=1,1"}, "must be a vector for each leaf, such as a=1,0 b=0,1"),
        ({"leaf": "a=1,2,3,4,5"}, "must be a vector for each leaf, such as a=1,0 b=0,1"),
        ({"leaf": "a=2e6,1"}, "must be a vector for each leaf, such as a=1,0 b=0,1"),
        ({"w": "1,2;3,4"}, "W must be 2×4 to fit leaves of length 2, it is 2×2"),
        ({"b": "1"}, "b must have 2 numbers to fit leaves of length 2, it has 1"),
        ({"length": "1"}, "must be a whole number from 2 to 1000000"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en.endswith(": " + message)
    assert refusal.value.message.zh
    assert refusal.value.exit_code == 2


def test_brackets_nested_beyond_any_tree_are_refused_without_exhausting_the_interpreter():
    with pytest.raises(StudyError):
        run(tree="(" * 999)


TREES = st.recursive(st.sampled_from("abc"), lambda part: st.tuples(part, part), max_leaves=16)


@given(TREES.filter(lambda tree: isinstance(tree, tuple)))
def test_a_tree_reads_back_from_its_text_and_its_other_tree_has_the_same_leaves(tree):
    assert read_tree(tree_text(tree)) == tree
    names = list(leaves(tree))
    assert list(leaves(other_tree(tree))) == names
    assert (other_tree(tree) == tree) is (len(names) == 2)
    assert depth(tree) <= depth(other_tree(tree)) == len(names) - 1


def test_the_trees_have_the_vectors_of_their_nodes_and_the_leaves_in_the_same_order():
    truth = run()
    first, second = TREE.picture(truth)

    def leaves(node):
        return [node.label] if not node.below else [leaf for child in node.below for leaf in leaves(child)]

    assert leaves(first.root) == leaves(second.root) == ["a = [1, 0]", "b = [0, 1]", "c = [1, −1]"]
    assert first.root.label == f"p = {value_text(truth.step('root').value)}"
    assert first.root.below[0].label == f"p₁ = {value_text(truth.step('node1').value)}"
    assert second.root.label == f"q = {value_text(truth.step('other-bracketing').value)}"


def test_two_leaves_make_one_tree():
    assert len(TREE.picture(run(tree="(a b)"))) == 1

"""The shapes of a deep belief network: what is counted, which mistakes are named, and what is refused."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

DBN = load("dbn-shapes")


def run(**texts):
    return work(DBN, read_inputs(DBN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "links0": 96,
        "params0": 116,
        "links1": 32,
        "params1": 44,
        "total": 160,
        "bm-links": 190,
        "states": 1_048_576,
        "undirected": (1,),
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("links0", {"links-inside-layers": 190}),
        ("params0", {"visible-bias-forgotten": 104, "no-biases": 96}),
        ("total", {"shared-biases-once": 152}),
        ("bm-links", {"links-squared": 400, "pairs-twice": 380}),
        ("states", {"states-squared": 400}),
        ("undirected", {"all-undirected": (0, 1)}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_cases_worked_elsewhere_come_out_the_same():
    found = run(sizes="784,500,250").results
    assert (found["params0"], found["total"]) == (393_284, 519_034)
    assert run(sizes="784,500").step("total").value == 393_284
    assert run(sizes="13,7").step("states").value == 1_048_576
    small = run(sizes="4,3").results
    assert (small["bm-links"], small["links0"]) == (21, 12)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ("12,8,4", "RBM 1 expects 8 inputs, gets 12"),
        ("784,500,250", "RBM 1 expects 500 inputs, gets 784"),
        ("784,784,500", "It runs, and the output has 784 numbers"),
        ("784,500", "It runs, and the output has 784 numbers"),
    ],
)
def test_passing_the_reconstruction_up_stops_where_the_sizes_differ(sizes, words):
    assert any(words in note.en for note in run(sizes=sizes, pass_up="reconstruction").notes)
    assert not any(words in note.en for note in run(sizes=sizes).notes)


def test_very_many_states_are_only_noted():
    truth = run(sizes="784,500")
    assert not truth.has("states")
    assert any("2^1284 joint states" in note.en for note in truth.notes)


def test_a_single_rbm_has_no_stack_to_count():
    truth = run(sizes="4,3")
    assert not truth.has("undirected")
    assert "shared-biases-once" not in truth.slips()


def test_two_units_have_no_pair_within_a_layer():
    assert not slips(run(sizes="1,1"), "links0")


def test_links_within_layers_are_named_in_the_total_too():
    assert [slip.tag for slip in diagnose(run(), "total", 160 + 94 + 34)] == ["links-inside-layers"]


def test_the_total_goes_on_from_the_learners_own_count():
    assert follow_through(DBN, defaults(DBN), {"params0": 100}).step("total").value == 144


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"sizes": "12"}, "--sizes 12: must list at least 2 layers, there is 1"),
        ({"sizes": "12,0"}, "--sizes 12,0: .* whole numbers from 1 to 100000"),
        ({"sizes": ",".join("1" * 11)}, "at most 10 a side"),
        ({"pass_up": "both"}, "--pass-up both: must be one of hidden, reconstruction"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError, match=message):
        run(**texts)


@given(st.integers(1, 12), st.integers(1, 12))
def test_links_are_the_pairs_of_units_with_one_of_each_layer(m, n):
    units = [("visible", i) for i in range(m)] + [("hidden", j) for j in range(n)]
    truth = work(DBN, {"sizes": (m, n), "pass_up": "hidden"})
    assert truth.step("bm-links").value == len(list(combinations(units, 2)))
    assert truth.step("links0").value == sum(a[0] != b[0] for a, b in combinations(units, 2))


def test_only_the_top_pair_of_the_picture_is_undirected():
    (stack,) = DBN.picture(run(sizes="12,8,4,2"))
    links = [layer.link.en for layer in stack.layers if layer.link]
    assert links == ["↕ undirected: RBM 2, 8 links", "↓ directed: RBM 1, 32 links", "↓ directed: RBM 0, 96 links"]
    assert [layer.label.en for layer in stack.layers][-1] == "visible: 12" and len(stack.layers[-1].units) == 12

"""The Hopfield network: weights, energy and updates, which mistakes are named, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

HOPFIELD = load("hopfield")


def run(**texts):
    return work(HOPFIELD, read_inputs(HOPFIELD, texts))


def value(truth, name):
    return np.asarray(truth.step(name).value).tolist()


def slips(truth, name):
    return {slip.tag: np.asarray(slip.value).tolist() for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    truth = run()
    assert value(truth, "w") == [[0, 0, 0, 2], [0, 0, -2, 0], [0, -2, 0, 0], [2, 0, 0, 0]]
    assert [value(truth, f"h{t}") for t in (1, 2, 3, 4)] == [2, -2, 2, 2]
    assert (value(truth, "energy-start"), value(truth, "energy-end")) == (4, -4)
    assert value(truth, "state4") == [1, -1, 1, 1]
    assert "pattern 1." in truth.notes[1].en


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("state1", {"sign-reversed": [-1, 1, 1, 1]}),
        ("state2", {"sign-reversed": [1, 1, 1, 1], "zero-for-minus-one": [1, 0, 1, 1]}),
        ("energy-start", {"half-forgotten": 8, "sign-lost": -4}),
        ("energy-end", {"half-forgotten": -8, "sign-lost": 4}),
        ("h4", {"synchronous": -2}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_mistakes_with_the_weights():
    truth = run(patterns="1,-1,1", start="1,1,1", scaled=True)
    assert slips(truth, "w")["not-divided"] == [[0, -1, 1], [-1, 0, -1], [1, -1, 0]]
    assert slips(truth, "w")["diagonal-kept"][0][0] == pytest.approx(1 / 3)
    assert "first-pattern-only" not in slips(truth, "w")
    assert slips(run(), "w")["first-pattern-only"][0] == [0, -1, 1, 1]


def test_where_nothing_comes_in_a_unit_stays():
    truth = run(patterns="1,1,1;1,-1,1", start="1,-1,1")
    assert value(truth, "h2") == 0 and value(truth, "state2") == [1, -1, 1]
    assert slips(truth, "state2")["tie-changed"] == [1, 1, 1]


def test_a_stored_pattern_is_recalled_in_any_order():
    truth = run(patterns="1,-1,1,-1,1", start="-1,-1,1,-1,1", order="3,1,5,4,2")
    assert value(truth, "state2") == [1, -1, 1, -1, 1] == value(truth, "state5")
    assert not truth.has("state6")


signs = st.sampled_from([-1.0, 1.0])


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.tuples(*[signs] * n), min_size=2, max_size=4)))
def test_it_comes_to_rest_in_a_state_of_no_higher_energy(rows):
    truth = work(HOPFIELD, defaults(HOPFIELD) | {"patterns": tuple(rows[1:]), "start": rows[0]})
    w, state = truth.step("w").value, truth.steps[-2].value
    assert np.all((w @ state) * state >= 0)
    assert truth.step("energy-end").value <= truth.step("energy-start").value


def test_the_state_follows_from_the_learners_own_input():
    assert value(follow_through(HOPFIELD, run().inputs, {"h1": -3.0}), "state1") == [-1, 1, 1, 1]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"patterns": "1,0,1,1"}, "--patterns 1,0,1,1: must be made of −1 and 1"),
        ({"start": "1,0.5,1,1"}, "--start 1,0.5,1,1: must be made of −1 and 1"),
        ({"start": "1"}, "--start 1: must have at least 2 units"),
        ({"patterns": "1,1"}, "--patterns 1,1: must have rows of 4 to fit --start of 4 units, it is 1×2"),
        ({"order": "1,2,2,4"}, "--order 1,2,2,4: must name each of the units 1 to 4 once"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_the_framed_unit_of_each_row_is_the_one_updated_and_only_it_may_change():
    (cells,) = HOPFIELD.picture(run(order="4,3,2,1"))
    assert cells.marked == ((3, 3), (4, 2), (5, 1), (6, 0))
    for (row, unit), before in zip(cells.marked, cells.rows[2:], strict=False):
        assert all(a == b for i, (a, b) in enumerate(zip(before, cells.rows[row], strict=True)) if i != unit)
    assert cells.rows[2] == ("−", "+", "+", "+") and cells.labels == ("p₁", "p₂", "s₀", "s₁", "s₂", "s₃", "s₄")

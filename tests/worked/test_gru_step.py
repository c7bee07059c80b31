"""One step of a GRU: what it computes under each convention, which mistakes it names, and what it refuses."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.text import number_text
from studynn.core.values import components, plain
from studynn.worked import load

GRU = load("gru-step")
TWO_UNITS = {
    "x": "1,-1",
    "h": "0.5,-0.5",
    **{f"u{gate}": "1,0;0.5,-1" for gate in "zrn"},
    **{f"w{gate}": "1,2;-1,0.5" for gate in "zrn"},
    **{f"b{gate}": bias for gate, bias in zip("zrn", ("1,1", "0,-1", "0.5,0"), strict=True)},
}


def run(**texts):
    return work(GRU, read_inputs(GRU, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    truth = work(GRU, defaults(GRU))
    known = {"z": 0.731059, "r": 0.5, "candidate": 0.462117, "h-new": -0.241247}
    assert list(truth.results) == list(known)
    assert all(close(truth.results[step], [value]) for step, value in known.items())


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("z", "state-ignored", 0.8176),
        ("z", "tanh-gate", 0.7616),
        ("r", "tanh-reset", 0),
        ("r", "state-ignored", 0.6225),
        ("candidate", "reset-forgotten", 0),
        ("candidate", "reset-on-input", -0.4621),
        ("candidate", "sigmoid-candidate", 0.6225),
        ("h-new", "other-z-convention", 0.2034),
        ("h-new", "plain-sum", -0.03788),
        ("h-new", "candidate-is-state", 0.4621),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], [expected], digits=4)


def test_a_case_with_weights_worked_elsewhere_comes_out_the_same():
    weights = {"uz": "0.5", "wz": "0.3", "ur": "-0.4", "wr": "0.6", "un": "0.8", "wn": "0.9"}
    results = run(x="1", h="0.5", **weights).results
    known = {"z": 0.65701, "r": 0.475021, "candidate": 0.767312, "h-new": 0.591685}
    assert all(close(results[step], [value]) for step, value in known.items())


@pytest.mark.parametrize(("convention", "expected"), [("cho", 0.591685), ("pytorch", 0.591685), ("chung", 0.675627)])
def test_given_gates_are_mixed_by_the_convention_and_the_other_result_stands_in_the_notes(convention, expected):
    truth = run(h="0.5", gates="0.65701,0.767312", convention=convention)
    assert [step.name for step in truth.steps] == ["h-new"]
    assert close(truth.step("h-new").value, [expected])
    assert ("0.5917" if convention == "chung" else "0.6756") in truth.notes[0].en
    assert "not used" in truth.notes[-1].en


def test_two_units_under_each_convention_agree_with_the_engine():
    for convention in ("cho", "chung", "pytorch"):
        truth = run(**TWO_UNITS, convention=convention)
        found = GRU.checked_by.compute(**truth.inputs)
        assert found.keys() == truth.results.keys()
        assert all(close(found[step], list(value), digits=12) for step, value in truth.results.items())


def test_on_two_units_the_reset_on_the_other_side_is_the_other_convention():
    papers, pytorch = run(**TWO_UNITS), run(**TWO_UNITS, convention="pytorch")
    for ours, other in ((papers, pytorch), (pytorch, papers)):
        wrong = slips(ours, "candidate")["reset-on-the-other-side"]
        assert close(wrong, list(other.step("candidate").value), digits=12)
    assert "reset-on-the-other-side" not in slips(run(convention="pytorch"), "candidate"), "one unit: no difference"


def test_the_bias_within_the_reset_is_scaled_by_r():
    truth = run(convention="pytorch", bhn="1")
    assert truth.step("candidate").shown == "tanh([1]·[1] + [0.5]⊙([2]·[−0.5] + [1]) + [0])"
    assert close(truth.step("candidate").value, [0.761594])


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert "state-ignored" not in slips(run(h="0"), "z")
    assert slips(run(h="0"), "candidate").keys() == {"sigmoid-candidate"}
    assert "bias-forgotten" not in slips(run(), "z")
    assert close(slips(run(bz="1"), "z")["bias-forgotten"], [0.731059])
    assert close(slips(run(bn="1"), "candidate")["bias-forgotten"], [0.462117])


def test_a_state_ignored_in_both_gates_is_carried_to_the_new_state():
    carried = {slip.tag: value for slip, value in wrong_values(run(), "h-new")}
    assert close(carried["state-ignored"], list(run(wz="0", wr="0").step("h-new").value))


def test_the_state_goes_on_from_the_learners_own_candidate():
    marked = follow_through(GRU, defaults(GRU) | {"gates": None}, {"z": (0.5,), "candidate": (1.0,)})
    assert plain(marked.step("h-new").value) == [0.25]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"uz": "1,2;3,4"}, "--uz 1,2;3,4: U_z must be 1×1 to fit --x of length 1 and --h of length 1, it is 2×2"),
        ({"wn": "1;2"}, "--wn 1;2: W_n must be 1×1 to fit --x of length 1 and --h of length 1, it is 2×1"),
        ({"br": "1,2"}, "--br 1,2: b_r must have 1 number to fit --x of length 1 and --h of length 1, it has 2"),
        ({"bhn": "1"}, "--bhn 1: needs --convention pytorch"),
        ({"bhn": "1,2", "convention": "pytorch"}, "--bhn 1,2: b_hn must have 1 number as --h has, it has 2"),
        ({"gates": "0.5"}, "--gates 0.5: must be two numbers z,h̃, these are 1"),
        ({"gates": "1.5,0"}, "--gates 1.5,0: z is a gate: it must lie between 0 and 1"),
        ({"gates": "1,-2"}, "--gates 1,-2: h̃ is a candidate: it must lie between −1 and 1"),
        ({"gates": "1,1", "h": "1,2"}, "--gates 1,1: is for one unit, and --h has 2"),
        ({"convention": "keras"}, "--convention keras: must be one of cho, chung, pytorch"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


def test_more_than_four_units_are_refused():
    with pytest.raises(StudyError, match="at most 4 a side"):
        run(h="1,2,3,4,5")


def test_notes_tell_where_libraries_reset_and_which_letters_the_paper_has():
    notes = " ".join(note.en for note in run().notes)
    for words in ("[0.2034]", "r⊙(W h₋₁ + b_hn)", "Cho et al. write Wx + Uh"):
        assert words in notes


@pytest.mark.parametrize(("convention", "place"), [("cho", 1 + 3), ("chung", 1 + 24)])
def test_z_is_the_share_of_the_way_from_the_candidate_or_to_it(convention, place):
    (cells,) = GRU.picture(run(h="0", gates="0.875,0.8", convention=convention))
    (above,), (line,), (below,) = cells.rows
    assert abs(line.index("●") - place) <= 1 and len(line) == 30
    assert above.strip() == ("0.1" if convention == "cho" else "0.7")
    assert below.split() == ["0", "z", "=", "0.875", "0.8"]


@pytest.mark.parametrize("convention", ["cho", "chung", "pytorch"])
def test_a_second_step_goes_on_from_the_state_of_the_first(convention):
    whole, first = run(x2="-1", convention=convention), run(convention=convention)
    second = run(x="-1", h=str(first.step("h-new").value[0]), convention=convention)
    assert [step.name for step in whole.steps[:4]] == [f"{step.name}1" for step in first.steps]
    assert list(whole.results) == list(first.results)
    assert all(close(value, list(components(second.step(step).value))) for step, value in whole.results.items())


def test_a_second_input_of_another_length_is_refused():
    with pytest.raises(StudyError, match="x₂ must have 1 number as --x has, it has 2"):
        run(x2="1,2")


def test_level_three_draws_every_convention_and_two_steps():
    found = [draw(GRU, Random(f"{seed}/3"), 3).inputs for seed in range(80)]
    assert {inputs["convention"] for inputs in found} == {"cho", "chung", "pytorch"}
    assert any(inputs["x2"] is not None for inputs in found)


def test_the_slider_of_two_steps_starts_from_the_state_between_them():
    truth = run(x2="-1")
    (cells,) = GRU.picture(truth)
    assert number_text(float(truth.step("h-new1").value[0])) in " ".join(row[0] for row in cells.rows)

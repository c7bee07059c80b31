"""The simple recurrent network: what it computes, which mistakes it names, and what it refuses."""

import math

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.values import components, plain
from studynn.worked import load

RNN = load("rnn-step")


def run(**texts):
    return work(RNN, read_inputs(RNN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, abs=0.5 * 10**-digits, rel=0.5 * 10 ** (1 - digits))


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "a1": [0.5, -0.5],
        "h1": [0.462117, -0.462117],
        "a2": [-0.268941, 2.19318],
        "h2": [-0.26264, 0.975414],
        "o": [-1.23805, 1.81951],
        "p": [0.0448921, 0.955108],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(work(RNN, defaults(RNN)).results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("a1", "bias-forgotten", [0.5, -1]),
        ("h1", "no-activation", [0.5, -0.5]),
        ("h1", "sigmoid-for-tanh", [0.6225, 0.3775]),
        ("a2", "no-recurrence", [-0.5, 1.5]),
        ("a2", "transposed-w", [-0.7311, 1.731]),
        ("a2", "output-fed-back", [-0.03788, 2.771]),
        ("o", "output-from-a", [-2.462, 4.252]),
        ("p", "o-is-prediction", [-1.238, 1.82]),
        ("p", "sigmoid-for-softmax", [0.2248, 0.8605]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(work(RNN, defaults(RNN)), step)[tag], expected, digits=4)


@pytest.mark.parametrize(
    ("texts", "expected", "digits"),
    [
        (
            {"x": "1;0;1", "u": "0.5", "w": "0.8", "b": "0", "h0": "0", "states_only": True},
            {"h1": [0.4621], "h2": [0.3537], "h3": [0.6544]},
            4,
        ),
        (
            {"x": "1,2", "u": "0.5,-0.2;0.1,0.3", "w": "0.4,0;0.2,0.1", "b": "0,0", "h0": "0.5,-0.5"},
            {"h1": [0.2913, 0.6351]},
            4,
        ),
        (
            {"steps": "0", "h0": "0.2913,0.6351", "v": "1,0;0,1;1,1"},
            {"o": [0.2913, 0.6351, 0.9264], "p": [0.2327, 0.3282, 0.4391]},
            4,
        ),
        (
            {"x": "1;2", "u": "0.5;-0.3", "w": "0.1,0.4;-0.2,0.3", "b": "0,0.1", "h0": "0,0"},
            {"h1": [0.462117, -0.197375], "h2": [0.747498, -0.57277]},
            5,
        ),
        (
            {"steps": "0", "h0": "0.747498,-0.57277", "v": "1,-1;0.5,0.5", "c": "0,0"},
            {"o": [1.320269, 0.087364], "p": [0.774327, 0.225673]},
            5,
        ),
        (
            {"x": "0", "u": "1", "w": "1.1", "b": "0", "h0": "1", "steps": "50", "activation": "relu"}
            | {"states_only": True},
            {"h50": [117.391]},
            6,
        ),
    ],
    ids=["scalar", "vector", "output-alone", "two-steps", "output-with-bias", "growth"],
)
def test_cases_worked_elsewhere_come_out_the_same(texts, expected, digits):
    results = run(**texts).results
    for step, value in expected.items():
        assert close(results[step], value, digits)


def test_a_tanh_state_stays_below_one_where_relu_grows():
    truth = run(x="0", u="1", w="1.1", b="0", h0="1", steps="50", states_only=True)
    assert all(abs(value[0]) < 1 for name, value in truth.results.items() if name.startswith("h"))


def test_steps_beyond_the_rows_of_x_have_no_input_and_fewer_steps_leave_rows_unread():
    longer, shorter = run(steps="3"), run(steps="1")
    assert plain(longer.step("a3").value) == plain(run(x="1;-1;0").step("a3").value)
    assert not shorter.has("a2")
    assert "h₁" in shorter.step("o").formula


def test_no_steps_read_the_output_from_the_first_state():
    truth = run(steps="0", h0="1,2")
    assert [step.name for step in truth.steps] == ["o", "p"]
    assert plain(truth.step("o").value) == [-1, 4.5]
    assert truth.step("o").formula == "o = Vh₀ + c"


def test_other_letters_change_the_formulas_and_not_the_numbers():
    ours, theirs = run(), run(letters="wu")
    assert ours.step("a2").formula == "a₂ = Ux₂ + Wh₁ + b"
    assert theirs.step("a2").formula == "a₂ = Wx₂ + Uh₁ + b"
    assert [step.shown for step in ours.steps] == [step.shown for step in theirs.steps]
    hints = {slip.tag: slip.hint.en for slip in theirs.step("a2").slips}
    assert "Uhₜ₋₁" in hints["no-recurrence"]
    assert "transpose U" in hints["transposed-w"]


def test_an_exploding_state_ends_the_run_with_a_note_and_without_an_output():
    truth = run(x="1", u="1", w="1000", b="0", v="1", steps="20", activation="identity")
    assert truth.steps[-1].name == "h6"
    assert truth.steps[-1].value[0] > 1e12
    assert "exploded at step 6" in truth.notes[-1].en
    assert "第 6 步爆炸" in truth.notes[-1].zh
    assert RNN.checked_by.compute(**truth.inputs).keys() == {f"h{t}" for t in range(1, 7)}


def test_the_check_stops_where_the_state_explodes_even_if_float64_could_not_hold_the_rest():
    texts = {"x": "1e6", "u": "1e6;-1e6", "w": "1e6,-1e6;-1e6,1e6", "b": "0,0", "steps": "50", "activation": "identity"}
    truth = run(**texts)
    assert [step.name for step in truth.steps] == ["a1", "h1", "a2", "h2"]
    assert RNN.checked_by.compute(**truth.inputs).keys() == {"h1", "h2"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"w": "1,2;3,4;5,6"}, "--w 1,2;3,4;5,6: W must be 3×3 to lead from state to state, it is 3×2"),
        ({"u": "1;2;3"}, "--u 1;2;3: U must be 2×1 to fit --w of 2×2 and --x of width 1, it is 3×1"),
        ({"x": "1,2;3,4"}, "--u 0.5;-1: U must be 2×2 to fit --w of 2×2 and --x of width 2, it is 2×1"),
        ({"b": "1"}, "--b 1: b must have 2 numbers to fit --w of 2×2 and --x of width 1, it has 1"),
        ({"h0": "1,2,3"}, "--h0 1,2,3: h₀ must have 2 numbers to fit --w of 2×2 and --x of width 1, it has 3"),
        ({"v": "1;2"}, "--v 1;2: V must be 2×2 to fit --w of 2×2 (or leave it out: --states-only), it is 2×1"),
        ({"c": "1"}, "--c 1: c must have 2 numbers to fit --v of 2×2, it has 1"),
        ({"steps": "0", "states_only": True}, "--steps 0: must be at least 1 with --states-only"),
        ({"steps": "51"}, "--steps 51: must be a whole number from 0 to 50"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


def test_a_refusal_stands_in_chinese_too():
    with pytest.raises(StudyError) as refusal:
        run(u="1;2;3")
    assert refusal.value.message.zh == "--u 1;2;3：U 应为 2×1（--w 为 2×2，--x 每行 1 个数），现为 3×1"


def test_more_than_fifty_rows_of_input_are_refused():
    with pytest.raises(StudyError, match="at most 50 a side"):
        run(x=";".join("1" for _ in range(51)))


def test_states_alone_need_no_fitting_output():
    truth = run(x="1", u="1", w="1", b="0", states_only=True)
    assert list(truth.results) == ["a1", "h1"]


def test_mistakes_are_offered_only_where_they_can_be_made():
    first = slips(run(b="0,0"), "a1")
    assert first == {}, "no bias, and no state before the first step"
    assert "transposed-w" not in slips(run(w="1,2;2,-1", h0="1,1"), "a1")
    assert "output-fed-back" not in slips(run(v="1,1;1,2;0,1"), "a2"), "three outputs do not fit two units"
    assert "output-fed-back" not in slips(run(states_only=True), "a2")
    assert slips(run(activation="identity"), "h1") == {}
    assert set(slips(run(activation="sigmoid"), "h1")) == {"no-activation"}
    assert "no-activation" not in slips(run(activation="relu", u="1;1"), "h1"), "ReLU leaves positive sums alone"
    assert "output-from-a" not in slips(run(steps="0"), "o")
    assert "output-from-a" not in slips(run(activation="identity"), "o")


def test_a_forgotten_bias_is_carried_through_all_steps():
    truth = run()
    carried = {slip.tag: value for slip, value in wrong_values(truth, "h2")}
    expected = [math.tanh(-0.5 + 0.5 * math.tanh(0.5)), math.tanh(1 + math.tanh(0.5) + 0.5 * math.tanh(1))]
    assert close(carried["bias-forgotten"], expected)


def test_later_steps_go_on_from_the_learners_own_state():
    marked = follow_through(RNN, defaults(RNN), {"h1": (1.0, 1.0)})
    assert plain(marked.step("a2").value) == [0.0, 2.0]
    assert marked.step("a2").shown.endswith("·[1, 1] + [0, 0.5]")


def test_an_absurd_state_of_the_learners_ends_the_marking_quietly():
    marked = follow_through(RNN, defaults(RNN), {"h1": (1e300, -1e300)})
    assert [step.name for step in marked.steps] == ["a1", "h1"]


def test_notes_tell_the_other_letters_and_the_second_bias():
    notes = " ".join(note.en for note in run().notes)
    assert "here as Ux + Wh" in notes
    assert "two biases" in notes
    assert "here as Wx + Uh" in run(letters="wu").notes[0].en


def test_the_chain_has_a_state_a_step_with_its_input_below_and_the_output_above_the_last():
    (flow,) = RNN.picture(run())
    lanes = {lane.label.en: lane for lane in flow.lanes if lane.label.en}
    assert lanes["h"].stations == ("[0, 0]", "[0.4621, −0.4621]", "[−0.2626, 0.9754]") and lanes["h"].arrows == (
        "W",
        "W",
    )
    assert lanes["x"].stations == ("", "[1]", "[−1]")
    assert lanes["p"].stations == ("", "", "[0.04489, 0.9551]")


def test_the_arrows_follow_the_letters_and_a_long_chain_is_drawn_in_part():
    (flow,) = RNN.picture(run(letters="wu", steps="20"))
    assert flow.title.en == "The first 12 of 20 steps, unrolled"
    assert set(flow.lanes[0].arrows) == {"U"} and "↑ W" in flow.lanes[1].stations


def test_without_steps_the_chain_is_the_start_with_its_output():
    (flow,) = RNN.picture(run(steps="0"))
    assert [lane.stations for lane in flow.lanes][-2:] == [("↑ V",), ("[0, 0]",)]

"""One step of an LSTM: what it computes, which mistakes it names, and what it refuses."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.values import components, plain
from studynn.worked import load

LSTM = load("lstm-step")
TWO_UNITS = {
    "x": "1,-1",
    "h": "0.5,-0.5",
    "c": "1,-2",
    **{f"u{gate}": "1,0;0.5,-1" for gate in "figo"},
    **{f"w{gate}": "1,2;-1,0.5" for gate in "figo"},
    **{f"b{gate}": bias for gate, bias in zip("figo", ("1,1", "0,-1", "0.5,0", "-0.5,1"), strict=True)},
}


def run(**texts):
    return work(LSTM, read_inputs(LSTM, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits))


@pytest.mark.parametrize(
    ("step", "expected"),
    {"f": 0.731059, "i": 0.5, "g": 0.761594, "o": 0.880797, "c": 1.84291, "h-new": 0.837703}.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(work(LSTM, defaults(LSTM)).results[step], [expected])


def test_the_net_inputs_come_before_the_gates_in_the_order_f_i_g_o():
    truth = run()
    assert [step.name for step in truth.steps] == ["zf", "zi", "zg", "zo", "f", "i", "g", "o", "c", "h-new"]
    assert [plain(step.value) for step in truth.steps[:4]] == [[1], [0], [1], [2]]


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("zf", "state-ignored", 1.5),
        ("zf", "bias-forgotten", 0.5),
        ("f", "tanh-gate", 0.7616),
        ("g", "sigmoid-candidate", 0.7311),
        ("c", "gates-swapped", 1.557),
        ("c", "input-gate-forgotten", 2.224),
        ("c", "coupled-gates", 1.667),
        ("c", "old-cell-dropped", 0.3808),
        ("h-new", "no-tanh-on-cell", 1.623),
        ("h-new", "tan-for-tanh", -3.157),
        ("h-new", "output-gate-forgotten", 0.9511),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], [expected], digits=4)


def test_a_gate_case_worked_elsewhere_comes_out_the_same():
    truth = run(c="2", gates="0.9,0.5,0.8,0.6")
    assert close(truth.step("c").value, [2.2])
    assert close(truth.step("h-new").value, [0.5854], digits=4)


def test_the_state_follows_from_the_output_gate_and_a_cell_left_as_it_is():
    truth = run(c="0.533349", gates="1,0,0,0.512497")
    assert close(truth.step("c").value, [0.533349])
    assert close(truth.step("h-new").value, [0.250067], digits=5)


def test_a_weight_case_worked_elsewhere_comes_out_the_same():
    weights = {"f": (0.5, 0.4, 0.1), "i": (0.6, -0.2, 0), "g": (0.3, 0.7, 0.1), "o": (-0.4, 0.5, 0.2)}
    texts = {
        part + gate: str(number)
        for gate, numbers in weights.items()
        for part, number in zip("uwb", numbers, strict=True)
    }
    truth = run(x="1", h="0.5", c="0.2", **texts)
    known = {"f": 0.689974, "i": 0.622459, "g": 0.635149, "o": 0.512497, "c": 0.533349, "h-new": 0.250067}
    assert all(close(truth.results[step], [value], digits=5) for step, value in known.items())


def test_given_gates_leave_only_the_cell_and_the_state_to_derive():
    truth = run(gates="0.9,0.5,-0.8,0.6")
    assert [step.name for step in truth.steps] == ["c", "h-new"]
    assert truth.step("c").shown == "[0.9]⊙[2] + [0.5]⊙[−0.8]"
    assert "not used" in truth.notes[-1].en


def test_weights_that_do_not_fit_do_not_matter_where_gates_are_given():
    assert run(gates="1,1,1,1", uf="1,2;3,4", x="1,2,3").has("h-new")


@pytest.mark.parametrize("gates", ["0,0,-1,0", "1,1,1,1"])
def test_gates_may_be_quite_shut_or_quite_open(gates):
    truth = run(gates=gates)
    found = LSTM.checked_by.compute(**truth.inputs)
    assert all(close(found[step], list(value)) for step, value in truth.results.items())


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"uf": "1,2;3,4"}, "--uf 1,2;3,4: U_f must be 1×1 to fit --x of length 1 and --h of length 1, it is 2×2"),
        ({"wi": "1;2"}, "--wi 1;2: W_i must be 1×1 to fit --x of length 1 and --h of length 1, it is 2×1"),
        ({"bo": "1,2"}, "--bo 1,2: b_o must have 1 number to fit --x of length 1 and --h of length 1, it has 2"),
        ({"x": "1,2"}, "--uf 0.5: U_f must be 1×2 to fit --x of length 2 and --h of length 1, it is 1×1"),
        ({"c": "1,2"}, "--c 1,2: c₋₁ must have 1 number as --h has, it has 2"),
        ({"gates": "0.5,0.5,0.5"}, "--gates 0.5,0.5,0.5: must be four numbers f,i,g,o, these are 3"),
        ({"gates": "1.1,0,0,0"}, "--gates 1.1,0,0,0: f is a gate: it must lie between 0 and 1"),
        ({"gates": "1,-0.1,0,0"}, "--gates 1,-0.1,0,0: i is a gate: it must lie between 0 and 1"),
        ({"gates": "1,0,0,2"}, "--gates 1,0,0,2: o is a gate: it must lie between 0 and 1"),
        ({"gates": "1,0,-1.5,0"}, "--gates 1,0,-1.5,0: g is a candidate: it must lie between −1 and 1"),
        ({"gates": "1,1,1,1", "c": "1,2"}, "--gates 1,1,1,1: is for one unit, and --c has 2"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


def test_refusals_stand_in_chinese_too():
    with pytest.raises(StudyError) as refusal:
        run(uf="1,2;3,4")
    assert refusal.value.message.zh == "--uf 1,2;3,4：U_f 应为 1×1（--x 有 1 个数，--h 有 1 个数），现为 2×2"


def test_more_than_four_units_are_refused():
    with pytest.raises(StudyError, match="at most 4 a side"):
        run(h="1,2,3,4,5")


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert "bias-forgotten" not in slips(run(bf="0"), "zf")
    assert "state-ignored" not in slips(run(h="0"), "zf")
    assert "old-cell-dropped" not in slips(run(c="0"), "c")
    assert "tanh-gate" not in slips(run(), "g")
    assert "sigmoid-candidate" not in slips(run(), "f")


def test_a_mistake_in_all_gates_is_carried_to_the_state():
    carried = {slip.tag: value for slip, value in wrong_values(run(), "h-new")}
    assert close(carried["bias-forgotten"], list(run(bf="0", bi="0", bg="0", bo="0").step("h-new").value))


def test_two_units_agree_with_the_stacked_computation():
    truth = run(**TWO_UNITS)
    found = LSTM.checked_by.compute(**truth.inputs)
    assert found.keys() == truth.results.keys()
    assert all(close(found[step], list(value), digits=12) for step, value in truth.results.items())
    assert plain(truth.step("zf").value) == [1.5, 1.75]


def test_the_state_goes_on_from_the_learners_own_cell():
    marked = follow_through(LSTM, defaults(LSTM), {"c": (0.0,)})
    assert plain(marked.step("h-new").value) == [0]


def test_notes_tell_the_orders_in_which_libraries_stack_the_gates():
    notes = " ".join(note.en for note in run().notes)
    for words in ("PyTorch i,f,g,o", "Keras i,f,c,o", "ONNX i,o,f,c", "c̃", "forget bias", "Wx + Uh", "two biases"):
        assert words in notes


def test_a_second_step_goes_on_from_the_cell_and_the_state_of_the_first():
    whole, first = run(x2="-1"), run()
    h, c = (",".join(map(str, first.step(name).value)) for name in ("h-new", "c"))
    second = run(x="-1", h=h, c=c)
    assert [step.name for step in whole.steps[:10]] == [f"{step.name}1" for step in first.steps]
    assert close(whole.step("h-new1").value, list(first.step("h-new").value))
    assert list(whole.results) == list(first.results)
    assert all(close(value, list(components(second.step(step).value))) for step, value in whole.results.items())


def test_a_second_input_of_another_length_is_refused():
    with pytest.raises(StudyError, match="x₂ must have 1 number as --x has, it has 2"):
        run(x2="1,2")


def test_level_three_draws_two_units_two_steps_or_a_forget_bias_alone():
    found = [draw(LSTM, Random(f"{seed}/3"), 3).inputs for seed in range(60)]
    two_steps = [inputs for inputs in found if inputs["x2"] is not None]
    assert 5 < len(two_steps) < 40 and any(len(inputs["h"]) == 2 for inputs in found)
    assert any(inputs["bf"] == (1.0,) and inputs["bi"] == (0.0,) for inputs in found)
    assert all(draw(LSTM, Random(seed), level).inputs["x2"] is None for seed in range(20) for level in (1, 2))

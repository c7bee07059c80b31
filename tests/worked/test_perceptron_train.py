"""The perceptron learning rule: its path, when it settles, the mistakes it names and what it refuses."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.worked import load

TRAIN = load("perceptron-train")


def run(**texts):
    return work(TRAIN, read_inputs(TRAIN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "out1": 0,
        "w1": (2, 1),
        "b1": 1,
        "out2": 1,
        "w2": (1, 3),
        "b2": 0,
        "out3": 1,
        "w3": (1, 3),
        "b3": 0,
        "out4": 0,
        "w4": (1, 3),
        "b4": 0,
        "errors": 2,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out1", {"fires-at-zero": 1}),
        ("out2", {}),
        ("w1", {"wrong-sign": (-2, -1)}),
        ("w2", {"wrong-sign": (3, -1)}),
        ("b1", {"bias-frozen": 0}),
        ("w3", {"update-always": (0, 4), "score-for-output": (2, 2)}),
        ("b3", {}),
    ],
)
def test_each_mistake_leads_to_its_known_value_where_it_can_be_made(step, expected):
    assert slips(run(), step) == expected


def test_where_zero_fires_the_first_sample_is_right_and_the_rest_goes_another_way():
    truth = run(at_zero="1")
    assert truth.step("out1").shown == "[0 ≥ 0]" and slips(truth, "out1") == {"silent-at-zero": 0}
    assert [truth.step(f"out{i}").value for i in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert truth.step("w1").value == (0, 0) and truth.step("w2").value == (-1, 2)
    assert TRAIN.checked_by.compute(**truth.inputs).items() >= truth.results.items()
    assert "z = 0 gives the output 1 here" in notes(truth)
    assert [slip.tag for slip in diagnose(truth, "w1", (2.0, 1.0))][-1] == "silent-at-zero"


def test_some_draws_of_level_3_fire_at_zero_and_there_it_matters():
    found = [draw(TRAIN, Random(f"{seed}/3"), 3) for seed in range(100)]
    firing = [truth for truth in found if truth.inputs["at_zero"] == 1]
    assert 10 <= len(firing) <= 50 and all("silent-at-zero" in truth.slips() for truth in firing)
    assert not any(draw(TRAIN, Random(seed), level).inputs["at_zero"] for seed in range(40) for level in (1, 2))


def test_weights_move_by_the_sample_on_mistakes_only():
    truth = run()
    assert truth.step("w1").shown == "[0, 0] + 1·(1 − 0)·[2, 1]"
    assert truth.step("b3").shown == "0 + 1·(1 − 1)"
    assert truth.step("z2").shown == "2·1 + 1·(−2) + 1"


@pytest.mark.parametrize(("gate", "outputs"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("nand", [1, 1, 1, 0])])
def test_separable_gates_are_learnt_and_an_epoch_without_a_mistake_ends_it(gate, outputs):
    truth = run(gate=gate, epochs="20")
    last = max(int(step.name[3:]) for step in truth.steps if step.name.startswith("out"))
    assert last < 80 and truth.step("errors").value == 0
    assert [truth.step(f"out{i}").value for i in range(last - 3, last + 1)] == outputs
    assert f"Epoch {last // 4} makes no mistake" in notes(truth)


def test_xor_never_settles_and_a_note_says_so():
    truth = run(gate="xor", epochs="20")
    assert truth.has("out80") and truth.step("errors").value > 0
    assert "XOR is not linearly separable" in notes(truth)
    assert "not settled yet" in notes(run())


def test_epochs_count_the_samples_on_and_titles_say_which():
    truth = run(epochs="2")
    assert truth.step("w5").title.en == "New weights, epoch 2, sample 1"
    missed = [truth.step(f"out{i}").value != t for i, t in enumerate((1, 0, 1, 0), 5)]
    assert truth.step("errors").value == sum(missed)


def test_a_wrong_first_output_is_carried_on_and_named():
    assert follow_through(TRAIN, defaults(TRAIN), {"out1": 1}).step("w1").value == (0, 0)
    tags = {slip.tag: value for slip, value in wrong_values(run(), "w1")}
    assert tags["fires-at-zero"] == (0, 0)
    assert [slip.tag for slip in diagnose(run(), "b2", -1.0)] == ["fires-at-zero"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"t": "1,0,2,0"}, "--t 1,0,2,0: must be a list of numbers such as 1,2,3, with whole numbers from 0 to 1"),
        ({"t": "1,0"}, "--t 1,0: must have length 4 to fit --x, it has length 2"),
        ({"w": "1,2,3"}, "--w 1,2,3: must have length 2 to fit --x, it has length 3"),
        ({"w": "1", "gate": "or"}, "--w 1: must have length 2 to fit --gate, it has length 1"),
        ({"lr": "0"}, "--lr 0: must be a number above 0"),
        ({"at_zero": "2"}, "--at-zero 2: must be a whole number from 0 to 1"),
        ({"epochs": "21"}, "--epochs 21: must be a whole number from 1 to 20"),
        ({"gate": "nor"}, "--gate nor: must be one of and, or, nand, xor"),
        ({"x": ";".join(["1,1"] * 65)}, "at most 64 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_draw_has_mistakes_to_learn_from_and_is_separable(level):
    for seed in range(60):
        truth = draw(TRAIN, Random(f"{seed}/{level}"), level)
        first = [truth.step(f"out{i}").value != t for i, t in enumerate(truth.inputs["t"], 1)]
        assert sum(first) >= 2 and truth.has("out8") is (level == 3)
        longer = {"x": tuple(truth.inputs["x"]), "epochs": 400}
        assert work(TRAIN, truth.inputs | longer).step("errors").value == 0


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_weights_or_bias_at_the_end_are_frequent(level):
    last = 8 if level == 3 else 4
    found = [draw(TRAIN, Random(f"{seed}/{level}"), level) for seed in range(300)]
    for step in (f"w{last}", "w1", "w2", "errors"):
        answers = [truth.step(step).value for truth in found]
        assert max(map(answers.count, answers)) <= 300 / (2 if step == "errors" else 3), step


def test_the_picture_has_a_line_after_every_update_and_the_samples_by_their_targets():
    truth = run(epochs="2")
    (plot,) = TRAIN.picture(truth)
    updates = [
        i for i in range(1, 9) if truth.has(f"out{i}") and truth.step(f"out{i}").value != (1, 0, 1, 0)[(i - 1) % 4]
    ]
    assert len(plot.tracks) == len(updates)
    for i, track in zip(updates, plot.tracks, strict=True):
        w, b = truth.step(f"w{i}").value, truth.step(f"b{i}").value
        assert all(w[0] * x + w[1] * y + b == pytest.approx(0, abs=1e-9) for x, y in track.points)
    assert [mark.sign for mark in plot.marks if mark.sign != " "] == ["●", "○", "●", "○"]


def test_the_picture_of_many_updates_keeps_to_the_last_five_and_says_so():
    (plot,) = TRAIN.picture(run(gate="xor", epochs="20"))
    assert len(plot.tracks) == 5 and "last 5" in plot.title.en and "5" in plot.title.zh


def test_a_line_that_passes_by_the_samples_is_named_as_outside():
    (plot,) = TRAIN.picture(run(gate="and", b="100"))
    assert any(not track.points and "outside" in track.label.en for track in plot.tracks)


def test_samples_of_one_input_or_three_have_no_picture():
    assert not TRAIN.picture(run(x="1;2", t="0,1", w="0"))

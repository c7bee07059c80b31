"""A drill: working fades as runs are clean, three in a row master a level, and all of it is read off the log."""

from dataclasses import replace
from random import Random
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import row, undo

from studynn.core.draw import draw
from studynn.core.drill import (
    Drill,
    Progress,
    answered,
    begun,
    hinted,
    left,
    mastered_now,
    opened,
    progress_of,
    resumed,
    rows_to_fill,
    to_fill_next,
    to_resume,
    undone,
)
from studynn.core.follow import RowMark
from studynn.core.inputs import Input, defaults
from studynn.core.review import AGAIN, GOOD, HARD
from studynn.core.run import Run, askable, rating_of, verdict_of
from studynn.core.steps import Example, Slip, Step, work
from studynn.core.text import same


def chain(a: Annotated[int, Input("a")] = 20):
    """Five rows, each one more than the one before, of which the middle one is too long to be asked."""
    value = a
    for number in range(1, 6):
        if number == 3:
            yield Step("long", same("long"), "1, 2, …", f"{value} times 1", np.full(12, float(value)))
            continue
        slips = (Slip("one-less", same("One more."), value),)
        value = yield Step(f"x{number}", same(f"x{number}"), "x + 1", f"{value} + 1", value + 1, slips)


CHAIN = Example("chain", same("chain"), ("t",), ("x{n}",), chain)
CHAIN.draw = lambda rng, level: {"a": rng.randint(10, 99)}
ROWS = ("x1", "x2", "x4", "x5")


def problem(seed, level=1):
    return draw(CHAIN, Random(f"{seed}/{level}"), level)


class Learner:
    """Someone at a drill, and the log that is written meanwhile."""

    def __init__(self, log=(), wanted=None):
        self.log = list(log)
        self.drill = opened(CHAIN, self.log, wanted)

    def write(self, **values):
        review = row(f"r{len(self.log)}", moment=len(self.log), **values)
        self.log.append(review)
        return review

    def begin(self, seed=1):
        self.drill = begun(self.drill, problem(seed, self.drill.level), seed)

    def answer(self, typed):
        run = self.drill.run
        value, mark = run.mark(typed)
        review = self.write(
            item=run.skill,
            question=run.question,
            outcome=verdict_of(mark).outcome,
            rating=rating_of(mark, run.hints),
            answer=typed,
            seed=run.seed,
            level=run.level,
            hints=run.hints,
            slips=verdict_of(mark).slips,
        )
        self.drill = answered(self.drill, value, mark, review)
        return mark

    def right(self):
        return self.answer(str(self.drill.run.current.value))

    def wrong(self):
        return self.answer(str(self.drill.run.current.value + 50))

    def hint(self):
        self.drill = hinted(self.drill)

    def take_back(self, review):
        self.log.append(undo(f"r{len(self.log)}", review.id, moment=len(self.log), item=review.item))

    def undo(self):
        self.drill, review = undone(self.drill)
        if review is not None:
            self.take_back(review)

    def leave(self):
        self.drill, reviews = left(self.drill)
        for review in reviews:
            self.take_back(review)

    def run(self, outcome, seed=1):
        """A whole run: clean, with one wrong row, or with a hint."""
        self.begin(seed)
        if outcome == "hint":
            self.hint()
        if outcome == "wrong":
            self.wrong()
        while self.drill.run.current:
            self.right()
        return self


def after(*outcomes, wanted=None):
    learner = Learner(wanted=wanted)
    for seed, outcome in enumerate(outcomes):
        learner.run(outcome, seed)
    return learner


def blank_after(*outcomes):
    learner = after(*outcomes)
    learner.begin(99)
    return learner.drill.run.blank


def state(drill, level=1):
    progress = drill.progress
    return progress.level, progress.stage_of(level), progress.clean_of(level)


def test_rows_that_can_be_typed_are_asked_and_the_others_shown():
    assert askable(problem(1)) == ROWS

    def odd(a: Annotated[int, Input("a")] = 1):
        for name, value in (("word", "yes"), ("nought", ()), ("endless", float("inf")), ("fine", 1.5)):
            yield Step(name, same(name), "", "", value)

    example = Example("odd", same("odd"), ("t",), (), odd)
    assert askable(work(example, defaults(example))) == ("fine",)


@pytest.mark.parametrize(
    ("count", "stages"), [(1, [1, 1, 1]), (2, [1, 2, 2]), (3, [1, 2, 3]), (4, [1, 2, 4]), (17, [1, 9, 17])]
)
def test_one_row_then_half_of_them_then_all_are_to_be_filled(count, stages):
    assert [rows_to_fill(stage, count) for stage in (1, 2, 3)] == stages


def test_the_first_run_shows_all_but_the_last_row():
    assert blank_after() == ("x5",)


def test_working_fades_from_the_end_as_runs_are_clean():
    assert blank_after("clean") == ("x4", "x5")
    assert blank_after("clean", "clean") == ROWS


def test_three_clean_runs_in_a_row_master_a_level_and_lead_to_the_next_which_begins_with_the_last_row():
    learner = after("clean", "clean", "clean")
    assert (learner.drill.progress.level, learner.drill.progress.mastered) == (2, {1})
    assert mastered_now(learner.drill) == 1
    learner.begin()
    assert (learner.drill.run.level, learner.drill.run.blank) == (2, ("x5",))


def test_mastery_always_includes_a_run_with_nothing_shown():
    assert len(after("wrong", "clean", "clean").run("clean", 9).drill.run.blank) == 4
    assert len(after("clean", "clean", "wrong", "clean", "clean").run("clean", 9).drill.run.blank) == 4


def test_a_run_with_a_wrong_row_goes_one_stage_back_and_begins_the_count_anew():
    assert state(after("clean", "clean").drill) == (1, 3, 2)
    learner = after("clean", "clean", "wrong")
    assert state(learner.drill) == (1, 2, 0)
    assert to_fill_next(learner.drill) == 2
    assert state(after("wrong").drill) == (1, 1, 0)


def test_a_run_has_failed_as_soon_as_a_row_is_wrong_however_it_goes_on():
    learner = after("clean", "clean")
    learner.begin(7)
    learner.wrong()
    assert state(learner.drill) == (1, 2, 0)
    learner.right()
    assert state(learner.drill) == (1, 2, 0)


def test_a_run_with_a_hint_is_neither_clean_nor_failed():
    assert state(after("clean", "hint").drill) == (1, 2, 0)
    assert mastered_now(after("clean", "clean", "hint").drill) is None


def test_the_last_level_can_be_mastered_again_and_is_not_left():
    learner = after(*["clean"] * 9)
    assert (learner.drill.progress.level, learner.drill.progress.mastered) == (3, {1, 2, 3})
    assert mastered_now(learner.drill) == 3
    assert to_fill_next(learner.drill) == 4
    assert mastered_now(learner.run("clean", 20).drill) is None
    assert learner.drill.progress.mastered == {1, 2, 3}


def test_each_level_fades_by_itself_and_the_level_named_is_begun_at():
    learner = after("clean", "clean")
    asked = Learner(learner.log, wanted=3)
    asked.run("clean", 5)
    assert state(asked.drill, 3) == (3, 2, 1) and state(asked.drill, 1)[1:] == (3, 2)
    assert Learner(asked.log).drill.level == 3


def test_a_row_that_follows_from_a_wrong_one_earns_its_mark_is_rated_hard_and_repeats_no_slip():
    learner = after("clean", "clean")
    learner.begin(3)
    start = learner.drill.run.truth.inputs["a"]
    assert [slip.tag for slip in learner.answer(str(start)).slips] == ["one-less"]
    mark = learner.answer(str(start + 1))
    assert (mark.kind, mark.sources) == ("through", ("x1",))
    first, second = learner.log[-2:]
    assert (first.outcome, first.rating, first.slips) == ("wrong", AGAIN, ("one-less",))
    assert (second.outcome, second.rating, second.slips) == ("right", HARD, ())
    assert learner.drill.run.marks == 1 and learner.drill.run.failed


@pytest.mark.parametrize(
    ("kind", "hints", "rating"),
    [
        ("right", 0, GOOD),
        ("rounded", 0, GOOD),
        ("right", 1, HARD),
        ("through", 0, HARD),
        ("through", 2, HARD),
        ("wrong", 0, AGAIN),
        ("trivial", 1, AGAIN),
    ],
)
def test_the_rating_follows_from_the_mark_and_the_hints(kind, hints, rating):
    assert rating_of(RowMark(kind, 1), hints) == rating


def test_a_row_that_is_not_asked_is_seen_once_the_rows_before_it_are_filled_as_it_follows_from_them():
    learner = after("clean", "clean")
    learner.begin(4)
    assert list(learner.drill.run.visible()) == []
    learner.right()
    assert list(learner.drill.run.visible()) == ["x1"]
    learner.wrong()
    visible = learner.drill.run.visible()
    assert list(visible) == ["x1", "x2", "long"]
    assert visible["long"].value[0] == learner.drill.run.given["x2"]


def test_a_row_of_the_log_names_its_run_its_place_and_the_skill_that_the_schedule_knows():
    log = after("clean", "clean").log
    assert [review.question for review in log] == ["chain@1:1/1", "chain@1:1/2", "chain@1:2/2"]
    assert {review.item for review in log} == {"chain/x@1"}


def test_a_step_that_is_no_result_keeps_its_name_and_is_not_scheduled():
    example = replace(CHAIN, results=("x5",), unasked=())
    run = Run(problem(1), 1, 1, ("x4", "x5"))
    assert run.is_scheduled
    run.truth.example = example
    assert (run.skill, run.is_scheduled) == ("chain/x4@1", False)
    run.truth.example = replace(example, unasked=("x{n}",))
    assert not replace(run, blank=("x5",)).is_scheduled


def test_a_run_that_is_left_before_anything_was_wrong_leaves_no_trace():
    learner = after("clean")
    before = learner.drill.progress
    learner.begin(5)
    learner.right()
    learner.leave()
    assert learner.drill.progress == before == progress_of(learner.log)


def test_a_run_that_is_left_after_a_wrong_row_stays_failed():
    learner = after("clean", "clean")
    learner.begin(5)
    learner.wrong()
    learner.leave()
    assert state(learner.drill) == (1, 2, 0) == state(Learner(learner.log).drill)


def test_undo_blanks_the_last_row_again_with_its_hints_and_can_go_back_into_the_run_before():
    learner = after("clean")
    learner.begin(5)
    learner.hint()
    learner.right()
    learner.undo()
    assert (learner.drill.run.filled, learner.drill.run.hints) == ((), 1)
    learner.undo()
    assert learner.drill.run.blank == ("x5",) and learner.drill.progress == Progress()
    learner.undo()
    assert progress_of(learner.log) == Progress()


def test_undo_of_a_wrong_row_takes_the_failure_back():
    learner = after("clean", "clean")
    learner.begin(5)
    learner.wrong()
    learner.undo()
    while learner.drill.run.current:
        learner.right()
    assert learner.drill.progress.mastered == {1}


def test_with_nothing_answered_undo_changes_nothing():
    drill = Drill(CHAIN)
    assert undone(drill) == (drill, None)


def test_a_run_that_was_left_off_goes_on_where_it_was():
    learner = after("clean", "clean")
    learner.begin(7)
    learner.right()
    learner.right()
    again = Learner(learner.log)
    assert to_resume(again.drill).seed == 7
    again.drill = resumed(again.drill, problem(7))
    assert [filled.step for filled in again.drill.run.filled] == ["x1", "x2"]
    again.right()
    again.right()
    assert again.drill.progress.mastered == {1} == progress_of(again.log).mastered


@pytest.mark.parametrize("why", ["failed", "over", "another level"])
def test_a_run_that_cannot_be_clean_any_more_is_not_gone_on_with(why):
    learner = after("clean")
    learner.begin(7)
    if why == "failed":
        learner.wrong()
    else:
        learner.right()
    if why == "over":
        learner.right()
    assert to_resume(Learner(learner.log, wanted=2 if why == "another level" else None).drill) is None


def test_a_run_whose_problem_is_another_one_now_is_not_gone_on_with():
    learner = after("clean")
    learner.begin(7)
    learner.right()
    assert resumed(Learner(learner.log).drill, problem(9)) is None
    assert resumed(Learner(learner.log).drill, problem(7)) is not None


def test_rows_of_quizzes_and_of_other_drills_do_not_count():
    others = [
        row("q1", item="chain/x@1", question="chain@1", outcome="wrong", rating=1),
        row("q2", item="chain/x@1", question="some.question"),
        row("q3", item="chain/x@1", question="chain@1:2/3"),
        row("q4", item="other/x@1", question="other@1:1/1", outcome="wrong", rating=1),
    ]
    assert opened(CHAIN, others).progress == Progress() == progress_of(others[:3])


@pytest.mark.parametrize("changes", [{"seed": 8}, {"question": "chain@1:2/4"}, {"question": "chain@2:2/2"}])
def test_a_row_that_belongs_to_another_run_does_not_go_on_with_the_one_that_is_open(changes):
    learner = after("clean")
    learner.begin(7)
    learner.right()
    before = learner.drill.progress
    values = {"item": "chain/x@1", "question": "chain@1:2/2", "seed": 7, "outcome": "right"}
    learner.write(**values | changes)
    assert progress_of(learner.log) == before
    learner.write(**values)
    assert progress_of(learner.log) != before


def test_equal_moments_keep_the_order_in_which_rows_were_written():
    log = [replace(review, moment=0) for review in after("clean", "clean", "clean", "wrong").log]
    assert progress_of(log) == after("clean", "clean", "clean", "wrong").drill.progress


EVENTS = st.lists(
    st.sampled_from(["right", "right", "right", "right", "wrong", "hint", "undo", "leave", "quit"]), max_size=60
)


def play(events, check=lambda learner: None):
    """A learner to whom all this happens; runs begin by themselves."""
    learner = Learner()
    for seed, event in enumerate(events):
        if learner.drill.run is None or learner.drill.run.current is None:
            learner.begin(seed)
        if event == "quit":
            learner = reopened(learner, seed)
        else:
            getattr(learner, event)()
        check(learner)
    return learner


def reopened(learner, seed):
    again = Learner(learner.log)
    open_run = to_resume(again.drill)
    if open_run is None:
        again.begin(seed)
    else:
        again.drill = resumed(again.drill, problem(open_run.seed, open_run.level))
    return again


@given(EVENTS)
@settings(deadline=None, max_examples=150)
def test_whatever_happens_the_log_says_what_the_session_says(events):
    def check(learner):
        assert progress_of(learner.log) == learner.drill.progress
        assert [review.id for review in opened(CHAIN, learner.log).rows] == [review.id for review in learner.drill.rows]

    play(events, check)


@given(EVENTS)
@settings(deadline=None, max_examples=150)
def test_whatever_happens_a_new_session_goes_on_where_the_last_one_was(events):
    learner = play(events)
    run = learner.drill.run
    again = reopened(learner, 999)
    if run and run.filled and run.current and not run.failed:
        now = again.drill.run
        assert (now.seed, now.level, now.blank) == (run.seed, run.level, run.blank)
        assert [filled.typed for filled in now.filled] == [filled.typed for filled in run.filled]
    elif not (run and run.current):
        learner.begin(999)
        assert again.drill.run.blank == learner.drill.run.blank
        assert (again.drill.number, again.drill.run.level) == (learner.drill.number, learner.drill.run.level)


@given(EVENTS)
@settings(deadline=None, max_examples=100)
def test_whatever_happens_clean_runs_lie_below_three_stages_within_bounds_and_levels_are_mastered_in_order(events):
    progress = play(events).drill.progress
    assert all(0 <= clean < 3 for clean in progress.clean)
    assert all(1 <= stage <= 3 for stage in progress.stages)
    assert progress.mastered == set(range(1, len(progress.mastered) + 1))
    assert progress.level == min(3, len(progress.mastered) + 1)


@given(EVENTS, st.integers(0, 5))
@settings(deadline=None, max_examples=100)
def test_taking_everything_back_leaves_nothing(events, extra):
    learner = Learner()
    for seed, event in enumerate(events):
        if learner.drill.run is None or learner.drill.run.current is None:
            learner.begin(seed)
        if event not in ("quit", "leave"):
            getattr(learner, event)()
    for _ in range(len(learner.log) + extra):
        learner.undo()
    assert learner.drill.progress == Progress() == progress_of(learner.log)

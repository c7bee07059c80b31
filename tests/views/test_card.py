"""A card's front gives nothing of its back away; the grades say what they lead to; hostile text reaches no output."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import ESCAPES, LANGUAGES, is_harmless

from studynn.core.inputs import defaults
from studynn.core.question import OneOf
from studynn.core.schedule import DAY, Memory, next_dues
from studynn.core.steps import work
from studynn.core.text import Text, same
from studynn.core.topic import Card, Fact
from studynn.questions._generated import generated
from studynn.views import plain, terminal
from studynn.views.blocks import columns
from studynn.views.card import (
    NEW_LIMIT,
    Summary,
    aside_blocks,
    back_blocks,
    example_blocks,
    front_blocks,
    grades_blocks,
    head_line,
    interval_text,
    leech_blocks,
    nothing_blocks,
    source_blocks,
    stage,
    summary_blocks,
)
from studynn.views.question import Next
from studynn.worked import load

MINUTE, HOUR = 60_000, 3_600_000
CARD = Card(
    id="c", fact="f", front=Text("Front?", "正面？"), back=Text("Back.", "背面。"), hook=Text("Hook.", "钩子。")
)
FACT = Fact(id="f", says=Text("Says.", "陈述。"), formula="a = b", from_=("001:2", "003:4"))
HOSTILE = same(f"{ESCAPES} stem")


def told(blocks):
    return plain.render(blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_shows_the_question_alone_and_the_back_the_rest(language):
    front, back = told(front_blocks(CARD, language)), told(back_blocks(CARD, FACT, language))
    assert front.strip() == CARD.front.to(language)
    assert [CARD.back.to(language) in back, "a = b" in back, CARD.hook.to(language) in back] == [True] * 3
    assert CARD.front.to(language) not in back


def test_a_back_without_formula_and_hook_is_one_line():
    bare = Card(id="c", fact="f", front=CARD.front, back=CARD.back)
    assert told(back_blocks(bare, None, "en")) == "Back.\n"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_of_a_generated_skill_has_its_numbers_and_not_its_working(language, seed):
    posed = generated(load("conv-size"))[1].pose(Random(seed), load)
    front, back = told(front_blocks(posed, language)), told(back_blocks(posed, None, language))
    assert posed.stem.to(language) in front
    assert not any(step.shown in front for step in posed.truth.steps)
    assert posed.truth.step(posed.step).shown in back and posed.answer.to(language) in back
    if isinstance(posed.entry, OneOf):
        assert all(option.to(language) in front for option in posed.entry.options)


@pytest.mark.parametrize(
    ("milliseconds", "en", "zh"),
    [
        (0, "1 min", "1 分钟"),
        (5.5 * MINUTE, "6 min", "6 分钟"),
        (59 * MINUTE, "59 min", "59 分钟"),
        (59.6 * MINUTE, "1 h", "1 小时"),
        (23 * HOUR, "23 h", "23 小时"),
        (23.9 * HOUR, "1 d", "1 天"),
        (DAY, "1 d", "1 天"),
        (30 * DAY, "30 d", "30 天"),
        (45 * DAY, "1.5 mo", "1.5 个月"),
        (730 * DAY, "2.0 y", "2.0 年"),
    ],
)
def test_an_interval_is_told_by_its_largest_unit(milliseconds, en, zh):
    assert (interval_text(milliseconds, "en"), interval_text(milliseconds, "zh")) == (en, zh)


@given(st.lists(st.integers(0, 40_000 * DAY), min_size=2, max_size=2))
def test_a_longer_interval_never_reads_shorter(lengths):
    units = ["min", "h", "d", "mo", "y"]
    short, long = (interval_text(length, "en").split() for length in sorted(lengths))
    assert (units.index(short[1]), float(short[0])) <= (units.index(long[1]), float(long[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_grades_stand_in_order_with_their_intervals_and_hard_says_that_it_is_a_pass(language):
    dues = next_dues("c", None, 0)
    (line,) = (block.words for block in grades_blocks(dues, 0, language, 80))
    assert [part.split()[0] for part in line.split(" · ")] == ["1", "2", "3", "4"]
    assert all(interval_text(due, language) in part for due, part in zip(dues.values(), line.split(" · "), strict=True))
    assert ("passed" if language == "en" else "算通过") in line.split(" · ")[1]


def test_in_a_cram_the_grades_have_no_intervals():
    shown = told(grades_blocks(None, 0, "en", 60))
    assert shown == "1 Again · 2 Hard (passed) · 3 Good · 4 Easy\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_grades_do_not_fit_into_a_line_they_stand_in_two_and_none_is_broken(language):
    one, two = (told(grades_blocks(next_dues("c", None, 0), 0, language, width)) for width in (80, 40))
    assert two.replace("\n", " · ", 1) == one and two.count("\n") == 2
    assert all(columns(line) <= 40 for line in two.splitlines())


@pytest.mark.parametrize(("state", "words"), [(None, "new"), (1, "learning"), (2, "review"), (3, "learning")])
def test_where_a_card_stands_is_said_above_it(state, words):
    memory = None if state is None else Memory(3.0, 5.0, state, None, 0, 0, 1, 0)
    assert head_line(same("Topic"), stage(memory), "7+", "en").words == f"Topic · {words} · 7+ to go"


def test_sources_are_listed_and_where_there_are_none_that_is_said():
    assert told(source_blocks(FACT, "", "en")) == "Sources (document:line): 001:2, 003:4\nFormula: a = b\n"
    assert told(source_blocks(None, "conv-size", "zh")) == "由算例 conv-size 生成。\n"
    assert told(source_blocks(None, "", "en")) == "No source is given.\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worked_example_comes_with_the_line_to_type_and_its_steps(language):
    example = load("conv-size")
    shown = told(example_blocks([work(example, defaults(example))], "t", language))
    assert "studynn compute conv-size" in shown and "⌊54⌋ + 1" in shown and example.title.to(language) in shown
    assert "studynn show t" in told(example_blocks([], "t", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_leech_is_told_with_a_drill_or_notes(language):
    assert "studynn drill conv-size" in told(leech_blocks(8, load("conv-size"), "cnn", language))
    notes = told(leech_blocks(12, None, "cnn", language))
    assert "studynn show cnn" in notes and "12" in notes and "drill" not in notes


def test_the_summary_counts_grades_and_tells_tomorrow_only_where_it_is_known():
    advice = [Next("studynn quiz", same("why"))]
    shown = told(summary_blocks(Summary((1, 3, 3, 4), 150_000, 12), advice, "en"))
    assert "4 answers · 2 min" in shown and "again 1, hard 0, good 2, easy 1" in shown
    assert "Due tomorrow: 12\n" in shown and "studynn quiz why" in shown
    assert "Due tomorrow: 1000+\n" in told(summary_blocks(Summary((3,), 0, 1000, more=True), advice, "en"))
    nothing = told(summary_blocks(Summary((), 0), [], "en"))
    assert nothing == "\nNothing was answered\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_due_the_next_time_and_the_next_commands_are_named(language):
    advice = [Next("studynn quiz", same("why"))]
    shown = told(nothing_blocks(3 * DAY, NEW_LIMIT.fill(most=20), advice, language))
    assert interval_text(3 * DAY, language) in shown and "20" in shown and "studynn quiz" in shown
    assert len(told(nothing_blocks(None, None, advice, language)).splitlines()) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_escapes_in_a_deck_reach_no_output(language):
    card = Card(id=ESCAPES, fact="f", front=HOSTILE, back=HOSTILE, hook=HOSTILE)
    fact = Fact(id="f", says=HOSTILE, formula=HOSTILE.en, from_=(HOSTILE.en,))
    blocks = [
        head_line(HOSTILE, HOSTILE, ESCAPES, language),
        *front_blocks(card, language),
        *back_blocks(card, fact, language),
        *source_blocks(fact, ESCAPES, language),
        *leech_blocks(8, None, ESCAPES, language),
        *aside_blocks([(ESCAPES, HOSTILE, True)], language),
    ]
    for render in (plain.render, lambda found: terminal.render(found, 60, False)):
        assert is_harmless(render(blocks)) and "stem" in render(blocks)

"""Whatever is typed, every question type marks it: right, wrong or unreadable, and nothing else happens."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.questions import load, names
from studynn.worked import load as find_example

HOSTILE = [
    "9**9**9", "10^400", "1e999", "1" * 5000, "1/" + "7" * 190, "(" * 199, "[" * 9000, "\ud800", "\x1b[2J", "\u202e1",
    "1," * 9000, "0^-1", "(0-8)^0.5", "9^300*9^300", "nan", "-inf", "²", "İ" * 40, "x" * 30_000, "1;2,3", "||", "[[1],2]",
]  # fmt: skip
typed = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="0123456789abctf.,;|[]()+-*/^%xe −", max_size=40),
    st.sampled_from(HOSTILE),
)


@pytest.mark.parametrize("name", names())
def test_any_text_is_marked_right_wrong_or_unreadable(name):
    posed = [sample.question.pose(Random(seed), find_example) for sample in load(name).samples() for seed in (1, 2)]

    @settings(deadline=None, max_examples=150)
    @given(typed, st.sampled_from(posed))
    def is_marked(text, question):
        verdict = question.mark(text)
        assert verdict.outcome in ("right", "wrong", "unreadable")
        assert all(remark.en and remark.zh for remark in verdict.remarks)
        assert question.mark(question.key).outcome == "right"

    is_marked()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("text", ["１", " 1 ", "1.", "(1)"])
def test_full_width_and_spaced_digits_are_the_digits(name, text):
    for sample in load(name).samples():
        question = sample.question.pose(Random(1), find_example)
        assert question.mark(text).outcome == question.mark("1").outcome

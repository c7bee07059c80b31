"""Text is shown and never obeyed; widths are counted in columns of a terminal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import ACTIVE, is_harmless

from studynn.views.blocks import columns, padded, visible


@pytest.mark.parametrize("sign", ACTIVE, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_sign_that_a_terminal_obeys_or_hides_is_shown_instead(sign):
    shown = visible(f"a{sign}b")
    assert is_harmless(shown, newline=False) and shown[0] == "a" and shown[-1] == "b" and columns(shown) > 2


@settings(deadline=None, max_examples=500)
@given(st.text())
def test_any_text_becomes_harmless_and_can_be_written(text):
    shown = visible(text)
    assert is_harmless(shown) and shown.encode() and visible(shown) == shown if text else shown == ""


@given(st.text(alphabet="ab 卷积，é√σ²¹ᵀ⊙−·½✓✗“”"))
def test_ordinary_text_stays_as_it_is(text):
    assert visible(text) == text


def test_a_newline_stays_and_a_tab_becomes_a_space():
    assert visible("a\tb\nc") == "a b\nc"


@pytest.mark.parametrize(
    ("words", "count"),
    [("", 0), ("abc", 3), ("卷积", 4), ("，。", 4), ("ａ", 2), ("e\u0301", 1), ("½√σ", 3), ("⎡−1⎤", 4)],
)
def test_a_chinese_sign_takes_two_columns_and_a_combining_mark_none(words, count):
    assert columns(words) == count


@given(st.text(alphabet="ab卷积e\u0301"), st.integers(0, 30), st.booleans())
def test_padding_fills_up_to_the_width_and_cuts_nothing(words, width, right):
    filled = padded(words, width, right=right)
    assert columns(filled) == max(width, columns(words)) and filled.strip() == words

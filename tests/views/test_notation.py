"""A line of notation is set out in rows: all its numbers, in order, none broken, within the width."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import matrices, prose, value

from studynn.core.text import value_text
from studynn.views.blocks import columns
from studynn.views.notation import ALL, CLOSING, is_tall, laid_out, wrapped

NUMBER = re.compile(r"−?\d[\d.]*(?:e[+−]?\d+)?")
widths = st.integers(18, 120)


def shown(words, width=80, **options):
    return "\n".join(laid_out(words, width, **options))


def numbers(text):
    return NUMBER.findall(text)


def test_a_matrix_stands_in_tall_brackets_with_its_columns_aligned():
    assert shown("[0.5, −0.5; 1, 0.5]·[1, −1] + [0, −0.5]") == ("⎡0.5 −0.5⎤·⎡ 1⎤ + ⎡   0⎤\n⎣  1  0.5⎦ ⎣−1⎦   ⎣−0.5⎦")


def test_an_operator_stays_with_what_follows_it_where_a_line_is_broken():
    assert shown("[0.5, −0.5; 1, 0.5] − 0.5·[0.25, 1; 2, 3]", 22) == (
        "⎡0.5 −0.5⎤\n⎣  1  0.5⎦\n− 0.5·⎡0.25 1⎤\n      ⎣   2 3⎦"
    )
    assert shown("σ([1, 2; 3, 4]·σ([5, 6; 7, 8] + [1, 2]))", 14) == (
        "σ(⎡1 2⎤\n  ⎣3 4⎦\n·σ(⎡5 6⎤\n   ⎣7 8⎦\n+ ⎡1⎤))\n  ⎣2⎦"
    )
    assert shown("227 − 11 + 2·0 − 4", 11) == "227 − 11\n+ 2·0 − 4"


def test_a_line_is_broken_outside_of_brackets_where_that_is_enough():
    assert (
        shown("([0.5575, 0.5904] − [1, 0]) ⊙ (1 − [0.55, 0.59])", 28)
        == "([0.5575, 0.5904] − [1, 0])\n⊙ (1 − [0.55, 0.59])"
    )


def test_a_lead_stands_before_the_first_row_and_indents_the_others():
    assert shown("[1, 2; 3, 4] + [1, 2; 3, 4]", 12, lead="= ") == "= ⎡1 2⎤\n  ⎣3 4⎦\n  + ⎡1 2⎤\n    ⎣3 4⎦"
    assert shown("1 + 1", 20, lead="= ") == "= 1 + 1"


def test_a_mixed_number_is_one_number():
    assert laid_out("12 1/6 + 13 5/6", 8) == ["12 1/6", "+ 13 5/6"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("[1; 2; 3]", "⎡1⎤\n⎢2⎥\n⎣3⎦"),
        ("[1, 2, 3]", "[1, 2, 3]"),
        ("[[1, 2, 3]]·[4; 5; 6]", "        ⎡4⎤\n[1 2 3]·⎢5⎥\n        ⎣6⎦"),
        ("[1, 2; 3, 4 | 5, 6; 7, 8]", "⎡1 2⎤│⎡5 6⎤\n⎣3 4⎦│⎣7 8⎦"),
        ("[1, 2 | 3, 4]", "[1 2]│[3 4]"),
        ("[1; 2 || 3; 4]", "⎡1⎤\n⎣2⎦\n⎡3⎤\n⎣4⎦"),
        ("[F, ⌊(H − K + 2P)/S⌋ + 1, …]", "[F, ⌊(H − K + 2P)/S⌋ + 1, …]"),
        ("W·[h; x]", "W·⎡h⎤\n  ⎣x⎦"),
        ("[1, 2; 3]", "[1, 2; 3]"),
        ("", ""),
        ("[]", "[]"),
    ],
)
def test_arrays_of_every_shape(words, lines):
    assert shown(words) == lines


def test_stacks_that_do_not_fit_beside_each_other_stand_below_each_other():
    assert shown("[1, 2; 3, 4 | 5, 6; 7, 8 | 9, 0; 1, 2]", 12) == "⎡1 2⎤│⎡5 6⎤\n⎣3 4⎦│⎣7 8⎦\n⎡9 0⎤\n⎣1 2⎦"


def test_what_is_long_is_elided_in_the_middle_unless_all_of_it_is_wanted():
    square = value_text([[10 * row + column for column in range(20)] for row in range(20)])
    lines = laid_out(square, 80)
    assert len(lines) == 8 and "⋮" in lines[5] and lines[0].split() == ["⎡", "0", "1", "2", "3", "4", "…", "18", "19⎤"]
    assert numbers(shown(square, 200, most=ALL)) == numbers(square)
    vector = value_text(list(range(100, 164)))
    assert shown(vector, 80) == "[100, 101, 102, 103, 104, …, 162, 163]"
    assert numbers(shown(vector, 40, most=ALL)) == numbers(vector)
    assert shown(value_text(list(range(12))), 80) == value_text(list(range(12)))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(matrices(), min_size=1, max_size=4),
    st.lists(st.sampled_from([" + ", "·", " ⊙ ", " − 0.5·", ") + σ("])),
    widths,
)
def test_no_number_is_lost_or_broken_and_no_line_too_wide(arrays, signs, width):
    words = arrays[0] + "".join(sign + array for sign, array in zip(signs, arrays[1:], strict=False))
    lines = laid_out(words, width)
    assert max(map(columns, lines)) <= width
    assert sorted(numbers(" ".join(lines))) == sorted(numbers(words))


@settings(deadline=None, max_examples=150)
@given(st.lists(value, min_size=1, max_size=10), st.sampled_from([", ", " + ", "·", " "]), widths)
def test_the_numbers_of_a_flat_line_stay_in_order(entries, between, width):
    for words in (between.join(entries), f"[{', '.join(entries)}] + 1"):
        assert numbers(" ".join(laid_out(words, width))) == numbers(words)


@settings(deadline=None, max_examples=100)
@given(matrices(most=10), widths)
def test_a_matrix_keeps_its_rows_in_order(matrix, width):
    assert numbers(shown(matrix, width)) == numbers(matrix)


@settings(deadline=None, max_examples=300)
@given(st.one_of(prose, st.text(alphabet="[]|;,() −+·σ12", max_size=60)), st.integers(2, 60))
def test_any_text_at_all_is_laid_out_within_the_width(words, width):
    for line in laid_out(words, width):
        assert columns(line) <= width or "\n" in words


def test_only_an_array_with_rows_is_tall():
    assert is_tall("[1; 2]") and is_tall("a [1 | 2]")
    assert not any(is_tall(words) for words in ("", "[1, 2]", "a; b", "|x|", "[1, 2; 3]", "P(a | b)"))


@settings(deadline=None, max_examples=300)
@given(prose, st.integers(2, 60))
def test_wrapping_loses_nothing_and_keeps_the_width(words, width):
    lines = wrapped(words, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(columns(line) <= width for line in lines)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["卷积", "网络", "filter", "3×3", "的", " "]), min_size=1), st.data(), st.integers(12, 40)
)
def test_no_line_begins_with_a_closing_sign_where_that_can_be_avoided(words, data, width):
    text = "".join(
        word + data.draw(st.sampled_from(["", "。", "，", "、", "！", "）", "）。"])) for word in ["卷", *words]
    )
    text = re.sub(r"(?<=\s)[，。、！）]+", "", text)
    assert not any(line[:1] and line[0] in CLOSING for line in wrapped(text, width))


def test_an_opening_bracket_does_not_end_a_line():
    assert wrapped("卷积核（大小）为三", 8) == ["卷积核", "（大小）", "为三"]


def test_long_words_are_cut_and_empty_text_is_one_empty_line():
    assert wrapped("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrapped("", 10) == [""] and wrapped("a\n\nb", 10) == ["a", "", "b"]
    assert wrapped("卷积", 1) == ["卷", "积"]

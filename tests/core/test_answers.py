"""Any text is a value or unreadable, never an accident; numbers are read the way people write them."""

from fractions import Fraction
from math import isclose

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studynn.core.answers import (
    Unreadable,
    one_slip_of_the_pen,
    plain_word,
    read_array,
    read_like,
    read_number,
    read_order,
    read_pairing,
    read_pick,
    read_picks,
)
from studynn.core.values import components, shape

HOSTILE = [
    "", " ", "\x00", "\x1b[2J", "\ud800", "9**9**9", "9^9^9^9", "1e999", "-1e999", "1" * 5000, "10^400", "9^300*9^300",
    "1/" + "7" * 190, "(" * 199, "(" * 90 + "1" + ")" * 90, "-" * 199 + "1", "[" * 10_000, "[" * 5_000 + "]" * 5_000,
    "]" * 100, "1" + "*999999^400" * 15, "0^-1", "(0-8)^(1/3)", "1/0", "1 1/0", "0x10", "1,,2", "[[1],2]", "[1,[2]]",
    "1,2;3", "||||", "|;|;|", ",;,;", "nan", "inf", "∞", "1e-999", "0.1^400*0.1^400", "²", "½", "１／０", "1_000",
    "x" * 30_000, "1," * 15_000, "1x" * 9_000, "1;" * 9_000, "٣", "%", "%%", "5%%", "1e", "e5", ".", "..", "1.2.3",
    "--5", "5-", "()", "2(3)", "a" * 10_000, "\u202e123", "1\u200b2", "\n\n", "[[1,2;3,4]]", "1e308*10", "0*10^400",
]  # fmt: skip

typed = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,;|[]()+-*/^%xe −×·１２，；（）", max_size=60),
    st.text(alphabet=st.characters(categories=["Nd", "No", "Cs", "Cc", "Cf", "Po", "Sm"]), max_size=20),
    st.sampled_from(HOSTILE),
)
MODELS = [1, 0.5, Fraction(1, 3), (1, 2), ((1.5, 2), (3, 4)), (((1,), (2,)), ((3,), (4,)))]


def outcome(read, *arguments):
    """The value, or None where the text cannot be read; any other exception comes through."""
    try:
        return read(*arguments)
    except Unreadable as problem:
        assert problem.reason.en and problem.reason.zh
        return None


@settings(deadline=None, max_examples=400)
@given(typed)
def test_any_text_is_a_finite_number_or_unreadable(text):
    value = outcome(read_number, text)
    if value is not None:
        assert abs(float(value)) < 1e301 and float(value) == float(value)


@settings(deadline=None, max_examples=400)
@given(typed)
def test_any_text_is_numbers_or_unreadable_as_an_array(text):
    value = outcome(read_array, text)
    if value is not None:
        assert all(abs(float(number)) < 1e301 for number in components(value))


@settings(deadline=None, max_examples=300)
@given(typed, st.sampled_from(MODELS))
def test_what_is_read_like_a_model_has_as_many_numbers_as_it(text, model):
    value = outcome(read_like, text, model)
    if value is not None:
        assert len(list(components(value))) == len(list(components(model)))


@settings(deadline=None, max_examples=400)
@given(st.one_of(typed, st.text(alphabet="abcdef123456 ,.;=→-和", max_size=12)), st.integers(2, 6))
def test_any_text_is_a_choice_within_bounds_or_unreadable(text, count):
    pick = outcome(read_pick, text, count)
    assert pick is None or 0 <= pick < count
    picks = outcome(read_picks, text, count)
    assert picks is None or (set(picks) <= set(range(count)) and len(picks) == len(set(picks)) > 0)
    for read in (read_order, read_pairing):
        order = outcome(read, text, count)
        assert order is None or sorted(order) == list(range(count))


@settings(deadline=None, max_examples=200)
@given(typed)
def test_a_plain_word_stays_the_same_when_made_plain_again(text):
    assert plain_word(plain_word(text)) == plain_word(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28", 28), ("1,000", 1000), ("61,706", 61706), ("-1,234,567.5", -1234567.5), ("１２", 12), ("３．５", 3.5),
        ("3/8", Fraction(3, 8)), ("6/3", 2), ("1 1/6", Fraction(7, 6)), ("−1 1/6", Fraction(-7, 6)),
        ("50%", Fraction(1, 2)), ("50 %", Fraction(1, 2)), ("12.5％", 0.125), ("1.2e-3", 0.0012), ("1.2E−3", 0.0012),
        ("1.2×10^-3", 0.0012), ("1.2·10**−3", 0.0012), (".375", 0.375), ("4.", 4), ("5*5*3*32+32", 2432),
        ("5×5×3×32 + 32", 2432), ("(227 − 11)/4 + 1", 55), ("-5", -5), ("−5", -5), ("–5", -5), ("－５", -5), ("+5", 5),
        ("2^10", 1024), ("2**3**2", 512), ("-2^2", -4), ("5*-3", -15), ("  7  ", 7), ("7。", 7), ("（１＋２）＊３", 9),
        ("0.5,", None), ("9,9", None), ("1,00", None), ("1,0000", None), ("10^400", None), ("1/0", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, value):
    found = outcome(read_number, text)
    assert found is value is None or isclose(found, value, rel_tol=1e-12)
    assert isinstance(found, type(value)) or isinstance(value, int)


def test_a_unit_after_a_number_is_ignored_in_any_width_and_case():
    assert (
        read_number("9 Weights", "weights")
        == read_number("９ｗｅｉｇｈｔｓ", "weights")
        == read_number("9个", "个")
        == 9
    )
    assert outcome(read_number, "weights", "weights") is None


@st.composite
def sums(draw, depth=3):
    """An expression as text and its exact value."""
    if depth == 0 or draw(st.booleans()):
        number = draw(st.integers(0, 999))
        return str(number), Fraction(number)
    (left, a), (right, b) = draw(sums(depth=depth - 1)), draw(sums(depth=depth - 1))
    sign = draw(st.sampled_from("+-*/" if b else "+-*"))
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else None}[sign]
    if draw(st.booleans()):
        return f"-(({left}){sign}({right}))", -value
    return f"({left}) {sign} ({right})" if sign in "*/" else f"({left} {sign} {right})", value


@settings(deadline=None, max_examples=200)
@given(sums())
def test_arithmetic_agrees_with_fractions(expression):
    text, value = expression
    if len(text) <= 200:
        assert read_number(text) == value


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 99), min_size=2, max_size=6), st.lists(st.sampled_from("+-*"), min_size=5, max_size=5))
def test_products_bind_closer_than_sums_without_brackets(numbers, signs):
    text = str(numbers[0]) + "".join(sign + str(number) for sign, number in zip(signs, numbers[1:], strict=False))
    assert read_number(text) == eval(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,2;3,4", ((1, 2), (3, 4))), ("1，2；3，4", ((1, 2), (3, 4))), ("[[1, 2], [3, 4]]", ((1, 2), (3, 4))),
        ("【1 2；3 4】", ((1, 2), (3, 4))), ("[1, 2; 3, 4]", ((1, 2), (3, 4))), ("((1,2),(3,4))", ((1, 2), (3, 4))),
        ("28x28x32", (28, 28, 32)), ("28×28×32", (28, 28, 32)), ("(32, 28, 28)", (32, 28, 28)), ("1 2 3", (1, 2, 3)),
        ("1/2, 50%", (Fraction(1, 2), Fraction(1, 2))), ("1,2|3,4", (((1, 2),), ((3, 4),))), ("5", (5,)),
        ("1;2;", ((1,), (2,))), ("1,2;3,4||5,6;7,8", ((((1, 2), (3, 4)),), (((5, 6), (7, 8)),))), ("[[5]]", ((5,),)),
        ("[[1,2];[3,4]]", ((1, 2), (3, 4))), ("1 1/6, 2", (Fraction(7, 6), 2)),
        ("[[1,2;3,4]]", None), ("1,,2", None), ("a,b", None), ("[]", None), ("[[[[[[1]]]]]]", None), ("[[1]", None),
    ],
)  # fmt: skip
def test_an_array_is_read_as_people_write_it(text, value):
    assert outcome(read_array, text) == value


def test_a_run_of_numbers_takes_the_shape_that_is_due_and_rows_of_different_lengths_are_unreadable():
    model = ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))
    assert read_like("1 2 3 4 5 6", model) == ((1, 2), (3, 4), (5, 6))
    assert shape(read_like("1,2,3;4,5,6", model)) == (2, 3)
    for text in ("1,2;3;4,5,6", "[[1,2],3,[4,5,6]]", "1 2 3", "1,2;3,4"):
        assert outcome(read_like, text, model) is None


@example("stride", 0, "x")
@given(st.text(alphabet="abcd", min_size=1, max_size=8), st.integers(0, 7), st.sampled_from("xyz"))
def test_one_letter_added_changed_left_out_or_swapped_is_one_slip_of_the_pen(word, place, letter):
    place = min(place, len(word) - 1)
    slips = {word[:place] + letter + word[place:], word[:place] + letter + word[place + 1 :]}
    slips |= {word[:place] + word[place + 1 :], word[:place] + word[place : place + 2][::-1] + word[place + 2 :]}
    assert all(one_slip_of_the_pen(slip, word) for slip in slips - {word})
    assert not one_slip_of_the_pen(word, word)
    assert not one_slip_of_the_pen(word + "xy", word) and not one_slip_of_the_pen("x" + word + "y", word)

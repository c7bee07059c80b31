"""Numbers as the learner sees them are the numbers, as far as six digits; text is filled in both languages."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.answers import read_array, read_number
from studynn.core.text import Text, fill, mixed_number, number_text, value_text

finite = st.floats(-1e12, 1e12, allow_subnormal=False)


@settings(deadline=None, max_examples=500)
@given(st.one_of(finite, st.floats(-1, 1, allow_subnormal=False), st.integers(-(10**15), 10**15)))
def test_a_shown_number_reads_back_within_half_a_thousandth(number):
    back = float(read_number(number_text(number)))
    assert abs(back - number) <= 0.0005 * abs(number)


@settings(deadline=None, max_examples=500)
@given(st.integers(-999_999, 999_999), st.integers(-12, 8))
def test_a_number_of_up_to_six_digits_is_shown_exactly(digits, power):
    number = float(f"{digits}e{power}")
    assert float(read_number(number_text(number))) == number


@given(st.fractions(max_denominator=10**6))
def test_a_fraction_is_shown_exactly(number):
    assert read_number(number_text(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (54, "54"), (54.0, "54"), (-0.0, "0"), (-0.5, "−0.5"), (0.123456, "0.123456"), (0.1234567, "0.1235"),
        (12345.678, "12346"), (9999.99999, "10000"), (1e6, "1000000"), (2e6, "2000000"), (1234567.0, "1.235e6"),
        (1e-5, "1e−5"), (1.23456e-5, "1.23456e−5"), (1.234567e-5, "1.235e−5"), (Fraction(-3, 8), "−3/8"), (True, "1"),
        (float("inf"), "∞"), (float("-inf"), "−∞"), (float("nan"), "undefined"), (1e22, "1e22"),
    ],
)  # fmt: skip
def test_number_text(number, text):
    assert number_text(number) == text


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(2, 4), st.data())
def test_a_shown_matrix_reads_back(rows, width, data):
    entries = st.lists(st.integers(-99, 99), min_size=width, max_size=width).map(tuple)
    matrix = tuple(data.draw(st.lists(entries, min_size=rows, max_size=rows)))
    back = read_array(value_text(matrix))
    assert back == (matrix if rows > 1 else matrix[0])


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_value_put_in_is_never_taken_for_a_placeholder(first, second):
    filled = Text("{a}-{b}-{c}", "{b}").fill(a=first, b=second)
    assert filled == Text(f"{first}-{second}-{{c}}", second)


def test_braces_that_name_nothing_stay():
    assert fill("{x} ∈ {1, 2} {} {t}", {"x": "{t}", "t": 3}) == "{t} ∈ {1, 2} {} 3"


@given(st.integers(-500, 500), st.integers(1, 50))
def test_a_mixed_number_has_the_value_of_its_quotient(numerator, denominator):
    if numerator >= 0:
        assert read_number(mixed_number(numerator, denominator)) == Fraction(numerator, denominator)

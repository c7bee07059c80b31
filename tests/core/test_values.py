"""Values are told apart by what they are: numbers, words, arrays nested or of NumPy."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.values import components, is_array, is_ragged, is_whole, like, nested, plain, shape

axes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@given(axes)
def test_numpy_and_nested_arrays_are_the_same_value(lengths):
    array = np.arange(np.prod(lengths)).reshape(lengths)
    assert is_array(array) and is_array(plain(array))
    assert shape(array) == shape(plain(array)) == lengths
    assert list(components(array)) == list(components(plain(array))) == list(range(array.size))


@given(axes)
def test_a_run_of_numbers_is_laid_out_in_reading_order(lengths):
    count = int(np.prod(lengths))
    value = nested(iter(range(count)), lengths)
    assert shape(value) == lengths and list(components(value)) == list(range(count)) and not is_ragged(value)


def test_rows_of_different_length_or_depth_are_ragged():
    assert (
        is_ragged(((1, 2), (3,)))
        and is_ragged(((1, 2), 3))
        and is_ragged((1, (2,)))
        and is_ragged((((1,),), ((1, 2),)))
    )
    assert not is_ragged(3) and not is_ragged(()) and not is_ragged(np.ones((2, 2)))


def test_a_number_is_no_array():
    assert not any(is_array(value) for value in (1, 1.5, Fraction(1, 2), "word", np.float64(1), np.array(1.0)))


def test_noise_of_floating_point_leaves_a_number_whole():
    assert is_whole(3) and is_whole(0.1 * 30) and is_whole(Fraction(6, 2))
    assert not any(is_whole(number) for number in (0.5, float("inf"), float("nan"), 1 + 1e-6, Fraction(1, 3)))


def test_a_learners_numbers_are_kept_as_they_are_where_the_truth_is_an_array_of_whole_ones():
    given = like((2.5, Fraction(1, 2)), np.array([1, 2]))
    assert given.tolist() == [2.5, 0.5]
    assert like((3, 4), np.array([1, 2])).dtype == int


def test_like_leaves_the_model_alone_and_what_has_another_shape_as_it_is():
    model = np.array([1.0, 2.0])
    assert like((3, 4), model).tolist() == [3, 4] and model.tolist() == [1, 2]
    assert like((1, 2, 3), model) == (1, 2, 3) and like(3, np.float64(2)) == 3

"""An input of the command line is its value, or is refused with its name, what was given and what is allowed."""

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.errors import InputError
from studynn.core.inputs import (
    Counts,
    Input,
    Matrix,
    Tensor,
    Vector,
    defaults,
    input_text,
    inputs_of,
    read_input,
    read_inputs,
    used_inputs,
)
from studynn.core.steps import Example
from studynn.core.text import Text


def everything(
    width: Annotated[int, Input("W", at_least=1, at_most=512)] = 5,
    rate: Annotated[float, Input("η", at_least=0)] = 0.5,
    shift: Annotated[float, Input("s", at_most=1)] = 0.0,
    free: Annotated[float, Input("f")] = 0.0,
    list_: Annotated[Vector, Input("v", longest=4)] = (1.0, 2.0),
    matrix: Annotated[Matrix, Input("M", longest=4)] = ((1.0, 2.0), (3.0, 4.0)),
    stack: Annotated[Any, (3,), Input("X", longest=4)] = (((1.0,),),),
    kernels: Annotated[Tensor, Input("K", longest=4)] = ((1.0,),),
    counts: Annotated[Counts, Input("n", at_least=1, at_most=9)] = (6, 6),
    maybe: Annotated[Vector | None, Input("m", unless="mode")] = None,
    mode: Annotated[Literal["same", "valid", "none"], Input("mode")] = "none",
    flip: Annotated[bool, Input("flip")] = False,
):
    yield


EXAMPLE = Example("everything", Text("a", "b"), ("t",), (), everything)
INPUTS = inputs_of(EXAMPLE)
number = st.integers(-999_999, 999_999).map(lambda digits: digits / 1000)


def rows(entries, count=4):
    return st.integers(1, count).flatmap(
        lambda width: st.lists(st.lists(entries, min_size=width, max_size=width).map(tuple), min_size=1, max_size=4)
    )


VALUES = {
    "width": st.integers(1, 512),
    "rate": number.map(abs),
    "free": number,
    "list_": st.lists(number, min_size=1, max_size=4).map(tuple),
    "matrix": rows(number).map(tuple),
    "stack": rows(number).map(lambda found: (tuple(found), tuple(found))),
    "counts": st.lists(st.integers(1, 9), min_size=1, max_size=9).map(tuple),
    "mode": st.sampled_from(["same", "valid"]),
}


@pytest.mark.parametrize("name", VALUES)
def test_an_input_written_out_reads_back(name):
    @settings(deadline=None, max_examples=60)
    @given(VALUES[name])
    def reads_back(value):
        assert read_input(INPUTS[name], input_text(INPUTS[name], value)) == value

    reads_back()


def test_the_default_of_every_input_reads_back():
    for wanted in INPUTS.values():
        if wanted.kind != "flag" and wanted.default is not None:
            assert read_input(wanted, input_text(wanted, wanted.default)) == wanted.default


REFUSED = {
    "width": ["0", "-1", "513", "2.5", "1e2", "abc", "", "nan", "inf", "1,2", "10^400", "3/2", "\x1b[2J"],
    "rate": ["-0.1", "nan", "inf", "-inf", "1e7", "10^299", "1e999", "", "x", "∞", "0,5"],
    "shift": ["1.1", "-1e7", "NaN"],
    "free": ["Infinity", "1/0", "1000001"],
    "list_": ["1,2;3,4", "1,2,3,4,5", "", "1,nan", "[[1],2]", "[1,[2]]", "[]", "1,,2", ","],
    "matrix": ["1,2;3", "1;2;3;4;5", "1,2|3,4", "[[1,2],3]", "[[],[]]", "[[]]", "inf;1", "1,2;3,1e7", "a;b"],
    "stack": ["1,2;3|4,5;6,7", "1||2", "[[[1],[2,3]],[[4],[5]]]", "1|2|3|4|5"],
    "kernels": ["[[[[[1]]]]]", "1,2;3", ""],
    "counts": ["0,6", "10", "6,6.5", "6,1/2", "-6", "a"],
    "maybe": ["1;2", "none", ""],
    "mode": ["Same", "", "full", "same ", "\u202e"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_a_refusal_names_the_option_what_was_given_and_what_is_allowed(name, text):
    with pytest.raises(InputError) as refused:
        read_input(INPUTS[name], text)
    option = name.rstrip("_")
    assert refused.value.option == option and refused.value.exit_code == 2
    assert refused.value.message.en.startswith(f"--{option} {text}: ") and " must " in refused.value.message.en
    assert refused.value.message.zh.startswith(f"--{option} {text}：") and "应" in refused.value.message.zh


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("width", "must be a whole number from 1 to 512", "应为 1 到 512 的整数"),
        ("rate", "must be a number of at least 0", "应为不小于 0 的数"),
        ("shift", "must be a number of at most 1", "应为不大于 1 的数"),
        ("free", "must be a number", "应为数"),
        (
            "list_",
            "must be a list of numbers such as 1,2,3, at most 4 a side",
            "应为一列数（如 1,2,3），每边不超过 4 个",
        ),
        ("mode", "must be one of same, valid, none", "应为 same, valid, none 之一"),
    ],
)
def test_what_is_allowed_is_said_in_both_languages(name, en, zh):
    assert INPUTS[name].allowed() == Text(en, zh)


def test_numbers_allowed_in_an_array_are_told_too():
    allowed = INPUTS["counts"].allowed()
    assert "whole numbers from 1 to 9" in allowed.en and "1 到 9 的整数" in allowed.zh


def test_rows_of_different_lengths_are_counted_out():
    with pytest.raises(InputError, match="these have 2, 1"):
        read_input(INPUTS["matrix"], "1,2;3")


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([*REFUSED]), st.one_of(st.text(max_size=30), st.text(alphabet="0123.,;|[]()-e/^ ", max_size=30)))
def test_any_text_is_an_input_or_refused(name, text):
    try:
        read_input(INPUTS[name], text)
    except InputError as refused:
        assert len(refused.message.en) < 250 and refused.message.zh


def test_what_is_too_long_to_repeat_is_cut_in_the_message():
    with pytest.raises(InputError) as refused:
        read_input(INPUTS["width"], "9" * 10_000)
    assert len(refused.value.message.en) < 200 and "…" in refused.value.message.en


def test_a_matrix_of_one_row_and_a_stack_of_one_matrix_need_no_separators():
    assert read_input(INPUTS["matrix"], "1,2") == ((1, 2),)
    assert read_input(INPUTS["stack"], "1,2;3,4") == (((1, 2), (3, 4)),)
    assert read_input(INPUTS["kernels"], "1,2") == ((1, 2),)


def test_inputs_that_are_not_given_have_their_defaults():
    assert read_inputs(EXAMPLE, {"width": "7", "flip": True, "rate": None}) == defaults(EXAMPLE) | {
        "width": 7,
        "flip": True,
    }


def test_inputs_that_play_no_part_are_left_out():
    assert "maybe" not in used_inputs(EXAMPLE, defaults(EXAMPLE)) and "flip" not in used_inputs(
        EXAMPLE, defaults(EXAMPLE)
    )
    given = defaults(EXAMPLE) | {"maybe": (1.0,)}
    assert "maybe" in used_inputs(EXAMPLE, given)
    assert "maybe" not in used_inputs(EXAMPLE, given | {"mode": "same"})


def test_an_option_is_written_without_what_python_needs():
    assert [INPUTS[name].option for name in ("list_", "width")] == ["list", "width"]
    assert inputs_of(EXAMPLE) is INPUTS

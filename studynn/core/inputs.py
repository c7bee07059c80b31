"""The inputs of a worked example, read from its signature, and texts turned into their values."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NamedTuple

from .errors import InputError
from .steps import Example, Inputs
from .text import Text, number_text, value_text
from .values import components, is_ragged, shape

LARGEST = 1e6
LONGEST_TEXT = 1000

Axes = tuple[int, ...]
Vector = Annotated[tuple[float, ...], (1,)]
Matrix = Annotated[tuple[tuple[float, ...], ...], (2,)]
Tensor = Annotated[Any, (2, 3, 4)]
Counts = Annotated[tuple[int, ...], (1,), int]


class FromFile(NamedTuple):
    """Numbers that were read from a file: nested tuples, and the name to be used in refusals."""

    value: Any
    name: str


@dataclass(frozen=True)
class Input:
    """What an input is called and which values it takes.

    `symbol` is its letter in the formulas; `letter` a one-letter option; bounds hold for every number of an array;
    `longest` bounds the length of an array along each axis. `unless` names another input that makes this one idle when it
    is given; `wording` says that it changes words only. `name`, `kind`, `axes` and `default` come from the signature.
    """

    symbol: str
    help: Text | None = None
    at_least: float | None = None
    at_most: float | None = None
    letter: str = ""
    longest: int = 64
    unless: str = ""
    wording: bool = False
    name: str = ""
    kind: Literal["int", "float", "flag", "choice", "array", "text"] = "int"
    whole: bool = False
    optional: bool = False
    axes: Axes = ()
    choices: tuple[str, ...] = ()
    default: Any = None

    @property
    def option(self) -> str:
        """The name of the option without its dashes."""
        return self.name.rstrip("_").replace("_", "-")

    def allowed(self) -> Text:
        """What may be given, as the end of an error message or a help line."""
        if self.kind == "choice":
            names = ", ".join(self.choices)
            return Text(f"must be one of {names}", f"应为 {names} 之一")
        if self.kind == "array":
            return _array_words(self)
        if self.kind == "text":
            return Text(f"must be a text of 1 to {LONGEST_TEXT} characters", f"应为 1 到 {LONGEST_TEXT} 个字符的文字")
        what = Text("a whole number", "整数") if self.kind == "int" else Text("a number", "数")
        return _bounds(what, self)


def _array_words(wanted: Input) -> Text:
    example = {1: "1,2,3", 2: "1,2;3,4", 3: "1,2;3,4 | 5,6;7,8", 4: "1,2;3,4 || 5,6;7,8"}
    en = {1: "a list of numbers", 2: "a matrix", 3: "a stack of matrices", 4: "kernels"}
    zh = {1: "一列数", 2: "矩阵", 3: "一叠矩阵", 4: "一组卷积核"}
    kinds = " or ".join(f"{en[n]} such as {example[n]}" for n in wanted.axes)
    kinds_zh = "或".join(f"{zh[n]}（如 {example[n]}）" for n in wanted.axes)
    entries = _bounds(Text("whole numbers" if wanted.whole else "numbers", "整数" if wanted.whole else "数"), wanted)
    limit = Text(f"at most {wanted.longest} a side", f"每边不超过 {wanted.longest} 个")
    if wanted.at_least is not None or wanted.at_most is not None or wanted.whole:
        bounds = Text(entries.en.removeprefix("must be "), entries.zh.removeprefix("应为"))
        return Text(f"must be {kinds}, with {bounds.en}, {limit.en}", f"应为{kinds_zh}，各数为{bounds.zh}，{limit.zh}")
    return Text(f"must be {kinds}, {limit.en}", f"应为{kinds_zh}，{limit.zh}")


def _bounds(what: Text, wanted: Input) -> Text:
    low, high = wanted.at_least, wanted.at_most
    if low is not None and high is not None:
        return Text(
            f"must be {what.en} from {number_text(low)} to {number_text(high)}",
            f"应为 {number_text(low)} 到 {number_text(high)} 的{what.zh}",
        )
    if low is not None:
        return Text(f"must be {what.en} of at least {number_text(low)}", f"应为不小于 {number_text(low)} 的{what.zh}")
    if high is not None:
        return Text(f"must be {what.en} of at most {number_text(high)}", f"应为不大于 {number_text(high)} 的{what.zh}")
    return Text(f"must be {what.en}", f"应为{what.zh}")


def inputs_of(example: Example) -> dict[str, Input]:
    """The inputs of an example by parameter name, in the order of its signature."""
    if example._inputs is None:
        annotations = dict(example.derive.__annotations__)
        annotations.pop("return", None)
        given = example.derive.__defaults__ or ()
        example._inputs = {
            name: _from_annotation(name, annotation, default)
            for (name, annotation), default in zip(annotations.items(), given, strict=True)
        }
    found: dict[str, Input] = example._inputs
    return found


def defaults(example: Example) -> Inputs:
    """The default value of every input."""
    return {name: wanted.default for name, wanted in inputs_of(example).items()}


def used_inputs(example: Example, inputs: Inputs) -> dict[str, Any]:
    """The inputs that play a part, by name: given, no flag that is off, and not made idle by another one."""

    def is_given(name: str) -> bool:
        value = inputs.get(name)
        return value is not None and value is not False and not (isinstance(value, str) and value == "none")

    return {
        name: inputs[name]
        for name, wanted in inputs_of(example).items()
        if is_given(name) and not wanted.wording and not (wanted.unless and is_given(wanted.unless))
    }


def _from_annotation(name: str, annotation: Any, default: Any) -> Input:
    base, *extras = typing.get_args(annotation)
    wanted = next(extra for extra in extras if isinstance(extra, Input))
    optional = False
    if typing.get_origin(base) in (typing.Union, types.UnionType):
        base, optional = next(part for part in typing.get_args(base) if part is not type(None)), True
    axes = next((extra for extra in [*extras, *typing.get_args(base)] if isinstance(extra, tuple)), ())
    whole = int in extras or int in typing.get_args(base)[1:]
    wanted = replace(wanted, name=name, default=default, optional=optional)
    if axes:
        return replace(wanted, kind="array", axes=axes, whole=whole)
    if typing.get_origin(base) is Literal:
        return replace(wanted, kind="choice", choices=typing.get_args(base))
    kinds: dict[Any, Any] = {int: "int", float: "float", bool: "flag", str: "text"}
    return replace(wanted, kind=kinds[base])


def read_input(wanted: Input, text: str) -> Any:
    """The value that a text on the command line gives to an input; raises InputError saying what is allowed."""
    if wanted.kind == "choice":
        if text not in wanted.choices:
            raise InputError(wanted.option, text, wanted.allowed())
        return text
    from .answers import Unreadable, normalised, read_array, read_number

    if wanted.kind == "text":
        words = normalised(text)
        if not 0 < len(words) <= LONGEST_TEXT:
            raise InputError(wanted.option, text, wanted.allowed())
        return words
    try:
        value = read_array(text) if wanted.kind == "array" else read_number(text)
    except Unreadable:
        raise InputError(wanted.option, text, wanted.allowed()) from None
    if wanted.kind == "array":
        return fit_array(wanted, value, text)
    if wanted.kind == "int":
        if not isinstance(value, int):
            raise InputError(wanted.option, text, wanted.allowed())
    else:
        value = float(value)
    _bounded(wanted, value, text)
    return value


def fit_array(wanted: Input, value: Any, text: str) -> Any:
    """An array of numbers, wherever it comes from, as the value of an input; `text` names it in refusals (InputError)."""
    if is_ragged(value):
        raise InputError(wanted.option, text, _ragged_words(value))
    axes = len(shape(value))
    if axes == 1 and 1 not in wanted.axes:
        value, axes = (value,), 2  # a matrix of one row is typed without `;`
    while axes < min(wanted.axes):
        value, axes = (value,), axes + 1
    if axes not in wanted.axes or max(shape(value)) > wanted.longest or 0 in shape(value):
        raise InputError(wanted.option, text, wanted.allowed())
    for number in components(value):
        if wanted.whole and not isinstance(number, int):
            raise InputError(wanted.option, text, wanted.allowed())
        _bounded(wanted, number, text)
    return value if wanted.whole else _floats(value)


def _ragged_words(value: Any) -> Text:
    counts = [len(row) if isinstance(row, tuple) else 1 for row in value]
    if len(set(counts)) == 1:
        return Text("rows must be equally long", "各行应一样长")
    lengths = ", ".join(map(str, counts[:10])) + (", …" if len(counts) > 10 else "")
    return Text(f"rows must be equally long, these have {lengths}", f"各行应一样长，这里分别为 {lengths}")


def _floats(value: Any) -> Any:
    return tuple(_floats(part) for part in value) if isinstance(value, tuple) else float(value)


def _bounded(wanted: Input, number: Any, text: str) -> None:
    low, high = wanted.at_least, wanted.at_most
    if (low is not None and number < low) or (high is not None and number > high):
        raise InputError(wanted.option, text, wanted.allowed())
    if not abs(number) <= LARGEST:  # so that an undefined number is refused too
        raise InputError(wanted.option, text, Text("must lie between −1e6 and 1e6", "应在 −1e6 到 1e6 之间"))


def input_text(wanted: Input, value: Any) -> str:
    """An input as it would be typed after its option: `1,2;3,4`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return value_text(value).strip("[]").replace("−", "-").replace(", ", ",").replace("; ", ";")


def read_inputs(example: Example, texts: dict[str, Any]) -> Inputs:
    """All inputs of an example: the texts given (flags as booleans, arrays also from files), the defaults for the rest."""
    values = defaults(example)
    for name, wanted in inputs_of(example).items():
        given = texts.get(name)
        if isinstance(given, FromFile):
            values[name] = _from_file(wanted, given)
        elif given is not None:
            values[name] = given if wanted.kind == "flag" else read_input(wanted, given)
    return values


def _from_file(wanted: Input, given: FromFile) -> Any:
    if wanted.kind != "array" or not all(isinstance(number, int | float) for number in components(given.value)):
        raise InputError(wanted.option, given.name, wanted.allowed())
    value = given.value if isinstance(given.value, tuple) else (given.value,)
    return fit_array(wanted, value, given.name)

"""What the examples on recurrent cells share: shapes that must fit each other."""

from studynn.core.errors import InputError
from studynn.core.inputs import input_text, inputs_of
from studynn.core.steps import Example
from studynn.core.text import Text
from studynn.nn.activations import Array


def require_shape(example: Example, name: str, given: Array, wanted: tuple[int, ...], why: Text) -> None:
    """Raise InputError unless an input is an array of the wanted shape; `why` says what it has to fit.

    The message names the letter of the input, both shapes and the reason.
    """
    if given.shape == wanted:
        return
    option = inputs_of(example)[name]
    due, found = ("×".join(map(str, shape)) for shape in (wanted, given.shape))
    if len(wanted) == 1:
        numbers = "number" if due == "1" else "numbers"
        allowed = Text(
            f"{option.symbol} must have {due} {numbers} {why.en}, it has {found}",
            f"{option.symbol} 应有 {due} 个数{why.zh}，现有 {found} 个",
        )
    else:
        allowed = Text(
            f"{option.symbol} must be {due} {why.en}, it is {found}",
            f"{option.symbol} 应为 {due}{why.zh}，现为 {found}",
        )
    raise InputError(option.option, input_text(option, given), allowed)

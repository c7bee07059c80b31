"""What goes wrong through no fault of the program: told in one line, in the learner's language."""

from __future__ import annotations

from .text import Text, same


class StudyError(Exception):
    """A refusal: what was given, and what is allowed. `exit_code` is 2 for wrong use, 1 for a failed check."""

    def __init__(self, message: Text | str, exit_code: int = 2) -> None:
        self.message = same(message) if isinstance(message, str) else message
        self.exit_code = exit_code
        super().__init__(self.message.en)


class InputError(StudyError):
    """An input of a worked example that cannot be used; `option` names it as on the command line."""

    def __init__(self, option: str, given: str, allowed: Text) -> None:
        self.option = option
        shown = given if len(given) <= 40 else given[:37] + "…"
        super().__init__(Text(f"--{option} {shown}: {allowed.en}", f"--{option} {shown}：{allowed.zh}"))

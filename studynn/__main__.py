"""The program's one entrance, and the one place where what went wrong becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .core.errors import StudyError

if TYPE_CHECKING:
    from .environment import Environment

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Run a command line and give its exit code: 0 done, 1 a check failed, 2 wrong use, 130 interrupted."""
    _mend_streams()
    from .environment import Environment, choose_language

    environment = Environment(list(sys.argv[1:] if arguments is None else arguments))
    try:
        environment.language = choose_language(environment.arguments, environment.variables)
        own = (
            environment.arguments[: environment.arguments.index("--")]
            if "--" in environment.arguments
            else environment.arguments
        )
        environment.plain = "--plain" in own
        code = _run(environment)
        environment.stdout.flush()
        return code
    except StudyError as error:
        return _tell(environment, error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return DONE  # the reader has had enough, as in `| head -1`
    except OSError as error:
        _drop_stdout()
        from .core.text import Text

        reason = error.strerror or str(error)
        return _tell(
            environment, StudyError(Text(f"the output cannot be written: {reason}", f"无法输出：{reason}"), FAILED)
        )


def _run(environment: Environment) -> int:
    from .cli._app import run

    return run(environment)


def _tell(environment: Environment, error: StudyError) -> int:
    from .views.blocks import visible

    try:
        environment.stdout.flush()
        environment.stderr.write(f"studynn: {visible(error.message.to(environment.language)).replace(chr(10), ' ')}\n")
        environment.stderr.flush()
    except OSError:
        _drop_stdout()
    return error.exit_code


def _mend_streams() -> None:
    """Streams that were closed or cannot show every sign must not end in a traceback."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Nobody reads any more: keep the interpreter from complaining about it at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None


if __name__ == "__main__":
    sys.exit(main())

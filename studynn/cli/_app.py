"""How the commands are found, run and explained, in the learner's language."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from .. import __version__
from ..core.errors import StudyError
from ..core.text import Text
from ..environment import Environment
from ._chinese import CHINESE

PROGRAM = "studynn"


def command_names() -> list[str]:
    """The commands in alphabetical order: the files of this folder that do not begin with `_`."""
    return sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))


def environment_of(context: Any) -> Environment:
    """The environment that a command runs in."""
    found = context.find_root().obj
    return found if isinstance(found, Environment) else Environment([])


def translated(words: str, environment: Environment) -> str:
    """A help text in the learner's language."""
    return CHINESE.get(words, words) if environment.language == "zh" else words


def print_version(context: typer.Context, _: Any, wanted: bool) -> None:
    """Answer --version."""
    if wanted and not context.resilient_parsing:
        environment_of(context).stdout.write(f"{PROGRAM} {__version__}\n")
        raise typer.Exit


def common_options() -> list[TyperOption]:
    """The options that every command takes; language and plainness were read before the commands were built."""
    return [
        TyperOption(param_decls=["--lang"], expose_value=False, metavar="en|zh", help="Language: en or zh."),
        TyperOption(
            param_decls=["--plain"],
            is_flag=True,
            default=False,
            expose_value=False,
            help="Linear text without boxes or colour.",
        ),
        TyperOption(
            param_decls=["--version"],
            is_flag=True,
            default=False,
            expose_value=False,
            is_eager=True,
            callback=print_version,
            help="Show the version.",
        ),
    ]


class Explained:
    """Help of a command or group in the learner's language, with an example at the end."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, arguments, options, commands and example."""
        from ._help import help_text

        formatter.write(help_text(cast(Any, self), ctx, environment_of(ctx)))


class StudyCommand(Explained, TyperCommand):
    """A command with the common options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(common_options())


class StudyGroup(Explained, TyperGroup):
    """A group of commands, with the common options of its own; an unambiguous beginning of a name is enough."""

    what = Text("command", "命令")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(common_options())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command meant by a name. Raises StudyError with the nearest names."""
        if cmd_name.startswith("-"):
            return None
        from ..core.names import resolve

        return self.made(
            resolve(cmd_name, self.list_commands(ctx), self.what, listed_by=f"{ctx.command_path} --help"), ctx
        )

    def made(self, name: str, ctx: Any) -> Any:
        """The command of exactly that name."""
        return self.commands[name]

    def summary(self, name: str, ctx: Any) -> str:
        """What a command does, in a line, in English."""
        return (self.made(name, ctx).help or "").split("\n")[0]


class LazyGroup(StudyGroup):
    """The program's commands, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands."""
        return command_names()

    def made(self, name: str, ctx: Any) -> Any:
        """The command of that file."""
        command = typer.main.get_command(self._app(name))
        command.name = name
        return command

    def summary(self, name: str, ctx: Any) -> str:
        """The first line of the docstring, without building the command: the help page lists them all."""
        app = self._app(name)
        told = app.registered_callback or app.registered_commands[0]
        return (getattr(told.callback, "__doc__", None) or "").split("\n")[0]

    def _app(self, name: str) -> typer.Typer:
        found: typer.Typer = import_module(f"studynn.cli.{name}").app
        return found


def new_app(**settings: Any) -> typer.Typer:
    """A typer application as every command file makes one."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings)


root = typer.Typer(cls=LazyGroup, rich_markup_mode=None, pretty_exceptions_enable=False, invoke_without_command=True)


@root.callback(epilog="studynn quiz cnn")
def start(context: typer.Context) -> None:
    """Revise neural networks: quizzes that compute, name your mistake and remember you."""
    if context.invoked_subcommand is None:
        from ._start import welcome

        welcome(environment_of(context))


def run(environment: Environment) -> int:
    """Run the command line of an environment; usage errors of the parser become StudyErrors."""
    from typer import Abort
    from typer._click.exceptions import ClickException

    group = typer.main.get_command(root)
    try:
        code = group.main(args=environment.arguments, prog_name=PROGRAM, standalone_mode=False, obj=environment)
    except ClickException as error:
        from ._help import usage_error

        raise usage_error(error) from None
    except Abort:
        return 130
    except SystemExit:
        # typer ends the program with 1 when the reader of a pipe has gone, having wrapped the streams: here that is no failure
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":
            raise BrokenPipeError from None
        raise
    return code if isinstance(code, int) else 0


def complete_topics(incomplete: str) -> list[str]:
    """Topic names that begin with what was typed, for the shell."""
    from ..bank.library import content_folder

    return [file.stem for file in sorted(content_folder().glob("*.yaml")) if file.stem.startswith(incomplete)]


def refuse_together(*pairs: tuple[str, bool]) -> None:
    """Refuse options that exclude each other when more than one of them is given."""
    given = [name for name, wanted in pairs if wanted]
    if len(given) > 1:
        names = ", ".join(given)
        raise StudyError(Text(f"{names}: only one of them at a time", f"{names}：一次只能用一个"))


def whole(option: str, text: str | None, low: int, high: int) -> int | None:
    """A whole number within bounds, typed after an option; nothing where the option was not given. Raises StudyError."""
    if text is None:
        return None
    from ..core.answers import Unreadable, read_number

    try:
        value = read_number(text)
    except Unreadable:
        value = 0.5
    if not isinstance(value, int) or not low <= value <= high:
        raise StudyError(
            Text(
                f"{option} {text}: must be a whole number from {low} to {high}",
                f"{option} {text}：应为 {low} 到 {high} 的整数",
            )
        )
    return value

"""Help pages and usage errors in the learner's language."""

from __future__ import annotations

from typing import Any

from ..core.errors import StudyError
from ..core.text import Text
from ..environment import Environment
from ..views.blocks import columns, padded
from ..views.notation import wrapped
from ._app import translated

WORDS = {
    "usage": Text("Usage", "用法"),
    "arguments": Text("Arguments", "参数"),
    "options": Text("Options", "选项"),
    "commands": Text("Commands", "命令"),
    "example": Text("Example", "示例"),
    "help": Text("Show this help.", "显示本帮助。"),
    "default": Text("default", "默认"),
}
LABEL_COLUMNS = 30


def help_text(command: Any, context: Any, environment: Environment) -> str:
    """The help page of a command or group."""
    width = environment.width
    usage = f"{WORDS['usage'].to(environment.language)}: {context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    if environment.language == "zh":
        usage = (
            usage.replace("[OPTIONS]", "[选项]")
            .replace("COMMAND [ARGS]...", "命令 [参数]...")
            .replace("[NAME]", "[名称]")
        )
    lines = [usage, "", *_indented(translated(command.help or "", environment), width), ""]
    arguments = [
        record
        for record in (_record(param, context, environment) for param in command.params if _is_argument(param))
        if record
    ]
    options = [
        record
        for record in (_record(param, context, environment) for param in command.params if not _is_argument(param))
        if record
    ]
    options.append(("--help", WORDS["help"].to(environment.language)))
    lines += _section("arguments", arguments, environment) + _section("options", options, environment)
    if hasattr(command, "list_commands"):
        lines += _section("commands", _commands(command, context, environment), environment)
    if command.epilog:
        lines += [f"{WORDS['example'].to(environment.language)}: {command.epilog}"]
    return "\n".join(lines).rstrip() + "\n"


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _record(param: Any, context: Any, environment: Environment) -> tuple[str, str] | None:
    if getattr(param, "hidden", False):
        return None
    words = translated(param.help or "", environment)
    if _is_argument(param):
        return param.make_metavar(context), words
    label = ", ".join(sorted(param.opts, key=len))
    if not param.is_flag:
        label += f" {param.metavar or 'TEXT'}"
    default = param.show_default if isinstance(param.show_default, str) else ""
    if default:
        words += f"  [{WORDS['default'].to(environment.language)}: {default}]"
    return label, words


def _commands(command: Any, context: Any, environment: Environment) -> list[tuple[str, str]]:
    return [(name, translated(command.summary(name, context), environment)) for name in command.list_commands(context)]


def _section(name: str, records: list[tuple[str, str]], environment: Environment) -> list[str]:
    if not records:
        return []
    label_width = min(LABEL_COLUMNS, max(columns(label) for label, _ in records))
    room = max(20, environment.width - label_width - 4)
    lines = [f"{WORDS[name].to(environment.language)}:"]
    for label, words in records:
        texts = wrapped(words, room) if words else [""]
        if columns(label) > label_width:
            lines.append(f"  {label}")
            label = ""
        lines.append(f"  {padded(label, label_width)}  {texts[0]}".rstrip())
        lines += [f"  {' ' * label_width}  {text}".rstrip() for text in texts[1:]]
    return [*lines, ""]


def _indented(words: str, width: int) -> list[str]:
    return [f"  {line}".rstrip() for paragraph in words.split("\n") for line in wrapped(paragraph, width - 2)]


def usage_error(error: Any) -> StudyError:
    """One line for what the parser of the command line complains about."""
    name = type(error).__name__
    path = error.ctx.command_path if getattr(error, "ctx", None) else "studynn"
    more = Text(f"; see `{path} --help`", f"；见 `{path} --help`")
    if name == "NoSuchOption":
        option = error.option_name
        near = ", ".join(sorted(error.possibilities or ()))
        said = Text(
            f"there is no option {option}" + (f"; did you mean {near}?" if near else ""),
            f"没有选项 {option}" + (f"；是不是 {near}？" if near else ""),
        )
    elif name == "MissingParameter":
        wanted = error.param.metavar or (error.param.name or "").upper() if error.param else ""
        said = Text(f"{wanted} is missing", f"缺少 {wanted}")
    elif name == "BadOptionUsage":
        said = Text(f"{error.option_name} needs a value", f"{error.option_name} 需要一个值")
    else:
        message = error.format_message().rstrip(".")
        extra = (
            Text(f"one word too many: {message}", f"命令行有误：{message}")
            if "extra argument" in message
            else Text(message, f"命令行有误：{message}")
        )
        said = extra
    return StudyError(Text(said.en + more.en, said.zh + more.zh))

"""`studynn compute`: the worked examples, listed or carried out. Options come from the example's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperOption

from ..core.text import Text, fill
from ..environment import Environment
from ..worked import load, names
from ._app import StudyCommand, StudyGroup, environment_of, new_app, refuse_together, translated, whole
from ._options import LARGEST_SEED
from ._output import show, show_json

if TYPE_CHECKING:
    from ..core.inputs import Input
    from ..core.steps import Example, Worked
    from ..views.blocks import Block


class ExampleGroup(StudyGroup):
    """Every worked example as a command of its own."""

    what = Text("worked example", "算例")

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all examples."""
        return list(names())

    def made(self, name: str, ctx: Any) -> Any:
        """The command of that example."""
        return example_command(load(name), environment_of(ctx))

    def summary(self, name: str, ctx: Any) -> str:
        """The title of that example, in the learner's language."""
        return load(name).title.to(environment_of(ctx).language)


app = new_app(cls=ExampleGroup, invoke_without_command=True, subcommand_metavar="[NAME] [OPTIONS]")


@app.callback(epilog="studynn compute conv-size --width 227 --kernel 11 --stride 4 --padding 0")
def compute(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="The list as JSON, with inputs and steps.")] = False,
) -> None:
    """Compute a worked example step by step; without a name, list them."""
    if context.invoked_subcommand is not None:
        return
    environment = environment_of(context)
    if json:
        from ..views.catalogue import catalogue_json

        show_json(environment, catalogue_json([load(name) for name in names()], environment.language))
    else:
        from ..views.catalogue import catalogue_blocks

        show(environment, catalogue_blocks([load(name) for name in names()], environment.language))


def example_command(example: Example, environment: Environment) -> StudyCommand:
    """The command of one example: an option for each input, and those that all examples share."""

    from ..core.inputs import inputs_of

    def carry_out(**given: Any) -> None:
        run_example(example, environment, given)

    inputs = [_option(wanted, environment) for wanted in inputs_of(example).values()]
    return StudyCommand(
        name=example.name,
        callback=carry_out,
        params=[*inputs, *_shared_options(environment)],
        help=example.title.to(environment.language),
        epilog=_example_line(example),
        rich_markup_mode=None,
    )


def _example_line(example: Example) -> str:
    from ..core.inputs import input_text, inputs_of

    first = next(iter(inputs_of(example).values()))
    value = input_text(first, first.default)
    value = f"'{value}'" if set(value) & set("; |") else value
    return f"studynn compute {example.name} --{first.option} {value}"


def _option(wanted: Input, environment: Environment) -> TyperOption:
    from ..core.inputs import input_text

    names = [wanted.name, f"--{wanted.option}", *([f"-{wanted.letter}"] if wanted.letter else [])]
    shown = "" if wanted.default is None or wanted.kind == "flag" else input_text(wanted, wanted.default)
    words = f"{wanted.symbol}: {wanted.help.to(environment.language)}" if wanted.help else wanted.symbol
    metavars = {
        "int": "N",
        "float": "X",
        "choice": "|".join(wanted.choices),
        "array": "1,2;3,4" if 2 in wanted.axes else "1,2,3",
    }
    return TyperOption(
        param_decls=names,
        help=words,
        is_flag=wanted.kind == "flag",
        default=False if wanted.kind == "flag" else None,
        metavar=metavars.get(wanted.kind),
        show_default=shown or False,
    )


def _shared_options(environment: Environment) -> list[TyperOption]:
    flags = {
        "json": "The derivation as JSON.",
        "markdown": "The derivation as Markdown.",
        "verify": "Show the check by a second derivation.",
        "plot": "Draw the picture of the example, where it has one.",
        "problem": "Only the problem; the same line without --problem gives the working.",
    }
    values = {"seed": ("S", "Draw the inputs with this seed."), "level": ("1-3", "Difficulty of drawn inputs.")}
    options = [
        TyperOption(param_decls=[name, f"--{name}"], metavar=metavar, help=translated(words, environment))
        for name, (metavar, words) in values.items()
    ]
    options += [
        TyperOption(param_decls=[name, f"--{name}"], is_flag=True, default=False, help=translated(words, environment))
        for name, words in flags.items()
    ]
    return options


def run_example(example: Example, environment: Environment, given: dict[str, Any]) -> None:
    """Carry an example out on what was typed and show it in the wanted form."""
    from ..core.inputs import inputs_of

    refuse_together(("--json", given["json"]), ("--markdown", given["markdown"]))
    seed = whole("--seed", given["seed"], 0, LARGEST_SEED)
    level = whole("--level", given["level"], 1, 3) or 1
    if seed is None and given["level"] is not None:
        seed = environment.fresh_seed()
    texts = {name: given[name] for name, wanted in inputs_of(example).items() if given[name] or wanted.kind != "flag"}
    texts = {name: _read_file(name, text, environment) for name, text in texts.items()}
    worked = _worked(example, texts, seed, level)
    if given["json"]:
        _show_json(environment, worked, given["problem"], seed, level)
        return
    _show_table(environment, worked, given, seed, level)


def _read_file(name: str, text: Any, environment: Environment) -> Any:
    """What `@FILE` stands for; any other text as it is."""
    if not isinstance(text, str) or not text.startswith("@"):
        return text
    from ._array_files import array_from

    return array_from(name.rstrip("_").replace("_", "-"), text, environment)


def _worked(example: Example, texts: dict[str, Any], seed: int | None, level: int) -> Worked:
    from ..core.inputs import read_inputs
    from ..core.steps import work

    inputs = read_inputs(example, texts)
    if seed is None:
        return work(example, inputs)
    from random import Random

    from ..core.draw import draw

    drawn = draw(example, Random(f"{seed}/{level}"), level)
    typed = {name for name, text in texts.items() if text is not None}
    return work(example, drawn.inputs | {name: inputs[name] for name in typed}) if typed else drawn


def _show_json(environment: Environment, worked: Worked, problem: bool, seed: int | None, level: int) -> None:
    from ..views.as_json import problem_json, worked_json

    if problem:
        show_json(environment, problem_json(worked, seed, level))
    else:
        show_json(environment, worked_json(worked, environment.language, seed, level))


def _pictures(worked: Worked, environment: Environment) -> list[Block]:
    """The pictures of an example; where it has none, a line that says so."""
    from ..views.blocks import Line
    from ..views.pictures import picture_blocks

    found = worked.example.picture(worked) if worked.example.picture else ()
    if not found:
        none = Text("There is no picture of this.", "没有可画的图。")
        return [Line(none.to(environment.language), "quiet")]
    return [block for picture in found for block in picture_blocks(picture, environment.language, environment.width)]


def _show_table(environment: Environment, worked: Worked, given: dict[str, Any], seed: int | None, level: int) -> None:
    from ..views.blocks import Line
    from ..views.worked import problem_blocks, worked_blocks

    language = environment.language
    blocks = (
        problem_blocks(worked, language)
        if given["problem"]
        else worked_blocks(worked, language, verify=given["verify"])
    )
    if given["plot"]:
        blocks += _pictures(worked, environment)
    if seed is not None:
        same_line = f"studynn compute {worked.example.name} --seed {seed} --level {level}"
        again = (
            Text("Working: {line}", "解答：{line}")
            if given["problem"]
            else Text("The same again: {line}", "重现本题：{line}")
        )
        blocks.append(Line(fill(again.to(language), {"line": same_line}), "quiet"))
    if given["markdown"]:
        from ..views.markdown import render

        environment.stdout.write(render(blocks))
    else:
        show(environment, blocks)

"""`studynn exam`: a timed mock exam, the same on paper with its key, and the marking of answers typed in from paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.errors import StudyError
from ..core.text import Text
from ..environment import Environment
from ._app import StudyCommand, complete_topics, environment_of, new_app, refuse_together, whole
from ._options import LARGEST_SEED, NoLog

if TYPE_CHECKING:
    from ..bank.library import Library
    from ..core.blueprint import Blueprint

MARK = "mark"
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn exam cnn --count 10 --minutes 20")
def exam(
    context: typer.Context,
    topics: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[mark] [TOPIC]...",
            help="Topics or paths of decks, all if left out; `mark` first takes answers in from paper.",
            autocompletion=complete_topics,
        ),
    ] = None,
    count: Annotated[
        str | None, typer.Option("--count", "-n", metavar="N", help="How many questions.", show_default="20")
    ] = None,
    minutes: Annotated[
        str | None, typer.Option(metavar="M", help="How long it lasts; 1.5 for each mark if left out.")
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="S", help="The same seed makes the same exam.")] = None,
    blueprint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML with weights of topics, types, levels, and marks.")
    ] = None,
    paper: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the exam as Markdown; ask nothing.")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its key with the working.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite these files.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Abandon the exam under way, if any.")] = False,
    fingerprint: Annotated[
        str | None, typer.Option(metavar="SIGN", help="The content sign on the paper; warns if it differs.")
    ] = None,
    no_log: NoLog = False,
) -> None:
    """Sit a timed mock exam, write it for pencil and paper, or mark answers typed in from paper."""
    from ._study import library_of

    environment = environment_of(context)
    words = list(topics or [])
    is_marking = words[:1] == [MARK]
    words = words[1:] if is_marking else words
    refuse_together(("mark", is_marking), ("--paper/--key", bool(paper or key)), ("--new", new))
    if fingerprint and not is_marking:
        raise StudyError(
            Text("--fingerprint belongs to `studynn exam mark`", "--fingerprint 只用于 `studynn exam mark`")
        )
    library = library_of(environment)
    plan = _wished(environment, library, blueprint, (count, minutes, seed), words)
    if paper or key:
        _write(environment, library, plan, words, paper, key, force, _command(words, count, minutes, blueprint))
    elif is_marking:
        _mark(environment, library, plan, words, fingerprint, no_log)
    else:
        _sit(environment, library, plan, words, new, no_log)


def _wished(
    environment: Environment,
    library: Library,
    file: Path | None,
    options: tuple[str | None, str | None, str | None],
    words: list[str],
) -> Blueprint:
    """The blueprint, with what the options say instead."""
    from dataclasses import replace

    from ..core.blueprint import MOST_MINUTES, MOST_QUESTIONS
    from ._exam_plan import blueprint_of

    count = whole("--count", options[0], 1, MOST_QUESTIONS)
    minutes = whole("--minutes", options[1], 1, MOST_MINUTES)
    seed = whole("--seed", options[2], 0, LARGEST_SEED)
    found = blueprint_of(environment, library, file)
    if found.topics and words:
        raise StudyError(
            Text(f"{file} names the topics: leave {words[0]} out", f"{file} 已指定主题：请去掉 {words[0]}")
        )
    return replace(
        found,
        count=count or found.count,
        minutes=minutes or found.minutes,
        seed=found.seed if seed is None else seed,
    )


def _command(words: list[str], count: str | None, minutes: str | None, file: Path | None) -> str:
    """The rest of the command line that makes the same exam again."""
    from shlex import quote

    given = (("--count", count), ("--minutes", minutes), ("--blueprint", str(file) if file else None))
    return " ".join(
        quote(word) for word in [*words, *(part for name, value in given if value for part in (name, value))]
    )


def _write(
    environment: Environment,
    library: Library,
    plan: Blueprint,
    words: list[str],
    paper: Path | None,
    key: Path | None,
    force: bool,
    options: str,
) -> None:
    """Write paper and key; neither where one of them cannot be."""
    from ..views.exam import opening_blocks
    from ..views.paper import key_text, paper_text
    from ._exam_files import refuse_existing, write_text
    from ._exam_plan import laid_down, seeded
    from ._output import show

    refuse_existing(paper, key, force)
    found = laid_down(environment, library, seeded(environment, plan, None), words, on_paper=False)
    language = environment.language
    command = f"studynn exam mark --seed {found.plan.seed} --fingerprint {found.plan.fingerprint} {options}".rstrip()
    if paper:
        write_text(paper, paper_text(found.plan, command, found.entries, found.titles, language))
    if key:
        write_text(key, key_text(found.plan, found.entries, found.titles, language))
    from ..views.blocks import Line

    names = ", ".join(str(path) for path in (paper, key) if path)
    said = Text("Written: {names}. Then: {command}", "已写入：{names}。之后：{command}")
    lines = opening_blocks(found.plan, language)[:3]
    show(environment, [*lines, Line(said.to(language).format(names=names, command=command))])


def _sit(
    environment: Environment, library: Library, plan: Blueprint, words: list[str], new: bool, no_log: bool
) -> None:
    """Go on with the exam under way, or begin one."""
    from ._exam_files import abandoned_all, resumed
    from ._exam_plan import laid_down, seeded
    from ._exam_sit import sit, sit_unkept

    if not no_log:
        if new:
            abandoned_all(environment)
        file = resumed(environment, lambda known: known.minutes is not None)
        if file is not None:
            sit(environment, library, file)
            return
    found = laid_down(environment, library, seeded(environment, plan, None), words, on_paper=False)
    if no_log:
        sit_unkept(environment, library, found)
    else:
        sit(environment, library, found)


def _mark(
    environment: Environment,
    library: Library,
    plan: Blueprint,
    words: list[str],
    sign: str | None,
    no_log: bool,
) -> None:
    """Take in the answers to an exam on paper; go on where that was left."""
    from ._exam_files import resumed
    from ._exam_plan import laid_down, tell_changed
    from ._exam_sit import sit, sit_unkept

    if plan.seed is None:
        raise StudyError(Text("exam mark: give the --seed that is on the paper", "exam mark：请给出卷面上的 --seed"))
    found = laid_down(environment, library, plan, words, on_paper=True)
    if sign and sign.strip().casefold() != found.plan.fingerprint:
        tell_changed(environment)
    if no_log:
        sit_unkept(environment, library, found)
        return
    wanted = found.plan
    file = resumed(
        environment,
        lambda known: known.minutes is None and (known.seed, known.fingerprint) == (wanted.seed, wanted.fingerprint),
    )
    sit(environment, library, file or found)

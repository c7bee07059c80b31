"""`studynn check`: validate content or own decks; every problem with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..core.errors import StudyError
from ..core.text import Text
from ..environment import Environment
from ._app import StudyCommand, environment_of, new_app

FAILED = 1
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn check my-deck.yaml")
def check(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files or folders; the program's content and your decks if left out."),
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Report by topic how the facts are covered.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of topic files, for editors.")
    ] = False,
) -> None:
    """Validate topic files; list every problem as file:line:column."""
    environment = environment_of(context)
    if schema:
        from ..bank.validation import schema as find_schema
        from ._output import show_json

        show_json(environment, find_schema())
        return
    files = _files(environment, paths)
    problems = _list_problems(environment, files)
    if coverage and not problems:
        _show_coverage(environment, files)
    if problems:
        raise typer.Exit(FAILED)


def _files(environment: Environment, paths: list[Path] | None) -> list[Path]:
    from ..bank.library import content_folder

    found: list[Path] = []
    for path in paths or [content_folder(), environment.data_folder / "decks"]:
        if path.is_dir():
            found += sorted(path.glob("*.yaml")) + sorted(path.glob("*.yml"))
        elif path.exists() or paths is None:
            found += [path] if path.exists() else []
        else:
            raise StudyError(Text(f"there is no file {path}", f"没有文件 {path}"))
    if not found:
        names = ", ".join(str(path) for path in paths or [])
        raise StudyError(Text(f"there is no topic file in {names}", f"{names} 中没有主题文件"))
    return found


def _list_problems(environment: Environment, files: list[Path]) -> int:
    from ..bank.library import content_folder
    from ..bank.validation import check_file
    from ..views.blocks import visible
    from ..worked import load

    total = 0
    for path in files:
        for problem in check_file(path, load, own=path.resolve().parent == content_folder().resolve()):
            environment.stdout.write(visible(problem.line_in(environment.language)) + "\n")
            total += 1
    words = Text("{files} files checked, {problems} problems", "检查了 {files} 个文件，{problems} 处问题")
    environment.stderr.write(words.fill(files=len(files), problems=total).to(environment.language) + "\n")
    return total


def _show_coverage(environment: Environment, files: list[Path]) -> None:
    from ..bank.quality import coverage_rows
    from ..views.blocks import Grid, Line, Listing
    from ._output import show
    from ._study import library_of

    language = environment.language
    library = library_of(environment)
    words = (
        Text("Topic", "主题"),
        Text("Facts", "知识点"),
        Text("Covered", "已覆盖"),
        Text("By cards", "有卡片"),
        Text("By questions", "有题目"),
        Text("Skipped", "略过"),
    )
    topics = [library.read(path) for path in files]
    show(environment, [Grid(tuple(word.to(language) for word in words), tuple(coverage_rows(topics)))])
    counted = Text("{cards} cards, {questions} questions", "共 {cards} 张卡片、{questions} 道题").fill(
        cards=sum(len(topic.cards) for topic in topics), questions=sum(len(topic.questions) for topic in topics)
    )
    show(environment, [Line(counted.to(language))])
    skipped = tuple((entry.fact, entry.why) for topic in topics for entry in topic.skipped)
    if skipped:
        show(environment, [Line(Text("Skipped, and why:", "略过的知识点及理由：").to(language)), Listing(skipped)])

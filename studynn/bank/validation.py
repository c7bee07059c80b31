"""Content files against the records they hold: every problem of a file at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..core.question import FindExample, Problem, Question
from ..core.records import build
from ..core.text import Text
from ..core.topic import Topic
from ..questions import load as find_type
from ..questions import names as type_names
from .marked_yaml import Path_, YamlProblem, read_yaml
from .one_language import in_one_language, spread

LONGEST_MESSAGE = 400
_ID = re.compile(r"[\w.-]{1,100}")


@dataclass(frozen=True)
class FileProblem:
    """Something wrong in a file, at a line and column from 1."""

    path: Path
    line: int
    column: int
    what: Text

    def line_in(self, language: Any) -> str:
        """`file:line:column: what`, on one line whatever the file holds."""
        what = " ".join(self.what.to(language).splitlines())
        what = what if len(what) <= LONGEST_MESSAGE else what[:LONGEST_MESSAGE] + "…"
        return f"{self.path}:{self.line}:{self.column}: {what}"


def read_topic(path: Path, find_example: FindExample) -> tuple[dict[str, Any] | None, list[FileProblem]]:
    """The validated data of a topic file, or nothing, and its problems in the order of their places."""
    try:
        marked = read_yaml(path)
    except YamlProblem as problem:
        return None, [FileProblem(path, *problem.place, problem.what)]
    value = spread(Topic, marked.value)
    problems = [*_shape_problems(value)]
    if isinstance(value, dict):
        problems += _problems_of_the_rest(value, problems, find_example)
    found = sorted({FileProblem(path, *marked.place(problem.at), problem.what) for problem in problems}, key=_order)
    return (None if found else value), found


def _order(problem: FileProblem) -> tuple[int, int, str]:
    return problem.line, problem.column, problem.what.en


def _problems_of_the_rest(value: dict[str, Any], found: list[Problem], find_example: FindExample) -> Iterator[Problem]:
    """Problems of content in the records whose shape is right, so that one misspelt key does not hide them."""
    broken = {problem.at[:2] for problem in found}
    sound: dict[str, Any] = {"id": "unknown", "title": "unknown"}
    kept: dict[str, list[int]] = {}
    for key, part in value.items():
        if not any(at[0] == key for at in broken if at):
            sound[key] = part
        elif isinstance(part, list) and (key,) not in broken:
            kept[key] = [index for index in range(len(part)) if (key, index) not in broken]
            sound[key] = [part[index] for index in kept[key]]
    unread = {
        record["id"]
        for key in ("sections", "facts")
        for record in (value[key] if isinstance(value.get(key), list) else ())
        if isinstance(record, dict) and isinstance(record.get("id"), str)
    }
    for problem in content_problems(build(Topic, sound, find_type), find_example, frozenset(unread)):
        at = problem.at
        if len(at) > 1 and at[0] in kept:
            at = (at[0], kept[str(at[0])][int(at[1])], *at[2:])
        yield Problem(at, problem.what)


@cache
def adapter() -> Any:
    """The validator of a topic file, with every question type that stands in questions/."""
    import typing

    from pydantic import Field, TypeAdapter
    from pydantic.dataclasses import dataclass as pydantic_dataclass

    kinds = tuple(find_type(name) for name in type_names())
    either = typing.Annotated[typing.Union[kinds], Field(discriminator="type")]  # type: ignore[valid-type] # noqa: UP007
    namespace = {"__annotations__": {"questions": tuple[either, ...]}, "questions": (), "__module__": __name__}
    strict = pydantic_dataclass(frozen=True, kw_only=True, config=dict(Topic.__pydantic_config__))  # type: ignore[call-overload]
    return TypeAdapter(strict(type("TopicFile", (Topic,), namespace)))


def schema() -> dict[str, Any]:
    """The JSON Schema of a topic file, for editors."""
    found: dict[str, Any] = in_one_language(adapter().json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "studynn topic"}


def _shape_problems(value: Any) -> Iterator[Problem]:
    import json

    from pydantic import ValidationError

    if not isinstance(value, dict):
        yield Problem((), Text("a topic file is a mapping that begins with `id:`", "主题文件应为以 `id:` 开头的映射"))
        return
    try:
        adapter().validate_json(json.dumps(value))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False, include_context=True):
            at = _path(value, detail["loc"])
            if detail["type"] == "missing":
                at += detail["loc"][-1:]
            elif detail["type"].startswith("union_tag"):
                at += ("type",)
            yield Problem(at, _in_words(detail, at))


def _path(value: Any, loc: Path_) -> Path_:
    """The keys and indices of a place, without the names of types that pydantic puts between and behind them."""
    found: Path_ = ()
    for depth, part in enumerate(loc):
        is_tag = depth == 2 and loc[0] == "questions"
        inside = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        if inside and not is_tag:
            found, value = (*found, part), value[part]
    return found


def _in_words(detail: Any, at: Path_) -> Text:
    key = at[-1] if at else ""
    if isinstance(key, int):
        key = f"{at[-2]}[{key + 1}]"
    kind = detail["type"]
    if detail["loc"][-1:] in (("int",), ("float",), ("str",)) and at[-1:] != detail["loc"][-1:]:
        return Text(f"`{key}` must be a number, or one as text", f"`{key}` 应为数，或写成文字的数")
    if kind == "missing":
        return Text(f"`{key}` is missing: add it", f"缺少 `{key}`：请补上")
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return Text(
            f"`{key}` is not a key that is known here: remove it or mend its spelling",
            f"这里没有 `{key}` 这个键：请删去或改正拼写",
        )
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        known = ", ".join(type_names())
        return Text(f"`type` must be one of {known}", f"`type` 应为 {known} 之一")
    if kind == "literal_error":
        expected = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        return Text(f"`{key}` must be one of {expected}", f"`{key}` 应为 {expected} 之一")
    if kind == "dataclass_type" and detail["ctx"]["class_name"] == "Text":
        return Text(f"`{key}` must be text, or {{en: …, zh: …}}", f"`{key}` 应为文字，或 {{en: …, zh: …}}")
    kinds = {
        "string_type": Text("text", "文字"),
        "int_type": Text("a whole number", "整数"),
        "int_parsing_size": Text("a whole number of usual size", "大小合理的整数"),
        "bool_type": Text("true or false", " true 或 false"),
        "tuple_type": Text("a list", "列表"),
        "dataclass_type": Text("a mapping of keys and values", "由键和值组成的映射"),
        "dict_type": Text("a mapping of keys and values", "由键和值组成的映射"),
        "float_type": Text("a number", "数"),
    }
    wanted = kinds.get(kind)
    if wanted:
        return Text(f"`{key}` must be {wanted.en}", f"`{key}` 应为{wanted.zh}")
    return Text(f"`{key}` does not fit: {detail['msg']}", f"`{key}` 不合要求：{detail['msg']}")


def content_problems(
    topic: Topic, find_example: FindExample, unread: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """What is wrong within a topic beyond its shape: odd and repeated ids, references to nothing, texts that disagree.

    `unread` are ids of facts and sections that the file has, although the topic does not.
    """
    yield from _id_problems(topic)
    facts = {fact.id for fact in topic.facts} | unread
    sections = {section.id for section in topic.sections} | unread
    for index, fact in enumerate(topic.facts):
        if fact.section and fact.section not in sections:
            yield Problem(("facts", index, "section"), _no_section(fact.section))
        if fact.claim and not fact.correction:
            yield Problem(
                ("facts", index, "claim"), Text("a claim needs its `correction`", "有 claim 就应有 `correction`")
            )
    for index, card in enumerate(topic.cards):
        if card.fact not in facts:
            yield Problem(("cards", index, "fact"), _no_fact(card.fact))
    for index, question in enumerate(topic.questions):
        yield from _question_problems(("questions", index), question, facts, find_example)
    for index, table in enumerate(topic.tables):
        if table.section and table.section not in sections:
            yield Problem(("tables", index, "section"), _no_section(table.section))
        for place, row in enumerate(table.rows):
            if len(row) != len(table.head):
                what = Text(
                    f"{len(row)} cells under {len(table.head)} heads", f"{len(table.head)} 列却有 {len(row)} 格"
                )
                yield Problem(("tables", index, "rows", place), what)
    for index, skipped in enumerate(topic.skipped):
        if not skipped.why.strip():
            yield Problem(("skipped", index, "why"), Text("a reason is due here", "这里应写出理由"))
    yield from _text_problems(topic, ())


_ODD_ID = Text(
    "an id is made of letters, digits, `.`, `-` and `_`, at most 100",
    "标识由字母、数字、`.`、`-`、`_` 组成，至多 100 个",
)


def _no_section(name: str) -> Text:
    return Text(f"there is no section {name}", f"没有 {name} 这一节")


def _no_fact(name: str) -> Text:
    return Text(f"there is no fact {name} in this file", f"本文件中没有知识点 {name}")


def _id_problems(topic: Topic) -> Iterator[Problem]:
    seen: set[str] = set()
    sections = [("sections", index, section.id) for index, section in enumerate(topic.sections)]
    facts = [("facts", index, fact.id) for index, fact in enumerate(topic.facts)]
    cards = [("cards", index, card.id) for index, card in enumerate(topic.cards)]
    questions = [("questions", index, question.id) for index, question in enumerate(topic.questions)]
    if not _ID.fullmatch(topic.id):
        yield Problem(("id",), _ODD_ID)
    for records in (sections, facts, cards + questions):  # a fact may share the id of its main question
        seen.clear()
        for kind, index, name in records:
            if not _ID.fullmatch(name):
                yield Problem((kind, index, "id"), _ODD_ID)
            elif name in seen:
                yield Problem((kind, index, "id"), Text(f"the id {name} stands here twice", f"标识 {name} 重复了"))
            seen.add(name)


def _question_problems(
    at: tuple[str | int, ...], question: Question, facts: set[str], find_example: FindExample
) -> Iterator[Problem]:
    places: list[Path_] = [("fact",), *(("also", index) for index in range(len(question.also)))]
    for place, name in zip(places, (question.fact, *question.also), strict=True):
        if name not in facts:
            yield Problem((*at, *place), _no_fact(name))
    if type(question.level) is not int:  # `true` and `2.0` equal a level
        yield Problem((*at, "level"), Text("`level` must be one of 1, 2, 3", "`level` 应为 1, 2, 3 之一"))
    for problem in question.problems(find_example):
        yield Problem((*at, *problem.at), problem.what)


def _text_problems(record: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """Texts that are empty or whose {placeholders} differ between the languages, anywhere in a record."""
    from dataclasses import fields, is_dataclass

    if isinstance(record, Text):
        is_corner = at[-2:] == ("head", 0)
        if not is_corner and not (record.en.strip() and record.zh.strip()):
            yield Problem(at, Text("a text is empty", "有一种语言的文字为空"))
        elif set(re.findall(r"\{\w+\}", record.en)) != set(re.findall(r"\{\w+\}", record.zh)):
            yield Problem(at, Text("the {placeholders} differ between the languages", "两种语言的 {占位符} 不一致"))
    elif isinstance(record, tuple):
        for index, part in enumerate(record):
            yield from _text_problems(part, (*at, index))
    elif is_dataclass(record):
        for field in fields(record):
            yield from _text_problems(getattr(record, field.name), (*at, field.name.rstrip("_")))


def check_file(path: Path, find_example: FindExample, *, own: bool) -> list[FileProblem]:
    """All problems of a topic file; for the program's own content also those of the topic as a whole."""
    from .quality import quality_problems

    data, problems = read_topic(path, find_example)
    if data is None or not own:
        return problems
    marked = read_yaml(path)
    found = list(quality_problems(build(Topic, data, find_type)))
    if path.stem != data["id"]:
        found.append(Problem(("id",), Text("must be the name of the file", "应与文件名相同")))
    return sorted((FileProblem(path, *marked.place(problem.at), problem.what) for problem in found), key=_order)

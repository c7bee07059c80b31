"""The list of worked examples, for readers and for programs."""

from __future__ import annotations

from typing import Any

from ..core.inputs import Input, defaults, inputs_of
from ..core.steps import Example, work
from ..core.text import Language, Text
from .as_json import SCHEMA, number
from .blocks import Block, Heading, Line, Listing

TITLE = Text("Worked examples", "算例")
USE = Text(
    "Carry one out: studynn compute NAME; its options: studynn compute NAME --help",
    "计算：studynn compute 名称；选项：studynn compute 名称 --help",
)


def catalogue_blocks(examples: list[Example], language: Language) -> list[Block]:
    """The examples under their first topic."""
    blocks: list[Block] = [Heading(TITLE.to(language))]
    for topic in sorted({example.topics[0] for example in examples}):
        entries = tuple(
            (example.name, example.title.to(language)) for example in examples if example.topics[0] == topic
        )
        blocks += [Heading(topic, 2), Listing(entries)]
    return [*blocks, Line(USE.to(language), "quiet")]


def catalogue_json(examples: list[Example], language: Language) -> dict[str, Any]:
    """Every example with its inputs (type, default, bounds), steps and results."""
    return {"schema": SCHEMA, "examples": [_example(example, language) for example in examples]}


def _example(example: Example, language: Language) -> dict[str, Any]:
    truth = work(example, defaults(example))
    return {
        "name": example.name,
        "title": example.title.to(language),
        "topics": list(example.topics),
        "parameters": [_parameter(wanted, language) for wanted in inputs_of(example).values()],
        "steps": [
            {"name": step.name, "title": step.title.to(language), "formula": step.formula} for step in truth.steps
        ],
        "results": list(truth.results),
    }


def _parameter(wanted: Input, language: Language) -> dict[str, Any]:
    bounds = {"minimum": wanted.at_least, "maximum": wanted.at_most}
    return {
        "name": wanted.option,
        "type": wanted.kind if wanted.kind != "array" else {1: "vector", 2: "matrix"}.get(wanted.axes[0], "tensor"),
        "symbol": wanted.symbol,
        "meaning": wanted.help.to(language) if wanted.help else "",
        "default": number(wanted.default),
        **{name: bound for name, bound in bounds.items() if bound is not None},
        **({"choices": list(wanted.choices)} if wanted.choices else {}),
    }

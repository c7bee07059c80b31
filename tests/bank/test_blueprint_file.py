"""A blueprint: read with care, every problem named with its place."""

import re
from pathlib import Path

import pytest

from studynn.bank.blueprint_file import read_blueprint
from studynn.core.blueprint import Blueprint
from studynn.core.errors import StudyError
from studynn.core.text import Text

TYPES = ("choice", "worked")
WHOLE = """\
title: {en: Midterm, zh: 期中考试}
count: 12
minutes: 30
seed: 7
topics: {cnn: 3, rnn: 2.5}
types:
  choice: 2
  worked: 1
levels: {1: 1, 2: 1}
marks: {3: 4, 1: 0.5}
"""


def refuse(word):
    if word not in ("cnn", "rnn"):
        raise StudyError(Text(f"no topic is called {word}", f"没有 {word}"))


def read(folder, text):
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    blueprint, problems = read_blueprint(path, TYPES, refuse)
    assert (blueprint is None) == bool(problems)
    return blueprint, [problem.line_in("en").removeprefix(f"{path}:") for problem in problems]


def test_a_whole_blueprint(tmp_path):
    assert read(tmp_path, WHOLE)[0] == Blueprint(
        title=Text("Midterm", "期中考试"),
        count=12,
        minutes=30,
        seed=7,
        topics={"cnn": 3, "rnn": 2.5},
        types={"choice": 2, "worked": 1},
        levels={1: 1.0, 2: 1.0},
        marks={1: 0.5, 2: 2.0, 3: 4.0},
    )


def test_what_is_left_out_is_as_usual_and_a_title_may_be_plain_text(tmp_path):
    assert read(tmp_path, "title: Quick\nminutes:\n")[0] == Blueprint(title=Text("Quick", "Quick"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("count: 12\ncuont: 12\n", ["2:1: `cuont` is not known here: use title, count,"]),
        ("count: many\n", ["1:1: `count` must be a whole number from 1 to 200"]),
        ("count: 0\nminutes: 1.5\nseed: true\n", ["1:1: `count`", "2:1: `minutes`", "3:1: `seed`"]),
        ("types:\n  choise: 2\n", ["2:3: choise: must be one of choice, worked"]),
        ("topics: {cnn: 1, nonsense: 1}\n", ["1:18: no topic is called nonsense"]),
        ("levels: {4: 1}\n", ["1:10: 4: must be one of 1, 2, 3"]),
        ("levels: {1: -1, 2: few}\n", ["1:10: `1` must be a number, 0 or more", "1:17: `2` must be a number"]),
        ("types: {choice: 0}\n", ["1:1: `types` leaves nothing to ask"]),
        ("types: []\n", ["1:1: `types` must be a mapping"]),
        ("marks: {1: 0.3, 2: 0}\n", ["1:9: marks are whole or half numbers", "1:17: marks are whole or half"]),
        ("title: {en: Only English}\n", ["1:1: `title` must be text"]),
        ("title: 5\n", ["1:1: `title` must be text"]),
        ("- a list\n", ["1:1: a blueprint is a mapping"]),
        ("", ["1:1: a blueprint is a mapping"]),
        ("count: [1\n", ["2:1: is not YAML here"]),
        ("seed: !!python/object:os.system x\n", ["1:7: tags are not allowed"]),
        ("topics: {.inf: 1}\nlevels: {1: .nan}", ["1:10: no topic is called .inf", "2:10: `1` must be a number"]),
    ],
)
def test_every_problem_is_named_with_its_place(tmp_path, text, told):
    problems = read(tmp_path, text)[1]
    assert len(problems) == len(told)
    assert all(problem.startswith(words) for problem, words in zip(problems, told, strict=True)), problems


def test_a_file_that_is_not_there_is_a_problem_as_well(tmp_path):
    blueprint, problems = read_blueprint(tmp_path / "none.yaml", TYPES, refuse)
    assert blueprint is None and "cannot be read" in problems[0].line_in("en")


def test_the_blueprint_in_the_readme_is_a_good_one(tmp_path):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yml\n(.*?)```", readme, re.DOTALL)
    blueprint, problems = read(tmp_path, text)
    assert problems == [] and (blueprint.count, blueprint.marks[3]) == (12, 4.0)

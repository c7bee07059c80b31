"""What the README and the contributing guide show works as it stands there."""

import importlib.util
import re
import sys
from pathlib import Path
from random import Random

import pytest

from studynn.bank.validation import read_topic
from studynn.core.draw import draw
from studynn.core.inputs import defaults
from studynn.core.steps import Example, diagnose, work
from studynn.worked import load

ROOT = Path(__file__).parents[1]
README, CONTRIBUTING = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))


def test_the_deck_in_the_readme_is_a_good_deck(tmp_path):
    (deck,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "my-deck.yaml"
    path.write_text(deck, encoding="utf-8")
    data, problems = read_topic(path, load)
    assert problems == []
    assert len(data["questions"]) == 2


@pytest.fixture
def max_norm(tmp_path):
    """The worked example of the contributing guide, as a module of that name."""
    (code,) = re.findall(r"```python\n(from typing.*?)```", CONTRIBUTING, re.DOTALL)
    path = tmp_path / "max_norm.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("max_norm", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["max_norm"] = module
    spec.loader.exec_module(module)
    yield next(value for value in vars(module).values() if isinstance(value, Example))
    del sys.modules["max_norm"]


def test_the_worked_example_in_the_contributing_guide_works(max_norm):
    truth = work(max_norm, defaults(max_norm))
    assert (max_norm.name, truth.results) == ("max-norm", {"norm": 4})
    assert [slip.tag for slip in diagnose(truth, "norm", 3)] == ["sign-kept"]
    for level in (1, 2, 3):
        drawn = draw(max_norm, Random(level), level)
        assert max_norm.checked_by.compute(**drawn.inputs) == {"norm": drawn.results["norm"]}


def test_both_commands_for_a_newcomer_stand_on_the_first_screen_of_the_readme():
    first = README.split("## Ten commands")[0]
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/studynn quiz cnn\n" in first
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest\n" in first


def test_the_tour_names_only_commands_that_exist():
    from studynn.cli._app import command_names

    named = set(re.findall(r"`studynn ([a-z]+)", README))
    assert named <= set(command_names()) and len(named) >= 7

"""Help: complete, in both languages, and the same as in the README."""

import re
from pathlib import Path

import pytest
import typer

from studynn.cli import _app
from studynn.cli._chinese import CHINESE
from studynn.environment import Environment
from studynn.worked import names

README = Path(__file__).parents[2] / "README.md"


def commands():
    """Every command and subcommand with its path, except the worked examples, whose texts stand beside their inputs."""

    def below(command, path):
        yield path, command
        if hasattr(command, "list_commands") and path != ["compute"]:
            for name in command.list_commands(context):
                yield from below(command.get_command(context, name), [*path, name])

    root = typer.main.get_command(_app.root)
    context = typer.Context(root, obj=Environment([]))
    return list(below(root, []))


@pytest.mark.parametrize(
    ("path", "command"), commands(), ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_every_help_text_has_its_chinese_one(path, command):
    texts = [command.help, *(param.help for param in command.params if param.name != "help")]
    assert [text for text in texts if text and text not in CHINESE] == []


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_every_command_has_help_with_an_example_in_both_languages(studynn, path):
    english, chinese = studynn(*path, "--help"), studynn(*path, "--help", "--lang", "zh")
    assert english.code == chinese.code == 0
    assert "Example: studynn" in english.out and "示例: studynn" in chinese.out
    assert not re.search(r"[\u4e00-\u9fff]", english.out)


@pytest.mark.parametrize("name", names())
def test_every_example_has_help_with_its_options_in_both_languages(studynn, name):
    for language in ("en", "zh"):
        ran = studynn("compute", name, "--help", "--lang", language)
        assert ran.code == 0 and "--verify" in ran.out


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_every_command_takes_language_plain_and_version(studynn, path):
    out = studynn(*path, "--help").out
    assert all(option in out for option in ("--lang", "--plain", "--version"))
    assert studynn(*path, "--version").out.startswith("studynn ")


def test_no_translation_is_left_that_nothing_uses():
    used = {text for _, command in commands() for text in [command.help, *(param.help for param in command.params)]}
    shared = {option.help for option in _app_shared_options()}
    assert set(CHINESE) <= used | shared


def _app_shared_options():
    from studynn.cli.compute import _shared_options

    return _shared_options(Environment([]))


def test_help_in_the_readme_is_what_the_program_prints(studynn, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    blocks = re.findall(r"```text\n\$ (studynn [^\n]*--help)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for line, printed in blocks:
        assert studynn(*line.split()[1:]).out == printed


def test_screens_in_the_readme_are_what_the_program_prints(studynn, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    blocks = re.findall(
        r"```text\n\$ (studynn compute [^\n]*)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    screens = [(line, printed) for line, printed in blocks if "--help" not in line]
    assert screens
    for line, printed in screens:
        assert studynn(*line.split()[1:]).out == printed

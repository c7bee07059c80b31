"""Decks written out for the tests of the bank."""

from studynn.bank.cache import Cache
from studynn.bank.library import Library
from studynn.bank.validation import read_topic
from studynn.worked import load

GOOD = """\
id: mine
title: {en: "Mine", zh: "我的"}
sections:
  - {id: one, title: {en: "One", zh: "一"}}
facts:
  - id: mine.a
    section: one
    says: {en: "A is so.", zh: "A 是这样。"}
    from: ["001:1"]
cards:
  - {id: mine.a.card, fact: mine.a, front: {en: "A?", zh: "A？"}, back: {en: "So.", zh: "这样。"}}
questions:
  - id: mine.q
    type: true-false
    fact: mine.a
    level: 1
    ask: {en: "A is so.", zh: "A 是这样。"}
    answer: true
    because: {en: "It is.", zh: "就是。"}
"""


def written(folder, text, name="deck.yaml"):
    """A deck's file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder, text, language="en"):
    """The problems of a deck as `line:column: what`."""
    path = written(folder, text)
    data, found = read_topic(path, load)
    assert (data is None) == bool(found)
    return [problem.line_in(language).removeprefix(f"{path}:") for problem in found]


def question(kind, rest, level=1):
    """A deck of one question, which stands on line 6; `rest` are its further keys."""
    return (
        'id: mine\ntitle: {en: "Mine", zh: "我的"}\nfacts:\n  - {id: f, says: {en: "a", zh: "甲"}}\nquestions:\n'
        f'  - {{id: q, type: {kind}, fact: f, level: {level}, ask: {{en: "a", zh: "甲"}}, {rest}}}\n'
    )


def library(tmp_path, *folders, version="1"):
    """A library of some folders with its cache beside them."""
    return Library(tuple(folders), Cache(tmp_path / "cache", version), load)

"""What can be asked, without its text: light enough to choose from all of it."""

from __future__ import annotations

from typing import NamedTuple

CARD = "card"
"""The type of flashcards; other items have the name of their question type."""


def example_of(skill: str) -> str:
    """The worked example of a skill such as `conv-size/out@2`; nothing for other items."""
    return skill.split("/")[0] if "/" in skill and "@" in skill else ""


class Item(NamedTuple):
    """A card or question: its id, what the review log calls it (`skill`), its type, topic, fact, level, and where it stands.

    `file` and `place` (from 0) say where it is read from. The skill of a generated question is example, step and level.
    """

    id: str
    skill: str
    type: str
    topic: str
    fact: str
    level: int
    file: str = ""
    place: int = 0

    @property
    def example(self) -> str:
        """The worked example behind a generated question, otherwise nothing."""
        return self.skill.split("/")[0].split("@")[0] if self.type == "worked" else ""

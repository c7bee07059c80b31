"""Names as learners type them: an unambiguous beginning is enough, and a misspelt one gets suggestions."""

from __future__ import annotations

from collections.abc import Iterable

from .answers import normalised
from .errors import StudyError
from .text import Text

ALIKE = 0.6


def resolve(word: str, names: Iterable[str], what: Text, *, listed_by: str) -> str:
    """The name meant by a word: itself, or the only one that begins with it. Raises StudyError with the nearest names."""
    known = list(names)
    wanted = normalised(word).casefold().replace("_", "-").removesuffix(".yaml")
    if wanted in known:
        return wanted
    beginning = [name for name in known if wanted and name.startswith(wanted)]
    if len(beginning) == 1:
        return beginning[0]
    shown = word if len(word) <= 40 else word[:39] + "…"
    near = beginning or nearest(wanted, known)
    if near:
        options = ", ".join(near)
        raise StudyError(
            Text(
                f"no {what.en} is called {shown}; did you mean {options}?",
                f"没有名为 {shown} 的{what.zh}；是不是 {options}？",
            )
        )
    raise StudyError(
        Text(
            f"no {what.en} is called {shown}; `{listed_by}` lists them",
            f"没有名为 {shown} 的{what.zh}；可用 `{listed_by}` 查看全部",
        )
    )


def nearest(word: str, names: list[str], most: int = 3) -> list[str]:
    """The names most like a word, best first; none where nothing is alike."""
    from difflib import SequenceMatcher

    def likeness(name: str) -> float:
        return max(SequenceMatcher(None, word, part).ratio() for part in (name, *name.split("-")))

    alike = sorted((name for name in names if likeness(name) >= ALIKE), key=likeness, reverse=True)
    return alike[:most] or [name for name in names if word and word in name][:most]

"""Names as learners type them: an unambiguous beginning is enough, and a misspelt one gets suggestions."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import StudyError
from .text import Text

ALIKE = 0.6


def resolve(word: str, names: Iterable[str], what: Text, *, listed_by: str) -> str:
    """The name meant by a word: itself, the only one that begins with it, or the only one with such a part between its
    hyphens. Raises StudyError with the nearest names."""
    known = list(names)
    if word in known:
        return word
    wanted = _plain(word).removesuffix(".yaml")
    beginning = [name for name in known if wanted and _plain(name).startswith(wanted)]
    part = [name for name in known if wanted in _plain(name).split("-")]
    for meant in ([name for name in beginning if _plain(name) == wanted], beginning, [] if beginning else part):
        if len(meant) == 1:
            return meant[0]
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


def _plain(name: str) -> str:
    """A name without the differences that do not matter: case, width, `_` or a space for `-`."""
    from .answers import normalised

    return normalised(name).casefold().replace("_", "-").replace(" ", "-")


def nearest(word: str, names: list[str], most: int = 3) -> list[str]:
    """The names most like a word, best first; none where nothing is alike."""
    from difflib import SequenceMatcher

    def likeness(name: str) -> float:
        return max(SequenceMatcher(None, word, part).ratio() for part in (_plain(name), *_plain(name).split("-")))

    alike = sorted((name for name in names if likeness(name) >= ALIKE), key=likeness, reverse=True)
    return alike[:most] or [name for name in names if word and word in _plain(name)][:most]

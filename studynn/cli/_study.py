"""Opens the learner's library and log for the commands that need them."""

from __future__ import annotations

from ..bank.cache import Cache
from ..bank.library import Library, content_folder
from ..core.review import Review
from ..environment import Environment
from ..worked import load


def library_of(environment: Environment) -> Library:
    """The program's topics and the learner's decks."""
    from .. import __version__

    folders = (content_folder(), environment.data_folder / "decks")
    return Library(folders, Cache(environment.cache_folder / "content", __version__), load)


def rows_of(environment: Environment) -> list[Review]:
    """All rows of the review log; none where there is no log yet."""
    from ..history.log import log_path, read_log

    return read_log(log_path(environment.data_folder))

"""What enters the program once and is passed on: streams, time, seed, width, language, folders. Tests replace it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .core.errors import StudyError
from .core.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from datetime import date, datetime

NARROWEST = 40
WIDEST = 120
USUAL_WIDTH = 80
DAY_BEGINS_AT = 4
"""The hour at which a new day of study begins."""


@dataclass
class Environment:
    """The world around one run of the program."""

    arguments: list[str]
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    language: Language = "en"
    plain: bool = False

    def now(self) -> datetime:
        """The present moment in UTC."""
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def moment(self) -> int:
        """The present moment in milliseconds since 1970 in UTC."""
        return int(self.now().timestamp() * 1000)

    def day_end(self, moment: int) -> int:
        """When the day of study of a moment ends: the next four in the morning where the learner is."""
        from datetime import datetime, timedelta

        local = datetime.fromtimestamp(moment / 1000)
        end = local.replace(hour=DAY_BEGINS_AT, minute=0, second=0, microsecond=0)
        return int((end if local < end else end + timedelta(days=1)).timestamp() * 1000)

    def date_of(self, day_end: int) -> date:
        """The date of the day of study that ends at a moment."""
        from datetime import datetime, timedelta

        return (datetime.fromtimestamp(day_end / 1000) - timedelta(hours=24)).date()

    def milliseconds(self) -> int:
        """A clock for measuring how long an answer took."""
        import time

        return int(time.monotonic() * 1000)

    def fresh_seed(self) -> int:
        """A seed that nobody chose, short enough to be typed again."""
        return int.from_bytes(os.urandom(4), "big") % 1_000_000

    @property
    def width(self) -> int:
        """Columns to write in: COLUMNS, else the terminal's, else 80; never below 40 nor above 120."""
        columns = self.variables.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            wanted = int(columns)
        else:
            try:
                wanted = os.get_terminal_size(self.stdout.fileno()).columns or USUAL_WIDTH
            except (OSError, ValueError):
                wanted = USUAL_WIDTH
        return max(NARROWEST, min(WIDEST, wanted))

    @property
    def is_interactive(self) -> bool:
        """Whether a person sits at both ends."""
        return self.stdin is not None and self.stdin.isatty() and self.stdout.isatty()

    @property
    def has_colour(self) -> bool:
        """Whether colour may be used: a terminal that can, and no NO_COLOR."""
        return self.stdout.isatty() and not self.variables.get("NO_COLOR") and self.variables.get("TERM") != "dumb"

    @property
    def data_folder(self) -> Path:
        """Where the learner's data are: STUDYNN_HOME, else the platform's data folder."""
        home = self._home()
        if home:
            return home
        from platformdirs import user_data_path

        return user_data_path("studynn", appauthor=False)

    @property
    def cache_folder(self) -> Path:
        """Where what can be made again is kept."""
        home = self._home()
        if home:
            return home / "cache"
        from platformdirs import user_cache_path

        return user_cache_path("studynn", appauthor=False)

    def _home(self) -> Path | None:
        home = self.variables.get("STUDYNN_HOME")
        try:
            return Path(home).expanduser() if home else None
        except RuntimeError:
            raise StudyError(
                Text(f"STUDYNN_HOME {home}: there is no such user", f"STUDYNN_HOME {home}：没有这个用户")
            ) from None


def choose_language(arguments: list[str], variables: Mapping[str, str]) -> Language:
    """The language by `--lang`, then STUDYNN_LANG, then the locale. Raises StudyError for an unknown one that was asked for."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and index + 1 < len(arguments):
            return named_language("--lang", arguments[index + 1])
        if argument.startswith("--lang="):
            return named_language("--lang", argument.removeprefix("--lang="))
    if variables.get("STUDYNN_LANG"):
        return named_language("STUDYNN_LANG", variables["STUDYNN_LANG"])
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "zh" if variables[name].lower().startswith("zh") else "en"
    return "en"


def named_language(source: str, word: str) -> Language:
    """The language of a code such as `en`, `zh`, `zh_CN.UTF-8`."""
    for language in LANGUAGES:
        if word.lower().replace("-", "_").split(".")[0].split("_")[0] == language:
            return language
    raise StudyError(Text(f"{source} {word}: must be en or zh", f"{source} {word}：应为 en 或 zh"))

"""Commits what happens in a session to the review log, at once; with --no-log nothing is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import __version__
from ..core.errors import StudyError
from ..core.review import Mark, MarkKind, Purpose, Review
from ..environment import Environment

if TYPE_CHECKING:
    from ..core.verdict import Verdict
    from ..history.log import ReviewLog

LONGEST_ANSWER = 1000


@contextmanager
def recording(environment: Environment, no_log: bool) -> Iterator[Recorder]:
    """A recorder on the learner's log, or one that keeps nothing."""
    if no_log:
        yield Recorder(environment, None)
        return
    from ..history.log import log_path, open_log

    with open_log(log_path(environment.data_folder)) as log:
        recorder = Recorder(environment, log)
        try:
            yield recorder
        finally:
            if recorder.has_written:
                _follow(environment, log)


def _follow(environment: Environment, log: ReviewLog) -> None:
    """Fold what was answered while nobody waits, so that the next start need not."""
    from ..history.memory import Memories

    memories = Memories(environment.cache_folder / "memory.sqlite3")
    with suppress(StudyError):
        memories.follow(log, environment.day_end)
    memories.close()


class Recorder:
    """Every method returns when the row is on the disk. Raises LogError where it cannot be written."""

    def __init__(self, environment: Environment, log: ReviewLog | None, purpose: Purpose = "study") -> None:
        self.environment = environment
        self.purpose = purpose
        self.has_written = False
        self._log = log
        self._device = log.device if log else ""

    @property
    def keeps_nothing(self) -> bool:
        """Whether there is no log to write to."""
        return self._log is None

    def answer(
        self,
        *,
        item: str,
        question: str,
        verdict: Verdict,
        rating: int,
        typed: str,
        seed: int,
        level: int,
        milliseconds: int,
        hints: int = 0,
        confidence: int | None = None,
        moment: int | None = None,
    ) -> Review:
        """An answer to a question or card; `item` is the skill that the schedule knows, `moment` now if left out."""
        review = Review(
            id=os.urandom(12).hex(),
            item=item,
            question=question,
            moment=self.environment.moment() if moment is None else moment,
            outcome=verdict.outcome,
            rating=rating,
            answer=typed[:LONGEST_ANSWER],
            seed=seed,
            level=level,
            language=self.environment.language,
            milliseconds=milliseconds,
            hints=hints,
            slips=verdict.slips,
            device=self._device,
            version=__version__,
            confidence=confidence,
            purpose=self.purpose,
        )
        self._add(review)
        return review

    def take_back(self, review: Review) -> None:
        """Undo an answer of whatever day."""
        self._add(self._undoing(review))

    def rate_again(self, review: Review, rating: int) -> Review:
        """The same answer with another rating, as the learner sees it."""
        again = replace(review, id=os.urandom(12).hex(), rating=rating, moment=self.environment.moment())
        self._add(self._undoing(review), again)
        return again

    def mark(self, item: str, kind: MarkKind) -> None:
        """Bury an item until the next day, suspend it, or take it up again."""
        self._add(Mark(os.urandom(12).hex(), item, self.environment.moment(), kind, self._device, __version__))

    def _undoing(self, review: Review) -> Review:
        return replace(
            review,
            id=os.urandom(12).hex(),
            moment=self.environment.moment(),
            outcome=None,
            rating=None,
            answer="",
            seed=0,
            level=0,
            language=self.environment.language,
            milliseconds=0,
            hints=0,
            slips=(),
            device=self._device,
            version=__version__,
            undoes=review.id,
            confidence=None,
        )

    def _add(self, *rows: Review | Mark) -> None:
        if self._log is not None:
            self._log.add(*rows)
            self.has_written = True

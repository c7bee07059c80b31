"""What a learner's log and memories come to, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.text import Language
from .as_json import SCHEMA
from .statistics import Words, drill_of, hint_of

if TYPE_CHECKING:
    from ..core.statistics import Retention, Statistics
    from ..core.tally import SlipCount


def statistics_json(found: Statistics, words: Words, language: Language) -> dict[str, Any]:
    """All of it as data; times in milliseconds, shares from 0 to 1, days by their dates."""
    now, longest = found.streak
    return {
        "schema": SCHEMA,
        "answers": found.answers,
        "topics": [
            {
                "id": one.topic.id,
                "title": one.topic.title.to(language),
                "items": one.items,
                "seen": one.seen,
                "due": one.due,
                "mastery": one.mastery,
            }
            for one in found.topics
        ],
        "practised": found.practised._asdict(),
        "retention": {"all": _retention(found.retention), "last_30_days": _retention(found.lately)},
        "forecast": [{"day": words.date_of(day).isoformat(), "due": count} for day, count in found.forecast],
        "streak": {"days": now, "longest": longest},
        "milliseconds": {"all": sum(spent for _, _, spent in found.days), "last_7_days": found.week[1]},
        "days": [
            {"day": words.date_of(day).isoformat(), "answers": count, "milliseconds": spent}
            for day, count, spent in found.days
        ],
        "slips": [_slip(slip, words, language) for slip in found.slips],
        "calibration": [
            {"said": level, "answers": share.answers, "right": share.right}
            for level, share in sorted(found.confidence.items())
        ],
        "sure_and_wrong": [
            {"item": item, "topic": words.topics.get(item, ""), "moment": moment}
            for item, moment in found.sure_and_wrong
        ],
        "unseen": found.unseen,
        "mark": found.mark._asdict() if found.mark else None,
        "exam": _exam_json(found, words),
    }


def _retention(one: Retention) -> dict[str, Any]:
    return {**one._asdict(), "enough": one.is_telling}


def _slip(slip: SlipCount, words: Words, language: Language) -> dict[str, Any]:
    return {
        "slip": slip.tag,
        "example": slip.example,
        "times": slip.times,
        "last": slip.last,
        "repeated": slip.is_repeated,
        "retired": slip.is_retired,
        "hint": hint_of(slip, words, language),
        "drill": drill_of(slip),
    }


def _exam_json(found: Statistics, words: Words) -> dict[str, Any] | None:
    if found.exam is None or words.exam_date is None:
        return None
    return {
        "date": words.exam_date.isoformat(),
        "days": found.exam.days,
        "mark": found.exam.mark._asdict() if found.exam.mark else None,
        "new_a_day": found.exam.new_a_day,
    }

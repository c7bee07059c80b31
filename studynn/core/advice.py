"""What to study after a session, from what went wrong in it."""

from __future__ import annotations

from dataclasses import dataclass

from .session import Session


@dataclass(frozen=True)
class Weakness:
    """The topic with the smallest share of right answers, and the worked example that failed, if any did."""

    topic: str | None
    example: str | None
    level: int
    missed: int


def weakness(session: Session) -> Weakness:
    """What failed most in a session."""
    wrong = [answered for answered in session.answered if answered.verdict.outcome == "wrong"]
    shares: dict[str, list[bool]] = {}
    for answered in session.answered:
        shares.setdefault(answered.turn.item.topic, []).append(answered.verdict.outcome == "right")
    weak = [topic for topic, marks in shares.items() if not all(marks)]
    worst = min(weak, key=lambda topic: (sum(shares[topic]) / len(shares[topic]), -len(shares[topic])), default=None)
    computed = next((answered.turn.item for answered in wrong if answered.turn.item.type == "worked"), None)
    example = computed.example if computed else None
    return Weakness(worst, example, computed.level if computed else 1, len(wrong))

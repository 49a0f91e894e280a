"""Profiles of deadlines, by the name that an agreement gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from hamkar.model.request import Request, RequestMove, Urgency


@dataclass(frozen=True, slots=True)
class Profile:
    """The longest times to answer: urgent and held directly, urgent and to be obtained from others, and all else."""

    urgent: timedelta
    urgent_to_be_obtained: timedelta
    other: timedelta

    def term(self, urgency: Urgency, *, to_be_obtained: bool = False) -> timedelta:
        """The time for a request; a calendar day is 24 hours."""
        if urgency is Urgency.NORMAL:
            return self.other
        return self.urgent_to_be_obtained if to_be_obtained else self.urgent


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        # Ours: no treaty between two states without a common law of police data sets any. The last is what Council
        # Framework Decision 2006/960/JHA, article 4(4), gave for all that was neither urgent nor listed.
        "bilateral": Profile(timedelta(hours=24), timedelta(days=5), timedelta(days=14)),
        # Directive (EU) 2023/977, article 5(1). There the time runs from receipt; here from asking, which is never
        # later, so whoever keeps this one keeps that one.
        "eu-2023-977": Profile(timedelta(hours=8), timedelta(days=3), timedelta(days=7)),
    }
)


def due_after(deadlines: str, urgency: Urgency, asked_at: datetime) -> datetime:
    """When the answer is due: the clock starts when the question is asked, a moment that both sides hold signed."""
    return asked_at + PROFILES[deadlines].term(urgency)


def due_of(request: Request, moves: Iterable[RequestMove]) -> datetime:
    """When it is due, once the asked side may have said that what is asked for is to be obtained from others."""
    to_be_obtained = any(move.to_be_obtained for move in moves)
    return request.asked_at + PROFILES[request.deadlines].term(request.urgency, to_be_obtained=to_be_obtained)

"""How much of what a person may do in a day they may do: by role, and beside what they usually do."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from statistics import median
from typing import Final

from hamkar.model.role import Role


class BudgetKind(StrEnum):
    """What is counted: people and things whose names were shown, and files taken out."""

    NOMINAL_READS = "nominal_reads"
    EXPORTS = "exports"


DAILY: Final[Mapping[BudgetKind, Mapping[Role, int]]] = {
    BudgetKind.NOMINAL_READS: {
        Role.BORDER_OFFICER: 20,
        Role.ANALYST: 200,
        Role.LIAISON_OFFICER: 100,
        Role.SENIOR_AUTHORISER: 50,
        Role.DATA_PROTECTION_OFFICER: 100,
    },
    BudgetKind.EXPORTS: {
        Role.ANALYST: 10,
        Role.LIAISON_OFFICER: 10,
        Role.STATISTICIAN: 20,
    },
}
"""By role, where an administrator has set nothing else for the account; a role that is not listed has none."""

BASELINE_DAYS: Final = 30
"""How far back what somebody usually does is looked for."""

TIMES_USUAL: Final = 10
"""From so many times the usual on, the data-protection officer is told."""

LEAST_USUAL: Final = 3
"""What somebody is taken to do usually who has done less, or nothing yet."""


def daily_budget(kind: BudgetKind, roles: AbstractSet[Role], set_to: int | None) -> int:
    """What an account may take in a day: what was set for it, or else the most that one of its roles has."""
    if set_to is not None:
        return set_to
    return max((DAILY[kind].get(role, 0) for role in roles), default=0)


def usual(days: Sequence[int]) -> float:
    """The median of the days before on which the account took anything."""
    taken = [day for day in days if day > 0]
    return max(LEAST_USUAL, median(taken)) if taken else LEAST_USUAL


def is_unusual(today: int, days: Sequence[int]) -> bool:
    """Whether a day is so far above the account's own habit that somebody should ask why."""
    return today >= TIMES_USUAL * usual(days)

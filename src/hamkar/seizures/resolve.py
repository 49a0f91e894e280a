"""From several claims of one field to one value with a status and the rule that gave it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from hamkar.model.grade import Grade
from hamkar.model.seizure import Claimed, Derived, Status

V = TypeVar("V")

MOST_VALUES = 200
MOST_CAMPS = 64
"""Beyond these, reports contradict one another so much that it is not worth asking which of them agree."""


@dataclass(frozen=True, slots=True)
class Measure(Generic[V]):
    """How values of a field are compared: may both be true of one event, and what do compatible ones say together."""

    compatible: Callable[[V, V], bool]
    join: Callable[[Sequence[V]], V]


@dataclass(frozen=True, slots=True)
class Statement(Generic[V]):
    """One report's value of a field, with what weighs for it."""

    value: V
    lineage: str
    report: UUID
    grade: Grade


def resolve(statements: Sequence[Statement[V]], measure: Measure[V]) -> Derived[V]:
    """The value the statements support, in whatever order they come. Copies of one lineage count once.

    Rules, the first that decides: ``no_claim`` (unknown), ``one_lineage`` and ``all_compatible`` (agreed),
    ``more_lineages`` and ``better_grade`` (preferred), ``contradiction`` (disputed).
    """
    if not statements:
        return Derived(value=None, status=Status.UNKNOWN, rule="no_claim")
    if len(statements) == 1:
        only = statements[0]
        claim = Claimed(value=only.value, lineage=only.lineage, reports=(only.report,))
        return Derived(value=only.value, status=Status.AGREED, rule="one_lineage", claims=(claim,))
    claims = _claims(statements)
    camps = _camps(statements, measure.compatible)
    if len(camps) > MOST_CAMPS:
        return Derived(value=None, status=Status.DISPUTED, rule="contradiction", claims=claims)
    if len(camps) == 1:
        rule = "one_lineage" if len({claim.lineage for claim in claims}) == 1 else "all_compatible"
        return Derived(value=measure.join(_values(camps[0])), status=Status.AGREED, rule=rule, claims=claims)
    for rule, weight in (("more_lineages", _lineages), ("better_grade", _grade)):
        winner = _only_best(camps, weight)
        if winner is not None:
            return Derived(value=measure.join(_values(winner)), status=Status.PREFERRED, rule=rule, claims=claims)
    return Derived(value=None, status=Status.DISPUTED, rule="contradiction", claims=claims)


def _claims(statements: Sequence[Statement[V]]) -> tuple[Claimed[V], ...]:
    """One claim a value and lineage, in the order first stated."""
    reports: dict[tuple[V, str], list[UUID]] = {}
    for statement in statements:
        reports.setdefault((statement.value, statement.lineage), []).append(statement.report)
    return tuple(Claimed(value=value, lineage=lineage, reports=tuple(ids)) for (value, lineage), ids in reports.items())


def _camps(statements: Sequence[Statement[V]], compatible: Callable[[V, V], bool]) -> list[list[Statement[V]]]:
    """The largest sets of statements that can all be true together.

    A vague statement may stand in several: "over 900" supports 927.6 as well as 928.
    """
    values = _values(statements)
    if len(values) > MOST_VALUES:
        return [[statement] for statement in statements]
    friends = {one: {other for other in values if other != one and compatible(one, other)} for one in values}
    largest = islice(_maximal(set(), set(values), set(), friends), MOST_CAMPS + 1)
    return [[s for s in statements if s.value in camp] for camp in largest]


def _maximal(chosen: set[V], open_: set[V], passed: set[V], friends: dict[V, set[V]]) -> Iterator[set[V]]:
    """The maximal cliques that contain ``chosen``, some of ``open_`` and none of ``passed``.

    Bron and Kerbosch (1973) with the pivot of Tomita, Tanaka and Takahashi (2006), without which many values that all
    agree would take exponential time.
    """
    if not open_ and not passed:
        yield chosen
        return
    pivot = max(open_ | passed, key=lambda value: len(open_ & friends[value]))
    for value in open_ - friends[pivot]:
        yield from _maximal(chosen | {value}, open_ & friends[value], passed & friends[value], friends)
        open_ = open_ - {value}
        passed = passed | {value}


def _values(camp: Iterable[Statement[V]]) -> list[V]:
    return list(dict.fromkeys(statement.value for statement in camp))


def _lineages(camp: Sequence[Statement[V]]) -> tuple[int, ...]:
    return (len({statement.lineage for statement in camp}),)


def _grade(camp: Sequence[Statement[V]]) -> tuple[int, ...] | None:
    """How good the best graded statement of a camp is; None where grades of different grids cannot be compared."""
    if any(statement.grade.grid != "4x4" for statement in camp):
        return None
    return max((-"ABCX".find(s.grade.source), -"1234".find(s.grade.information)) for s in camp)


def _only_best(
    camps: list[list[Statement[V]]], weight: Callable[[Sequence[Statement[V]]], tuple[int, ...] | None]
) -> list[Statement[V]] | None:
    weights = [weight(camp) for camp in camps]
    known = [value for value in weights if value is not None]
    if len(known) < len(weights) or known.count(max(known)) > 1:
        return None
    return camps[weights.index(max(known))]

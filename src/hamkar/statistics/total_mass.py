"""How much of a substance was seized: a total over events, never over claims."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hamkar.model.seizure import Status
from hamkar.statistics.figure import Coverage, DoubleCount, Figure
from hamkar.vocab.factors import factor

_GRAMS = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """Event lines that are alike in everything a total depends on: how many, and their amounts added up.

    ``doubtful`` are amounts that were flagged as implausible where they were read.
    """

    substance: str | None
    unit: str | None
    status: Status
    doubtful: bool
    rows: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Over what the groups were counted; ``unresolved`` is how many events may be one with another."""

    events: int
    first_day: dt.date | None
    last_day: dt.date | None
    agencies: int
    unresolved: int


def total_mass(substance: str, groups: Sequence[LineGroup], span: Span) -> Figure:
    """Kilograms of bulk weight, low, central and high by the conversion factors; what cannot be used is counted apart.

    Plants, packages, areas and unknown units have no factor and are counted as left out, never guessed.
    """
    low = central = high = Decimal(0)
    known = 0
    left_out = {"disputed": 0, "implausible": 0, "no amount": 0, "unit without a mass": 0}
    for group in groups:
        rate = factor(substance, group.unit) if group.unit else None
        if group.status is Status.DISPUTED:
            left_out["disputed"] += group.rows
        elif group.doubtful:
            left_out["implausible"] += group.rows
        elif group.amount is None:
            left_out["no amount"] += group.rows
        elif rate is None:
            left_out["unit without a mass"] += group.rows
        else:
            known += group.rows
            low += group.amount * rate.low_g
            central += group.amount * rate.central_g
            high += group.amount * rate.high_g
    coverage = Coverage(
        rows_known=known,
        rows_all=sum(group.rows for group in groups),
        first_day=span.first_day,
        last_day=span.last_day,
        agencies=span.agencies,
        double_count=DoubleCount.POSSIBLE if span.unresolved else DoubleCount.RESOLVED,
        left_out=tuple(left_out.items()),
    )
    masses = (low / _GRAMS, central / _GRAMS, high / _GRAMS) if known else (None, None, None)
    return Figure(name=substance, unit="kg", low=masses[0], central=masses[1], high=masses[2], coverage=coverage)

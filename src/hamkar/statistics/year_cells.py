"""The cells of a year: its seizures by substance and country, with the weights that are known."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from hamkar.model.seizure import Status
from hamkar.statistics.small_cells import Cell
from hamkar.vocab.factors import factor

_GRAMS = Decimal(1000)


@dataclass(frozen=True, slots=True)
class SeizedLine:
    """One substance of one seizure, where it was seized, and how much of it; ``doubtful`` amounts are implausible."""

    event: UUID
    substance: str
    country: str
    amount: Decimal | None
    unit: str | None
    status: str
    doubtful: bool


def cells(lines: Iterable[SeizedLine]) -> list[Cell]:
    """A seizure counts once under each of its substances; its weight is known if every line of that substance has one.

    Kilograms of bulk weight, by the central conversion factors; what has no mass has no weight here.
    """
    gathered: dict[tuple[str, str], dict[UUID, Decimal | None]] = defaultdict(dict)
    for line in lines:
        weights = gathered[line.substance, line.country]
        weights[line.event] = _sum(weights.get(line.event, Decimal(0)), _kilograms(line))
    return [
        Cell(substance, country, len(weights), tuple(weight for weight in weights.values() if weight is not None))
        for (substance, country), weights in gathered.items()
    ]


def _sum(known: Decimal | None, more: Decimal | None) -> Decimal | None:
    return None if known is None or more is None else known + more


def _kilograms(line: SeizedLine) -> Decimal | None:
    if line.amount is None or line.unit is None or line.doubtful or line.status == Status.DISPUTED:
        return None
    rate = factor(line.substance, line.unit)
    return line.amount * rate.central_g / _GRAMS if rate else None

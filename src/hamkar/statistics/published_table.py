"""The closed set of tables that readers of totals see; each is added up from published blocks and from nothing else."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hamkar.model.record import Record
from hamkar.statistics.figure import DoubleCount
from hamkar.statistics.small_cells import Block, roughly


class TableKind(StrEnum):
    """What stands in the rows of a table and what in its columns. There is no other table."""

    SUBSTANCE_YEAR = "substance-year"
    COUNTRY_YEAR = "country-year"
    COUNTRY_SUBSTANCE = "country-substance"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedYear(Record):
    """What is published of a closed year: its blocks, and on what they rest.

    ``agencies`` and ``double_count`` are those of its first edition; ``agencies`` is 0 where fewer than three reported.
    """

    year: int
    edition: int
    made_on: dt.date
    blocks: tuple[Block, ...]
    agencies: int
    double_count: DoubleCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(Record):
    """Published seizures, and the weight of at least ``weighed`` of them; None where no weight may be shown."""

    seizures: int
    kilograms: Decimal | None
    weighed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable(Record):
    """Figures by row and column. None in the place of a figure is fewer than the threshold, or none: never told apart.

    The margins are sums of what is shown in the table, so nothing hidden is in them.
    """

    kind: TableKind
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[tuple[Sum | None, ...], ...]
    row_sums: tuple[Sum, ...]
    column_sums: tuple[Sum, ...]
    years: tuple[int, ...]
    newest_edition: dt.date | None
    agencies: int
    double_count: DoubleCount

    @property
    def seizures(self) -> int:
        """How many seizures are counted in it."""
        return sum(each.seizures for each in self.row_sums)


Place = Callable[[int, Block], tuple[str, str]]

_PLACES: Final[dict[TableKind, Place]] = {
    TableKind.SUBSTANCE_YEAR: lambda year, block: (block.substance, str(year)),
    TableKind.COUNTRY_YEAR: lambda year, block: (block.country, str(year)),
    TableKind.COUNTRY_SUBSTANCE: lambda _, block: (block.country, block.substance),
}


def published_table(kind: TableKind, years: Sequence[PublishedYear]) -> PublishedTable:
    """The table of everything that is published; `OTHERS` comes last among rows and columns."""
    found: dict[tuple[str, str], list[Block]] = defaultdict(list)
    for each in years:
        for block in each.blocks:
            found[_PLACES[kind](each.year, block)].append(block)
    rows, columns = _names(row for row, _ in found), _names(column for _, column in found)
    return PublishedTable(
        kind=kind,
        rows=rows,
        columns=columns,
        figures=tuple(tuple(_figure(found.get((row, column))) for column in columns) for row in rows),
        row_sums=tuple(_sum([b for column in columns for b in found.get((row, column), [])]) for row in rows),
        column_sums=tuple(_sum([b for row in rows for b in found.get((row, column), [])]) for column in columns),
        years=tuple(sorted(each.year for each in years)),
        newest_edition=max((each.made_on for each in years), default=None),
        agencies=max((each.agencies for each in years), default=0),
        double_count=_double_count(years),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: (not name, name)))


def _figure(blocks: Sequence[Block] | None) -> Sum | None:
    return _sum(blocks) if blocks else None


def _sum(blocks: Sequence[Block]) -> Sum:
    weights = [block.kilograms for block in blocks if block.kilograms is not None]
    return Sum(
        seizures=sum(block.seizures for block in blocks),
        kilograms=roughly(sum(weights, Decimal(0))) if weights else None,
        weighed=sum(block.weighed for block in blocks),
    )


def _double_count(years: Sequence[PublishedYear]) -> DoubleCount:
    possible = any(each.double_count is DoubleCount.POSSIBLE for each in years)
    return DoubleCount.POSSIBLE if possible else DoubleCount.RESOLVED

"""How much of each column is filled."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hamkar.formats.columns import Layout, canonical_columns
from hamkar.formats.sheet import Row
from hamkar.formats.unknown import STATED_UNKNOWN, is_known
from hamkar.model.record import Record

_MOST_PATTERNS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Record):
    """In how many of the rows a column is filled, and in how many of these it says more than "unknown".

    Percentages are of ``rows``, to one decimal; where there are no rows they are 0.
    """

    rows: int
    filled: int
    known: int
    filled_pct: float
    known_pct: float


def percent(part: float, whole: float) -> float:
    """``part`` of ``whole`` in per cent, to one decimal; of nothing it is 0."""
    return round(100 * part / whole, 1) if whole else 0.0


class CoverageCount:
    """Counts the filled cells of every row that passes by. Rows without the right number of cells are not covered."""

    def __init__(self) -> None:
        self._rows = 0
        self._columns: set[str] = set()
        self._filled: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    def watch(self, rows: Iterator[Row], layout: Layout) -> Iterator[Row]:
        """The same rows, counted on their way."""
        # Rows are filled in few patterns, so it is patterns that are counted for every row and columns at the end.
        self._columns.update(layout.columns)
        patterns: Counter[tuple[bool, ...]] = Counter()
        strip = str.strip
        for row in rows:
            cells = row[1]
            if isinstance(cells, list):
                patterns[tuple(map(bool, map(strip, cells)))] += 1
                if not STATED_UNKNOWN.isdisjoint(cells):
                    self._count_unknown(cells, layout)
                if len(patterns) > _MOST_PATTERNS:
                    self._count_patterns(patterns, layout)
            yield row
        self._count_patterns(patterns, layout)

    def coverage(self, layout: str) -> dict[str, Coverage]:
        """The coverage of the layout's columns that the file has, in the layout's order."""
        return {column: self._coverage(column) for column in canonical_columns(layout) if column in self._columns}

    def _coverage(self, column: str) -> Coverage:
        filled = self._filled[column]
        known = filled - self._unknown[column]
        return Coverage(
            rows=self._rows,
            filled=filled,
            known=known,
            filled_pct=percent(filled, self._rows),
            known_pct=percent(known, self._rows),
        )

    def _count_unknown(self, cells: Sequence[str], layout: Layout) -> None:
        for column, place in layout.columns.items():
            if cells[place].strip() and not is_known(cells[place]):
                self._unknown[column] += 1

    def _count_patterns(self, patterns: Counter[tuple[bool, ...]], layout: Layout) -> None:
        for pattern, count in patterns.items():
            self._rows += count
            for column, place in layout.columns.items():
                if pattern[place]:
                    self._filled[column] += count
        patterns.clear()

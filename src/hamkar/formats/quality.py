"""What a file is worth: what became of its rows, which cells are doubtful, and how much of each column is filled."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hamkar.formats.columns import Layout
from hamkar.formats.coverage import Coverage, CoverageCount
from hamkar.formats.ids_profile import IdsProfile, Profile
from hamkar.formats.outcome import Outcome, Read, Rejected
from hamkar.formats.sheet import Row
from hamkar.formats.unodc_ids import LAYOUT as UNODC_IDS
from hamkar.model.record import Record
from hamkar.model.report import Doubt, Flag
from hamkar.text.quoted import quoted

MOST_LISTED = 1_000
"""Of more rejected rows than this only the number is kept."""

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulCell(Record):
    """A doubtful cell as written, with the row in which a person finds it."""

    row: int
    text: str
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful(Record):
    """How many cells of a column are doubtful for one reason, with the first few of them."""

    column: str
    doubt: Doubt
    cells: int
    examples: tuple[DoubtfulCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Record):
    """The quality of one file, complete once all of it has been read.

    ``rows`` counts the rows that have content, under the header; ``imported`` the claims, of which one may join several
    rows; ``rejected`` rows; ``doubtful`` and ``duplicates`` the claims with a flagged cell and the claims identical to
    one above. ``unused`` are columns and sheets nothing was read from. ``profile`` is of ``unodc-ids`` files only.
    """

    layout: str
    edition: str
    rows: int
    imported: int
    rejected: int
    doubtful: int
    duplicates: int
    coverage: dict[str, Coverage]
    rejections: tuple[Rejected, ...]
    doubts: tuple[Doubtful, ...]
    unused: tuple[str, ...]
    profile: Profile | None

    def lines(self) -> Iterator[str]:
        """The quality as a person reads it on a terminal, line by line."""
        yield f"{self.rows:,} rows read as {self.layout}, edition {self.edition}"
        yield f"  {self.imported:,} claims, {self.duplicates:,} of them identical to one above"
        yield f"  {self.rejected:,} rows rejected{':' if self.rejected else ''}"
        yield from (f"    {_where(one.row, one.sheet)}: {one.reason}" for one in self.rejections)
        if self.rejected > len(self.rejections):
            yield f"    and {self.rejected - len(self.rejections):,} more"
        yield f"  {self.doubtful:,} claims with a doubtful cell, kept as written{':' if self.doubts else ''}"
        yield from map(_doubt_line, self.doubts)
        yield "coverage, rows filled of all rows:"
        yield from (_coverage_line(column, each) for column, each in self.coverage.items())
        if self.unused:
            yield f"not read: {', '.join(map(quoted, self.unused))}"


def _where(row: int, sheet: str) -> str:
    return f"sheet {quoted(sheet)}, row {row}" if sheet else f"row {row}"


def _doubt_line(one: Doubtful) -> str:
    examples = ", ".join(f"{quoted(cell.text)} in {_where(cell.row, cell.sheet)}" for cell in one.examples)
    return f"    {one.column}: {one.cells:,} with {one.doubt.replace('_', ' ')}, such as {examples}"


def _coverage_line(column: str, each: Coverage) -> str:
    unknown = each.filled - each.known
    stated = f", {unknown:,} of them “unknown”" if unknown else ""
    return f"  {column:<24}{each.filled:>11,} of {each.rows:,} ({each.filled_pct:.1f} %){stated}"


class Tally:
    """Counts rows as they are read and outcomes as they arise."""

    def __init__(self) -> None:
        self._layout: Layout | None = None
        self._unused: list[str] = []
        self._coverage = CoverageCount()
        self._profile = IdsProfile()
        self._imported = 0
        self._imported_rows = 0
        self._duplicates = 0
        self._doubtful = 0
        self._rejected = 0
        self._rejections: list[Rejected] = []
        self._doubts: Counter[tuple[str, Doubt]] = Counter()
        self._examples: dict[tuple[str, Doubt], list[DoubtfulCell]] = {}

    def watch(self, rows: Iterator[Row], layout: Layout) -> Iterator[Row]:
        """The rows of a sheet, counted on their way to whoever makes claims of them."""
        self._layout = self._layout or layout
        self._unused.extend(layout.unused)
        return self._coverage.watch(rows, layout)

    def pass_over(self, sheet: str) -> None:
        """Note a sheet that nothing is read from."""
        self._unused.append(sheet)

    def add(self, outcome: Outcome) -> None:
        """Count what became of a row, or of the rows that one claim joins."""
        if isinstance(outcome, Rejected):
            self._rejected += 1
            if self._rejected <= MOST_LISTED:
                self._rejections.append(outcome)
            return
        self._imported += 1
        self._imported_rows += outcome.rows
        self._duplicates += outcome.duplicate
        if outcome.report.flags:
            self._add_flags(outcome)
        if self._layout and self._layout.name == UNODC_IDS:
            self._profile.add(outcome.report)

    def _add_flags(self, read: Read) -> None:
        self._doubtful += 1
        for flag in read.report.flags:
            self._doubts[flag.column, flag.doubt] += 1
            examples = self._examples.setdefault((flag.column, flag.doubt), [])
            if len(examples) < MOST_EXAMPLES and _is_new(flag, examples):
                examples.append(DoubtfulCell(row=read.row, text=flag.text, sheet=read.sheet))

    def quality(self) -> Quality:
        """The quality of what has been read so far."""
        name = self._layout.name if self._layout else ""
        coverage = self._coverage.coverage(name)
        is_ids = name == UNODC_IDS
        return Quality(
            layout=name,
            edition=self._layout.edition if self._layout else "",
            rows=self._imported_rows + self._rejected,
            imported=self._imported,
            rejected=self._rejected,
            doubtful=self._doubtful,
            duplicates=self._duplicates,
            coverage=coverage,
            rejections=tuple(self._rejections),
            doubts=tuple(self._doubtful_cells(*each) for each in self._doubts.most_common()),
            unused=tuple(dict.fromkeys(self._unused)),
            profile=self._profile.profile(coverage, self._duplicates) if is_ids else None,
        )

    def _doubtful_cells(self, cell: tuple[str, Doubt], cells: int) -> Doubtful:
        column, doubt = cell
        return Doubtful(column=column, doubt=doubt, cells=cells, examples=tuple(self._examples[cell]))


def _is_new(flag: Flag, examples: list[DoubtfulCell]) -> bool:
    return all(example.text != flag.text for example in examples)

"""Reading a file into claims: the one way in, whatever the file is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from hamkar.errors import BadInput
from hamkar.formats import public_reports, unodc_ids
from hamkar.formats.columns import Layout, layout_of
from hamkar.formats.intake import Intake
from hamkar.formats.occurrences import Occurrences
from hamkar.formats.outcome import Outcome
from hamkar.formats.quality import Quality, Tally
from hamkar.formats.sheet import Progress, Sheet
from hamkar.formats.table import open_table

_READERS: Mapping[str, Callable[[Sheet, Layout, Intake], Iterator[Outcome]]] = {
    unodc_ids.LAYOUT: unodc_ids.read_ids,
    public_reports.LAYOUT: public_reports.read_public_reports,
}


class Reading:
    """The outcomes of the rows of one file, read while they are asked for, once; then its quality is complete."""

    def __init__(self, outcomes: Iterator[Outcome], tally: Tally) -> None:
        self._outcomes = outcomes
        self._tally = tally

    def __iter__(self) -> Iterator[Outcome]:
        add = self._tally.add
        for outcome in self._outcomes:
            add(outcome)
            yield outcome

    @property
    def quality(self) -> Quality:
        """The quality of what has been read; of the file, once every outcome was taken."""
        return self._tally.quality()


def read(
    path: Path,
    *,
    layout: str | None = None,
    originator: str,
    new_id: Callable[[], UUID],
    today: date,
    progress: Progress | None = None,
) -> Reading:
    """The claims in a CSV, zipped CSV or XLSX file, as ``layout`` or, where that is None, as what its header says.

    Nothing is read before the first outcome is asked for. From then on BadInput means that the file as a whole cannot
    be used, in one sentence that names it; whoever took outcomes from it drops them. A workbook is one table, which may
    go on over several sheets (UNODC gives each year its own); sheets with other headings are listed as unused.
    """
    intake = Intake(path.name, originator, new_id, today, Occurrences())
    tally = Tally()
    return Reading(_outcomes(path, layout, intake, tally, progress), tally)


def _outcomes(
    path: Path, layout: str | None, intake: Intake, tally: Tally, progress: Progress | None
) -> Iterator[Outcome]:
    chosen: Layout | None = None
    unfit: BadInput | None = None
    with open_table(path, progress) as sheets:
        for sheet in sheets:
            try:
                found = layout_of(sheet.header, path.name, layout)
            except BadInput as error:
                unfit = unfit or error
                tally.pass_over(sheet.name)
                continue
            chosen = chosen or found
            if found.name != chosen.name:
                msg = f"{path.name} holds two tables, {chosen.name} and {found.name}; give each its own file"
                raise BadInput(msg)
            watched = replace(sheet, rows=tally.watch(sheet.rows, found))
            yield from _READERS[found.name](watched, found, intake)
    if chosen is None:
        raise unfit or _no_table(path)


def _no_table(path: Path) -> BadInput:
    return BadInput(f"{path.name} has no sheet with column names; put them in the first row of the table")

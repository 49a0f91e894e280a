"""An exported table as a workbook of two sheets: the rows, and who took them out."""

import io
from collections.abc import Iterable

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

from hamkar.formats.export_row import COLUMNS, MARK_COLUMN, Cell, ExportMark, ExportRow
from hamkar.formats.inert_cell import inert

_LONGEST_CELL = 32_767


def export_xlsx(rows: Iterable[ExportRow], mark: ExportMark) -> bytes:
    """The file; texts are written as texts, and none of them is a formula. Amounts are numbers."""
    book = Workbook(write_only=True)
    book.properties.creator = mark.account
    book.properties.description = str(mark)
    sheet = book.create_sheet("Seizures")
    sheet.append((*COLUMNS, MARK_COLUMN))
    marked = _safe(str(mark))
    for row in rows:
        sheet.append((*map(_safe, row.cells), marked))
    about = book.create_sheet("Export")
    for name, value in (
        ("id", str(mark.id)),
        ("account", mark.account),
        ("agency", mark.agency),
        ("at", f"{mark.at:%Y-%m-%d %H:%M:%S} UTC"),
        ("purpose", mark.purpose),
    ):
        about.append((name, _safe(value)))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _safe(cell: Cell) -> Cell:
    """A text without what a workbook cannot hold, cut where no cell is longer."""
    return inert(ILLEGAL_CHARACTERS_RE.sub("", cell)[:_LONGEST_CELL]) if isinstance(cell, str) else cell

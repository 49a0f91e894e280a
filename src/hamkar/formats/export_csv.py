"""An exported table as CSV: UTF-8 with a byte-order mark, by which spreadsheets know it, and RFC 4180 line ends."""

import csv
import io
from collections.abc import Iterable

from hamkar.formats.export_row import COLUMNS, MARK_COLUMN, Cell, ExportMark, ExportRow
from hamkar.formats.inert_cell import inert

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def export_csv(rows: Iterable[ExportRow], mark: ExportMark) -> bytes:
    """The file; no cell of it is a formula to a spreadsheet."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow((*COLUMNS, MARK_COLUMN))
    marked = inert(str(mark))
    writer.writerows((*map(_text, row.cells), marked) for row in rows)
    return _BYTE_ORDER_MARK + written.getvalue().encode("utf-8")


def _text(cell: Cell) -> str:
    return inert(cell) if isinstance(cell, str) else "" if cell is None else str(cell)

"""Tables in XLSX workbooks: the values as last calculated, never a formula, a macro or a link."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import BinaryIO, Protocol, cast
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # defusedxml publishes no types
from openpyxl import load_workbook  # type: ignore[import-untyped]  # openpyxl publishes no types
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]  # as above

from hamkar.errors import BadInput
from hamkar.formats.archive import UNREADABLE
from hamkar.formats.sheet import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    Malformed,
    Progress,
    Row,
    Sheet,
    clean,
    is_header,
    wrong_width,
)

CONTENT_TYPES = "[Content_Types].xml"
"""The entry by which a ZIP archive is known to be an office document. Source: ECMA-376 part 2, 7.2.3."""

MAX_ROWS = 1_048_576
"""The last row of a worksheet. Source: ECMA-376 part 1, 18.3.1.73, as applications implement it."""

MAX_TEXT = 1 << 20
"""The most text in a row, as in a delimited file."""

MAX_STRINGS = 256 << 20
"""The shared strings are the one part that must be held in memory as a whole."""

_TOO_LONG = Malformed(f"the row holds more than {MAX_TEXT} characters; shorten its cells")
_BATCH = 512
# What openpyxl raises for a workbook whose parts contradict one another; it checks none of them beforehand.
_CONTRADICTORY = (ParseError, InvalidFileException, LookupError, TypeError, AttributeError, ArithmeticError)
_BROKEN = (*UNREADABLE, *_CONTRADICTORY, AssertionError)


def read_workbook(archive: ZipFile, stream: BinaryIO, name: str, progress: Progress | None) -> Iterator[Sheet]:
    """The sheets of a workbook that have a header; the others hold no table. Raises BadInput naming the file."""
    _refuse_active_content(archive, name)
    for worksheet in _worksheets(stream, name):
        sheet = _sheet(worksheet, name, progress)
        if sheet:
            yield sheet


def _refuse_active_content(archive: ZipFile, name: str) -> None:
    for entry in archive.infolist():
        part = entry.filename.lower()
        if part.endswith("vbaproject.bin"):
            msg = f"{name} contains macros; save it as a workbook without macros (.xlsx) and try again"
            raise BadInput(msg)
        if part.endswith("sharedstrings.xml") and entry.file_size > MAX_STRINGS:
            msg = f"{name} holds more than {MAX_STRINGS >> 20} MiB of text; save the sheet as CSV UTF-8 and try again"
            raise BadInput(msg)


class _Worksheet(Protocol):
    """What is used of a worksheet that openpyxl opened for reading only."""

    title: str
    max_row: int | None

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterable[Sequence[object]]: ...


def _worksheets(stream: BinaryIO, name: str) -> Sequence[_Worksheet]:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and links, which are not read here
            workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise _unusable(name, error) from error
    return cast("Sequence[_Worksheet]", workbook.worksheets)


def _unusable(name: str, error: Exception) -> BadInput:
    if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
        return BadInput(f"{name} defines entities of its own, as no workbook needs; save its table as CSV UTF-8")
    return BadInput(f"{name} is not a workbook that can be read; open it, save it again as .xlsx or CSV, and try again")


def _sheet(worksheet: _Worksheet, name: str, progress: Progress | None) -> Sheet | None:
    total = worksheet.max_row or 0
    # The dimensions are a claim of whoever wrote the file; a false one would give millions of empty cells.
    worksheet.reset_dimensions()
    rows = _numbered(worksheet, name)
    for _, cells in islice(rows, HEADER_WITHIN):
        if is_header(cells):
            return Sheet(clean(worksheet.title), tuple(cells), _rows(rows, len(cells), total, progress))
    return None


def _numbered(worksheet: _Worksheet, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number and its cells as text, without the empty ones at its end."""
    values = iter(worksheet.iter_rows(values_only=True))
    number = 0
    while batch := _next_batch(values, name):
        for row in batch:
            number += 1
            if number > MAX_ROWS or len(row) > MAX_COLUMNS:
                msg = f"{name} is larger than {MAX_ROWS} rows of {MAX_COLUMNS} columns; remove what is not needed"
                raise BadInput(msg)
            yield number, _texts(row)


def _next_batch(values: Iterator[Sequence[object]], name: str) -> list[Sequence[object]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date out of range becomes "#VALUE!", which is rejected where it matters
            return list(islice(values, _BATCH))
    except _BROKEN as error:
        raise _unusable(name, error) from error


def _rows(
    numbered: Iterator[tuple[int, list[str]]], width: int, total: int, progress: Progress | None
) -> Iterator[Row]:
    for number, cells in numbered:
        if progress and number % _BATCH == 0:
            progress(number, total)
        if cells:
            yield number, _TOO_LONG if sum(map(len, cells)) > MAX_TEXT else _brought_to(width, cells)


def _brought_to(width: int, cells: list[str]) -> list[str] | Malformed:
    if len(cells) > width:
        return wrong_width(len(cells), width)
    cells.extend([""] * (width - len(cells)))
    return cells


def _texts(row: Sequence[object]) -> list[str]:
    cells = [_text(value) for value in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: object) -> str:
    """A cell as a person would type it: whole days as YYYY-MM-DD, numbers with every digit that is stored."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return clean(str(value))

"""A vocabulary file in CSV, read so that a mistake in it names its file, line and column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import zip_longest
from typing import NoReturn

from hamkar.errors import BadInput
from hamkar.text.number import read_number
from hamkar.text.quoted import quoted


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a vocabulary file that has a cell for every column; each reading of a cell names it when it fails."""

    file: str
    line: int
    cells: Mapping[str, str]

    def maybe(self, column: str) -> str | None:
        """The cell without surrounding space, or None where it is empty, which in every file means unknown."""
        return self.cells[column].strip() or None

    def text(self, column: str) -> str:
        """The cell, which must not be empty."""
        found = self.maybe(column)
        if found is None:
            self.reject(column, "it is empty")
        return found

    def parts(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several, separated by semicolons (the Persian one too)."""
        cell = self.cells[column].replace("؛", ";")
        return tuple(part for part in map(str.strip, cell.split(";")) if part)

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which must be one of the allowed words."""
        found = self.text(column)
        if found not in allowed:
            self.reject(column, f"{quoted(found)} is none of {', '.join(allowed)}")
        return found

    def number(self, column: str) -> Decimal | None:
        """The cell as a number of zero or more, or None where it is empty."""
        try:
            return read_number(self.cells[column])
        except BadInput as error:
            self.reject(column, str(error), error)

    def degrees(self, column: str) -> float | None:
        """The cell as degrees between -180 and 180, or None where it is empty."""
        found = self.maybe(column)
        try:
            value = float(found) if found else None
        except ValueError as error:
            self.reject(column, f"{quoted(found or '')} is not a number of degrees", error)
        if value is not None and not -180 <= value <= 180:  # noqa: PLR2004 (a half circle either way)
            self.reject(column, f"{quoted(found or '')} is not between -180 and 180 degrees")
        return value

    def day(self, column: str) -> date:
        """The cell as a day written YYYY-MM-DD."""
        found = self.text(column)
        try:
            return date.fromisoformat(found)
        except ValueError as error:
            self.reject(column, f"{quoted(found)} is not a day written YYYY-MM-DD", error)

    def reject(self, column: str, why: str, cause: Exception | None = None) -> NoReturn:
        """Raise the BadInput that says where this file is wrong, and why."""
        msg = f"vocabulary file {self.file}, line {self.line}, column {column}: {why}; mend the file"
        raise BadInput(msg) from cause


def read_table(text: str, file: str, header: str) -> tuple[Row, ...]:
    """The rows of a CSV text whose first line is exactly ``header``. Raises BadInput naming file, line and column."""
    return tuple(_rows(text, file, header.split(",")))


def _rows(text: str, file: str, columns: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        _check_header(next(reader, []), file, columns)
        for cells in reader:
            row = Row(file, reader.line_num, dict(zip(columns, cells, strict=False)))
            if len(cells) != len(columns):
                last = columns[min(len(cells), len(columns)) - 1]
                row.reject(last, f"the line has {len(cells)} cells, not {len(columns)}")
            yield row
    except csv.Error as error:
        msg = f"vocabulary file {file}, line {reader.line_num}: {error}; mend the file"
        raise BadInput(msg) from error


def _check_header(header: Sequence[str], file: str, columns: Sequence[str]) -> None:
    first = Row(file, 1, {})
    for found, column in zip_longest(header, columns):
        if found != column:
            first.reject(column or quoted(found), f"the header has {quoted(found) if found else 'nothing'} there")

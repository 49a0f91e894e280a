"""Tables in delimited text (CSV): separated by semicolon, comma or tab, in UTF-8. Source for quoting: RFC 4180."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from hamkar.errors import BadInput
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
from hamkar.text.quoted import quoted

DELIMITERS = (";", ",", "\t")
MAX_LINE = 1 << 20
MAX_LINES_IN_A_ROW = 200
_PROGRESS_EVERY = 1 << 20

_TOO_LONG = Malformed(f"the line is longer than {MAX_LINE} bytes; the file is damaged there, mend the row")
_NUL = Malformed("the row holds NUL characters; the file is damaged there, mend the row")
_QUOTES = Malformed(
    "its quotation marks do not pair up; put one at each end of the cell and double those inside, then try again"
)
_RETURN = Malformed("a cell holds a carriage return outside quotation marks; put the cell in quotation marks")
_MAX_CELL = 131_072
_LONG_CELL = Malformed(f"a cell is longer than {_MAX_CELL} characters; shorten it")
_PARSER_SAYS = (("new-line character", _RETURN), ("field larger", _LONG_CELL))


class _Lines:
    """The physical lines of a stream, numbered from 1; a line that was taken can be given back and read again."""

    def __init__(self, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        self._stream = stream
        self._size = size
        self._progress = progress
        self._given_back: list[bytes] = []
        self._done = 0
        self._next_report = _PROGRESS_EVERY
        self.number = 0

    def take(self) -> bytes:
        """The next line with its end; b"" where there is none; a line of MAX_LINE bytes stands for a longer one."""
        if self._given_back:
            self.number += 1
            return self._given_back.pop()
        line = self._stream.readline(MAX_LINE)
        if line:
            self.number += 1
            self._count(line)
        return line

    def give_back(self, lines: Sequence[bytes]) -> None:
        """Let these lines, the last ones taken, be taken again."""
        self.number -= len(lines)
        self._given_back.extend(reversed(lines))

    def _count(self, line: bytes) -> None:
        self._done += len(line)
        if len(line) == MAX_LINE:
            self._skip_to_end_of(line)
        if self._progress and self._done >= self._next_report:
            self._progress(self._done, self._size)
            self._next_report = self._done + _PROGRESS_EVERY

    def _skip_to_end_of(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self._stream.readline(MAX_LINE)
            self._done += len(line)


def read_delimited(stream: BinaryIO, size: int, name: str, progress: Progress | None) -> Sheet:
    """The table in a stream of ``size`` bytes. Raises BadInput naming the file where no header can be found."""
    lines = _Lines(stream, size, progress)
    for _ in range(HEADER_WITHIN):
        text = _header_text(lines.take(), lines.number, name)
        delimiter, cells = _widest(text)
        if is_header(cells):
            _check_width(cells, name)
            return Sheet("", tuple(map(clean, cells)), _rows(lines, delimiter, len(cells)))
    msg = (
        f"{name} has no header: none of its first {HEADER_WITHIN} lines names columns separated by semicolon, comma or"
        " tab; export the table again as CSV with its column names in the first line"
    )
    raise BadInput(msg)


def _header_text(line: bytes, number: int, name: str) -> str:
    if number == 1 and line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        msg = f"{name} is written in UTF-16; save it as CSV UTF-8 and try again"
        raise BadInput(msg)
    try:
        text = line.removeprefix(BOM_UTF8).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        msg = f"{name}, line {number} is not UTF-8 text; save the table as CSV UTF-8 and try again"
        raise BadInput(msg) from error
    if "\0" in text or len(line) == MAX_LINE:
        msg = f"{name} is not a table: line {number} is not a line of text; give a CSV, a zipped CSV or an XLSX file"
        raise BadInput(msg)
    if "\r" in text:
        msg = f"{name} ends its lines with a bare carriage return; save it again as CSV UTF-8"
        raise BadInput(msg)
    return text


def _widest(text: str) -> tuple[str, list[str]]:
    """The separator that cuts the line into the most cells, and those cells."""
    cuts = ((delimiter, _cut(text, delimiter)) for delimiter in DELIMITERS)
    return max(cuts, key=lambda cut: len(cut[1]))


def _cut(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _check_width(cells: Sequence[str], name: str) -> None:
    if len(cells) > MAX_COLUMNS:
        msg = f"{name} has {len(cells)} columns, more than the {MAX_COLUMNS} that are read; remove those not needed"
        raise BadInput(msg)


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[Row]:
    """The rows under the header; rows without any content are passed over."""
    blank = delimiter + " \t\r\n"
    while line := lines.take():
        number = lines.number
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            yield number, _undecodable(error)
            continue
        bare = text.rstrip("\r\n")
        if not bare.strip(blank):
            continue
        # Nearly every line of a real file is plain; only the others need the care (and time) of a CSV parser.
        if '"' not in bare and bare.isprintable():
            cells = bare.split(delimiter)
            if len(cells) == width and len(line) < MAX_LINE:
                yield number, cells
                continue
        yield number, _careful_cells(text, lines, delimiter, width)


def _careful_cells(text: str, lines: _Lines, delimiter: str, width: int) -> list[str] | Malformed:
    """The cells of the row that begins with this line, which may go on over the next ones.

    Where that gives no row, the lines after the first are given back: a quotation mark left open must not swallow
    the rows below it.
    """
    if "\0" in text:
        return _NUL
    if len(text) * 4 >= MAX_LINE and len(text.encode()) >= MAX_LINE:
        return _TOO_LONG
    taken: list[bytes] = []
    cells = _parsed(text, lines, delimiter, taken)
    if not isinstance(cells, Malformed) and len(cells) != width:
        cells = wrong_width(len(cells), width)
    if isinstance(cells, Malformed):
        lines.give_back(taken)
        return cells
    return [clean(cell) for cell in cells]


def _parsed(text: str, lines: _Lines, delimiter: str, taken: list[bytes]) -> list[str] | Malformed:
    csv.field_size_limit(_MAX_CELL)  # one for the whole process, and other libraries change it
    try:
        return next(csv.reader(_continued(text, lines, taken), delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        return _undecodable(error)
    except csv.Error as error:
        return next((reason for sign, reason in _PARSER_SAYS if sign in str(error)), _QUOTES)


def _continued(text: str, lines: _Lines, taken: list[bytes]) -> Iterator[str]:
    yield text
    while len(taken) < MAX_LINES_IN_A_ROW and (line := lines.take()):
        taken.append(line)
        yield line.decode()


def _undecodable(error: UnicodeDecodeError) -> Malformed:
    before = error.object[max(0, error.start - 20) : error.start].decode(errors="replace")
    byte = error.object[error.start]
    return Malformed(f"byte 0x{byte:02X} after {quoted(before)} is not UTF-8; save the table as CSV UTF-8")

"""A header and the rows under it, whatever kind of file they stand in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hamkar.text.bidi import strip_bidi

Progress = Callable[[int, int], None]
"""Told how far reading is: done and total, in bytes of text or rows of a workbook. A total of 0 is not known."""

HEADER_WITHIN = 20
"""Titles and blank lines may stand above a header, but not more of them than this."""

MAX_COLUMNS = 256


@dataclass(frozen=True, slots=True)
class Malformed:
    """Why a row cannot be brought under the header."""

    reason: str


Row = tuple[int, list[str] | Malformed]
"""The row's number as a person sees it, and its cells, as many as the header has."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows under it, which can be read once. ``name`` is "" where the file is not a workbook."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[Row]


# Line feed and tab are what people write in a cell; a lone surrogate cannot be written as UTF-8.
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFEFF} - {0x09, 0x0A}
_DROP = dict.fromkeys(_CONTROLS)


def clean(cell: str) -> str:
    """The cell as written, without control characters and without those that turn the direction of text."""
    return cell if cell.isprintable() and cell.isascii() else strip_bidi(cell.translate(_DROP))


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns; a title, a note or a blank line fills at most one cell."""
    return sum(1 for cell in cells if cell.strip()) > 1


def wrong_width(found: int, expected: int) -> Malformed:
    """The reason for a row whose cells cannot be told apart."""
    advice = "a cell is cut off or holds a separator outside quotation marks"
    return Malformed(f"the row has {found} cells and the header {expected}: {advice}; mend the row")

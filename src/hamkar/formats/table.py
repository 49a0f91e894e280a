"""Opening a file as a table, by what it is and not by what it is called."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from io import BufferedReader
from pathlib import Path

from hamkar.errors import BadInput
from hamkar.formats.apart import read_apart
from hamkar.formats.delimited import read_delimited
from hamkar.formats.sheet import Progress, Sheet

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_LONGEST_MAGIC = 8

# First bytes that tell what a file is instead of a table, with what to do about it.
_NOT_TABLES = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old or password-protected workbook; save it as a plain .xlsx",
    ),
    (b"\x1f\x8b", "is packed with gzip; unpack it first"),
    (b"%PDF", "is a PDF document; export the table in it as CSV or XLSX"),
)


@contextmanager
def open_table(path: Path, progress: Progress | None = None) -> Iterator[Iterator[Sheet]]:
    """The sheets of a CSV, zipped CSV or XLSX file: one, or for a workbook each that has a header.

    The file stays open for as long as the context does. Raises BadInput, also while rows are read, with one sentence
    that names the file and what to do.
    """
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise _unreadable(path, error) from error
    with stream, closing(_sheets(stream, path, progress)) as sheets:
        yield sheets


def _sheets(stream: BufferedReader, path: Path, progress: Progress | None) -> Generator[Sheet]:
    start = _first_bytes(stream, path)
    for magic, advice in _NOT_TABLES:
        if start.startswith(magic):
            msg = f"{path.name} {advice} and try again"
            raise BadInput(msg)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        yield from read_apart(stream, path.name, progress)
    elif start:
        yield from _text(stream, path, progress)
    else:
        msg = f"{path.name} is empty; export the table again"
        raise BadInput(msg)


def _first_bytes(stream: BufferedReader, path: Path) -> bytes:
    try:
        return stream.peek(_LONGEST_MAGIC)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BadInput:
    why = getattr(error, "strerror", None) or error
    return BadInput(f"{path.name} cannot be read ({why}); check the path and its permissions")


def _text(stream: BufferedReader, path: Path, progress: Progress | None) -> Generator[Sheet]:
    try:
        sheet = read_delimited(stream, path.stat().st_size, path.name, progress)
    except OSError as error:
        raise _unreadable(path, error) from error
    yield sheet

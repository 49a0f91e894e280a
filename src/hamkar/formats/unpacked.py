"""The tables in an archive: a workbook's sheets, or the one delimited text in a ZIP file."""

from collections.abc import Generator, Iterator
from io import BufferedReader, RawIOBase
from typing import BinaryIO, cast
from zipfile import ZipFile

from hamkar.formats.archive import UNREADABLE, damaged, open_archive, the_one_table
from hamkar.formats.delimited import read_delimited
from hamkar.formats.sheet import Progress, Row, Sheet
from hamkar.formats.workbook import CONTENT_TYPES, read_workbook

_BUFFER = 1 << 20


def read_archive(stream: BinaryIO, name: str, progress: Progress | None) -> Generator[Sheet]:
    """The sheets in this archive. Raises BadInput, also while rows are read, naming the file."""
    with open_archive(stream, name) as archive:
        if CONTENT_TYPES in archive.namelist():
            yield from read_workbook(archive, stream, name, progress)
        else:
            yield from _zipped_text(archive, name, progress)


def _zipped_text(archive: ZipFile, name: str, progress: Progress | None) -> Generator[Sheet]:
    entry = archive.getinfo(the_one_table(archive, name))
    try:
        packed = archive.open(entry)
        text = BufferedReader(cast("RawIOBase", packed), _BUFFER)
        sheet = read_delimited(text, entry.file_size, name, progress)
    except UNREADABLE as error:
        raise damaged(name) from error
    with text:
        yield Sheet(sheet.name, sheet.header, _unpacked_rows(sheet.rows, name))


def _unpacked_rows(rows: Iterator[Row], name: str) -> Iterator[Row]:
    """The rows; damage in the packed bytes shows only when the place is reached."""
    try:
        yield from rows
    except UNREADABLE as error:
        raise damaged(name) from error

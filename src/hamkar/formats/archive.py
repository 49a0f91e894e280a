"""Bounds on ZIP archives, which are checked before anything in one is unpacked."""

import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from hamkar.errors import BadInput

MAX_ENTRIES = 1_000
MAX_UNPACKED = 2 << 30
MAX_RATIO = 250
_HARMLESS = 8 << 20
"""Below this nothing is a bomb, however well it was packed."""

_ENCRYPTED = 0x1
UNREADABLE = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What the standard library raises for an archive that is cut, damaged, encrypted or packed in an unusual way."""


@contextmanager
def open_archive(stream: BinaryIO, name: str) -> Iterator[ZipFile]:
    """The archive in this stream, within the bounds. Raises BadInput naming the file."""
    try:
        archive = ZipFile(stream)
    except UNREADABLE as error:
        raise damaged(name) from error
    with archive:
        check_bounds(archive, name)
        yield archive


def check_bounds(archive: ZipFile, name: str) -> None:
    """Raises BadInput for an encrypted archive and for one that holds or unpacks to more than any honest table.

    The sizes an archive declares can be relied on: the standard library unpacks no more than was declared.
    """
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise _too_much(name)
    if unpacked > _HARMLESS and unpacked > MAX_RATIO * packed:
        raise _too_much(name)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        msg = f"{name} is protected by a password; save it without one and try again"
        raise BadInput(msg)


def _too_much(name: str) -> BadInput:
    return BadInput(
        f"{name} would unpack to more than {MAX_ENTRIES} files, {MAX_UNPACKED >> 30} GiB or {MAX_RATIO} times its size;"
        " unpack it yourself and give the table inside"
    )


def damaged(name: str) -> BadInput:
    """The error for an archive that cannot be unpacked."""
    return BadInput(f"{name} is damaged or cut off and cannot be unpacked; fetch or save it again")


_TABLES = (".csv", ".tsv", ".txt")


def the_one_table(archive: ZipFile, file: str) -> str:
    """The name of the one delimited table in the archive; it is a name only and never becomes a path.

    What file systems leave behind (folders, dot files, ``__MACOSX``) does not count. Raises BadInput otherwise.
    """
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    tables = [name for name in names if name.lower().endswith(_TABLES) and not _is_litter(name)]
    if len(tables) != 1:
        found = "no table" if not tables else f"{len(tables)} tables"
        msg = f"{file} holds {found}; give a ZIP file with exactly one CSV in it, or the CSV itself"
        raise BadInput(msg)
    return tables[0]


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")

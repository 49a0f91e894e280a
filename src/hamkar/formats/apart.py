"""Unpacking an archive in a process apart, which has little memory and time, no secrets, and writes no file.

What it finds comes back through a pipe, a line of JSON for each step. Whatever an archive does to the libraries that
unpack it, the node goes on.
"""

import contextlib
import resource
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from io import BufferedReader
from typing import IO, BinaryIO, Final

import msgspec

from hamkar.errors import BadInput
from hamkar.formats.sheet import Malformed, Progress, Row, Sheet
from hamkar.formats.unpacked import read_archive

MAX_MEMORY: Final = 2 << 30
MAX_SECONDS: Final = 300
"""Of processor time; a workbook of 300,000 rows takes a third of it."""

_BATCH = 500
_BATCH_TEXT = 1 << 20


class _Began(msgspec.Struct, tag=True):
    """A sheet begins."""

    name: str
    header: tuple[str, ...]


class _Rows(msgspec.Struct, tag=True):
    """Rows of the sheet that has begun; a text instead of cells is why a row is malformed."""

    rows: list[tuple[int, list[str] | str]]


class _Far(msgspec.Struct, tag=True):
    """How far reading is."""

    done: int
    total: int


class _Failed(msgspec.Struct, tag=True):
    """The file cannot be used, and why."""

    why: str


class _Ended(msgspec.Struct, tag=True):
    """Everything has been read."""


_Step = _Began | _Rows | _Far | _Failed | _Ended
_reader: Final[msgspec.json.Decoder[_Step]] = msgspec.json.Decoder(_Step)


def read_apart(stream: BufferedReader, name: str, progress: Progress | None) -> Generator[Sheet]:
    """The sheets of an archive, unpacked by another process, one after the other. Raises BadInput naming the file."""
    command = [sys.executable, "-I", "-m", __name__, name]
    with subprocess.Popen(  # noqa: S603 - this very program
        command, stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        try:
            assert process.stdout is not None, "it is a pipe"  # noqa: S101 - an invariant
            yield from _sheets(_steps(process.stdout, name, progress))
        finally:
            process.kill()


def _steps(said: IO[bytes], name: str, progress: Progress | None) -> Iterator[_Began | _Rows]:
    """What the other process says, up to its end. Raises BadInput where it says that, or ends without a word."""
    for line in said:
        step = _understood(line)
        if isinstance(step, _Ended):
            return
        if isinstance(step, _Failed):
            raise BadInput(step.why)
        if isinstance(step, _Far):
            if progress:
                progress(step.done, step.total)
        elif step is not None:
            yield step
    msg = (
        f"{name} takes more than {MAX_MEMORY >> 30} GiB of memory or {MAX_SECONDS // 60} minutes to unpack; unpack it"
        " yourself, or save its table as CSV UTF-8, and try again"
    )
    raise BadInput(msg)


def _understood(line: bytes) -> _Step | None:
    """The step in a line; None where the other process ended in the middle of it."""
    try:
        return _reader.decode(line)
    except msgspec.DecodeError:
        return None


def _sheets(steps: Iterator[_Began | _Rows]) -> Generator[Sheet]:
    for step in steps:
        if isinstance(step, _Began):
            rows = _rows(steps)
            yield Sheet(step.name, step.header, rows)
            for _ in rows:
                pass


def _rows(steps: Iterator[_Began | _Rows]) -> Iterator[Row]:
    """The rows up to the mark that ends a sheet, an empty batch."""
    for step in steps:
        if not isinstance(step, _Rows) or not step.rows:
            return
        for number, cells in step.rows:
            yield number, cells if isinstance(cells, list) else Malformed(cells)


def unpack(stream: BinaryIO, name: str) -> Iterator[_Step]:
    """The steps of unpacking this archive, the last of which says that it ended or why it failed."""
    far: list[_Far] = []
    try:
        for sheet in read_archive(stream, name, lambda done, total: far.append(_Far(done, total))):
            yield _Began(sheet.name, sheet.header)
            for batch in _batches(sheet.rows):
                yield from far[-1:]
                far.clear()
                yield _Rows(batch)
            yield _Rows([])
    except BadInput as error:
        yield _Failed(str(error))
    else:
        yield _Ended()


def _batches(rows: Iterable[Row]) -> Iterator[list[tuple[int, list[str] | str]]]:
    """The rows in batches that are neither many rows nor much text."""
    batch: list[tuple[int, list[str] | str]] = []
    size = 0
    for number, cells in rows:
        said = cells.reason if isinstance(cells, Malformed) else cells
        batch.append((number, said))
        size += sum(map(len, said))
        if len(batch) == _BATCH or size > _BATCH_TEXT:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _limit() -> None:
    """Give up what unpacking does not need, for good."""
    for what, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        fewest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (fewest, fewest))


def main() -> None:
    """Unpack the archive on standard input and say each step on standard output, a line each."""
    _limit()
    encode = msgspec.json.Encoder().encode
    with contextlib.suppress(BrokenPipeError, MemoryError):
        for step in unpack(sys.stdin.buffer, sys.argv[1]):
            sys.stdout.buffer.write(encode(step) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""Files on a stick or in any other folder that goes from hand to hand: there whole, or not there."""

import os
from collections.abc import Iterable
from pathlib import Path

from hamkar.errors import BadInput

SUFFIX = ".xb"


def put_file(folder: Path, name: str, data: bytes) -> None:
    """Write a file that is whole and on the disk once this returns. Raises BadInput, and then nothing of it is left."""
    unfinished = folder / f".{name}.part"
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
        _sync_folder(folder)
    except OSError as error:
        _forget(unfinished)
        msg = f"{folder / name} cannot be written: {error.strerror}; free some space there, or take another stick"
        raise BadInput(msg) from error


def open_folder(folder: Path) -> None:
    """Make the folder where it is not there. Raises BadInput."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        msg = f"the folder {folder} cannot be made: {error.strerror}; name one on a stick that may be written to"
        raise BadInput(msg) from error


def get_file(path: Path, limit: int) -> bytes:
    """The bytes of a file, and no more than ``limit`` + 1 of them. Raises BadInput."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        msg = f"it cannot be read: {error.strerror}; have it written again"
        raise BadInput(msg) from error


def files_in(places: Iterable[Path]) -> list[Path]:
    """The files named, and those of a courier in the folders named, by name. Raises BadInput where a place is none."""
    found: list[Path] = []
    for place in places:
        try:
            found += sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place.resolve(strict=True)]
        except OSError as error:
            msg = f"{place} cannot be opened: {error.strerror}; name the folder on the stick, or files of it"
            raise BadInput(msg) from error
    return found


def _forget(unfinished: Path) -> None:
    try:
        unfinished.unlink(missing_ok=True)
    except OSError:
        return  # a stick that takes nothing more back: the name says that it is no whole file


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A new data folder, which is there complete or not at all."""

import os
import secrets
import shutil
from pathlib import Path

from hamkar.errors import NotReady
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.place import Place
from hamkar.store.postgres.programs import run_program

SUPERUSER = "hamkar"
_UNFINISHED = "data.new-"
# Whoever can open the socket is in already: the folder is 0700. Over TCP nobody is, whatever listen_addresses says.
_FIXED = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--auth-local=trust",
    "--auth-host=reject",
    "--data-checksums",
    "--no-instructions",
)
_SEVENTEEN = 17
# One sync of the file system instead of one for each of a thousand files: a tenth of the time on a busy disk.
_SINCE_17 = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--sync-method=syncfs")


def create_data(binaries: Binaries, place: Place) -> None:
    """Make the data folder, synced to disk, under another name and rename it; the caller is the sole starter.

    The default collation is by code point on every version, so indexes outlive an upgrade of the C library. Raises
    ``NotReady`` where initdb fails, naming a full disk as such.
    """
    _remove_unfinished(place)
    unfinished = place.folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
    try:
        code, said = run_program([binaries.initdb, "-D", unfinished, *_FIXED, *_by_version(binaries)], place.account)
        if code != 0:
            raise NotReady(_reason(said, place, binaries))
        unfinished.rename(place.data)
        _sync(place.folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def check_version(binaries: Binaries, place: Place) -> None:
    """Refuse a data folder that these programs cannot read, and say how to move it."""
    try:
        made_by = (place.data / "PG_VERSION").read_text().strip()
    except OSError as error:
        message = (
            f"{place.data} is no database ({error.strerror}: PG_VERSION): restore it from a backup or move it away."
        )
        raise NotReady(message) from error
    if made_by != str(binaries.major):
        message = (
            f"The database in {place.data} was made by PostgreSQL {made_by}, but the programs in {binaries.folder} are "
            f"{binaries.version}: name the folder of the programs of {made_by} in HAMKAR_POSTGRES_BIN, or dump it with "
            f"their pg_dumpall, move the folder away, and load the dump with {binaries.major}."
        )
        raise NotReady(message)


def _by_version(binaries: Binaries) -> tuple[str, ...]:
    return _SINCE_17 if binaries.major >= _SEVENTEEN else ()


def _remove_unfinished(place: Place) -> None:
    """Clear away what a killed initdb left; one that is still running fails, because its folder is gone."""
    for left in place.folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _reason(said: str, place: Place, binaries: Binaries) -> str:
    if "No space left on device" in said:
        return f"The disk that holds {place.folder} is full: free 60 MB for a new database and try again."
    complaints = [line for line in said.splitlines() if "error" in line.lower() or "FATAL" in line]
    last = (complaints or said.splitlines() or ["it said nothing"])[-1].strip()
    return f"{binaries.initdb} could not make a database in {place.folder}: {last}; mend that and try again."


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""How far the node has come, kept in its database and in a file beside it, so that an older database is noticed."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from psycopg import Connection

from hamkar.errors import NotReady
from hamkar.store.keyfile import is_there, read_secret, write_secret

MARK = "node.mark"


class MarkFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="hamkar", tag="mark/v1"):
    """What the file says: how often the node was looked at, and the last epoch it ever began on any stream."""

    number: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What the database says: how often the node was looked at, and the first epoch in which messages may go."""

    number: int
    first_epoch: int


def lock_mark(connection: Connection) -> Mark:
    """The mark of the database, which nobody else changes until the unit of work ends."""
    row = connection.execute("SELECT number, first_epoch FROM mark FOR UPDATE").fetchone()
    assert row is not None, "the migration has put it there"  # noqa: S101 - an invariant, not a check of input
    return Mark(*row)


def put_mark(connection: Connection, mark: Mark) -> None:
    """Keep the mark of the database."""
    connection.execute("UPDATE mark SET number = %s, first_epoch = %s", (mark.number, mark.first_epoch))


def read_mark(home: Path) -> MarkFile | None:
    """The mark of the file; None where there is none. Raises NotReady where it cannot be read."""
    path = home / MARK
    if not is_there(path):
        return None
    try:
        return msgspec.json.decode(read_secret(path), type=MarkFile)
    except (msgspec.DecodeError, ValueError) as error:
        msg = f"{path} is no mark of a node: {error}; remove it, and the node takes its database for a restored one"
        raise NotReady(msg) from error


def raise_mark(home: Path, number: int, epoch: int) -> None:
    """Let the file say no less than this, at once and on the disk. Raises NotReady where it cannot be written."""
    folder = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        held = read_mark(home)
        wanted = MarkFile(max(number, held.number), max(epoch, held.epoch)) if held else MarkFile(number, epoch)
        if wanted != held:
            write_secret(home / MARK, msgspec.json.encode(wanted))
    finally:
        os.close(folder)

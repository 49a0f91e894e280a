"""Noticing that the node's database was put back to a backup, and beginning every stream anew before anything goes.

What left before may still be on its way, on a stick or a slow line. A number given twice would then look like two
histories under this node's signature, so what goes after a restore goes in an epoch that there never was.
"""

from datetime import datetime
from pathlib import Path

from hamkar.actions.begin_epoch import begin_epoch
from hamkar.store import outbox
from hamkar.store.database import Connection, Database
from hamkar.store.epochs import Beginning
from hamkar.store.mark import Mark, MarkFile, lock_mark, put_mark, raise_mark, read_mark

PUT_BACK = "this node was restored from a backup: what it had sent since may still arrive, under the old numbers"


def notice_restore(database: Database, home: Path, now: datetime) -> None:
    """Compare the database with the file beside it, and let both count on.

    The database counts first, so that a run that is cut off leaves the file behind and never ahead.
    """
    with database.transaction() as connection:
        mark = lock_mark(connection)
        # The folder itself may be new, because the node was put back on another machine.
        file = read_mark(home) or MarkFile(number=2 * mark.number, epoch=mark.first_epoch)
        if file.number > mark.number:
            mark = _begin_anew(connection, mark, file, home, now)
        mark = Mark(mark.number + 1, mark.first_epoch)
        put_mark(connection, mark)
    raise_mark(home, mark.number, mark.first_epoch)


def _begin_anew(connection: Connection, mark: Mark, file: MarkFile, home: Path, now: datetime) -> Mark:
    """Begin every stream in an epoch that no stream ever had; the mark that the database has from then on."""
    known = [outbox.lock_stream(connection, each.address) for each in outbox.streams(connection)]
    first = 1 + max([mark.first_epoch, file.epoch, *(each.epoch for each in known)])
    raise_mark(home, file.number, first)
    for stream in known:
        beginning = Beginning(first, (stream.epoch, stream.acked_seq), PUT_BACK)
        begin_epoch(connection, stream, beginning, now, by="node")
    return Mark(max(mark.number, file.number), first)

"""The epochs of a stream to a partner: where one ends, what goes on into the next, and when that was."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.exchange.chain import link
from hamkar.model.bundle import GENESIS
from hamkar.store.outbox import StreamOut

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Restarted:
    """A stream whose epoch is not its first: since when, and why."""

    partner: str
    stream: str
    epoch: int
    epoch_at: datetime
    epoch_why: str


def began_at(connection: Connection, stream: StreamOut) -> datetime | None:
    """When the stream's epoch began; None for its first."""
    row = connection.execute(
        "SELECT epoch_at FROM stream_out WHERE partner = %s AND stream = %s", (stream.partner, stream.stream)
    ).fetchone()
    return row[0] if row else None


def restarted_since(connection: Connection, since: datetime) -> list[Restarted]:
    """Streams of which an epoch began lately, the newest first."""
    with connection.cursor(row_factory=class_row(Restarted)) as cursor:
        return cursor.execute(
            "SELECT partner, stream, epoch, epoch_at, epoch_why FROM stream_out WHERE epoch_at >= %s"
            " ORDER BY epoch_at DESC",
            (since,),
        ).fetchall()


def keeps_earlier(connection: Connection, stream: StreamOut, epoch: int, seq: int) -> bool:
    """Whether messages of epochs before the stream's present one stand after message ``seq`` of ``epoch``."""
    return (
        connection.execute(
            "SELECT FROM nominal.outbox WHERE partner = %s AND stream = %s AND epoch < %s AND (epoch, seq) > (%s, %s)"
            " LIMIT 1",
            (stream.partner, stream.stream, stream.epoch, epoch, seq),
        ).fetchone()
        is not None
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """An epoch to begin, and why: everything goes again that stands after message ``after`` (epoch, number)."""

    epoch: int
    after: tuple[int, int]
    why: str


def begin(connection: Connection, stream: StreamOut, beginning: Beginning, at: datetime) -> int:
    """Begin an epoch of a stream, which has to be locked; how many messages go again."""
    chain, number, epoch = GENESIS, 0, beginning.epoch
    while rows := _next_rows(connection, stream, beginning):
        moved = []
        for old_epoch, old_seq, message in rows:
            number += 1
            chain = link(chain, message)
            moved.append((epoch, number, chain, stream.partner, stream.stream, old_epoch, old_seq))
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE nominal.outbox SET epoch = %s, seq = %s, chain = %s, verdict = NULL, rule = NULL, reason = NULL"
                " WHERE partner = %s AND stream = %s AND epoch = %s AND seq = %s",
                moved,
            )
    connection.execute(
        "UPDATE stream_out SET epoch = %s, next_seq = %s, chain = %s, acked_seq = 0, last_error = '', failures = 0,"
        " epoch_at = %s, epoch_why = %s, exported_seq = 0, exported_at = NULL WHERE partner = %s AND stream = %s",
        (epoch, number + 1, chain, at, beginning.why, stream.partner, stream.stream),
    )
    return number


def _next_rows(connection: Connection, stream: StreamOut, beginning: Beginning) -> list[tuple[int, int, bytes]]:
    return connection.execute(
        "SELECT epoch, seq, message FROM nominal.outbox WHERE partner = %s AND stream = %s AND epoch < %s"
        " AND (epoch, seq) > (%s, %s) ORDER BY epoch, seq LIMIT %s",
        (stream.partner, stream.stream, beginning.epoch, *beginning.after, _AT_ONCE),
    ).fetchall()

"""Receipts, given and got: the exact signed bytes."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from hamkar.model.receipt import Receipt
from hamkar.store.rows import Writer


def put_receipt(to: Writer, receipt: Receipt, envelope: bytes) -> None:
    """Keep a receipt; the first for a point of a stream stays."""
    to.execute(
        "INSERT INTO receipt (sender, receiver, stream, epoch, upto_seq, envelope, issued_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            receipt.sender,
            receipt.receiver,
            receipt.stream,
            receipt.epoch,
            receipt.upto_seq,
            envelope,
            receipt.issued_at,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPoint:
    """A message of a stream, by its number."""

    sender: str
    receiver: str
    stream: str
    epoch: int
    seq: int


def receipt_covering(connection: Connection, point: StreamPoint) -> bytes | None:
    """The stored receipt that first covers a message: what a repeated bundle is answered with."""
    row = connection.execute(
        "SELECT envelope FROM receipt WHERE sender = %s AND receiver = %s AND stream = %s AND epoch = %s"
        " AND upto_seq >= %s ORDER BY upto_seq LIMIT 1",
        (point.sender, point.receiver, point.stream, point.epoch, point.seq),
    ).fetchone()
    return row[0] if row else None


def receipts_after(connection: Connection, point: StreamPoint, limit: int) -> list[bytes]:
    """The receipts of a stream for more than ``point``, in their order, at most ``limit``."""
    rows = connection.execute(
        "SELECT envelope FROM receipt WHERE sender = %s AND receiver = %s AND stream = %s"
        " AND (epoch, upto_seq) > (%s, %s) ORDER BY epoch, upto_seq LIMIT %s",
        (point.sender, point.receiver, point.stream, point.epoch, point.seq, limit),
    )
    return [envelope for (envelope,) in rows]


def last_issued_after(connection: Connection, point: StreamPoint) -> datetime | None:
    """When the last receipt of a stream for more than ``point`` was issued; None where there is none."""
    row = connection.execute(
        "SELECT issued_at FROM receipt WHERE sender = %s AND receiver = %s AND stream = %s"
        " AND (epoch, upto_seq) > (%s, %s) ORDER BY epoch DESC, upto_seq DESC LIMIT 1",
        (point.sender, point.receiver, point.stream, point.epoch, point.seq),
    ).fetchone()
    return row[0] if row else None

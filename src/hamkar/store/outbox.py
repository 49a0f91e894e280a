"""What waits for a partner: messages with their place in a gap-free stream, assigned as they are committed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.exchange.chain import link
from hamkar.model.bundle import GENESIS
from hamkar.model.receipt import MessageVerdict
from hamkar.store.ask import ask
from hamkar.store.rows import Writer, put_rows

TERMS = "terms"
"""The stream of agreements themselves; it flows whatever is agreed, so that a freeze and its end arrive."""

BELL = "hamkar_outbox"
"""The channel on which whoever delivers hears that something was queued (PostgreSQL, LISTEN)."""


def stream_of(agreement: str) -> str:
    """The stream of the records under an agreement: each has its own, so that a suspended one holds up no other."""
    return f"a{agreement[:31]}"


_STREAM_NAME = re.compile(r"terms|a[0-9a-f]{31}")


def is_stream(name: str) -> bool:
    """Whether a stream can bear this name."""
    return _STREAM_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Address:
    """A stream of a partner."""

    partner: str
    stream: str


@dataclass(frozen=True, slots=True)
class OutRow:
    """A queued message: its number, exact bytes, and the chain value (hex) after it.

    ``delete_by`` is the day from which the record in it may leave no more.
    """

    seq: int
    message: bytes
    chain: str
    delete_by: date | None


@dataclass(frozen=True, slots=True)
class StreamOut:
    """A stream to a partner: the next number, the chain after the last message, and how far receipts reach."""

    partner: str
    stream: str
    epoch: int
    next_seq: int
    chain: str
    acked_seq: int
    last_try_at: datetime | None
    last_error: str
    failures: int

    @property
    def address(self) -> Address:
        """Its partner and name."""
        return Address(self.partner, self.stream)

    @property
    def waiting(self) -> int:
        """How many messages have no receipt yet."""
        return self.next_seq - 1 - self.acked_seq


_STREAM = "partner, stream, epoch, next_seq, chain, acked_seq, last_try_at, last_error, failures"


def _open_stream(connection: Connection, to: Address) -> None:
    connection.execute(
        "INSERT INTO stream_out (partner, stream, epoch, next_seq, chain)"
        " SELECT %s, %s, first_epoch, 1, %s FROM mark ON CONFLICT DO NOTHING",
        (to.partner, to.stream, GENESIS),
    )


def lock_stream(connection: Connection, to: Address) -> StreamOut:
    """The stream, made where new, and locked until the unit of work ends: numbers follow commits, without gaps."""
    query = f"SELECT {_STREAM} FROM stream_out WHERE partner = %s AND stream = %s FOR UPDATE"
    rows = ask(connection, query, (to.partner, to.stream))
    if not rows:
        _open_stream(connection, to)
        rows = ask(connection, query, (to.partner, to.stream))
    return StreamOut(*rows[0])


def find_stream(connection: Connection, of: Address) -> StreamOut:
    """The stream as it stands. Raises NotFound where nothing was ever queued on it."""
    query = f"SELECT {_STREAM} FROM stream_out WHERE partner = %s AND stream = %s"
    rows = ask(connection, query, (of.partner, of.stream))
    if not rows:
        msg = f"nothing was ever queued for node {of.partner} on the stream {of.stream}"
        raise NotFound(msg)
    return StreamOut(*rows[0])


def waiting_on(connection: Connection, of: Address) -> int:
    """How many messages of the stream have no receipt yet; none where nothing was ever queued on it."""
    row = connection.execute(
        "SELECT next_seq - 1 - acked_seq FROM stream_out WHERE partner = %s AND stream = %s", (of.partner, of.stream)
    ).fetchone()
    return int(row[0]) if row else 0


_QUEUED = "partner, stream, epoch, seq, message_id, release_id, delete_by, message, chain, queued_at"


@dataclass(frozen=True, slots=True)
class Queued:
    """A message to be queued: its id, its exact bytes and, where a release made it, that and its record's last day."""

    message_id: UUID
    message: bytes
    release: UUID | None
    delete_by: date | None


def queue(to: Writer, stream: StreamOut, messages: Sequence[Queued], *, at: datetime) -> None:
    """Append messages to a stream that is locked."""
    chain, seq = stream.chain, stream.next_seq
    rows = []
    for queued in messages:
        chain = link(chain, queued.message)
        rows.append(
            (
                *(stream.partner, stream.stream, stream.epoch, seq, queued.message_id),
                *(queued.release, queued.delete_by, f"\\x{queued.message.hex()}", chain, at),
            )
        )
        seq += 1
    put_rows(to, "nominal.outbox", _QUEUED, rows)
    to.execute(
        "UPDATE stream_out SET next_seq = %s, chain = %s WHERE partner = %s AND stream = %s"
        f" RETURNING pg_notify('{BELL}', '')",
        (seq, chain, stream.partner, stream.stream),
    )


def streams(connection: Connection) -> list[StreamOut]:
    """Every stream to a partner."""
    rows = ask(connection, f"SELECT {_STREAM} FROM stream_out ORDER BY partner, stream")
    return [StreamOut(*row) for row in rows]


def messages_from(connection: Connection, stream: StreamOut, first_seq: int, limit: int) -> list[OutRow]:
    """The messages of the stream from ``first_seq`` on, at most ``limit``, in order."""
    rows = ask(
        connection,
        "SELECT seq, message, chain, delete_by FROM nominal.outbox"
        " WHERE partner = %s AND stream = %s AND epoch = %s AND seq >= %s ORDER BY seq LIMIT %s",
        (stream.partner, stream.stream, stream.epoch, first_seq, limit),
    )
    return [OutRow(*row) for row in rows]


def chain_and_messages(
    connection: Connection, stream: StreamOut, first_seq: int, limit: int
) -> tuple[str, list[OutRow]]:
    """The chain value before ``first_seq``, and the messages of the stream from there on, at most ``limit``."""
    rows = messages_from(connection, stream, max(first_seq - 1, 1), limit + 1)
    if first_seq == 1 or not rows or rows[0].seq != first_seq - 1:
        return GENESIS, rows[:limit]
    return rows[0].chain, rows[1:]


def chain_at(connection: Connection, stream: StreamOut, seq: int) -> str | None:
    """The chain value after message ``seq``; None where it was never queued."""
    if seq == 0:
        return GENESIS
    rows = ask(
        connection,
        "SELECT chain FROM nominal.outbox WHERE partner = %s AND stream = %s AND epoch = %s AND seq = %s",
        (stream.partner, stream.stream, stream.epoch, seq),
    )
    return rows[0][0] if rows else None


def acknowledge(to: Writer, stream: StreamOut, upto_seq: int, verdicts: Sequence[MessageVerdict], at: datetime) -> None:
    """Note a receipt: everything up to ``upto_seq`` is held, with the partner's verdicts. It never goes back."""
    to.execute(
        "UPDATE stream_out SET acked_seq = %s, failures = 0, last_error = '', last_try_at = %s"
        " WHERE partner = %s AND stream = %s AND epoch = %s AND acked_seq < %s",
        (upto_seq, at, stream.partner, stream.stream, stream.epoch, upto_seq),
    )
    to.execute(
        "UPDATE nominal.outbox o SET verdict = v.verdict, rule = v.rule, reason = v.reason"
        " FROM json_to_recordset(%s::json) AS v (seq bigint, verdict text, rule text, reason text)"
        " WHERE o.partner = %s AND o.stream = %s AND o.epoch = %s AND o.seq = v.seq",
        (
            msgspec.json.encode(
                [{"seq": v.seq, "verdict": v.acceptance, "rule": v.rule, "reason": v.reason} for v in verdicts]
            ).decode(),
            stream.partner,
            stream.stream,
            stream.epoch,
        ),
    )


def reopen(connection: Connection, stream: StreamOut, upto_seq: int) -> None:
    """Note that the partner has lost what came after ``upto_seq``, which it had receipted: it waits again."""
    connection.execute(
        "UPDATE stream_out SET acked_seq = %s WHERE partner = %s AND stream = %s AND epoch = %s AND acked_seq > %s",
        (upto_seq, stream.partner, stream.stream, stream.epoch, upto_seq),
    )


def exported_seq(connection: Connection, stream: StreamOut) -> int:
    """Up to which number the stream was last written to a stick, in its present epoch."""
    row = connection.execute(
        "SELECT exported_seq FROM stream_out WHERE partner = %s AND stream = %s", (stream.partner, stream.stream)
    ).fetchone()
    return int(row[0]) if row else 0


def note_exported(connection: Connection, stream: StreamOut, upto_seq: int, at: datetime) -> None:
    """Note that the stream up to ``upto_seq`` stands on a stick."""
    connection.execute(
        "UPDATE stream_out SET exported_seq = %s, exported_at = %s WHERE partner = %s AND stream = %s AND epoch = %s",
        (upto_seq, at, stream.partner, stream.stream, stream.epoch),
    )


def note_try(connection: Connection, to: Address, at: datetime, error: str) -> None:
    """Note an attempt to deliver; ``error`` is "" where it went well."""
    connection.execute(
        "UPDATE stream_out SET last_try_at = %s, last_error = %s,"
        " failures = CASE WHEN %s = '' THEN 0 ELSE failures + 1 END WHERE partner = %s AND stream = %s",
        (at, error, error, to.partner, to.stream),
    )


def oldest_waiting(connection: Connection, stream: StreamOut) -> datetime | None:
    """Since when the first message without a receipt has waited."""
    row = connection.execute(
        "SELECT queued_at FROM nominal.outbox WHERE partner = %s AND stream = %s AND epoch = %s AND seq = %s",
        (stream.partner, stream.stream, stream.epoch, stream.acked_seq + 1),
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a released record: waiting (both None), held, accepted or rejected by the partner's rules."""

    release: UUID
    seq: int
    acked: bool
    verdict: str | None
    reason: str | None


def deliveries(connection: Connection, releases: Sequence[UUID]) -> dict[UUID, Delivery]:
    """The fate of each release's message."""
    with connection.cursor(row_factory=class_row(Delivery)) as cursor:
        rows = cursor.execute(
            "SELECT o.release_id AS release, o.seq, (o.epoch, o.seq) <= (s.epoch, s.acked_seq) AS acked, o.verdict,"
            " o.reason FROM nominal.outbox o JOIN stream_out s USING (partner, stream) WHERE o.release_id = ANY(%s)",
            (list(releases),),
        ).fetchall()
    return {row.release: row for row in rows}

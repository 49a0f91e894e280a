"""What partners sent: every message once, accepted or rejected, with the signed bundle that brought it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.bundle import GENESIS
from hamkar.model.receipt import Acceptance, MessageVerdict
from hamkar.store.ask import ask
from hamkar.store.rows import Writer, put_rows


@dataclass(frozen=True, slots=True)
class StreamIn:
    """A stream from a partner: the next number wanted, the chain so far, and why it is frozen if it is."""

    partner: str
    stream: str
    epoch: int
    next_seq: int
    chain: str
    frozen: str | None


@dataclass(frozen=True, slots=True)
class InRow:
    """One received message with this node's verdict on it."""

    partner: str
    stream: str
    epoch: int
    seq: int
    leaf: str
    kind: str
    record: str
    agreement: str
    acceptance: str
    rule: str
    reason: str
    received_at: datetime


_STREAM = "partner, stream, epoch, next_seq, chain, frozen"
_INBOX = "partner, stream, epoch, seq, leaf, kind, record, agreement, acceptance, rule, reason, received_at"


def lock_stream(connection: Connection, partner: str, stream: str) -> StreamIn:
    """The stream as it stands, the beginning of one from which nothing came; locked until the unit of work ends."""
    query = f"SELECT {_STREAM} FROM stream_in WHERE partner = %s AND stream = %s FOR UPDATE"
    rows = ask(connection, query, (partner, stream))
    if not rows:
        new = f"stream_in {partner} {stream}"
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (new,))
        rows = ask(connection, query, (partner, stream))
    return StreamIn(*rows[0]) if rows else StreamIn(partner, stream, 1, 1, GENESIS, None)


def leaves(connection: Connection, stream: StreamIn, first: int, last: int) -> dict[int, str]:
    """The leaf hashes (hex) of the messages held from ``first`` to ``last``."""
    rows = connection.execute(
        "SELECT seq, leaf FROM inbox WHERE partner = %s AND stream = %s AND epoch = %s AND seq BETWEEN %s AND %s",
        (stream.partner, stream.stream, stream.epoch, first, last),
    )
    return dict(rows.fetchall())


def verdicts(connection: Connection, stream: StreamIn, first: int, last: int) -> list[MessageVerdict]:
    """What was said of the messages held from ``first`` to ``last``."""
    rows = connection.execute(
        "SELECT seq, acceptance, rule, reason FROM inbox"
        " WHERE partner = %s AND stream = %s AND epoch = %s AND seq BETWEEN %s AND %s ORDER BY seq",
        (stream.partner, stream.stream, stream.epoch, first, last),
    )
    return [
        MessageVerdict(seq=seq, acceptance=Acceptance(said), rule=rule, reason=why) for seq, said, rule, why in rows
    ]


_values = attrgetter(*InRow.__slots__)


def put_messages(to: Writer, rows: Iterable[InRow]) -> None:
    """Keep new messages."""
    put_rows(to, "inbox", _INBOX, map(_values, rows))


def advance(to: Writer, stream: StreamIn, epoch: int, next_seq: int, chain: str) -> None:
    """Move the stream on; its first message begins it."""
    to.execute(
        "INSERT INTO stream_in (partner, stream, epoch, next_seq, chain) VALUES (%s, %s, %s, %s, %s) ON CONFLICT"
        " (partner, stream) DO UPDATE SET epoch = excluded.epoch, next_seq = excluded.next_seq, chain = excluded.chain",
        (stream.partner, stream.stream, epoch, next_seq, chain),
    )


def freeze(connection: Connection, stream: StreamIn, why: str) -> None:
    """Take nothing more from the stream until a person has looked."""
    connection.execute(
        "UPDATE stream_in SET frozen = %s WHERE partner = %s AND stream = %s",
        (why, stream.partner, stream.stream),
    )


def givers(connection: Connection, record: UUID) -> list[tuple[str, str]]:
    """The partners that gave this record and had it accepted, each with the agreement under which it came."""
    rows = connection.execute(
        "SELECT DISTINCT partner, agreement FROM inbox WHERE record = %s AND acceptance = 'accepted'"
        " AND kind IN ('report', 'entity', 'correction') ORDER BY partner, agreement",
        (str(record),),
    )
    return [(partner, agreement) for partner, agreement in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A bundle's exact signed body, with who signed it; kept because it brought something new or contradicts."""

    epoch: int
    first_seq: int
    last_seq: int
    body: bytes
    key_id: str
    signature: bytes
    contradicts: bool
    received_at: datetime


def put_evidence(to: Writer, stream: StreamIn, evidence: Evidence) -> None:
    """Keep a bundle."""
    to.execute(
        "INSERT INTO nominal.bundle_in (partner, stream, epoch, first_seq, last_seq, body, key_id, signature,"
        " contradicts, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            stream.partner,
            stream.stream,
            evidence.epoch,
            evidence.first_seq,
            evidence.last_seq,
            evidence.body,
            evidence.key_id,
            evidence.signature,
            evidence.contradicts,
            evidence.received_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class Received:
    """A received message as a list shows it; ``event`` holds the report it brought, None where it brought none.

    ``record`` is "" where it is not for whoever reads.
    """

    partner: str
    stream: str
    seq: int
    kind: str
    record: str
    agreement: str
    acceptance: str
    rule: str
    reason: str
    received_at: datetime
    event: UUID | None


_EVENT_OF = (
    "(SELECT event_id FROM report WHERE id ="
    " CASE WHEN kind = 'report' AND acceptance = 'accepted' THEN record::uuid END"
    " ORDER BY originator = inbox.partner DESC, originator LIMIT 1) AS event"
)


def list_inbox(connection: Connection, *, limit: int, offset: int) -> list[Received]:
    """One page of what was received, the newest first."""
    with connection.cursor(row_factory=class_row(Received)) as cursor:
        return cursor.execute(
            "SELECT partner, stream, seq, kind, record, agreement, acceptance, rule, reason, received_at,"
            f" {_EVENT_OF} FROM inbox ORDER BY received_at DESC, partner, seq LIMIT %s OFFSET %s",
            (limit, offset),
        ).fetchall()


def count_inbox(connection: Connection) -> dict[str, int]:
    """How many records (reports, people and things) were received, by acceptance."""
    rows = connection.execute(
        "SELECT acceptance, count(*) FROM inbox WHERE kind IN ('report', 'entity') GROUP BY acceptance"
    )
    return dict(rows.fetchall())


COUNT_LIMIT = 10_000


def count_messages(connection: Connection) -> int:
    """How many messages of any kind were received, counted no further than ``COUNT_LIMIT`` + 1."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM inbox LIMIT %s) AS received", (COUNT_LIMIT + 1,)
    ).fetchone()
    return int(row[0]) if row else 0


def frozen_streams(connection: Connection) -> list[StreamIn]:
    """Streams that were frozen, with why."""
    with connection.cursor(row_factory=class_row(StreamIn)) as cursor:
        return cursor.execute(f"SELECT {_STREAM} FROM stream_in WHERE frozen IS NOT NULL ORDER BY partner").fetchall()


def streams_from(connection: Connection, partner: str) -> list[StreamIn]:
    """Every stream from which something of a partner came, or that was unfrozen, by name."""
    with connection.cursor(row_factory=class_row(StreamIn)) as cursor:
        return cursor.execute(
            f"SELECT {_STREAM} FROM stream_in WHERE partner = %s ORDER BY stream", (partner,)
        ).fetchall()


def unfreeze(connection: Connection, stream: StreamIn) -> None:
    """Take the stream up again from the beginning of its next epoch; what came before stays as it is."""
    connection.execute(
        "UPDATE stream_in SET frozen = NULL, epoch = epoch + 1, next_seq = 1, chain = %s"
        " WHERE partner = %s AND stream = %s",
        (GENESIS, stream.partner, stream.stream),
    )


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """A bundle kept as evidence of a contradiction: where, under which key, and its exact signed body."""

    partner: str
    stream: str
    epoch: int
    first_seq: int
    last_seq: int
    key_id: str
    received_at: datetime
    contradicts: bool
    body: bytes
    signature: bytes


def contradictions(connection: Connection, partner: str) -> list[KeptBundle]:
    """The bundles of a partner that contradict each other: both sides of each, in the order in which they came."""
    with connection.cursor(row_factory=class_row(KeptBundle)) as cursor:
        return cursor.execute(
            "SELECT partner, stream, epoch, first_seq, last_seq, key_id, received_at, contradicts, body, signature"
            " FROM nominal.bundle_in b WHERE partner = %s AND (contradicts OR EXISTS (SELECT FROM nominal.bundle_in c"
            " WHERE c.partner = b.partner AND c.stream = b.stream AND c.epoch = b.epoch AND c.contradicts"
            " AND c.first_seq <= b.last_seq AND b.first_seq <= c.last_seq)) ORDER BY received_at, first_seq",
            (partner,),
        ).fetchall()

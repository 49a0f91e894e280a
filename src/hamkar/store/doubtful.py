"""Messages that came under a key after its holder had lost it, for people to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message held from a partner, by its place, and the key under which it came."""

    stream: str
    epoch: int
    seq: int
    key_id: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message that came too late under a revoked key, what it was about, and who has looked at it ("" for nobody)."""

    partner: str
    stream: str
    epoch: int
    seq: int
    key_id: str
    kind: str
    record: str
    acceptance: str
    noted_at: datetime
    looked_by: str


def signed_under(connection: Connection, partner: str, key_id: str) -> list[SignedMessage]:
    """The messages held from a partner that came in bundles under a key, in the order of their streams.

    A bundle that overlaps the one before brought only what lies beyond it.
    """
    with connection.cursor(row_factory=class_row(SignedMessage)) as cursor:
        return cursor.execute(
            "SELECT i.stream, i.epoch, i.seq, b.key_id FROM (SELECT stream, epoch, key_id, last_seq,"
            "  greatest(first_seq, coalesce(lag(last_seq) OVER"
            "   (PARTITION BY stream, epoch ORDER BY last_seq), 0) + 1) AS first_new"
            "  FROM nominal.bundle_in WHERE partner = %s AND NOT contradicts) b"
            " JOIN inbox i ON i.partner = %s AND i.stream = b.stream AND i.epoch = b.epoch"
            "  AND i.seq BETWEEN b.first_new AND b.last_seq"
            " WHERE b.key_id = %s ORDER BY i.stream, i.epoch, i.seq",
            (partner, partner, key_id),
        ).fetchall()


def leaves_of(connection: Connection, partner: str, stream: str, epoch: int, upto: int) -> list[str]:
    """The leaf hashes (hex) of a partner's stream from its first message on."""
    rows = connection.execute(
        "SELECT leaf FROM inbox WHERE partner = %s AND stream = %s AND epoch = %s AND seq <= %s ORDER BY seq",
        (partner, stream, epoch, upto),
    )
    return [leaf for (leaf,) in rows]


def put_doubtful(connection: Connection, partner: str, messages: Sequence[SignedMessage], at: datetime) -> int:
    """Note messages to be looked at, and say how many are new; one that was noted before stays as it is."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO doubtful (partner, stream, epoch, seq, key_id, noted_at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(partner, each.stream, each.epoch, each.seq, each.key_id, at) for each in messages],
        )
        return cursor.rowcount


def list_doubtful(connection: Connection, partner: str) -> list[Doubtful]:
    """Everything of a partner that was noted, in the order of its streams."""
    with connection.cursor(row_factory=class_row(Doubtful)) as cursor:
        return cursor.execute(
            "SELECT d.partner, d.stream, d.epoch, d.seq, d.key_id, i.kind, i.record, i.acceptance, d.noted_at,"
            " d.looked_by FROM doubtful d JOIN inbox i USING (partner, stream, epoch, seq)"
            " WHERE d.partner = %s ORDER BY d.stream, d.epoch, d.seq",
            (partner,),
        ).fetchall()


def count_doubtful(connection: Connection) -> dict[str, int]:
    """How many messages nobody has looked at yet, by partner."""
    rows = connection.execute("SELECT partner, count(*) FROM doubtful WHERE looked_at IS NULL GROUP BY partner")
    return dict(rows.fetchall())


def note_looked(connection: Connection, partner: str, by: str, at: datetime) -> int:
    """Note that somebody has looked at everything that was open; how many messages that were."""
    return connection.execute(
        "UPDATE doubtful SET looked_at = %s, looked_by = %s WHERE partner = %s AND looked_at IS NULL",
        (at, by, partner),
    ).rowcount

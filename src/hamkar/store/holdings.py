"""What is held of a partner's records under an agreement, what was sent of own ones, and comparisons of the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.holdings import Difference, HoldingsDetail, StreamPoint

NOTHING = StreamPoint(epoch=1, seq=0)
"""Before the first message of a stream."""

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class SentRow:
    """A message of an agreement's stream as it was sent, with the partner's verdict as far as it is known."""

    epoch: int
    seq: int
    message: bytes
    verdict: str | None
    rule: str | None
    reason: str | None


def sent(connection: Connection, partner: str, stream: str) -> Iterator[SentRow]:
    """Every message ever queued on a stream, in its order; read in pages, so that memory stays flat."""
    with connection.cursor("sent", row_factory=class_row(SentRow)) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(
            "SELECT epoch, seq, message, verdict, rule, reason FROM nominal.outbox"
            " WHERE partner = %s AND stream = %s ORDER BY epoch, seq",
            (partner, stream),
        )
        yield from cursor


def point_sent(connection: Connection, partner: str, stream: str) -> StreamPoint:
    """How far a partner has confirmed a stream to it; before its first message where nothing was ever sent."""
    row = connection.execute(
        "SELECT epoch, acked_seq FROM stream_out WHERE partner = %s AND stream = %s", (partner, stream)
    ).fetchone()
    return StreamPoint(epoch=row[0], seq=row[1]) if row else NOTHING


_OF_KIND = """
    SELECT '{kind}', r.id::text,
        CASE WHEN h.filed = r.now OR EXISTS (SELECT 1 FROM holding o WHERE o.originator = %(originator)s
            AND o.record = r.id AND o.kind = '{kind}' AND o.filed = r.now)
        THEN coalesce(h.sent, r.now) ELSE r.now END
    FROM (SELECT id, sha256(convert_to(body::text, 'UTF8')) AS now FROM {table} WHERE originator = %(originator)s) r
    LEFT JOIN holding h ON h.originator = %(originator)s AND h.record = r.id AND h.agreement = %(agreement)s
        AND h.kind = '{kind}'
    WHERE h.record IS NOT NULL OR NOT EXISTS (SELECT 1 FROM holding o WHERE o.originator = %(originator)s
        AND o.record = r.id AND o.kind = '{kind}')"""
_HELD = " UNION ALL ".join(
    _OF_KIND.format(kind=kind, table=table) for kind, table in (("report", "report"), ("entity", "nominal.entity"))
)


def held(connection: Connection, originator: str, agreement: str) -> dict[tuple[str, str], str]:
    """The content (SHA-256, hex) of every record of an originator's that is held under an agreement, or under none.

    It is read off the records themselves, so that a row lost, changed or added behind the node's back shows. A record
    whose form here is the one filed has the content that was sent; it may be kept in a fuller form, from another
    agreement, and is then still the one that was sent under this.
    """
    rows = connection.execute(_HELD, {"originator": originator, "agreement": agreement})
    return {(kind, record): content.hex() for kind, record, content in rows}


def recalled_from(connection: Connection, own: str, partner: str) -> dict[UUID, str | None]:
    """Own records that were taken back from a partner, with what it answered, None where it has not."""
    rows = connection.execute(
        "SELECT r.record, h.outcome FROM recall r JOIN recall_holder h ON h.recall = r.id"
        " WHERE r.originator = %s AND h.holder = %s ORDER BY r.kept_at",
        (own, partner),
    )
    return dict(rows.fetchall())


def put_asked(connection: Connection, partner: str, agreement: str, body: bytes, at: datetime) -> None:
    """Keep a partner's newest question; an older one that is not answered yet is dropped."""
    connection.execute(
        "INSERT INTO comparison_asked (partner, agreement, body, received_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (partner, agreement) DO UPDATE SET body = excluded.body, received_at = excluded.received_at",
        (partner, agreement, body, at),
    )


def asked(connection: Connection) -> list[tuple[str, str, bytes]]:
    """Partner, agreement and question of every comparison that is to be answered."""
    rows = connection.execute(
        "SELECT partner, agreement, body FROM comparison_asked ORDER BY received_at, agreement FOR UPDATE SKIP LOCKED"
    )
    return rows.fetchall()


def put_answered(connection: Connection, partner: str, agreement: str) -> None:
    """Note that a question has been answered."""
    connection.execute("DELETE FROM comparison_asked WHERE partner = %s AND agreement = %s", (partner, agreement))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison begun here; ``differences`` is None until the partner has answered whole."""

    id: UUID
    partner: str
    agreement: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    records: int
    differences: tuple[Difference, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A comparison as it begins: what it is called, with whom, under which agreement, of how many records."""

    id: UUID
    partner: str
    agreement: str
    by: str
    at: datetime
    records: int


def put_comparison(connection: Connection, begun: Begun) -> None:
    """Begin a comparison; older ones of the same agreement that never got an answer are dropped."""
    connection.execute(
        "DELETE FROM comparison WHERE partner = %s AND agreement = %s AND finished_at IS NULL",
        (begun.partner, begun.agreement),
    )
    connection.execute(
        "INSERT INTO comparison (id, partner, agreement, started_by, started_at, records)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (begun.id, begun.partner, begun.agreement, begun.by, begun.at, begun.records),
    )


def is_open(connection: Connection, comparison: UUID, partner: str, agreement: str) -> bool:
    """Whether this node waits for this partner's answer to a comparison."""
    found = connection.execute(
        "SELECT 1 FROM comparison WHERE id = %s AND partner = %s AND agreement = %s AND finished_at IS NULL",
        (comparison, partner, agreement),
    ).fetchone()
    return found is not None


def put_part(connection: Connection, part: HoldingsDetail, body: bytes, at: datetime) -> None:
    """Keep one part of an answer; the first under its number stays."""
    connection.execute(
        "INSERT INTO comparison_part (comparison, part, body, received_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (part.comparison, part.part, body, at),
    )


def answered(connection: Connection) -> list[tuple[Comparison, datetime]]:
    """The open comparisons to which some answer has come, and when its last part came."""
    rows = connection.execute(
        "SELECT c.id, c.partner, c.agreement, c.started_by, c.started_at, c.records, max(p.received_at)"
        " FROM comparison c JOIN comparison_part p ON p.comparison = c.id WHERE c.finished_at IS NULL"
        " GROUP BY c.id ORDER BY c.started_at, c.id"
    )
    return [
        (Comparison(id_, to, under, by, at, None, records, None), last)
        for id_, to, under, by, at, records, last in rows
    ]


def count_parts(connection: Connection, comparison: UUID) -> int:
    """How many parts of an answer have come."""
    row = connection.execute("SELECT count(*) FROM comparison_part WHERE comparison = %s", (comparison,)).fetchone()
    return int(row[0]) if row else 0


def first_part(connection: Connection, comparison: UUID) -> bytes:
    """The part of an answer with the lowest number that has come; the caller knows that one has."""
    row = connection.execute(
        "SELECT body FROM comparison_part WHERE comparison = %s ORDER BY part LIMIT 1", (comparison,)
    ).fetchone()
    return row[0] if row else b""


def parts(connection: Connection, comparison: UUID) -> list[bytes]:
    """The parts of an answer that have come, in order."""
    rows = connection.execute("SELECT body FROM comparison_part WHERE comparison = %s ORDER BY part", (comparison,))
    return [body for (body,) in rows]


def put_finished(connection: Connection, comparison: UUID, found: Sequence[Difference], at: datetime) -> None:
    """Keep the outcome of a comparison, and let go of the answer it came from."""
    connection.execute(
        "UPDATE comparison SET finished_at = %s, differences = %s WHERE id = %s",
        (at, msgspec.json.encode([one.to_dict() for one in found]).decode(), comparison),
    )
    connection.execute("DELETE FROM comparison_part WHERE comparison = %s", (comparison,))


def newest(connection: Connection, partner: str | None = None) -> list[Comparison]:
    """For each agreement, with one partner or all, the comparison begun last and the one finished last."""
    rows = connection.execute(
        "(SELECT DISTINCT ON (partner, agreement) id, partner, agreement, started_by, started_at, finished_at, records,"
        " differences::text FROM comparison WHERE %(partner)s::text IS NULL OR partner = %(partner)s"
        " ORDER BY partner, agreement, started_at DESC) UNION (SELECT DISTINCT ON (partner, agreement) id, partner,"
        " agreement, started_by, started_at, finished_at, records, differences::text FROM comparison"
        " WHERE finished_at IS NOT NULL AND (%(partner)s::text IS NULL OR partner = %(partner)s)"
        " ORDER BY partner, agreement, started_at DESC) ORDER BY 5 DESC, 1",
        {"partner": partner},
    )
    return [
        Comparison(id_, to, under, by, at, end, records, _differences(found))
        for id_, to, under, by, at, end, records, found in rows
    ]


def _differences(text: str | None) -> tuple[Difference, ...] | None:
    return None if text is None else msgspec.json.decode(text, type=tuple[Difference, ...])

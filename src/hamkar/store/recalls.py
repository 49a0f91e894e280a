"""Recalls as exact signed bytes, whom this node asked, what each holder answered, and who asked this node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.recall import Recall, RecallAnswer
from hamkar.store.ask import ask

_LOCK = 0x68616D6B61726372
"""Advisory lock: a recall waits until nothing is just being given or taken, and nothing is while one takes effect."""


def keep_out(connection: Connection) -> None:
    """Let no recall take effect until the unit of work ends; for whatever gives or takes records."""
    ask(connection, "SELECT pg_advisory_xact_lock_shared(%s)", (_LOCK,))


def lock(connection: Connection) -> None:
    """Let nothing be given or taken until the unit of work ends; for a recall that takes effect.

    Taken before any event is locked, and never by whoever already keeps recalls out.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


@dataclass(frozen=True, slots=True)
class RecallRow:
    """A recall as kept; ``here`` is whether the record may be given and taken here no more."""

    id: UUID
    record: UUID
    originator: str
    here: bool
    replaced_by: UUID | None
    due: datetime
    envelope: bytes
    kept_at: datetime
    answer: bytes | None


_COLUMNS = "id, record, originator, here, replaced_by, due, envelope, kept_at, answer"


def put_recall(connection: Connection, recall: Recall, envelope: bytes, *, here: bool, at: datetime) -> None:
    """Keep a recall; from now on its record is a tombstone where ``here`` is true."""
    connection.execute(
        "INSERT INTO recall (id, record, originator, here, replaced_by, due, envelope, kept_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (recall.id, recall.record, recall.originator, here, recall.replaced_by, recall.due, envelope, at),
    )


def find_recall(connection: Connection, recall: UUID) -> RecallRow | None:
    """The recall with this identifier; None where it is not known."""
    with connection.cursor(row_factory=class_row(RecallRow)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM recall WHERE id = %s", (recall,)).fetchone()


def recall_in_effect(connection: Connection, originator: str, record: UUID) -> RecallRow | None:
    """The recall by which a record may be given and taken here no more; None where it may."""
    with connection.cursor(row_factory=class_row(RecallRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM recall WHERE record = %s AND originator = %s AND here"
            " ORDER BY kept_at, id LIMIT 1",
            (record, originator),
        ).fetchone()


def recalled_among(connection: Connection, records: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Those of these records, each with its originator, that may be given and taken here no more."""
    rows = ask(connection, "SELECT record, originator FROM recall WHERE record = ANY(%s) AND here", (list(records),))
    return {(record, originator) for record, originator in rows}


def all_recalls(connection: Connection) -> list[RecallRow]:
    """Every recall made or taken here, the newest first."""
    with connection.cursor(row_factory=class_row(RecallRow)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM recall ORDER BY kept_at DESC, id DESC").fetchall()


def recalls_of_records(connection: Connection, records: Sequence[UUID]) -> list[RecallRow]:
    """The recalls of these records, the newest first."""
    with connection.cursor(row_factory=class_row(RecallRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM recall WHERE record = ANY(%s) ORDER BY kept_at DESC, id DESC", (list(records),)
        ).fetchall()


def corrections_into(connection: Connection, originator: str, record: UUID) -> list[RecallRow]:
    """The recalls of the versions before this one, the newest first."""
    with connection.cursor(row_factory=class_row(RecallRow)) as cursor:
        return cursor.execute(
            "WITH RECURSIVE earlier AS ("
            "  SELECT r.*, 1 AS steps FROM recall r WHERE r.replaced_by = %(record)s AND r.originator = %(originator)s"
            "  UNION SELECT r.*, e.steps + 1 FROM recall r JOIN earlier e"
            "  ON r.replaced_by = e.record AND r.originator = e.originator AND e.steps < 1000)"
            f" SELECT {_COLUMNS} FROM earlier ORDER BY steps",
            {"record": record, "originator": originator},
        ).fetchall()


def put_answer(connection: Connection, recall: UUID, answer: bytes) -> None:
    """Keep this node's own newest answer."""
    connection.execute("UPDATE recall SET answer = %s WHERE id = %s", (answer, recall))


def put_asker(connection: Connection, recall: UUID, asker: str, agreement: str) -> None:
    """Note who asked, under which agreement; who asks again is noted once."""
    connection.execute(
        "INSERT INTO recall_asker (recall, asker, agreement) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (recall, asker, agreement),
    )


def askers(connection: Connection, recall: UUID) -> list[tuple[str, str]]:
    """Who asked this node, each with the agreement named."""
    rows = connection.execute("SELECT asker, agreement FROM recall_asker WHERE recall = %s ORDER BY asker", (recall,))
    return [(asker, agreement) for asker, agreement in rows]


def put_holder(connection: Connection, recall: UUID, holder: str, *, told_by: str, message: UUID | None) -> None:
    """Note a holder, and the message that asks it, the newest if there are several; None where another node asks it."""
    connection.execute(
        "INSERT INTO recall_holder (recall, holder, told_by, message) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (recall, holder) DO UPDATE SET message = coalesce(excluded.message, recall_holder.message)",
        (recall, holder, told_by, message),
    )


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A holder with what it answered, and how far the message got that asks it, where this node does.

    ``acked`` is None where another node asks it; ``rejected`` is why the holder's rules turned the message away.
    """

    recall: UUID
    holder: str
    told_by: str
    acked: bool | None
    rejected: str | None
    outcome: str | None
    ground: str | None
    until: date | None
    answered_at: datetime | None


def holders(connection: Connection, recalls: Iterable[UUID]) -> list[HolderRow]:
    """Everybody who has to answer these recalls."""
    with connection.cursor(row_factory=class_row(HolderRow)) as cursor:
        return cursor.execute(
            "SELECT h.recall, h.holder, h.told_by, o.seq <= s.acked_seq AS acked,"
            " CASE WHEN o.verdict = 'rejected' THEN o.reason END AS rejected, h.outcome, h.ground, h.until,"
            " h.answered_at FROM recall_holder h"
            " LEFT JOIN nominal.outbox o ON o.message_id = h.message"
            " LEFT JOIN stream_out s ON s.partner = o.partner AND s.stream = o.stream AND s.epoch = o.epoch"
            " WHERE h.recall = ANY(%s) ORDER BY h.recall, h.holder",
            (list(recalls),),
        ).fetchall()


def holder_of(connection: Connection, recall: UUID, holder: str) -> tuple[str, datetime | None] | None:
    """Who told of a holder and when it last answered; None where nobody did."""
    row = connection.execute(
        "SELECT told_by, answered_at FROM recall_holder WHERE recall = %s AND holder = %s FOR UPDATE", (recall, holder)
    ).fetchone()
    return (row[0], row[1]) if row else None


def note_answer(connection: Connection, answer: RecallAnswer, envelope: bytes) -> None:
    """Keep what a holder answered in the place of what it answered before."""
    connection.execute(
        "UPDATE recall_holder SET outcome = %s, ground = %s, until = %s, answered_at = %s, answer = %s"
        " WHERE recall = %s AND holder = %s",
        (
            answer.outcome,
            answer.ground,
            answer.until,
            answer.answered_at,
            envelope,
            answer.recall,
            answer.holder,
        ),
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """A recall on its way inside a correction, with no answer yet; ``emptied`` is whether that travels without it."""

    holder: str
    agreement: str
    envelope: bytes
    emptied: bool


def carried(connection: Connection, today: date) -> list[Carried]:
    """The recalls that this node has sent in corrections alone, and that their holders have not taken."""
    with connection.cursor(row_factory=class_row(Carried)) as cursor:
        return cursor.execute(
            "SELECT h.holder, r.body->>'agreement' AS agreement, c.envelope, coalesce(o.delete_by <= %s, false)"
            " OR substring(o.message FROM 1 FOR 11) = convert_to('{\"erased\":\"', 'UTF8') AS emptied"
            " FROM recall_holder h JOIN recall c ON c.id = h.recall"
            " JOIN release r ON r.record_id = c.replaced_by AND r.originator = c.originator AND r.partner = h.holder"
            " JOIN nominal.outbox o ON o.release_id = r.id AND o.message_id = h.message"
            " JOIN stream_out s ON s.partner = o.partner AND s.stream = o.stream"
            " WHERE h.answered_at IS NULL AND ((o.epoch, o.seq) > (s.epoch, s.acked_seq) OR o.verdict = 'rejected')"
            " ORDER BY h.holder, h.recall",
            (today,),
        ).fetchall()


def count_overdue(connection: Connection, now: datetime) -> int:
    """How many holders owe an answer to a recall whose time is over."""
    row = connection.execute(
        "SELECT count(*) FROM recall_holder h JOIN recall r ON r.id = h.recall"
        " WHERE r.due < %s AND h.answered_at IS NULL",
        (now,),
    ).fetchone()
    return int(row[0]) if row else 0

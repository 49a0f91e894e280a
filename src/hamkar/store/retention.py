"""Until when what other agencies gave may be held, and what has run out, here and by notice at partners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.holdings import ErasureNotice
from hamkar.store.rows import Writer, insert

_LOCK = 0x72756E6F757400
"""Advisory lock: of several processes of a node one does the duty."""

_MOST_DAYS = 36_525
"""A hundred years: what an agreement may say beyond that makes no difference, and dates have an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A record of another agency as it came from ``sender`` under an agreement.

    ``sent`` is the SHA-256 of its exact JSON as sent, ``filed`` that of the form in which it is kept here.
    """

    originator: str
    record: UUID
    agreement: str
    kind: str
    sender: str
    received_on: date
    retention_days: int
    delete_by: date | None
    sent: bytes
    filed: bytes


def put_many(to: Writer, rows: Sequence[Holding]) -> None:
    """Note until when records are held. A record that comes again, or corrected, keeps the day it first came."""
    if not rows:
        return
    last = {(row.originator, row.record, row.agreement): row for row in rows}.values()
    again = "delete_by = excluded.delete_by, sent = excluded.sent, filed = excluded.filed"
    on_conflict = f"ON CONFLICT (originator, record, agreement) DO UPDATE SET {again}"
    insert(to, "holding", _HOLDING, map(_plain, last), on_conflict=on_conflict)


_HOLDING = "originator, record, agreement, kind, sender, received_on, retention_days, delete_by, sent, filed"


def _plain(row: Holding) -> tuple[object, ...]:
    return (
        *(row.originator, row.record, row.agreement, row.kind, row.sender, row.received_on),
        *(min(row.retention_days, _MOST_DAYS), row.delete_by, f"\\x{row.sent.hex()}", f"\\x{row.filed.hex()}"),
    )


def put_filed(connection: Connection, originator: str, record: UUID, filed: bytes) -> None:
    """Note that a record is kept in another form now, under whatever agreement it came."""
    connection.execute(
        "UPDATE holding SET filed = %s WHERE originator = %s AND record = %s", (filed, originator, record)
    )


def senders(connection: Connection, originator: str, records: Sequence[UUID]) -> set[str]:
    """The partners from which these records of an originator came, as far as they are held."""
    rows = connection.execute(
        "SELECT DISTINCT sender FROM holding WHERE originator = %s AND record = ANY(%s)", (originator, list(records))
    )
    return {sender for (sender,) in rows}


def forget(connection: Connection, originator: str, records: Sequence[UUID]) -> None:
    """Records are held no longer, under no agreement: their originator took them back, or they were erased."""
    connection.execute("DELETE FROM holding WHERE originator = %s AND record = ANY(%s)", (originator, list(records)))


@dataclass(frozen=True, slots=True)
class Due:
    """A record that has run out under an agreement; ``lasting`` are other agreements under which it is still held."""

    originator: str
    record: UUID
    agreement: str
    kind: str
    sender: str
    cause: str
    lasting: list[str]


def lock(connection: Connection) -> bool:
    """Whether this unit of work is the one that does the duty now."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,)).fetchone()
    return row is not None and bool(row[0])


_LASTING = (
    "ARRAY(SELECT o.agreement FROM holding o WHERE o.originator = h.originator AND o.record = h.record"
    " AND o.run_out > %(today)s ORDER BY o.agreement)"
)
_CAUSE = "CASE WHEN h.delete_by = h.run_out THEN 'delete_by' ELSE 'retention' END"
_DUE = "h.originator, h.record, h.agreement, h.kind, h.sender"


def due(connection: Connection, today: date, limit: int) -> list[Due]:
    """Records whose day has come, the oldest first, without those that a legal hold keeps here."""
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(
            f"SELECT {_DUE}, {_CAUSE} AS cause, {_LASTING} AS lasting FROM holding h"
            " WHERE h.run_out <= %(today)s AND NOT EXISTS (SELECT 1 FROM legal_hold k WHERE k.record = h.record"
            " AND k.originator = h.originator AND k.until >= %(today)s)"
            " ORDER BY h.run_out, h.originator, h.record LIMIT %(limit)s",
            {"today": today, "limit": limit},
        ).fetchall()


def people_of(connection: Connection, originator: str, reports: Sequence[UUID], cause: str) -> list[Due]:
    """Who the people of reports are, as records that go with their reports."""
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(
            f"SELECT {_DUE}, %s AS cause, '{{}}'::text[] AS lasting FROM holding h"
            " JOIN nominal.entity i ON i.originator = h.originator AND i.id = h.record"
            " WHERE h.originator = %s AND i.report_id = ANY(%s) AND h.kind = 'entity'",
            (cause, originator, list(reports)),
        ).fetchall()


def put_ran_out(connection: Connection, gone: Iterable[Due], at: datetime) -> None:
    """Note that records have run out and are held no longer under their agreements."""
    rows = list(gone)
    named = [(row.originator, row.record, row.agreement) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ran_out (originator, record, agreement, cause, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(*name, row.cause, at) for name, row in zip(named, rows, strict=True)],
        )
        cursor.executemany("DELETE FROM holding WHERE originator = %s AND record = %s AND agreement = %s", named)


def own_due(connection: Connection, own: str, today: date, limit: int) -> tuple[list[UUID], list[UUID]]:
    """Own reports, and own people and things, whose date of deletion has come."""
    reports, people = (
        connection.execute(
            f"SELECT id FROM {table} WHERE delete_by <= %s AND originator = %s ORDER BY delete_by LIMIT %s",
            (today, own, limit),
        ).fetchall()
        for table in ("report", "nominal.entity")
    )
    return [record for (record,) in reports], [record for (record,) in people]


def erase_set_aside(connection: Connection, own: str, today: date) -> list[UUID]:
    """Take out old versions of own records whose date of deletion has come; which they were."""
    rows = connection.execute(
        "DELETE FROM nominal.set_aside WHERE originator = %s AND body->'handling'->>'delete_by' <= %s RETURNING id",
        (own, today.isoformat()),
    )
    return [record for (record,) in rows]


def put_notice(connection: Connection, partner: str, notice: ErasureNotice, at: datetime) -> None:
    """Keep a partner's word that its copy ran out; the first word on a record and agreement stays."""
    connection.execute(
        "INSERT INTO ran_out_there (partner, record, agreement, cause, erased_at, noticed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (partner, notice.record, notice.agreement, notice.cause, notice.erased_at, at),
    )


def notices_on(connection: Connection, records: Sequence[UUID]) -> dict[tuple[str, UUID, str], datetime]:
    """When copies given from here ran out at partners, by partner, record and agreement."""
    rows = connection.execute(
        "SELECT partner, record, agreement, erased_at FROM ran_out_there WHERE record = ANY(%s)", (list(records),)
    )
    return {(partner, record, agreement): at for partner, record, agreement, at in rows}


def notices_from(connection: Connection, partner: str, agreement: str) -> dict[UUID, tuple[datetime, datetime]]:
    """When copies of own records under an agreement ran out at a partner, and when its notice of that came."""
    rows = connection.execute(
        "SELECT record, erased_at, noticed_at FROM ran_out_there WHERE partner = %s AND agreement = %s",
        (partner, agreement),
    )
    return {record: (erased_at, noticed_at) for record, erased_at, noticed_at in rows}


@dataclass(frozen=True, slots=True)
class RetentionClock:
    """When retention last ran, and since when it waits for a person to believe the clock.

    ``ran_at`` is the time of the newest entry of the log before the first run. What was rejected until
    ``rejected_until`` is gone.
    """

    ran_at: datetime | None
    doubted_at: datetime | None
    rejected_until: datetime | None


def clock(connection: Connection) -> RetentionClock:
    """How the clock of retention stands."""
    with connection.cursor(row_factory=class_row(RetentionClock)) as cursor:
        row = cursor.execute(
            "SELECT coalesce(ran_at, (SELECT at FROM log ORDER BY seq DESC LIMIT 1)) AS ran_at, doubted_at,"
            " nullif(rejected_until, '-infinity') AS rejected_until FROM retention_clock"
        ).fetchone()
    return row or RetentionClock(None, None, None)


def put_clock(connection: Connection, *, ran_at: datetime | None, doubted_at: datetime | None) -> None:
    """Note that retention ran, or since when the clock is doubted; when it last ran stays where ``ran_at`` is None."""
    connection.execute(
        "UPDATE retention_clock SET ran_at = coalesce(%s, ran_at), doubted_at = %s", (ran_at, doubted_at)
    )


def put_rejected_until(connection: Connection, until: datetime) -> None:
    """Note that what was rejected until then is gone."""
    connection.execute("UPDATE retention_clock SET rejected_until = %s", (until,))

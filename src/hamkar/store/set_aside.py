"""Records out of use: recalled ones that the law keeps here, and old versions of own ones. No list sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.bundle import MessageKind
from hamkar.model.recall import HoldGround


class SetAside(StrEnum):
    """Why a record is out of use and still here."""

    LEGAL_HOLD = "legal_hold"
    SUPERSEDED = "superseded"
    REPORT_REPLACED = "report_replaced"


def set_aside_report(connection: Connection, originator: str, report: UUID, why: SetAside, at: datetime) -> UUID | None:
    """Take a report out of use; the event to derive anew, None where it is not held."""
    row = connection.execute(
        "WITH gone AS (DELETE FROM report WHERE originator = %s AND id = %s RETURNING *)"
        " INSERT INTO nominal.set_aside"
        " (kind, id, originator, event_id, source_key, received_at, body, why, set_aside_at)"
        " SELECT %s, id, originator, event_id, source_key, received_at, body, %s, %s FROM gone"
        " ON CONFLICT (id, originator) DO NOTHING RETURNING event_id",
        (originator, report, MessageKind.REPORT, why, at),
    ).fetchone()
    return row[0] if row else None


def set_aside_entity(connection: Connection, originator: str, entity: UUID, why: SetAside, at: datetime) -> None:
    """Take a person or thing out of use."""
    connection.execute(
        "WITH gone AS (DELETE FROM nominal.entity WHERE originator = %s AND id = %s RETURNING *)"
        " INSERT INTO nominal.set_aside (kind, id, originator, author, words, received_at, body, why, set_aside_at)"
        " SELECT %s, id, originator, author, words, received_at, body, %s, %s FROM gone"
        " ON CONFLICT (id, originator) DO NOTHING",
        (originator, entity, MessageKind.ENTITY, why, at),
    )


def set_aside_people(connection: Connection, originator: str, report: UUID, at: datetime) -> None:
    """Take who the people of a report are out of use, until the version that corrects it comes."""
    connection.execute(
        "WITH gone AS (DELETE FROM nominal.entity WHERE originator = %s AND report_id = %s RETURNING *)"
        " INSERT INTO nominal.set_aside (kind, id, originator, author, words, received_at, body, why, set_aside_at)"
        " SELECT %s, id, originator, author, words, received_at, body, %s, %s FROM gone"
        " ON CONFLICT (id, originator) DO NOTHING",
        (originator, report, MessageKind.ENTITY, SetAside.REPORT_REPLACED, at),
    )


def bring_back_people(connection: Connection, originator: str, reports: Sequence[UUID]) -> None:
    """Take who the people of these reports are back into use."""
    connection.execute(
        "WITH back AS (DELETE FROM nominal.set_aside WHERE originator = %s AND why = 'report_replaced'"
        " AND body->>'report' = ANY(%s) RETURNING *)"
        " INSERT INTO nominal.entity (id, report_id, originator, author, words, received_at, delete_by, body)"
        " SELECT id, (body->>'report')::uuid, originator, author, words, received_at,"
        " (body->'handling'->>'delete_by')::date, body FROM back ON CONFLICT (id, originator) DO NOTHING",
        (originator, [str(report) for report in reports]),
    )


def waited_in_vain(connection: Connection, now: datetime, limit: int) -> list[tuple[str, UUID]]:
    """Originator and id of the people whose report's corrected version has not come by the time of its recall."""
    return connection.execute(
        "SELECT DISTINCT a.originator, a.id FROM nominal.set_aside a JOIN recall c ON c.originator = a.originator"
        " AND c.record = (a.body->>'report')::uuid WHERE a.why = 'report_replaced' AND c.here AND c.due < %s LIMIT %s",
        (now, limit),
    ).fetchall()


def erase_waiting(connection: Connection, originator: str, people: Sequence[UUID]) -> None:
    """Erase those of these people that wait out of use for a corrected report."""
    connection.execute(
        "DELETE FROM nominal.set_aside WHERE originator = %s AND id = ANY(%s) AND why = 'report_replaced'",
        (originator, list(people)),
    )


def is_set_aside(connection: Connection, originator: str, record: UUID) -> bool:
    """Whether the record is here, out of use."""
    row = connection.execute(
        "SELECT 1 FROM nominal.set_aside WHERE originator = %s AND id = %s", (originator, record)
    ).fetchone()
    return row is not None


def erase_set_aside(connection: Connection, originator: str, records: Sequence[UUID]) -> int:
    """Erase records that are out of use; how many there were."""
    done = connection.execute(
        "DELETE FROM nominal.set_aside WHERE originator = %s AND id = ANY(%s)", (originator, list(records))
    )
    return done.rowcount


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Why, until when and by whom a record of another agency is kept here whatever its originator says."""

    record: UUID
    originator: str
    ground: HoldGround
    until: date
    placed_by: str
    placed_at: datetime


_HOLD = "record, originator, ground, until, placed_by, placed_at"


def put_hold(connection: Connection, hold: LegalHold) -> None:
    """Place a hold, in the place of an earlier one on the same record."""
    connection.execute(
        f"INSERT INTO legal_hold ({_HOLD}) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (record, originator) DO UPDATE"
        " SET ground = excluded.ground, until = excluded.until, placed_by = excluded.placed_by,"
        " placed_at = excluded.placed_at",
        (hold.record, hold.originator, hold.ground, hold.until, hold.placed_by, hold.placed_at),
    )


def holds_on(connection: Connection, record: UUID) -> list[LegalHold]:
    """The holds on records with this identifier; an identifier is its originator's, so there may be several."""
    with connection.cursor(row_factory=class_row(LegalHold)) as cursor:
        return cursor.execute(
            f"SELECT {_HOLD} FROM legal_hold WHERE record = %s ORDER BY originator", (record,)
        ).fetchall()


def ended_holds(connection: Connection, today: date, limit: int) -> list[LegalHold]:
    """Holds whose last day is over, the oldest first."""
    with connection.cursor(row_factory=class_row(LegalHold)) as cursor:
        return cursor.execute(
            f"SELECT {_HOLD} FROM legal_hold WHERE until < %s ORDER BY until, record LIMIT %s", (today, limit)
        ).fetchall()


def remove_hold(connection: Connection, originator: str, record: UUID) -> None:
    """Take a hold away."""
    connection.execute("DELETE FROM legal_hold WHERE originator = %s AND record = %s", (originator, record))

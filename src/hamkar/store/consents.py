"""Consents to passing on: the exact signed bytes of those given here, got as a holder, or come with a record."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.consent import Consent


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent as kept; ``agreement`` is that between its originator and its holder, or under which it came."""

    id: UUID
    record: UUID
    originator: str
    holder: str
    recipient: str
    until: date
    agreement: str
    envelope: bytes
    kept_at: datetime
    withdrawn_at: datetime | None


_COLUMNS = "id, record, originator, holder, recipient, until, agreement, envelope, kept_at, withdrawn_at"


def put_consent(connection: Connection, consent: Consent, envelope: bytes, agreement: str, at: datetime) -> bool:
    """Keep a consent; whether it was new."""
    done = connection.execute(
        "INSERT INTO consent (id, record, originator, holder, recipient, until, agreement, envelope, kept_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            consent.id,
            consent.record,
            consent.originator,
            consent.holder,
            consent.to,
            consent.until,
            agreement,
            envelope,
            at,
        ),
    )
    return done.rowcount > 0


def find_consent(connection: Connection, consent: UUID) -> ConsentRow:
    """One consent. Raises NotFound."""
    with connection.cursor(row_factory=class_row(ConsentRow)) as cursor:
        row = cursor.execute(f"SELECT {_COLUMNS} FROM consent WHERE id = %s", (consent,)).fetchone()
    if row is None:
        msg = f"no consent {consent} is kept here; `hamkar consent` without a record lists those that are"
        raise NotFound(msg)
    return row


def consent_for(connection: Connection, record: UUID, *, originator: str, holder: str, to: str) -> ConsentRow | None:
    """The consent, not withdrawn, by which a holder may pass a record on to an agency: the newest."""
    with connection.cursor(row_factory=class_row(ConsentRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM consent WHERE record = %s AND originator = %s AND holder = %s AND recipient = %s"
            " AND withdrawn_at IS NULL ORDER BY kept_at DESC, id DESC LIMIT 1",
            (record, originator, holder, to),
        ).fetchone()


def consents_on(connection: Connection, originator: str, record: UUID) -> list[ConsentRow]:
    """Every consent on a record, the oldest first."""
    with connection.cursor(row_factory=class_row(ConsentRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM consent WHERE originator = %s AND record = %s ORDER BY kept_at, id",
            (originator, record),
        ).fetchall()


def list_consents(connection: Connection) -> list[ConsentRow]:
    """Every consent, the newest first."""
    with connection.cursor(row_factory=class_row(ConsentRow)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM consent ORDER BY kept_at DESC, id DESC").fetchall()


def withdraw(connection: Connection, originator: str, record: UUID, to: str | None, at: datetime) -> None:
    """Note that consents on a record hold no longer: all, or those for one recipient."""
    connection.execute(
        "UPDATE consent SET withdrawn_at = %s WHERE originator = %s AND record = %s AND withdrawn_at IS NULL"
        " AND (%s::text IS NULL OR recipient = %s)",
        (at, originator, record, to, to),
    )

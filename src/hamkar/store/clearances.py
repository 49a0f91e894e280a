"""Clearances of records as evidence: the exact signed bytes of those given here and of those got as a holder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.clearance import Clearance


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    """A clearance as kept; ``agreement`` is that under which the record went."""

    id: UUID
    record: UUID
    originator: str
    holder: str
    agreement: str
    envelope: bytes
    kept_at: datetime


_COLUMNS = "id, record, originator, holder, agreement, envelope, kept_at"


def put_clearance(connection: Connection, made: Clearance, envelope: bytes, agreement: str, at: datetime) -> bool:
    """Keep a clearance; whether it was new."""
    done = connection.execute(
        "INSERT INTO clearance (id, record, originator, holder, agreement, envelope, kept_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (made.id, made.record, made.originator, made.holder, agreement, envelope, at),
    )
    return done.rowcount > 0


def clearances_on(connection: Connection, records: Sequence[UUID]) -> list[ClearanceRow]:
    """Every clearance on these records, the oldest first."""
    with connection.cursor(row_factory=class_row(ClearanceRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM clearance WHERE record = ANY(%s) ORDER BY kept_at, id", (list(records),)
        ).fetchall()


def list_clearances(connection: Connection) -> list[ClearanceRow]:
    """Every clearance, the newest first."""
    with connection.cursor(row_factory=class_row(ClearanceRow)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM clearance ORDER BY kept_at DESC, id DESC").fetchall()


def is_cleared(connection: Connection, record: UUID, *, originator: str, holder: str) -> bool:
    """Whether the originator has cleared its record for a holder, in some case."""
    found = connection.execute(
        "SELECT 1 FROM clearance WHERE record = %s AND originator = %s AND holder = %s LIMIT 1",
        (record, originator, holder),
    ).fetchone()
    return found is not None

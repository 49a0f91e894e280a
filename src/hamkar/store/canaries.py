"""Records that go nowhere while they are looked into, and those among them that were made up to be found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionHold:
    """A record that may not be released for now; ``canary`` says that it was made up to find who reads it."""

    record: UUID
    originator: str
    canary: bool
    held_by: str
    held_at: datetime
    reason: str


def put_hold(connection: Connection, hold: InspectionHold) -> bool:
    """Hold a record; False where it is held already."""
    done = connection.execute(
        "INSERT INTO nominal.inspection_hold (record, originator, canary, held_by, held_at, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (hold.record, hold.originator, hold.canary, hold.held_by, hold.held_at, hold.reason),
    )
    return done.rowcount > 0


def end_hold(connection: Connection, record: UUID) -> int:
    """Let a record go again; how many records of that identifier were held."""
    return connection.execute("DELETE FROM nominal.inspection_hold WHERE record = %s", (record,)).rowcount


def held_among(connection: Connection, records: Sequence[UUID], *, canaries_too: bool) -> frozenset[tuple[UUID, str]]:
    """Which of these records are held, by identifier and originator."""
    rows = connection.execute(
        "SELECT record, originator FROM nominal.inspection_hold WHERE record = ANY(%s) AND (%s OR NOT canary)",
        (list(records), canaries_too),
    )
    return frozenset(rows.fetchall())


def canaries_among(connection: Connection, records: Sequence[UUID]) -> list[UUID]:
    """Which of these records were made up to be found."""
    rows = connection.execute(
        "SELECT record FROM nominal.inspection_hold WHERE canary AND record = ANY(%s) ORDER BY record", (list(records),)
    )
    return [record for (record,) in rows]


def holds(connection: Connection) -> list[InspectionHold]:
    """Everything that is held, the newest first."""
    with connection.cursor(row_factory=class_row(InspectionHold)) as cursor:
        return cursor.execute("SELECT * FROM nominal.inspection_hold ORDER BY held_at DESC, record").fetchall()

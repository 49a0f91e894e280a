"""What people decided on fields that reports dispute."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.seizure import Decision


def put_decision(connection: Connection, decision: Decision) -> None:
    """Keep a decision; earlier ones stay, the newest counts."""
    connection.execute(
        "INSERT INTO decision (event_id, field, value, decided_by, decided_at, reason) VALUES (%s, %s, %s, %s, %s, %s)",
        (decision.event, decision.field, decision.value, decision.by, decision.at, decision.reason),
    )


def decisions_on(connection: Connection, event: UUID) -> list[Decision]:
    """The decisions on an event, the oldest first."""
    with connection.cursor(row_factory=class_row(Decision)) as cursor:
        return cursor.execute(
            "SELECT event_id AS event, field, value, decided_by AS by, decided_at AS at, reason FROM decision"
            " WHERE event_id = %s ORDER BY id",
            (event,),
        ).fetchall()


def forget_values(connection: Connection, event: UUID, field: str, value: str) -> None:
    """Erase the decisions for a value that no report claims any more: they quote what is gone."""
    connection.execute("DELETE FROM decision WHERE event_id = %s AND field = %s AND value = %s", (event, field, value))

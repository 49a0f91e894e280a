"""Until when this node's own keys stay in use after newer ones have followed them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A key that a newer one follows, when it goes out of use, and when it was destroyed."""

    key_id: str
    ends_at: datetime
    destroyed_at: datetime | None


def lock_own_keys(connection: Connection) -> None:
    """Let nobody else change this node's keys or card until the unit of work ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('own_keys', 0))")


def retire(connection: Connection, keys: Collection[str], ends_at: datetime) -> None:
    """Set when keys go out of use; an earlier end that was set before stands."""
    for key in sorted(keys):
        connection.execute(
            "INSERT INTO retired_key (key_id, ends_at) VALUES (%s, %s)"
            " ON CONFLICT (key_id) DO UPDATE SET ends_at = least(retired_key.ends_at, excluded.ends_at)",
            (key, ends_at),
        )


def retired_keys(connection: Connection) -> list[RetiredKey]:
    """Every key that newer ones follow, in the order of their ends."""
    with connection.cursor(row_factory=class_row(RetiredKey)) as cursor:
        return cursor.execute(
            "SELECT key_id, ends_at, destroyed_at FROM retired_key ORDER BY ends_at, key_id"
        ).fetchall()


def note_destroyed(connection: Connection, keys: Collection[str], at: datetime) -> None:
    """Note that keys are gone from the node's key file."""
    connection.execute("UPDATE retired_key SET destroyed_at = %s WHERE key_id = ANY(%s)", (at, list(keys)))

"""Invitations given out, and nodes that were introduced and wait for a second person."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that was given out; the secret is empty once it was used."""

    id: str
    secret: bytes
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A node that was introduced: its card, the words to compare, who began, and how often the words were wrong."""

    node: str
    envelope: bytes
    words: str
    begun_by: str
    begun_at: datetime
    ends_at: datetime
    failures: int


_INVITATION = "id, secret, made_by, made_at, expires_at, used_at"
_PENDING = "node, envelope, words, begun_by, begun_at, ends_at, failures"


def put_invitation(connection: Connection, row: InvitationRow) -> None:
    """Keep an invitation that is given out."""
    connection.execute(
        f"INSERT INTO invitation ({_INVITATION}) VALUES (%s, %s, %s, %s, %s, %s)",
        (row.id, row.secret, row.made_by, row.made_at, row.expires_at, row.used_at),
    )


def lock_invitation(connection: Connection, wanted: str) -> InvitationRow | None:
    """The invitation with this id, which nobody else can use until the unit of work ends; None for an unknown one."""
    with connection.cursor(row_factory=class_row(InvitationRow)) as cursor:
        return cursor.execute(f"SELECT {_INVITATION} FROM invitation WHERE id = %s FOR UPDATE", (wanted,)).fetchone()


def use_invitation(connection: Connection, wanted: str, at: datetime) -> None:
    """Note that the one answer to an invitation has come, and forget its secret."""
    connection.execute("UPDATE invitation SET used_at = %s, secret = '' WHERE id = %s", (at, wanted))


def forget_ended(connection: Connection, now: datetime) -> None:
    """Forget the secrets of invitations whose time is over, and the nodes that nobody confirmed in time."""
    connection.execute("UPDATE invitation SET secret = '' WHERE expires_at <= %s AND secret <> ''", (now,))
    connection.execute("DELETE FROM pending_partner WHERE ends_at <= %s", (now,))


def put_pending(connection: Connection, row: PendingRow) -> None:
    """Keep a node that was introduced, in the place of an earlier introduction of the same node."""
    connection.execute(
        f"INSERT INTO pending_partner ({_PENDING}) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (node) DO UPDATE SET"
        " envelope = excluded.envelope, words = excluded.words, begun_by = excluded.begun_by,"
        " begun_at = excluded.begun_at, ends_at = excluded.ends_at, failures = excluded.failures",
        (row.node, row.envelope, row.words, row.begun_by, row.begun_at, row.ends_at, row.failures),
    )


def list_pending(connection: Connection) -> list[PendingRow]:
    """Every node that waits to be confirmed, in the order of the introductions."""
    with connection.cursor(row_factory=class_row(PendingRow)) as cursor:
        return cursor.execute(f"SELECT {_PENDING} FROM pending_partner ORDER BY begun_at, node FOR UPDATE").fetchall()


def note_failure(connection: Connection, node: str) -> None:
    """Count wrong words."""
    connection.execute("UPDATE pending_partner SET failures = failures + 1 WHERE node = %s", (node,))


def drop_pending(connection: Connection, node: str) -> None:
    """Forget a node that was introduced."""
    connection.execute("DELETE FROM pending_partner WHERE node = %s", (node,))

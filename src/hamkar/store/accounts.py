"""People who may sign in, and their sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in; after failures the account is locked until ``locked_until``."""

    name: str
    role: str
    password_hash: str
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in session: whose, since when, last seen when, and the token its forms must carry."""

    account: str
    role: str
    created_at: datetime
    seen_at: datetime
    form_token: str


def put_account(connection: Connection, name: str, role: str, password_hash: str, at: datetime) -> None:
    """Make an account, or give it a new password and unlock it."""
    connection.execute(
        "INSERT INTO account (name, role, password_hash, created_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash, failures = 0, locked_until = NULL",
        (name, role, password_hash, at),
    )


def lock_account(connection: Connection, name: str) -> Account | None:
    """The account, locked until the unit of work ends so that failures are counted one by one; None if unknown."""
    with connection.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(
            "SELECT name, role, password_hash, failures, locked_until FROM account WHERE name = %s FOR UPDATE", (name,)
        ).fetchone()


def note_failure(connection: Connection, name: str, locked_until: datetime | None) -> None:
    """Count a failed sign-in and lock the account until then."""
    connection.execute(
        "UPDATE account SET failures = failures + 1, locked_until = %s WHERE name = %s", (locked_until, name)
    )


def note_success(connection: Connection, name: str) -> None:
    """Forget the failures before."""
    connection.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE name = %s", (name,))


def open_session(connection: Connection, secret_sha256: bytes, account: str, form_token: str, at: datetime) -> None:
    """Begin a session; only the hash of its secret is kept."""
    connection.execute(
        "INSERT INTO session (secret_sha256, account, created_at, seen_at, form_token) VALUES (%s, %s, %s, %s, %s)",
        (secret_sha256, account, at, at, form_token),
    )


def use_session(
    connection: Connection, secret_sha256: bytes, at: datetime, *, idle: timedelta, absolute: timedelta
) -> Session | None:
    """The live session of this secret, marked as seen; None where there is none, or it idled or lasted too long."""
    with connection.cursor(row_factory=class_row(Session)) as cursor:
        return cursor.execute(
            "UPDATE session s SET seen_at = %s FROM account a WHERE a.name = s.account AND s.secret_sha256 = %s"
            " AND s.seen_at > %s AND s.created_at > %s"
            " RETURNING s.account, a.role, s.created_at, s.seen_at, s.form_token",
            (at, secret_sha256, at - idle, at - absolute),
        ).fetchone()


def close_session(connection: Connection, secret_sha256: bytes) -> str | None:
    """End a session at once; whose it was, None where there was none."""
    row = connection.execute(
        "DELETE FROM session WHERE secret_sha256 = %s RETURNING account", (secret_sha256,)
    ).fetchone()
    return row[0] if row else None


def forget_sessions(connection: Connection, begun_before: datetime) -> None:
    """Take away the rows of sessions that have lasted too long to be of use."""
    connection.execute("DELETE FROM session WHERE created_at < %s", (begun_before,))


def close_sessions_of(connection: Connection, account: str) -> None:
    """End every session of an account at once."""
    connection.execute("DELETE FROM session WHERE account = %s", (account,))

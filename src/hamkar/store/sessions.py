"""Sessions of people who have signed in; who holds the secret of one is that person to this node."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.model.role import Role
from hamkar.store.accounts import roles_of

_SECOND_FACTOR = (
    "(a.totp_since IS NOT NULL OR EXISTS (SELECT FROM passkey p WHERE p.account = a.name)"
    " OR EXISTS (SELECT FROM single_sign_on o WHERE o.account = a.name))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in session: whose, with which roles, since when, last seen when, and the token its forms must carry.

    ``stepped_up_at`` is when its person last proved who they are with all that their account asks for.
    ``second_factor`` says that the account has more than a password to ask for.
    """

    account: str
    roles: frozenset[Role]
    created_at: datetime
    seen_at: datetime
    stepped_up_at: datetime | None
    form_token: str
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A session as its account's list shows it; ``id`` ends it and opens nothing."""

    id: str
    way: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that begins: the hash of its secret, whose it is, and by which way they came in."""

    secret_sha256: bytes
    account: str
    way: str
    form_token: str
    proved_at: datetime | None


def open_session(connection: Connection, new: NewSession, at: datetime) -> None:
    """Begin a session."""
    connection.execute(
        "INSERT INTO session (secret_sha256, account, way, created_at, seen_at, proved_at, form_token)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (new.secret_sha256, new.account, new.way, at, at, new.proved_at, new.form_token),
    )


def use_session(
    connection: Connection, secret_sha256: bytes, at: datetime, *, idle: timedelta, absolute: timedelta
) -> Session | None:
    """The live session of this secret, marked as seen; None where there is none, or it idled or lasted too long."""
    row = connection.execute(
        "UPDATE session s SET seen_at = %s FROM account a WHERE a.name = s.account AND s.secret_sha256 = %s"
        " AND s.seen_at > %s AND s.created_at > %s"
        f" RETURNING s.account, a.roles, s.created_at, s.seen_at, s.proved_at, s.form_token, {_SECOND_FACTOR}",
        (at, secret_sha256, at - idle, at - absolute),
    ).fetchone()
    return _session(*row) if row else None


def _session(account: str, roles: list[str], *rest: Any) -> Session:
    created_at, seen_at, proved_at, form_token, second_factor = rest
    return Session(
        account=account,
        roles=roles_of(roles),
        created_at=created_at,
        seen_at=seen_at,
        stepped_up_at=proved_at,
        form_token=form_token,
        second_factor=second_factor,
    )


def renew_session(connection: Connection, old_sha256: bytes, new: NewSession) -> bool:
    """Give a session of this account another secret and token after a fresh proof; False where it has ended."""
    done = connection.execute(
        "UPDATE session SET secret_sha256 = %s, form_token = %s, proved_at = %s"
        " WHERE secret_sha256 = %s AND account = %s",
        (new.secret_sha256, new.form_token, new.proved_at, old_sha256, new.account),
    )
    return done.rowcount > 0


def list_sessions(connection: Connection, account: str, seen_after: datetime, begun_after: datetime) -> list[Begun]:
    """The live sessions of an account, the newest first."""
    with connection.cursor(row_factory=class_row(Begun)) as cursor:
        return cursor.execute(
            "SELECT left(encode(secret_sha256, 'hex'), 16) AS id, way, created_at, seen_at FROM session"
            " WHERE account = %s AND seen_at > %s AND created_at > %s ORDER BY created_at DESC",
            (account, seen_after, begun_after),
        ).fetchall()


def close_session(connection: Connection, secret_sha256: bytes) -> str | None:
    """End a session at once; whose it was, None where there was none."""
    row = connection.execute(
        "DELETE FROM session WHERE secret_sha256 = %s RETURNING account", (secret_sha256,)
    ).fetchone()
    return row[0] if row else None


def close_one(connection: Connection, account: str, session: str) -> bool:
    """End the session of an account that its list calls so; False where there is none."""
    done = connection.execute(
        "DELETE FROM session WHERE account = %s AND left(encode(secret_sha256, 'hex'), 16) = %s", (account, session)
    )
    return done.rowcount > 0


def forget_sessions(connection: Connection, begun_before: datetime) -> None:
    """Take away the rows of sessions that have lasted too long to be of use."""
    connection.execute("DELETE FROM session WHERE created_at < %s", (begun_before,))


def close_sessions_of(connection: Connection, account: str, *, but: bytes = b"") -> int:
    """End every session of an account at once, but for that with this hash; how many there were."""
    return connection.execute("DELETE FROM session WHERE account = %s AND secret_sha256 <> %s", (account, but)).rowcount

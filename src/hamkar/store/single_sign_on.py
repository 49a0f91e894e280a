"""Accounts of the agency's own single sign-on, and the ways through it that have begun."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

_ATTEMPT = "state_sha256, browser_sha256, act, account, session_sha256, nonce, verifier, back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A way through the provider that has begun: for what, in which browser, and what has to come back with it.

    ``account`` and ``session_sha256`` are of whoever is signed in already; "" and None for signing in.
    """

    state_sha256: bytes
    browser_sha256: bytes
    act: str
    account: str
    session_sha256: bytes | None
    nonce: str
    verifier: str
    back: str


def put_attempt(connection: Connection, attempt: Attempt, at: datetime) -> None:
    """Keep it until it comes back."""
    connection.execute(
        f"INSERT INTO single_sign_on_attempt ({_ATTEMPT}, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            attempt.state_sha256,
            attempt.browser_sha256,
            attempt.act,
            attempt.account,
            attempt.session_sha256,
            attempt.nonce,
            attempt.verifier,
            attempt.back,
            at,
        ),
    )


def take_attempt(
    connection: Connection, state_sha256: bytes, browser_sha256: bytes, made_after: datetime
) -> Attempt | None:
    """The attempt of this state, if it is this browser's and not too old; it comes back only once."""
    with connection.cursor(row_factory=class_row(Attempt)) as cursor:
        return cursor.execute(
            "DELETE FROM single_sign_on_attempt WHERE state_sha256 = %s AND browser_sha256 = %s AND made_at > %s"
            f" RETURNING {_ATTEMPT}",
            (state_sha256, browser_sha256, made_after),
        ).fetchone()


def forget_attempts(connection: Connection, made_before: datetime) -> None:
    """Take away what never came back."""
    connection.execute("DELETE FROM single_sign_on_attempt WHERE made_at < %s", (made_before,))


def bind(connection: Connection, issuer: str, subject: str, account: str, at: datetime) -> bool:
    """Let this account of the provider be that account here; False where it is another's already."""
    row = connection.execute(
        "INSERT INTO single_sign_on (issuer, subject, account, since) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (issuer, subject) DO UPDATE SET since = single_sign_on.since RETURNING account = %s",
        (issuer, subject, account, at, account),
    ).fetchone()
    return bool(row and row[0])


def account_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """The account here that is this account of the provider; None where none is."""
    row = connection.execute(
        "SELECT account FROM single_sign_on WHERE issuer = %s AND subject = %s", (issuer, subject)
    ).fetchone()
    return row[0] if row else None


def unbind(connection: Connection, account: str) -> bool:
    """Let no account of the provider be that account any more; False where none was."""
    return connection.execute("DELETE FROM single_sign_on WHERE account = %s", (account,)).rowcount > 0

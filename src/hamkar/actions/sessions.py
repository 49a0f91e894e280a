"""Sessions: they live on the server, so that they can be ended at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hamkar.actions.node import Node
from hamkar.crypto.password import new_secret, secret_hash
from hamkar.errors import NotFound
from hamkar.store import log, sessions
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.sessions import Begun, NewSession, Session

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=10)


class Way(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 - the way's name
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret for the browser's cookie, which is kept nowhere else."""

    secret: str
    account: str


def begin(connection: Connection, account: str, way: Way, at: datetime, *, proved_at: datetime | None) -> SignedIn:
    """Begin a session of somebody who has just proved who they are."""
    secret = new_secret()
    sessions.forget_sessions(connection, at - ABSOLUTE)
    sessions.open_session(connection, _new(secret, account, way, proved_at), at)
    log.append(connection, Entry(actor=account, act="signed_in", subject=account, detail=way), at)
    return SignedIn(secret, account)


def renew(connection: Connection, old_sha256: bytes, account: str, way: Way, at: datetime) -> SignedIn:
    """The same session under another secret, after a fresh proof. Raises NotFound where it has ended meanwhile."""
    secret = new_secret()
    if not sessions.renew_session(connection, old_sha256, _new(secret, account, way, at)):
        msg = "the session has ended meanwhile; sign in again"
        raise NotFound(msg)
    log.append(connection, Entry(actor=account, act="stepped_up", subject=account, detail=way), at)
    return SignedIn(secret, account)


def _new(secret: str, account: str, way: Way, proved_at: datetime | None) -> NewSession:
    return NewSession(
        secret_sha256=secret_hash(secret), account=account, way=way, form_token=new_secret(), proved_at=proved_at
    )


def session_of(node: Node, secret: str) -> Session | None:
    """The live session of a cookie's secret, marked as used now; None where it has ended."""
    with node.database.transaction() as connection:
        return sessions.use_session(connection, secret_hash(secret), node.now(), idle=IDLE, absolute=ABSOLUTE)


def sign_out(node: Node, secret: str) -> None:
    """End a session at once."""
    with node.database.transaction() as connection:
        account = sessions.close_session(connection, secret_hash(secret))
        if account is not None:
            log.append(connection, Entry(actor=account, act="signed_out", subject=account), node.now())


def list_sessions(node: Node, account: str) -> list[Begun]:
    """The live sessions of an account, the newest first."""
    now = node.now()
    with node.database.transaction() as connection:
        return sessions.list_sessions(connection, account, now - IDLE, now - ABSOLUTE)


def end_session(node: Node, account: str, session: str, *, by: str) -> None:
    """End one session of an account, by its id in the list. Raises NotFound where there is none."""
    with node.database.transaction() as connection:
        if not sessions.close_one(connection, account, session):
            msg = f"no session of {account} has the id {session!r}; it may have ended already"
            raise NotFound(msg)
        log.append(connection, Entry(actor=by, act="session_ended", subject=account), node.now())

"""Signing in and out. Sessions live on the server, so that they can be ended at once."""

from dataclasses import dataclass
from datetime import timedelta

from hamkar.actions.node import Node
from hamkar.crypto.password import MIN_LENGTH, hash_password, new_secret, password_fits, secret_hash
from hamkar.errors import BadInput, Refused
from hamkar.store import accounts, log
from hamkar.store.accounts import Session
from hamkar.store.log import Entry

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=10)
FREE_FAILURES = 4
LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret for the browser's cookie, which is kept nowhere else."""

    secret: str
    account: str


def sign_in(node: Node, name: str, password: str) -> SignedIn:
    """A session for this account. Raises Refused, the same way for a wrong name, a wrong password and a locked account.

    From the fifth failure on, each doubles the time for which the account is locked, up to an hour.
    """
    refused = Refused(
        "name or password is wrong, or the account is locked after several failures; try again in some minutes",
        rule="sign_in",
    )
    with node.database.transaction() as connection:
        account = accounts.lock_account(connection, name)
        locked = account is not None and account.locked_until is not None and account.locked_until > node.now()
        fits = password_fits(account.password_hash if account else None, password)
        if account is not None and fits and not locked:
            secret = new_secret()
            accounts.note_success(connection, name)
            accounts.forget_sessions(connection, node.now() - ABSOLUTE)
            accounts.open_session(connection, secret_hash(secret), name, new_secret(), node.now())
            log.append(connection, Entry(actor=name, act="signed_in", subject=name), node.now())
            return SignedIn(secret, name)
        if account is not None and not locked:
            beyond = account.failures + 1 - FREE_FAILURES
            until = node.now() + min(timedelta(seconds=15 * 2 ** min(beyond, 12)), LONGEST_LOCK) if beyond > 0 else None
            accounts.note_failure(connection, name, until)
            log.append(connection, Entry(actor=name, act="sign_in_failed", subject=name), node.now())
    raise refused


def session_of(node: Node, secret: str) -> Session | None:
    """The live session of a cookie's secret, marked as used now; None where it has ended."""
    with node.database.transaction() as connection:
        return accounts.use_session(connection, secret_hash(secret), node.now(), idle=IDLE, absolute=ABSOLUTE)


def sign_out(node: Node, secret: str) -> None:
    """End a session at once."""
    with node.database.transaction() as connection:
        account = accounts.close_session(connection, secret_hash(secret))
        if account is not None:
            log.append(connection, Entry(actor=account, act="signed_out", subject=account), node.now())


def check_password(password: str) -> None:
    """Raise BadInput for a password too short to keep."""
    if len(password) < MIN_LENGTH:
        msg = f"a password has at least {MIN_LENGTH} characters; this one has {len(password)}"
        raise BadInput(msg)


def set_password(node: Node, name: str, password: str, *, by: str) -> None:
    """Give an account a new password, unlock it and end all its sessions."""
    check_password(password)
    with node.database.transaction() as connection:
        if accounts.lock_account(connection, name) is None:
            msg = f"there is no account {name!r} here"
            raise BadInput(msg)
        accounts.put_account(connection, name, "administrator", hash_password(password), node.now())
        accounts.close_sessions_of(connection, name)
        log.append(connection, Entry(actor=by, act="password_set", subject=name), node.now())

"""Signing in with a password, and with the code that an account asks for beside it.

A wrong name, password or code and a shut account get one and the same answer: who guesses learns nothing from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hamkar.actions.node import Node
from hamkar.actions.sessions import SignedIn, Way, begin, renew
from hamkar.crypto.code_generator import step_of
from hamkar.crypto.one_time_code import one_time_code_hash
from hamkar.crypto.password import password_fits, secret_hash
from hamkar.errors import Refused
from hamkar.store import accounts, log, second_factor
from hamkar.store.accounts import Account
from hamkar.store.database import Connection
from hamkar.store.log import Entry

FREE_FAILURES = 4
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed in to prove who they are; ``code`` is of the generator, or one that stands in for it."""

    name: str
    password: str
    code: str = ""


def refused() -> Refused:
    """The one answer to whoever did not prove who they are."""
    return Refused(
        "name, password or code is wrong, or the account is locked, as it is for some minutes after several failures;"
        " try again later",
        rule="sign_in",
    )


def sign_in(node: Node, given: Given, *, second_factor_required: bool) -> SignedIn:
    """A session for this account. Raises Refused, the same way whatever is wrong.

    From the fifth failure on, each doubles the time for which further attempts are not looked at, up to an hour. Where
    a second factor is required, a password alone lets in only an account that has none yet, so that it can add one.
    """
    with node.database.transaction() as connection:
        account = proved(connection, given, node.now(), password_may_do=not second_factor_required)
        if account is not None:
            return begin(connection, account.name, Way.PASSWORD, node.now(), proved_at=node.now())
    raise refused()


def step_up(node: Node, secret: str, given: Given, *, second_factor_required: bool) -> SignedIn:
    """The session of this secret under a new one, freshly proved. Raises Refused as signing in does."""
    with node.database.transaction() as connection:
        account = proved(connection, given, node.now(), password_may_do=not second_factor_required)
        if account is not None:
            return renew(connection, secret_hash(secret), account.name, Way.PASSWORD, node.now())
    raise refused()


def proved(connection: Connection, given: Given, at: datetime, *, password_may_do: bool) -> Account | None:
    """The account that was proved to be one's own; None, with the failure counted, where it was not."""
    account = accounts.lock_account(connection, given.name)
    fits = password_fits(account.password_hash if account else None, given.password)
    if account is None or is_closed(account, at):
        return None
    if fits and _code_fits(connection, account, given.code, at, password_may_do=password_may_do):
        accounts.note_success(connection, account.name)
        return account
    note_wrong(connection, account, at)
    return None


def is_closed(account: Account, at: datetime) -> bool:
    """Whether no guess at this account is looked at now."""
    return account.locked_at is not None or (account.paused_until is not None and account.paused_until > at)


def note_wrong(connection: Connection, account: Account, at: datetime) -> None:
    """Count a wrong guess, whatever it was a guess at."""
    beyond = account.failures + 1 - FREE_FAILURES
    until = at + min(timedelta(seconds=15 * 2 ** min(beyond, 12)), LONGEST_PAUSE) if beyond > 0 else None
    accounts.note_failure(connection, account.name, until)
    log.append(connection, Entry(actor=account.name, act="sign_in_failed", subject=account.name), at)


def _code_fits(connection: Connection, account: Account, code: str, at: datetime, *, password_may_do: bool) -> bool:
    """Whether the code is what the account asks for beside its password; it serves no second time."""
    if account.totp_since is None or account.totp_secret is None:
        return password_may_do or not account.has_second_factor
    step = step_of(account.totp_secret, code, at, after=account.totp_step)
    if step is not None:
        second_factor.note_step(connection, account.name, step)
        return True
    if not second_factor.spend_code(connection, account.name, one_time_code_hash(code)):
        return False
    log.append(connection, Entry(actor=account.name, act="recovery_code_used", subject=account.name), at)
    return True

"""The agency's own single sign-on as a way in. It says who somebody is; what they may do here is decided here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hamkar.actions.access_person import FRESH
from hamkar.actions.node import Node
from hamkar.actions.sessions import SignedIn, Way, begin, renew
from hamkar.actions.sign_in import refused
from hamkar.crypto.password import new_secret, secret_hash
from hamkar.errors import BadInput
from hamkar.store import accounts, log, single_sign_on
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.single_sign_on import Attempt
from hamkar.transport.provider import Asked, Identity, Provider

PATIENCE = timedelta(minutes=10)
"""How long a way through the provider may take."""


class Errand(StrEnum):
    """For what somebody goes to the provider."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    BIND = "bind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A way through the provider: for what, where it leads back to, and who is signed in already."""

    errand: Errand
    redirect: str
    back: str
    account: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the secret by which it is known when it comes back."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brought back from the provider, and the secret it was given before."""

    state: str
    code: str
    browser: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Where to go on, and the session, if this way led to a new one."""

    back: str
    signed_in: SignedIn | None


def start(node: Node, provider: Provider, wanted: Wanted) -> Begun:
    """Begin a way through the provider. Raises Unreachable or ProtocolError."""
    asked = Asked(
        state=new_secret(),
        nonce=new_secret(),
        verifier=new_secret(),
        redirect=wanted.redirect,
        fresh=wanted.errand is Errand.STEP_UP,
    )
    address, browser = provider.address(asked), new_secret()
    attempt = Attempt(
        state_sha256=secret_hash(asked.state),
        browser_sha256=secret_hash(browser),
        act=wanted.errand,
        account=wanted.account,
        session_sha256=secret_hash(wanted.secret) if wanted.secret else None,
        nonce=asked.nonce,
        verifier=asked.verifier,
        back=wanted.back,
    )
    with node.database.transaction() as connection:
        single_sign_on.forget_attempts(connection, node.now() - PATIENCE)
        single_sign_on.put_attempt(connection, attempt, node.now())
    return Begun(address, browser)


def finish(node: Node, provider: Provider, returned: Returned, redirect: str) -> Ended:
    """End a way that this browser began: a session, a fresh proof, or a bound account.

    Raises Refused where it began none or nobody here is whom the provider vouches for, Unreachable, or ProtocolError.
    """
    with node.database.transaction() as connection:
        state, browser = secret_hash(returned.state), secret_hash(returned.browser)
        attempt = single_sign_on.take_attempt(connection, state, browser, node.now() - PATIENCE)
    if attempt is None:
        raise refused()
    asked = Asked(
        state=returned.state,
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        redirect=redirect,
        fresh=attempt.act == Errand.STEP_UP,
    )
    identity = provider.redeem(returned.code, asked, node.now())
    with node.database.transaction() as connection:
        signed_in = _use(connection, attempt, identity, node.now())
    return Ended(attempt.back, signed_in)


def _use(connection: Connection, attempt: Attempt, identity: Identity, at: datetime) -> SignedIn | None:
    if attempt.act == Errand.BIND:
        _bind(connection, attempt.account, identity, at)
        return None
    name = single_sign_on.account_of(connection, identity.issuer, identity.subject)
    account = accounts.lock_account(connection, name) if name else None
    if account is None or account.locked_at is not None:
        raise refused()
    if attempt.act == Errand.SIGN_IN:
        return begin(connection, account.name, Way.SINGLE_SIGN_ON, at, proved_at=identity.proved_at)
    fresh = identity.proved_at is not None and at - identity.proved_at < FRESH
    if account.name != attempt.account or attempt.session_sha256 is None or not fresh:
        raise refused()
    return renew(connection, attempt.session_sha256, account.name, Way.SINGLE_SIGN_ON, at)


def _bind(connection: Connection, account: str, identity: Identity, at: datetime) -> None:
    if not single_sign_on.bind(connection, identity.issuer, identity.subject, account, at):
        msg = "this account of the single sign-on belongs to another account here; nothing was changed"
        raise BadInput(msg)
    told = f"{identity.issuer} {identity.subject}"
    log.append(connection, Entry(actor=account, act="single_sign_on_bound", subject=account, detail=told), at)


def unbind(node: Node, account: str) -> None:
    """Let no account of the provider be this account any more."""
    with node.database.transaction() as connection:
        if single_sign_on.unbind(connection, account):
            log.append(connection, Entry(actor=account, act="single_sign_on_unbound", subject=account), node.now())

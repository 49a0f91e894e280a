"""Passkeys: added to an account, used to sign in or to prove anew who one is, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hamkar.actions.node import Node
from hamkar.actions.sessions import SignedIn, Way, begin, renew
from hamkar.actions.sign_in import refused
from hamkar.crypto.passkey import (
    Site,
    challenge_of,
    creation_options,
    credential_of,
    made_passkey,
    new_challenge,
    request_options,
    used_passkey,
)
from hamkar.crypto.password import secret_hash
from hamkar.errors import BadInput, NotFound
from hamkar.store import accounts, log, passkeys
from hamkar.store.accounts import Account
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.passkeys import Listed

PATIENCE = timedelta(minutes=5)
"""How long a challenge may wait for its answer."""


class Ceremony(StrEnum):
    """What a passkey is asked to sign for; an answer for one serves for no other."""

    ADD = "add"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brought back from a passkey, and at which site it was asked."""

    said: str
    site: Site


def ask_for_new(node: Node, account: str, site: Site) -> str:
    """What a browser needs to make a passkey for this account, as JSON."""
    challenge, known = _ask(node, Ceremony.ADD, account)
    return creation_options(site, node.agency.name, account, challenge, known)


def ask_to_sign_in(node: Node, site: Site) -> str:
    """What a browser needs to sign in with whichever passkey its person has, as JSON."""
    challenge, _ = _ask(node, Ceremony.SIGN_IN, "")
    return request_options(site, challenge)


def ask_to_step_up(node: Node, account: str, site: Site) -> str:
    """What a browser needs to prove anew, with a passkey of this account, who one is; "" where it has none."""
    challenge, known = _ask(node, Ceremony.STEP_UP, account)
    return request_options(site, challenge, known) if known else ""


def _ask(node: Node, ceremony: Ceremony, account: str) -> tuple[bytes, Sequence[bytes]]:
    challenge = new_challenge()
    with node.database.transaction() as connection:
        passkeys.forget_challenges(connection, node.now() - PATIENCE)
        passkeys.put_challenge(connection, challenge, ceremony, account, node.now())
        return challenge, passkeys.credentials_of(connection, account)


def add(node: Node, account: str, title: str, answer: Answer) -> None:
    """Keep the passkey that a browser made for this account. Raises BadInput where the answer is none."""
    with node.database.transaction() as connection:
        challenge = _taken(connection, node, answer.said, Ceremony.ADD, account)
        made = made_passkey(answer.said, challenge, answer.site) if challenge else None
        if made is not None and passkeys.add_passkey(connection, account, title, made, node.now()):
            entry = Entry(actor=account, act="passkey_added", subject=account, detail=title)
            log.append(connection, entry, node.now())
            return
    msg = "no new passkey was made, or not in time; load the page again and try once more, or take another key"
    raise BadInput(msg)


def sign_in(node: Node, answer: Answer) -> SignedIn:
    """A session for whoever holds this passkey. Raises Refused, as signing in with a password does."""
    with node.database.transaction() as connection:
        account = _proved(connection, node, answer, Ceremony.SIGN_IN, "")
        if account is not None:
            return begin(connection, account.name, Way.PASSKEY, node.now(), proved_at=node.now())
    raise refused()


def step_up(node: Node, secret: str, account: str, answer: Answer) -> SignedIn:
    """The session of this secret under a new one, freshly proved. Raises Refused as signing in does."""
    with node.database.transaction() as connection:
        found = _proved(connection, node, answer, Ceremony.STEP_UP, account)
        if found is not None and found.name == account:
            return renew(connection, secret_hash(secret), account, Way.PASSKEY, node.now())
    raise refused()


def _proved(connection: Connection, node: Node, answer: Answer, ceremony: Ceremony, asked: str) -> Account | None:
    """Whose passkey answered. A pause after wrong guesses does not shut it out: nobody guesses a signature."""
    challenge = _taken(connection, node, answer.said, ceremony, asked)
    credential = credential_of(answer.said)
    found = passkeys.lock_passkey(connection, credential) if challenge and credential else None
    account = accounts.lock_account(connection, found[0]) if found else None
    if challenge is None or found is None or account is None or account.locked_at is not None:
        return None
    count = used_passkey(answer.said, challenge, answer.site, found[1])
    if count is None:
        log.append(connection, Entry(actor=account.name, act="passkey_failed", subject=account.name), node.now())
        return None
    passkeys.note_use(connection, found[1].credential, count, node.now())
    return account


def _taken(connection: Connection, node: Node, said: str, ceremony: Ceremony, account: str) -> bytes | None:
    """The challenge that is answered, if it was asked for this; it is spent whatever else is wrong."""
    challenge = challenge_of(said)
    if challenge is None:
        return None
    fits = passkeys.take_challenge(connection, challenge, ceremony, account, node.now() - PATIENCE)
    return challenge if fits else None


def list_passkeys(node: Node, account: str) -> list[Listed]:
    """The passkeys of an account, the first one first."""
    with node.database.transaction() as connection:
        return passkeys.list_passkeys(connection, account)


def remove(node: Node, account: str, passkey: str) -> None:
    """Take a passkey from an account. Raises NotFound where it has no such one."""
    with node.database.transaction() as connection:
        title = passkeys.drop_passkey(connection, account, passkey)
        if title is None:
            msg = "this account has no such passkey; it may have been removed already"
            raise NotFound(msg)
        log.append(connection, Entry(actor=account, act="passkey_removed", subject=account, detail=title), node.now())

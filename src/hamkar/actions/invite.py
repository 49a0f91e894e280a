"""Becoming partners by an invitation: made here, taken up there, and confirmed on both sides by a second person."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from hamkar.actions.node import Node
from hamkar.actions.partners import card_now, current_card, keep_card, trust
from hamkar.crypto.check_words import new_invitation_secret, new_nonce, same_words
from hamkar.errors import BadInput, HamkarError, NotFound, ProtocolError, Refused
from hamkar.exchange import invitation as inviting
from hamkar.exchange.answer import Declined
from hamkar.exchange.card import SignedCard, accept, stored_card
from hamkar.exchange.invitation import SignedInvitation
from hamkar.model.agency import NodeCard
from hamkar.model.invitation import Introduction
from hamkar.store import invitations, log, partners
from hamkar.store.database import Connection
from hamkar.store.invitations import InvitationRow, PendingRow
from hamkar.store.log import Entry
from hamkar.text.counted import counted

PENDING_DAYS = timedelta(days=7)
"""How long the two people have to find the time for a call."""

MOST_FAILURES = 3
FORBIDDEN = 403


class FirstLink(Protocol):
    """The way to a node that is not a partner yet."""

    def post_introduction(self, introduction: bytes) -> bytes:
        """The answer to an introduction, not verified. Raises Unreachable or ProtocolError."""


class Seen(Protocol):
    """What an address gave when nothing was known of it."""

    @property
    def data(self) -> bytes:
        """A card, not verified."""

    @property
    def certificate(self) -> bytes:
        """The certificate shown (DER)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An agency that was introduced, and the words that its people should see too."""

    card: NodeCard
    row: PendingRow


def invite(node: Node, *, hours: int, by: str) -> SignedInvitation:
    """An invitation to be handed to one agency on a way that is trusted; good once and for some hours."""
    expires = node.now() + inviting.hours(hours)
    with node.database.transaction() as connection:
        secret = new_invitation_secret()
        made = inviting.make_invitation(card_now(node, connection).card, node.keys.signer, secret, expires)
        row = InvitationRow(made.id, secret, by, node.now(), expires, None)
        invitations.put_invitation(connection, row)
        log.append(connection, Entry(actor=by, act="invited", subject=made.id), node.now())
    return made


def join(
    node: Node,
    given: bytes,
    *,
    by: str,
    look: Callable[[str], Seen],
    connect: Callable[[NodeCard], AbstractContextManager[FirstLink]],
) -> Pending:
    """Take up an invitation: the inviter then waits here, and this node waits there, to be confirmed by the words.

    Raises ProtocolError for an invitation that is not sound, over, used, or not that of the node at its address, and
    notes why in the log.
    """
    try:
        return _join(node, given, by, look, connect)
    except ProtocolError as error:
        with node.database.transaction() as connection:
            log.append(connection, Entry(actor=by, act="join_refused", subject="", detail=str(error)), node.now())
        raise


def _join(
    node: Node,
    given: bytes,
    by: str,
    look: Callable[[str], Seen],
    connect: Callable[[NodeCard], AbstractContextManager[FirstLink]],
) -> Pending:
    signed = inviting.read_invitation(given, node.now())
    seen = look(signed.invitation.endpoint)
    inviter = accept(None, seen.data, node.now())
    inviting.require_inviter(signed, inviter, seen.certificate)
    own, secret = current_card(node), signed.invitation.secret
    with node.database.transaction() as connection:
        _require_stranger(node, connection, inviter)
    introduction = inviting.introduce(signed.invitation, own, new_nonce())
    with connect(inviter.card) as link:
        answer = link.post_introduction(introduction.to_json())
    found = inviting.read_welcome(answer, introduction, secret, inviter)
    words = inviting.words_of(inviter, own, secret, introduction.nonce, found.nonce)
    with node.database.transaction() as connection:
        return _wait(node, connection, inviter, words, by)


def receive_introduction(node: Node, data: bytes) -> bytes | Declined:
    """Answer an introduction if it proves to come from whoever was invited, and use the invitation up; else why not.

    Whatever is refused for an invitation that was given out stands in the log: somebody may have intercepted it.
    """
    try:
        introduction = inviting.read_introduction(data)
    except ProtocolError as error:
        return Declined(FORBIDDEN, str(error))
    with node.database.transaction() as connection:
        row = invitations.lock_invitation(connection, introduction.invitation)
        if row is None:
            return Declined(FORBIDDEN, "no such invitation was given out here; ask the agency for a new one")
        try:
            return _welcome(node, connection, row, introduction)
        except HamkarError as error:
            entry = Entry(actor="unknown", act="introduction_refused", subject=row.id, detail=str(error))
            log.append(connection, entry, node.now())
            return Declined(FORBIDDEN, str(error))


def _welcome(node: Node, connection: Connection, row: InvitationRow, introduction: Introduction) -> bytes:
    if row.used_at is not None:
        msg = "this invitation was used before; if it was not you, tell the agency that somebody else has it"
        raise ProtocolError(msg)
    if node.now() >= row.expires_at:
        msg = f"this invitation was good until {row.expires_at:%Y-%m-%d %H:%M} UTC; ask the agency for a new one"
        raise ProtocolError(msg)
    card = accept(None, introduction.card, node.now())
    inviting.require_invited(introduction, row.secret, node.id, card)
    _require_stranger(node, connection, card)
    own, nonce = card_now(node, connection), new_nonce()
    words = inviting.words_of(own, card, row.secret, introduction.nonce, nonce)
    answer = inviting.welcome(introduction, row.secret, own, nonce)
    _wait(node, connection, card, words, row.made_by)
    invitations.use_invitation(connection, row.id, node.now())
    return answer.to_json()


def confirm(node: Node, wanted: str, words: str, *, by: str) -> SignedCard:
    """Make an agency that was introduced a partner, once a second person has compared the words.

    Raises Refused for whoever began the introduction, BadInput where the words differ; three times, and it is dropped.
    """
    with node.database.transaction() as connection:
        row = _find(node, connection, wanted)
        if row.begun_by == by:
            msg = f"{by} began this introduction: a second person has to compare the words with the partner and confirm"
            raise Refused(msg, rule="second_person")
        if same_words(words, row.words):
            return _confirmed(node, connection, row, by)
        problem = _note_wrong(node, connection, row, by)
    raise BadInput(problem)


def _confirmed(node: Node, connection: Connection, row: PendingRow, by: str) -> SignedCard:
    partners.lock_card(connection, row.node)
    card = stored_card(row.envelope)
    _, card = trust(connection).accept(card.envelope, node.now())
    keep_card(node, connection, card, by=by)
    invitations.drop_pending(connection, row.node)
    entry = Entry(actor=by, act="partner_confirmed", subject=row.node, partner=row.node, detail=f"by {row.begun_by}")
    log.append(connection, entry, node.now())
    return card


def _note_wrong(node: Node, connection: Connection, row: PendingRow, by: str) -> str:
    invitations.note_failure(connection, row.node)
    left = MOST_FAILURES - row.failures - 1
    if not left:
        invitations.drop_pending(connection, row.node)
    log.append(connection, Entry(actor=by, act="words_differ", subject=row.node, detail=f"{left} left"), node.now())
    name = stored_card(row.envelope).card.agency.name
    if left:
        tries = counted(left, "try", "tries")
        return f"these are not the words shown for {name}: have the partner read them again; {tries} left"
    return f"the words for {name} were wrong {MOST_FAILURES} times and the introduction is dropped; begin again"


def list_pending(node: Node) -> list[Pending]:
    """The agencies that were introduced and wait for a second person."""
    with node.database.transaction() as connection:
        rows = invitations.list_pending(connection)
    return [Pending(stored_card(row.envelope).card, row) for row in rows if node.now() < row.ends_at]


def forget_invitations(node: Node) -> None:
    """Forget invitations and introductions whose time is over."""
    with node.database.transaction() as connection:
        invitations.forget_ended(connection, node.now())


def _require_stranger(node: Node, connection: Connection, card: SignedCard) -> None:
    """Raises ProtocolError where the card is this node's own, a partner's, or claims a key of one."""
    if card.node == node.id:
        msg = "this node invited itself; the invitation is for another agency"
        raise ProtocolError(msg)
    known = trust(connection)
    if card.node in known.cards:
        msg = f"{card.card.agency.name} is a partner already; `hamkar partner show` says how it stands"
        raise ProtocolError(msg)
    known.accept(card.envelope, node.now())


def _wait(node: Node, connection: Connection, card: SignedCard, words: str, by: str) -> Pending:
    row = PendingRow(card.node, card.envelope, words, by, node.now(), node.now() + PENDING_DAYS, 0)
    invitations.put_pending(connection, row)
    log.append(connection, Entry(actor=by, act="introduced", subject=card.node), node.now())
    return Pending(card.card, row)


def _find(node: Node, connection: Connection, wanted: str) -> PendingRow:
    rows = [row for row in invitations.list_pending(connection) if node.now() < row.ends_at]
    fits = [row for row in rows if wanted in {row.node, stored_card(row.envelope).card.agency.name}]
    fits = fits or [row for row in rows if len(wanted) >= partners.SHORTEST_PREFIX and row.node.startswith(wanted)]
    if len(fits) != 1:
        named = (f"{stored_card(row.envelope).card.agency.name} ({row.node[:8]})" for row in rows)
        waiting = ", ".join(named) or "nobody"
        msg = f"no single introduced agency is called {wanted!r}; waiting: {waiting}"
        raise NotFound(msg)
    return fits[0]

"""The record that a message carries: its sender's own, or another agency's with that agency's signed consent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.agreements import cards_of
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import revoked_keys
from hamkar.exchange.statement import S, read_statement
from hamkar.model.agency import NodeCard
from hamkar.model.bundle import Message
from hamkar.model.consent import Consent, PassedOn
from hamkar.model.recall import Recall
from hamkar.model.record import Record
from hamkar.store import consents


@dataclass(frozen=True, slots=True)
class Carried:
    """A record's exact JSON; ``consent`` is its originator's, None where the sender is the originator.

    ``envelope`` are the exact bytes of the consent, b"" without one.
    """

    body: bytes
    consent: Consent | None = None
    envelope: bytes = b""


def carried(desk: Desk, message: Message) -> Carried:
    """What the message carries. Raises Rejected where a consent is not proven, or is for another record."""
    body = bytes(message.body)
    if b'"consent"' not in body:
        return Carried(body)
    try:
        passed = PassedOn.from_json(body)
    except BadInput:
        return Carried(body)
    consent = proven(desk, bytes(passed.consent), Consent)
    if str(consent.record) != message.record or consent.kind_of_record is not message.kind:
        raise Rejected("originator_in_control", "the consent that came along is for another record")
    return Carried(bytes(passed.record), consent, bytes(passed.consent))


def proven(desk: Desk, envelope: bytes, kind: type[S]) -> S:
    """The statement in these bytes, signed by its author, whose card this node holds. Raises Rejected."""
    try:
        return read_statement(envelope, kind, lambda author: _cards(desk, author, kind))
    except ProtocolError as error:
        raise Rejected("statement_signed", str(error)) from error


def _cards(desk: Desk, author: str, kind: type[Record]) -> list[NodeCard]:
    """The cards of an author; what others bring in its name is not proved by a key that it has revoked since.

    But for a recall: when that was signed cannot be told, and a true one that was long on its way still counts.
    """
    cards = [card for card in cards_of(desk.connection, author) if card.agency.node == author]
    if not cards or author == desk.sender or kind is Recall:
        return cards
    lost = revoked_keys(cards[0])
    return [replace(card, signing_keys=tuple(key for key in card.signing_keys if key.id not in lost)) for card in cards]


def take_carried(desk: Desk, message: Message, file: Callable[[Desk, Message, Carried], str]) -> str:
    """File the record that a message carries, with the consent by which it came if it came by one."""
    came = carried(desk, message)
    outcome = file(desk, message, came)
    _keep_consent(desk, message, came)
    return outcome


def _keep_consent(desk: Desk, message: Message, came: Carried) -> None:
    """Keep the consent by which a record came, if it came by one, as proof of what it was passed on by."""
    if came.consent is not None:
        consents.put_consent(desk.connection, came.consent, came.envelope, message.agreement, desk.node.now())


def check_not_recalled(desk: Desk, originator: str, record: UUID) -> None:
    """Raises Rejected where the originator has taken this record back."""
    if (record, originator) in desk.recalled:
        raise Rejected("recalled", "its originator has taken this record back; it is not taken up again")

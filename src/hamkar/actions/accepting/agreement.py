"""Agreements proposed, signed, suspended and resumed by the other party."""

from collections.abc import Callable

from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.agreements import cards_of, note_successor
from hamkar.errors import HamkarError
from hamkar.exchange.agreement import SignedAgreement, read_agreement
from hamkar.model.bundle import Message
from hamkar.store import agreements
from hamkar.store.database import Connection


def take_agreement(desk: Desk, message: Message) -> str:
    """Keep an agreement, with the signatures of both copies where it is held already."""
    signed = _agreement(desk, message)
    desk.forget_terms()
    _check_superseded(desk, signed)
    held = agreements.held_envelope(desk.connection, signed.id)
    if held is not None:
        ours = read_agreement(held, cards_of(desk.connection, desk.sender))
        if ours.signers >= signed.signers:
            return "held already"
        signed = ours.joined(signed)
    agreements.put_agreement(desk.connection, signed.id, desk.sender, signed.to_json(), desk.node.now())
    note_successor(desk.connection, signed)
    return "signed by both sides" if len(signed.signers) > 1 else "waits for this node's signature"


def _check_superseded(desk: Desk, signed: SignedAgreement) -> None:
    """Raises Rejected where the agreement would take the place of one that is not between these two nodes."""
    old = signed.agreement.supersedes
    if old and old not in {row.id for row in agreements.list_agreements(desk.connection, desk.sender)}:
        raise Rejected("supersedes_known", "the agreement would take the place of one that these two nodes do not have")


def take_suspension(desk: Desk, message: Message) -> str:
    """Stop what flows under the agreement."""
    return _change(desk, message, agreements.suspend, "suspended")


def take_resumption(desk: Desk, message: Message) -> str:
    """Take back the other party's suspension."""
    return _change(desk, message, agreements.resume, "resumed")


def _change(desk: Desk, message: Message, change: Callable[[Connection, str, str], None], done: str) -> str:
    signed = _agreement(desk, message)
    desk.forget_terms()
    change(desk.connection, signed.id, desk.sender)
    return f"{done} by its other party"


def _agreement(desk: Desk, message: Message) -> SignedAgreement:
    try:
        signed = read_agreement(bytes(message.body), cards_of(desk.connection, desk.sender))
    except HamkarError as error:
        raise Rejected("agreement_signed", str(error)) from error
    if signed.id != message.agreement:
        raise Rejected("agreement_named", "the message names another agreement than the one it carries")
    if {party.node for party in signed.agreement.parties} != {
        desk.node.id,
        desk.sender,
    } or desk.sender not in signed.signers:
        raise Rejected(
            "partner_is_party", "the agreement is not between these two nodes, or its sender has not signed it"
        )
    return signed

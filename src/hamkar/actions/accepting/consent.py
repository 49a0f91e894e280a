"""An originator's consent that this node passes a record of its on."""

from hamkar.actions.accepting.carried import proven
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.model.bundle import Message
from hamkar.model.consent import Consent
from hamkar.store import consents


def take_consent(desk: Desk, message: Message) -> str:
    """Keep a consent; from now on policy may allow to pass the record on."""
    envelope = bytes(message.body)
    consent = proven(desk, envelope, Consent)
    if consent.originator != desk.sender or consent.holder != desk.node.id or str(consent.record) != message.record:
        raise Rejected("originator_in_control", "the consent is not its sender's, for this node and this record")
    new = consents.put_consent(desk.connection, consent, envelope, message.agreement, desk.node.now())
    return "kept" if new else "held already"

"""An originator's word that this node may use a record of its as evidence in a case."""

from hamkar.actions.accepting.carried import proven
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.model.bundle import Message
from hamkar.model.clearance import Clearance
from hamkar.store import clearances
from hamkar.store.log import Entry


def take_clearance(desk: Desk, message: Message) -> str:
    """Keep a clearance, and log it; until one has come a record is intelligence only."""
    envelope = bytes(message.body)
    made = proven(desk, envelope, Clearance)
    if made.originator != desk.sender or made.holder != desk.node.id or str(made.record) != message.record:
        raise Rejected("originator_in_control", "the clearance is not its sender's, for this node and this record")
    new = clearances.put_clearance(desk.connection, made, envelope, message.agreement, desk.node.now())
    if not new:
        return "held already"
    subject = str(made.record)
    desk.entries.append(
        Entry(actor=desk.sender, act="evidence_cleared", subject=subject, partner=desk.sender, detail=made.case)
    )
    return "kept"

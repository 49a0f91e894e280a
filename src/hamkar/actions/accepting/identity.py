"""Who the people of a report are."""

from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.accepting.rules import check_envelope, check_policy
from hamkar.errors import BadInput
from hamkar.model.agreement import Category
from hamkar.model.bundle import Message
from hamkar.model.party import PartyIdentity
from hamkar.seizures.soundness import unsound_identity
from hamkar.store import identities, reports


def take_identity(desk: Desk, message: Message) -> str:
    """Keep an identity, apart from the report that it belongs to, which must be here first."""
    try:
        identity = PartyIdentity.from_json(bytes(message.body))
    except BadInput as error:
        raise Rejected("well_formed", str(error)) from error
    check_envelope(desk.sender, message, str(identity.id), identity.originator, identity.handling)
    fault = unsound_identity(identity)
    if fault is not None:
        raise Rejected("well_formed", fault)
    check_policy(desk, message, Category.PERSON, frozenset())
    desk.flush()
    if not reports.holds(desk.connection, desk.sender, identity.report.bytes):
        raise Rejected("report_first", "the report that this person belongs to is not held here")
    identities.put_identity(desk.connection, identity, desk.node.now())
    return "filed"

"""Who the people of a report are."""

from hamkar.actions.accepting.carried import Carried, carried, check_not_recalled, keep_consent
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.accepting.holdings import check_not_run_out, note_held
from hamkar.actions.accepting.rules import check_envelope, check_policy
from hamkar.errors import BadInput
from hamkar.model.agreement import Category
from hamkar.model.bundle import Message
from hamkar.model.party import PartyIdentity
from hamkar.seizures.soundness import unsound_identity
from hamkar.store import identities, reports


def take_identity(desk: Desk, message: Message) -> str:
    """Keep an identity, apart from the report that it belongs to, which must be here first."""
    came = carried(desk, message)
    outcome = file_identity(desk, message, came)
    keep_consent(desk, message, came)
    return outcome


def file_identity(desk: Desk, message: Message, came: Carried) -> str:
    """File the identity that came, if no rule is against it."""
    try:
        identity = PartyIdentity.from_json(came.body)
    except BadInput as error:
        raise Rejected("well_formed", str(error)) from error
    check_envelope(desk, message, identity, came.consent)
    fault = unsound_identity(identity)
    if fault is not None:
        raise Rejected("well_formed", fault)
    check_policy(desk, message, Category.PERSON, frozenset(), came.consent)
    check_not_recalled(desk, identity.originator, identity.id)
    check_not_run_out(desk, message, identity.originator, identity.id)
    desk.flush()
    if not reports.holds(desk.connection, identity.originator, identity.report.bytes):
        raise Rejected("report_first", "the report that this person belongs to is not held here")
    identities.put_identity(desk.connection, identity, desk.node.now())
    note_held(desk, message, came.body, identity)
    return "filed"

"""Who the people of a report are."""

from hamkar.actions.accepting.carried import Carried, check_not_recalled, take_carried
from hamkar.actions.accepting.desk import Desk, Rejected, read_as, refuse_unsound
from hamkar.actions.accepting.holdings import check_not_run_out, note_held
from hamkar.actions.accepting.rules import check_envelope, check_policy
from hamkar.model.agreement import Category
from hamkar.model.bundle import Message
from hamkar.model.party import PartyIdentity
from hamkar.seizures.soundness import unsound_identity
from hamkar.store import identities, reports


def take_identity(desk: Desk, message: Message) -> str:
    """Keep an identity, apart from the report that it belongs to, which must be here first."""
    return take_carried(desk, message, file_identity)


def file_identity(desk: Desk, message: Message, came: Carried) -> str:
    """File the identity that came, if no rule is against it."""
    identity = read_as(PartyIdentity.from_json, came.body)
    check_envelope(desk, message, identity, came.consent)
    refuse_unsound(unsound_identity(identity))
    check_policy(desk, message, Category.PERSON, frozenset(), came.consent)
    check_not_recalled(desk, identity.originator, identity.id)
    check_not_run_out(desk, message, identity.originator, identity.id)
    desk.flush()
    if not reports.holds(desk.connection, identity.originator, identity.report.bytes):
        raise Rejected("report_first", "the report that this person belongs to is not held here")
    identities.put_identity(desk.connection, identity, desk.node.now())
    note_held(desk, message, came.body, identity)
    return "filed"

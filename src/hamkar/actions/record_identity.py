"""Recording who a party of an own report is: nominal, and apart from the report."""

from collections.abc import Sequence

from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.model.handling import Handling
from hamkar.model.party import PartyIdentity
from hamkar.model.report import Report
from hamkar.store import identities, log, recalls
from hamkar.store.log import Entry


def record_identity(
    node: Node, report: Report, names: Sequence[str], handling: Handling, *, synthetic: bool, by: str
) -> PartyIdentity:
    """Put names to the first party of an own report.

    Raises BadInput where the report is another's or has no party, and Refused where it was recalled or corrected.
    """
    if report.originator != node.id or not report.parties:
        msg = f"report {report.id} is not this agency's or states no party; record a person with an own report's party"
        raise BadInput(msg)
    party = report.parties[0]
    identity = PartyIdentity(
        id=node.new_id(),
        report=report.id,
        ref=party.ref,
        originator=node.id,
        role=party.role,
        names=tuple(names),
        handling=handling,
        synthetic=synthetic,
    )
    with node.database.transaction() as connection:
        recalls.keep_out(connection)
        if recalls.recall_in_effect(connection, node.id, report.id) is not None:
            msg = f"report {report.id} has been recalled; record the person with a corrected version of it instead"
            raise Refused(msg, rule="not_recalled")
        identities.put_identity(connection, identity, node.now())
        log.append(connection, Entry(actor=by, act="identity_recorded", subject=str(identity.id)), node.now())
    return identity

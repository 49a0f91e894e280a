"""What of all that is held may go to a partner: the rules of release as a filter of a list."""

from dataclasses import replace
from uuid import UUID

from hamkar.actions.agreements import terms_with
from hamkar.actions.node import Node
from hamkar.actions.release import explain_reports
from hamkar.actions.requests import telling
from hamkar.exchange.card import stored_card
from hamkar.model.agency import Agency
from hamkar.model.agreement import Purpose
from hamkar.model.handling import FREE
from hamkar.policy.condition import OfRecord, Remainder, either
from hamkar.policy.decide import going
from hamkar.store import consents, partners
from hamkar.store.database import Connection

NO_RECORD = UUID(int=0)
"""Stands where a question about a list names no record."""


def may_go(node: Node, partner: str, purpose: Purpose) -> Remainder:
    """What a report must be for a release to this partner for this purpose to be allowed now. Raises NotFound."""
    with node.database.transaction() as connection:
        agency = stored_card(partners.find_partner(connection, partner).envelope).card.agency
        wanted = telling(NO_RECORD, node.agency, agency, purpose, FREE, node.today)
        own = (going(replace(wanted, terms=terms)) for terms in terms_with(node, connection, agency.node))
        return either(*own, OfRecord("record", "among", _passed_on(node, connection, agency, purpose)))


def _passed_on(node: Node, connection: Connection, partner: Agency, purpose: Purpose) -> frozenset[UUID]:
    """The reports of other agencies that may go: few, so each is decided by itself."""
    named = {
        row.record
        for row in consents.list_consents(connection)
        if row.holder == node.id and row.recipient == partner.node and row.withdrawn_at is None
    }
    considered = explain_reports(node, connection, sorted(named), partner.node, purpose)
    return frozenset(one.record.id for one in considered if one.answer.allowed)

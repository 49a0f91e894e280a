"""Knowing a partner: cards given, taken and kept."""

from hamkar.actions.node import Node
from hamkar.crypto.fingerprint import spoken, unspoken
from hamkar.errors import BadInput
from hamkar.exchange.card import SignedCard, stored_card
from hamkar.exchange.trust import Trust
from hamkar.store import log, partners
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.partners import PartnerRow


def trust(connection: Connection) -> Trust:
    """The cards of every partner of this node."""
    return Trust.of(stored_card(row.envelope) for row in partners.list_partners(connection))


def add_partner(node: Node, offered: bytes, *, fingerprint: str, by: str) -> SignedCard:
    """Take up a partner by its signed card, if its node id is the fingerprint that was compared by voice or in person.

    Raises BadInput where the two differ or the card is this node's own, ProtocolError where the card itself is bad.
    """
    with node.database.transaction() as connection:
        _, card = trust(connection).accept(offered, node.now())
        if card.node != unspoken(fingerprint):
            msg = (
                f"the card is of node {spoken(card.node)}, not of {spoken(unspoken(fingerprint))};"
                " compare the fingerprint with the partner by voice and do not add the card until it agrees"
            )
            raise BadInput(msg)
        if card.node == node.id:
            msg = "this is the node's own card; a partner's card is what is added"
            raise BadInput(msg)
        partners.put_partner(connection, card.card, card.envelope, by=by, at=node.now())
        log.append(connection, Entry(actor=by, act="partner_added", subject=card.node, partner=card.node), node.now())
    return card


def list_partners(node: Node) -> list[PartnerRow]:
    """Every partner, by name."""
    with node.database.transaction() as connection:
        return partners.list_partners(connection)

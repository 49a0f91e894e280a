"""Knowing a partner: cards given, taken and kept."""

from hamkar.actions.node import Node
from hamkar.crypto.certificate import der_of
from hamkar.crypto.fingerprint import unspoken
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


def add_partner(
    node: Node, offered: bytes, *, fingerprint: str, by: str, certificate: bytes | None = None
) -> SignedCard:
    """Take up a partner by its signed card, if its node id is the fingerprint that was compared by voice or in person.

    ``certificate`` (DER) is the one that was seen where the card was fetched; it must be the card's own. Raises
    BadInput where anything differs or the card is this node's own, ProtocolError where the card itself is bad.
    """
    with node.database.transaction() as connection:
        _, card = trust(connection).accept(offered, node.now())
        if card.node != unspoken(fingerprint):
            msg = (
                f"the card says it is {card.card.agency.name}'s, but its fingerprint is not the one given: have the"
                " partner read its fingerprint out again, and do not add the card until the two agree"
            )
            raise BadInput(msg)
        if certificate is not None and certificate != der_of(card.card.certificate):
            msg = f"the certificate seen is not that of {card.card.agency.name}'s card; get the card as a file instead"
            raise BadInput(msg)
        if card.node == node.id:
            msg = "this is the node's own card; a partner's card is what is added"
            raise BadInput(msg)
        partners.put_partner(connection, card.card, card.envelope, by=by, at=node.now())
        log.append(connection, Entry(actor=by, act="partner_added", subject=card.node, partner=card.node), node.now())
    return card


def current_card(node: Node) -> SignedCard:
    """This node's newest card, also where it was renewed after the node was opened."""
    with node.database.transaction() as connection:
        envelope = partners.own_card(connection)
    return stored_card(envelope) if envelope else node.signed_card


def list_partners(node: Node) -> list[PartnerRow]:
    """Every partner, by name."""
    with node.database.transaction() as connection:
        return partners.list_partners(connection)

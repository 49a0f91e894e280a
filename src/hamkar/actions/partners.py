"""Knowing a partner: cards given, taken and kept."""

from functools import reduce

from hamkar.actions.node import Node
from hamkar.crypto.certificate import der_of
from hamkar.crypto.fingerprint import unspoken
from hamkar.errors import BadInput, NotFound
from hamkar.exchange.card import SignedCard, accept, stored_card
from hamkar.exchange.chain import advance
from hamkar.exchange.trust import Trust
from hamkar.model.agency import NodeCard, Revocation, StreamEnd
from hamkar.model.bundle import GENESIS
from hamkar.store import doubtful, log, partners
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.partners import PartnerRow
from hamkar.text.counted import counted


def trust(connection: Connection) -> Trust:
    """The cards of every partner of this node."""
    return Trust.of(stored_card(row.envelope) for row in partners.list_partners(connection))


def own_cards(connection: Connection) -> list[NodeCard]:
    """This node's own cards in every version, the newest first."""
    return [stored_card(envelope).card for envelope in partners.own_cards(connection)]


def partner_cards(connection: Connection, partner: str) -> list[SignedCard]:
    """A partner's cards in every version that was ever taken up, the newest first."""
    return [stored_card(envelope) for envelope in partners.cards_of(connection, partner)]


def add_partner(
    node: Node, offered: bytes, *, fingerprint: str, by: str, certificate: bytes | None = None
) -> SignedCard:
    """Take up a partner by its signed card, if its node id is the fingerprint that was compared by voice or in person.

    ``certificate`` (DER) is the one that was seen where the card was fetched; it must be the card's own. Raises
    BadInput where anything differs or the card is this node's own, ProtocolError where the card itself is bad.
    """
    with node.database.transaction() as connection:
        partners.lock_card(connection, unspoken(fingerprint))
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
        keep_card(node, connection, card, by=by)
        log.append(connection, Entry(actor=by, act="partner_added", subject=card.node, partner=card.node), node.now())
    return card


def take_card(node: Node, offered: bytes) -> SignedCard:
    """The card to hold of a partner after it offered one, which its root key vouches for.

    Raises NotFound where its node is no partner, ProtocolError where the card cannot follow the one held.
    """
    with node.database.transaction() as connection:
        known = trust(connection)
        offering = accept(None, offered, node.now()).node
        if offering not in known.cards:
            msg = "no partner here is the node of this card; a person has to compare its fingerprint and add it first"
            raise NotFound(msg)
        partners.lock_card(connection, offering)
        held = trust(connection)
        _, card = held.accept(offered, node.now())
        if card.payload != held.cards[offering].payload:
            keep_card(node, connection, card, by=offering)
            entry = Entry(actor=offering, act="card_taken", subject=str(card.card.version), partner=offering)
            log.append(connection, entry, node.now())
    return card


def keep_card(node: Node, connection: Connection, card: SignedCard, *, by: str) -> None:
    """Keep a card that was accepted, and note what came under a key that it revokes after the key was lost."""
    partners.put_partner(connection, card.card, card.envelope, by=by, at=node.now())
    for revocation in card.card.revoked:
        _note_doubtful(node, connection, card.node, revocation)


def _note_doubtful(node: Node, connection: Connection, partner: str, revocation: Revocation) -> None:
    good = {end.stream: (end.epoch, end.seq) for end in revocation.last_good if _is_held(connection, partner, end)}
    came = doubtful.signed_under(connection, partner, revocation.key)
    late = [each for each in came if (each.epoch, each.seq) > good.get(each.stream, (0, 0))]
    if doubtful.put_doubtful(connection, partner, late, node.now()):
        said = f"{counted(len(late), 'message')} came under the key after it was lost"
        entry = Entry(actor=partner, act="key_revoked", subject=revocation.key, partner=partner, detail=said)
        log.append(connection, entry, node.now())


def _is_held(connection: Connection, partner: str, end: StreamEnd) -> bool:
    """Whether the point is one of a stream to this node; points of streams to others stand on the same card."""
    leaves = doubtful.leaves_of(connection, partner, end.stream, end.epoch, end.seq)
    return len(leaves) == end.seq and reduce(advance, leaves, GENESIS) == end.chain


def looked_at(node: Node, wanted: str, *, by: str) -> int:
    """Note that a person has looked at every message that came under a lost key; how many were open."""
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted).node
        number = doubtful.note_looked(connection, partner, by, node.now())
        entry = Entry(actor=by, act="looked_at", subject=partner, partner=partner, detail=counted(number, "message"))
        log.append(connection, entry, node.now())
    return number


def current_card(node: Node) -> SignedCard:
    """This node's newest card, also where it was renewed after the node was opened."""
    with node.database.transaction() as connection:
        return card_now(node, connection)


def card_now(node: Node, connection: Connection) -> SignedCard:
    """The same within a unit of work."""
    envelope = partners.own_card(connection)
    return stored_card(envelope) if envelope else node.signed_card


def list_partners(node: Node) -> list[PartnerRow]:
    """Every partner, by name."""
    with node.database.transaction() as connection:
        return partners.list_partners(connection)

"""A node that was put back to a backup from before a card of its own gets that card back from any partner."""

from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.actions.rotate_keys import USUAL_OVERLAP
from hamkar.errors import ProtocolError
from hamkar.exchange.card import SignedCard, own_again
from hamkar.model.agency import NodeCard
from hamkar.store import log, own_keys
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.partners import put_own_card


def take_back_card(node: Node, offered: bytes, partner: str) -> None:
    """Go on from a card of this node's own that a partner holds, if this node has lost it; its root key vouches for it.

    Raises ProtocolError where it is not sound or another node's.
    """
    card = own_again(offered)
    if card.node != node.id:
        msg = f"node {partner} gave back the card of {card.card.agency.name} as this node's own; tell the agency"
        raise ProtocolError(msg)
    with node.database.transaction() as connection:
        own_keys.lock_own_keys(connection)
        held = card_now(node, connection)
        if card.card.version <= held.card.version:
            return
        put_own_card(connection, card.card.version, card.envelope, node.now())
        _retire(node, connection, held.card, card)
        node.ring.sign_with_one_of(card)
        entry = Entry(actor=partner, act="own_card_taken_back", subject=str(card.card.version), partner=partner)
        log.append(connection, entry, node.now())


def _retire(node: Node, connection: Connection, held: NodeCard, card: SignedCard) -> None:
    """Let the keys come to their end that the lost card was made to follow."""
    newest = {card.card.signing_keys[0].id, card.card.sealing_keys[0].id}
    if newest <= node.keys.ids:
        older = {key.id for key in (*held.signing_keys, *held.sealing_keys)} & node.keys.ids
        own_keys.retire(connection, older - newest, node.now() + USUAL_OVERLAP)


def strange_keys(node: Node, connection: Connection) -> tuple[str, ...]:
    """A sentence where the keys of this node are not those of its newest card: either of the two was put back."""
    card = card_now(node, connection).card
    if node.keys.ids.isdisjoint(key.id for key in card.signing_keys):
        said = (
            f"no key in node.key signs for card {card.version}, the newest here: run `hamkar sync`, by which partners"
            " give back a newer card; if none has one, bring back the node.key that belongs to the database"
        )
    elif not {card.signing_keys[0].id, card.sealing_keys[0].id} <= node.keys.ids:
        said = (
            f"card {card.version} lists newer keys than node.key holds, and partners seal to them: bring the newest"
            " node.key back, or run `hamkar partner rotate --root FILE`"
        )
    else:
        return ()
    return (said,)

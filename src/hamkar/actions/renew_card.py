"""This node's next card, signed with the root key fetched from where it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.crypto.keys import root_from_bytes
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput, NotReady
from hamkar.exchange.card import SignedCard, reissue
from hamkar.exchange.public_key import raw_bytes
from hamkar.exchange.rotation import renewed
from hamkar.model.agency import NodeCard
from hamkar.store import log, own_keys
from hamkar.store.database import Connection
from hamkar.store.keyfile import is_there, read_secret
from hamkar.store.log import Entry
from hamkar.store.partners import put_own_card

RENEW_WITHIN = timedelta(days=14)
"""How long before its end a card is worth a word to whoever looks."""


@dataclass(frozen=True, slots=True)
class RootKey:
    """A root key that was fetched, and who fetched it."""

    key: SigningKey
    by: str


def renew_card(node: Node, root_key: Path, *, by: str) -> SignedCard:
    """A new version of the card, valid from now; it reaches partners by itself.

    Raises NotReady where the root key cannot be read, BadInput where it is another node's.
    """
    root = RootKey(fetched(root_key), by)
    with node.database.transaction() as connection:
        held = lock_card(node, connection, root)
        card = renewed(held.card, keys_in_use(node, connection), node.now())
        return issue(node, connection, held, card, root, act="card_renewed")


def fetched(root_key: Path) -> SigningKey:
    """The root key in a file. Raises NotReady where it cannot be read."""
    if not is_there(root_key):
        msg = f"{root_key} is not here: fetch the root key from where it is kept and name its file with --root"
        raise NotReady(msg)
    return root_from_bytes(read_secret(root_key))


def lock_card(node: Node, connection: Connection, root: RootKey) -> SignedCard:
    """The card that stands, which nobody else changes until the unit of work ends.

    Raises BadInput where the root key is another node's, before anything is changed.
    """
    own_keys.lock_own_keys(connection)
    held = card_now(node, connection)
    if root.key.public != raw_bytes(held.card.root_key):
        msg = f"this is not the root key of {held.card.agency.name}; fetch the one that its first card was signed with"
        raise BadInput(msg)
    return held


def keys_in_use(node: Node, connection: Connection) -> frozenset[str]:
    """The ids of the keys that this node holds and that have not come to their end."""
    ended = {key.key_id for key in own_keys.retired_keys(connection) if key.ends_at <= node.now()}
    return node.keys.ids - ended


def issue(
    node: Node, connection: Connection, held: SignedCard, changed: NodeCard, root: RootKey, *, act: str
) -> SignedCard:
    """Sign the card that follows, keep it and log it."""
    card = reissue(held, changed, root.key)
    node.ring.sign_with_one_of(card)
    put_own_card(connection, card.card.version, card.envelope, node.now())
    log.append(connection, Entry(actor=root.by, act=act, subject=str(card.card.version)), node.now())
    return card

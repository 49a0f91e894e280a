"""Renewing this node's card before it expires, with the root key fetched from where it is kept."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hamkar.actions.node import Node
from hamkar.crypto.keys import root_from_bytes
from hamkar.errors import NotReady
from hamkar.exchange.card import MAX_CARD_LIFE, SignedCard, reissue
from hamkar.store import log
from hamkar.store.keyfile import is_there, read_secret
from hamkar.store.log import Entry
from hamkar.store.partners import put_own_card

RENEW_WITHIN = timedelta(days=14)
"""How long before its end a card is worth a word to whoever looks."""


def renew_card(node: Node, root_key: Path, *, by: str) -> SignedCard:
    """A new version of the card, valid from now; partners take it up as they took the first.

    Raises NotReady where the root key cannot be read, BadInput where it is another node's.
    """
    if not is_there(root_key):
        msg = f"{root_key} is not here: fetch the root key from where it is kept and name its file with --root"
        raise NotReady(msg)
    root = root_from_bytes(read_secret(root_key))
    now = node.now()
    changed = replace(node.signed_card.card, issued=now, expires=now + MAX_CARD_LIFE)
    card = reissue(node.signed_card, changed, root)
    with node.database.transaction() as connection:
        put_own_card(connection, card.card.version, card.envelope, now)
        log.append(connection, Entry(actor=by, act="card_renewed", subject=str(card.card.version)), now)
    return card

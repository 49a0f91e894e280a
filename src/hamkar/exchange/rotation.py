"""What a node's next card says: renewed, with new keys, or with keys that count no more."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from hamkar.crypto import signing
from hamkar.crypto.keys import NodeKeys
from hamkar.errors import BadInput
from hamkar.exchange.card import MAX_CARD_LIFE, revoked_keys
from hamkar.exchange.public_key import public_key
from hamkar.model.agency import NodeCard, PublicKey, Revocation


def renewed(card: NodeCard, keys: Collection[str], now: datetime) -> NodeCard:
    """The card for another 90 days, without the keys that the node no longer holds."""
    return replace(
        card,
        issued=now,
        expires=now + MAX_CARD_LIFE,
        signing_keys=_among(card.signing_keys, keys),
        sealing_keys=_among(card.sealing_keys, keys),
    )


def with_new_keys(card: NodeCard, newer: NodeKeys) -> NodeCard:
    """The card with newer keys in front of the signing keys, and in the place of the sealing keys.

    An older signing key stays on the card, because partners verify with it what is on its way. An older sealing key
    does not: to be on a card is to invite others to seal to it, and it is destroyed without another card being signed.
    """
    keys = (public_key(signing.ALGORITHM, key.public) for key in newer.signing)
    return replace(
        card,
        signing_keys=(*keys, *card.signing_keys),
        sealing_keys=tuple(public_key(key.suite.algorithm, key.public) for key in newer.sealing),
    )


def with_revoked(card: NodeCard, revoked: Collection[Revocation]) -> NodeCard:
    """The card without these keys, saying so. Raises BadInput where one was revoked before, or none would be left."""
    before = revoked_keys(card)
    again = next((each.key for each in revoked if each.key in before), None)
    if again:
        msg = f"key {again} was revoked before; `hamkar partner show` lists what is"
        raise BadInput(msg)
    gone = {each.key for each in revoked}
    return replace(
        card,
        revoked=(*card.revoked, *revoked),
        signing_keys=tuple(key for key in card.signing_keys if key.id not in gone),
        sealing_keys=tuple(key for key in card.sealing_keys if key.id not in gone),
    )


def _among(listed: tuple[PublicKey, ...], keys: Collection[str]) -> tuple[PublicKey, ...]:
    return tuple(key for key in listed if key.id in keys)

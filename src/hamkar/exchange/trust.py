"""Whom this node knows: the partners' cards, and whose key signed a bundle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from hamkar.errors import ProtocolError
from hamkar.exchange.card import SignedCard, accept
from hamkar.model.agency import NodeCard


@dataclass(frozen=True, slots=True)
class Trust:
    """One verified card a node, and no signing key in the cards of two nodes; so a key id names one sender.

    Without the second half a partner could list another's public key as its own and have its bundles turned away.
    """

    cards: Mapping[str, SignedCard]
    senders: Mapping[str, NodeCard]

    @classmethod
    def of(cls, cards: Iterable[SignedCard]) -> "Trust":
        """Trust in these cards. Raises ProtocolError where two of them claim one signing key."""
        by_node = {card.node: card for card in cards}
        senders: dict[str, NodeCard] = {}
        for held in by_node.values():
            for key in held.card.signing_keys:
                other = senders.setdefault(key.id, held.card)
                if other is not held.card:
                    msg = (
                        f"{held.card.agency.name} and {other.agency.name} both claim the signing key {key.id}; "
                        "call both before going on, one of them has copied it"
                    )
                    raise ProtocolError(msg)
        return cls(MappingProxyType(by_node), MappingProxyType(senders))

    def accept(self, offered: bytes, now: datetime) -> "tuple[Trust, SignedCard]":
        """Trust after a card was offered, and the card now held for its node. Raises ProtocolError."""
        found = accept(None, offered, now)
        held = self.cards.get(found.node)
        if held:
            found = accept(held, offered, now)
        return Trust.of([*(card for node, card in self.cards.items() if node != found.node), found]), found

"""The newest cards reach both sides by themselves: this node's is posted, the partner's is fetched before it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import msgspec

from hamkar.actions.node import Node
from hamkar.actions.partners import card_now, take_card
from hamkar.actions.renew_card import RENEW_WITHIN
from hamkar.errors import NotFound, ProtocolError, Unreachable
from hamkar.exchange.answer import Declined
from hamkar.exchange.card import SignedCard, stored_card
from hamkar.model.agency import NodeCard
from hamkar.store import card_exchange, partners
from hamkar.store.card_exchange import CardExchange

TRY_AGAIN = timedelta(minutes=5)
"""How long after a card was declined, or its partner not reached, it is posted again."""

ASK_AGAIN = timedelta(hours=1)

BAD_REQUEST = 400
FORBIDDEN = 403


class CardLink(Protocol):
    """The way on which cards go to a partner's node and come from it; the other side is not ours, so this is a port."""

    def post_card(self, card: bytes) -> None:
        """Give this node's card. Raises Unreachable, or ProtocolError where it is declined."""

    def get_card(self) -> bytes:
        """The card the partner's node shows, not verified. Raises Unreachable or ProtocolError."""


def exchange_cards(node: Node, partner: str, link: CardLink) -> None:
    """Post this node's card where the partner has not confirmed it, and fetch the partner's where it is about to end.

    What goes wrong is noted and stops nothing, because the cards that are held may still do.
    """
    with node.database.transaction() as connection:
        own = card_now(node, connection)
        held = stored_card(partners.find_partner(connection, partner).envelope).card
        state = card_exchange.exchange_with(connection, partner)
    if state.confirmed < own.card.version and _may_post(node, state):
        state = _posted(node, state, link, own)
        _note(node, state)
    if _should_ask(node, state, held):
        _note(node, _fetched(node, state, link))


def due_cards(node: Node) -> list[str]:
    """The partners with whom cards should be exchanged now, whether anything else waits for them or not."""
    with node.database.transaction() as connection:
        version = card_now(node, connection).card.version
        cards = {row.node: stored_card(row.envelope).card for row in partners.list_partners(connection)}
        states = card_exchange.exchanges(connection)
    return [
        state.partner
        for state in states
        if (state.confirmed < version and _may_post(node, state)) or _should_ask(node, state, cards[state.partner])
    ]


def note_no_way(node: Node, partner: str, why: str) -> None:
    """Note that there is no way to a partner at all, so that it is tried again later and `partner show` says why."""
    with node.database.transaction() as connection:
        state = card_exchange.exchange_with(connection, partner)
    _note(node, replace(state, tried_at=node.now(), asked_at=node.now(), problem=why))


def receive_card(node: Node, offered: bytes) -> bytes | Declined:
    """Take a card that somebody posted, if its node is a partner and it can follow the one held; else why not."""
    try:
        taken = take_card(node, offered)
    except NotFound as error:
        return Declined(FORBIDDEN, str(error))
    except ProtocolError as error:
        return Declined(BAD_REQUEST, str(error))
    return msgspec.json.encode({"version": taken.card.version})


def _may_post(node: Node, state: CardExchange) -> bool:
    return not state.problem or state.tried_at is None or node.now() >= state.tried_at + TRY_AGAIN


def _posted(node: Node, state: CardExchange, link: CardLink, own: SignedCard) -> CardExchange:
    tried = replace(state, tried_at=node.now(), problem="")
    try:
        link.post_card(own.envelope)
    except (ProtocolError, Unreachable) as error:
        return replace(tried, problem=str(error))
    return replace(tried, confirmed=own.card.version)


def _should_ask(node: Node, state: CardExchange, held: NodeCard) -> bool:
    ends_soon = node.now() + RENEW_WITHIN >= held.expires
    return ends_soon and (state.asked_at is None or node.now() >= state.asked_at + ASK_AGAIN)


def _fetched(node: Node, state: CardExchange, link: CardLink) -> CardExchange:
    asked = replace(state, asked_at=node.now())
    try:
        found = take_card(node, link.get_card())
        if found.node != state.partner:
            msg = f"the address of {state.partner} gives the card of {found.node}; ask the agency which is its own"
            return replace(asked, problem=msg)
    except (ProtocolError, NotFound, Unreachable) as error:
        return replace(asked, problem=str(error))
    return asked


def _note(node: Node, state: CardExchange) -> None:
    with node.database.transaction() as connection:
        card_exchange.put_exchange(connection, state)

"""How a partner stands: its card, its keys since when, what it revoked, and what waits for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hamkar.actions.invite import list_pending
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now, own_cards, partner_cards
from hamkar.exchange.card import stored_card
from hamkar.model.agency import NodeCard, PublicKey, Revocation
from hamkar.model.record import Record
from hamkar.store import card_exchange, doubtful, own_keys, partners
from hamkar.store.database import Connection
from hamkar.text.counted import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStanding(Record):
    """A key on a card: what it is for, since when a card has listed it, and when it goes out of use if that is set."""

    id: str
    use: str
    algorithm: str
    since: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerStanding(Record):
    """A node by its newest card, and in sentences whatever is open about it."""

    node: str
    name: str
    country: str
    version: int
    expires: datetime
    endpoint: str
    keys: tuple[KeyStanding, ...]
    revoked: tuple[Revocation, ...]
    open: tuple[str, ...]


def show_partner(node: Node, wanted: str) -> PartnerStanding:
    """A partner, as this node knows it."""
    with node.database.transaction() as connection:
        row = partners.find_partner(connection, wanted)
        card = stored_card(row.envelope).card
        cards = [held.card for held in partner_cards(connection, row.node)]
        return _standing(card, cards, {}, tuple(_open(node, connection, card)))


def show_own(node: Node) -> PartnerStanding:
    """This node itself, and the agencies that were introduced and wait to be confirmed."""
    with node.database.transaction() as connection:
        card = card_now(node, connection).card
        cards = own_cards(connection)
        ends = {key.key_id: key.ends_at for key in own_keys.retired_keys(connection)}
    waiting = tuple(
        f"{pending.card.agency.name} (node {pending.row.node}) waits until {pending.row.ends_at:%Y-%m-%d} to be"
        f" confirmed; words: {pending.row.words}"
        for pending in list_pending(node)
    )
    return _standing(card, cards, ends, waiting)


def _standing(
    card: NodeCard, cards: Sequence[NodeCard], ends: dict[str, datetime], waiting: tuple[str, ...]
) -> PartnerStanding:
    kinds = (("signing", card.signing_keys), ("sealing", card.sealing_keys))
    return PartnerStanding(
        node=card.agency.node,
        name=card.agency.name,
        country=card.agency.country,
        version=card.version,
        expires=card.expires,
        endpoint=card.endpoint,
        keys=tuple(
            KeyStanding(id=key.id, use=use, algorithm=key.algorithm, since=_since(key, cards), ends=ends.get(key.id))
            for use, keys in kinds
            for key in keys
        ),
        revoked=card.revoked,
        open=waiting,
    )


def _since(key: PublicKey, cards: Sequence[NodeCard]) -> datetime:
    return min(card.issued for card in cards if key in (*card.signing_keys, *card.sealing_keys))


def _open(node: Node, connection: Connection, card: NodeCard) -> Iterator[str]:
    partner = card.agency.node
    if node.now() >= card.expires:
        yield "its card has expired: nothing flows until its new one has arrived"
    state, own = card_exchange.exchange_with(connection, partner), card_now(node, connection).card.version
    if state.confirmed < own:
        yield f"it has not confirmed card {own} of this node yet{f': {state.problem}' if state.problem else ''}"
    elif state.problem:
        yield f"its newest card could not be fetched: {state.problem}"
    for each in doubtful.list_doubtful(connection, partner):
        place = f"{each.kind} {each.record} ({each.stream}/{each.seq}, {each.acceptance})"
        seen = f"; looked at by {each.looked_by}" if each.looked_by else ""
        yield f"came under the lost key {each.key_id}: {place}{seen}"


def doubtful_sentences(connection: Connection) -> tuple[str, ...]:
    """A sentence for every partner from whom messages came under a key after it was lost, and nobody has looked yet."""
    names = {row.node: row.name for row in partners.list_partners(connection)}
    return tuple(
        f"{counted(count, 'message')} from {names[partner]} came after its key was lost: look at each"
        f" (`hamkar partner show {partner[:8]}`), then run `hamkar partner looked {partner[:8]}`"
        for partner, count in sorted(doubtful.count_doubtful(connection).items())
    )

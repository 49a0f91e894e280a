"""New keys for this node, and the end of old ones: by and by, or at once where one was lost.

In a rotation the key file comes first and the card second, so that a run that is cut off leaves a node that opens: keys
that no card lists harm nobody, and the next run takes them up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hamkar.actions.key_ring import destroy_ended
from hamkar.actions.node import Node
from hamkar.actions.partners import own_cards
from hamkar.actions.renew_card import RootKey, fetched, issue, keys_in_use, lock_card
from hamkar.crypto.keys import NodeKeys, new_node_keys
from hamkar.errors import BadInput, NotFound
from hamkar.exchange.card import SignedCard
from hamkar.exchange.rotation import renewed, with_new_keys, with_revoked
from hamkar.model.agency import NodeCard, Revocation, StreamEnd
from hamkar.store import outbox, own_keys
from hamkar.store.database import Connection

USUAL_OVERLAP = timedelta(days=14)
SHORTEST_OVERLAP = timedelta(days=7)
LONGEST_OVERLAP = timedelta(days=30)

SEALING_KEY_LIFE = timedelta(days=30)
"""How old a sealing key should become: whoever steals it opens everything that was recorded in its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Which keys were lost, how, and the last good number of some streams; of all others, what this node has sent."""

    keys: tuple[str, ...]
    reason: str
    last_good: Mapping[str, int]


def rotate(node: Node, root_key: Path, *, by: str, overlap: timedelta = USUAL_OVERLAP) -> SignedCard:
    """A card with a new signing and a new sealing key; the old ones stay in use until the overlap has passed.

    Until then this node signs with the old key, because a partner that was away knows no other, and opens with both.
    Raises NotReady where the root key cannot be read, BadInput where it is another node's.
    """
    if not SHORTEST_OVERLAP <= overlap <= LONGEST_OVERLAP:
        shortest, longest = SHORTEST_OVERLAP.days, LONGEST_OVERLAP.days
        msg = f"keys cannot overlap for {overlap.days} days; choose {shortest} to {longest}"
        raise BadInput(msg)
    root = RootKey(fetched(root_key), by)
    with node.database.transaction() as connection:
        held = lock_card(node, connection, root)
        newer = _add_keys(node, connection)
        own_keys.retire(connection, node.keys.ids - newer.ids, node.now() + overlap)
        in_use = keys_in_use(node, connection)
        card = with_new_keys(renewed(held.card, in_use, node.now()), newer)
        return issue(node, connection, held, card, root, act="keys_rotated")


def revoke(node: Node, root_key: Path, loss: Loss, *, by: str) -> SignedCard:
    """A card by which lost keys count no more, with new ones where it leaves none; the lost ones are destroyed here.

    What they signed up to the last good numbers stays good. Raises NotFound for a key that was never this node's,
    BadInput where one was revoked before.
    """
    root = RootKey(fetched(root_key), by)
    with node.database.transaction() as connection:
        held = lock_card(node, connection, root)
        ends = _last_good(connection, loss.last_good)
        _refuse_foreign(connection, loss.keys)
        card = with_revoked(held.card, [Revocation(key=key, reason=loss.reason, last_good=ends) for key in loss.keys])
        own_keys.retire(connection, loss.keys, node.now())
        if not _lasts(connection, card):
            newer = _add_keys(node, connection)
            own_keys.retire(connection, node.keys.ids - newer.ids, node.now() + USUAL_OVERLAP)
            card = with_new_keys(card, newer)
        in_use = keys_in_use(node, connection)
        issued = issue(node, connection, held, renewed(card, in_use, node.now()), root, act="keys_revoked")
    end_keys(node)
    return issued


def end_keys(node: Node) -> None:
    """Destroy the keys whose end has come; from then on the node signs with those that follow them."""
    with node.database.transaction() as connection:
        destroy_ended(connection, node.ring, node.now())


def old_keys(node: Node, connection: Connection) -> tuple[str, ...]:
    """A sentence where the sealing key is older than it should become; nothing while it is not."""
    since = sealing_key_since(connection)
    if node.now() < since + SEALING_KEY_LIFE:
        return ()
    said = (
        f"the sealing key is in use since {since:%Y-%m-%d}, longer than {SEALING_KEY_LIFE.days} days: whoever steals it"
        " opens all that was recorded meanwhile; run `hamkar partner rotate --root FILE`"
    )
    return (said,)


def sealing_key_since(connection: Connection) -> datetime:
    """Since when partners seal to the key that they seal to now."""
    cards = own_cards(connection)
    newest = cards[0].sealing_keys[0].id
    return min(card.issued for card in cards if card.sealing_keys[0].id == newest)


def _lasts(connection: Connection, card: NodeCard) -> bool:
    """Whether the card has a key of each kind that no newer one follows."""
    retired = {key.key_id for key in own_keys.retired_keys(connection)}
    return all({key.id for key in keys} - retired for keys in (card.signing_keys, card.sealing_keys))


def _add_keys(node: Node, connection: Connection) -> NodeKeys:
    """New keys, in the key file from now on; those of a run that was cut off where there are any."""
    keys = node.keys
    if len(unlisted := keys.ids - _ever_listed(connection)) > 1:
        return keys.only(unlisted)
    newer = new_node_keys()
    node.ring.put(keys.followed_by(newer))
    return newer


def _ever_listed(connection: Connection) -> set[str]:
    """The ids of the keys on any card that this node ever had."""
    return {key.id for card in own_cards(connection) for key in (*card.signing_keys, *card.sealing_keys)}


def _refuse_foreign(connection: Connection, wanted: Sequence[str]) -> None:
    known = _ever_listed(connection)
    foreign = next((key for key in wanted if key not in known), None)
    if foreign:
        msg = f"no card of this node lists a key {foreign}; `hamkar partner card` shows the keys it has"
        raise NotFound(msg)


def _last_good(connection: Connection, chosen: Mapping[str, int]) -> tuple[StreamEnd, ...]:
    """The last good point of every stream of this node; the numbers that were chosen, else all that it has sent."""
    streams = outbox.streams(connection)
    unknown = next((name for name in chosen if name not in {stream.stream for stream in streams}), None)
    if unknown:
        names = ", ".join(sorted({stream.stream for stream in streams})) or "none"
        msg = f"this node sends no stream {unknown!r}; its streams: {names}"
        raise NotFound(msg)
    ends = []
    for stream in streams:
        seq = min(chosen.get(stream.stream, stream.next_seq - 1), stream.next_seq - 1)
        chain = outbox.chain_at(connection, stream, seq) if seq else None
        if chain:
            ends.append(StreamEnd(stream=stream.stream, epoch=stream.epoch, seq=seq, chain=chain))
    return tuple(ends)

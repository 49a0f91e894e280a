"""A key was lost: from then on nothing that it signs is taken, and what came too late is shown to a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures_node import BY
from hamkar.actions.attention import attention
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.partners import current_card, looked_at
from hamkar.actions.receive_bundle import receive
from hamkar.actions.rotate_keys import Loss, revoke, rotate
from hamkar.actions.show_partner import show_partner
from hamkar.crypto.keys import NodeKeys
from hamkar.errors import BadInput, NotFound
from hamkar.exchange.answer import Declined
from hamkar.exchange.bundle import BundleHead, seal_bundle, sign_bundle
from hamkar.exchange.card import SignedCard
from hamkar.model.bundle import GENESIS
from hamkar.store import inbox
from hamkar.store.postgres.cluster import Cluster
from two_nodes import Two, acts, cards, colleagues, say, send


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two partners of this test's own."""
    with colleagues(postgres, tmp_path) as opened:
        cards(opened.south, opened.north)
        yield opened


def lose(node: Node, *keys: str, **last_good: int) -> SignedCard:
    """Revoke keys; all that the node has sent is good but what a stream's last good number leaves out."""
    loss = Loss(keys=keys or (node.keys.signer.key_id,), reason="A synthetic theft", last_good=last_good)
    return revoke(node, node.home / ROOT_KEY, loss, by=BY)


def forged(north: Node, south: Node, keys: NodeKeys, seq: int = 1, chain: str = GENESIS) -> bytes:
    """A frame that a thief of keys makes."""
    head = BundleHead(
        sender=north.id, to=south.id, stream="terms", epoch=1, first_seq=seq, prev_chain=chain, issued_at=north.now()
    )
    return seal_bundle(sign_bundle(head, [b'{"synthetic":true}'], keys.signer), current_card(south).card)


def messages(node: Node) -> int:
    with node.database.transaction() as connection:
        return inbox.count_messages(connection)


def test_a_node_that_lost_its_key_signs_with_a_new_one_at_once_and_goes_on(two: Two) -> None:
    north, south = two.north, two.south
    lost = north.keys
    lose(north)
    assert north.keys.signer.key_id not in lost.ids
    cards(north, south)
    say(north, south)
    say(south, north)
    assert not [d.stopped for d in (*send(north, south), *send(south, north)) if d.stopped]


def test_a_bundle_by_a_revoked_key_is_declined_and_changes_nothing(two: Two) -> None:
    north, south = two.north, two.south
    frame = forged(north, south, north.keys)
    lose(north)
    cards(north, south)
    before = acts(south)
    answer = receive(south, frame)
    assert isinstance(answer, Declined)
    assert messages(south) == 0
    assert acts(south) == before


def test_what_the_node_itself_had_sent_stays_good(two: Two) -> None:
    north, south = two.north, two.south
    say(north, south)
    send(north, south)
    lose(north)
    cards(north, south)
    assert show_partner(south, north.id).open == ()


def test_what_a_thief_sent_before_the_revocation_arrived_is_shown_to_a_person(two: Two) -> None:
    north, south = two.north, two.south
    say(north, south)
    send(north, south)
    with south.database.transaction() as connection:
        chain = inbox.lock_stream(connection, north.id, "terms").chain
    receive(south, forged(north, south, north.keys, 2, chain))
    assert messages(south) == 2
    lost = north.keys.signer.key_id
    lose(north)
    cards(north, south)
    (sentence,) = show_partner(south, north.id).open
    assert sentence.startswith(f"came under the lost key {lost}: ")
    assert "terms/2" in sentence
    assert "key_revoked" in acts(south)


def test_messages_beyond_the_stated_point_are_listed_until_a_person_has_looked(two: Two) -> None:
    north, south = two.north, two.south
    for _ in range(3):
        say(north, south)
        send(north, south)
    lose(north, terms=1)
    cards(north, south)
    assert [line.split("(")[1].split(",")[0] for line in show_partner(south, north.id).open] == ["terms/2", "terms/3"]
    assert "2 messages from Synthetic Customs of AZ came after its key was lost" in attention(south).doubtful[0]
    assert looked_at(south, north.id, by="another officer") == 2
    assert attention(south).doubtful == ()
    assert "looked at by another officer" in show_partner(south, north.id).open[0]


def test_a_card_that_comes_again_lists_nothing_twice(two: Two) -> None:
    north, south = two.north, two.south
    say(north, south)
    send(north, south)
    lose(north, terms=0)
    cards(north, south)
    rotate(north, north.home / ROOT_KEY, by=BY)
    cards(north, south)
    assert len(show_partner(south, north.id).open) == 1
    assert acts(south).count("key_revoked") == 1


def test_the_key_that_is_to_take_over_may_be_lost_too(two: Two) -> None:
    north = two.north
    old = north.keys.signer.key_id
    coming = rotate(north, north.home / ROOT_KEY, by=BY).card.signing_keys[0].id
    card = lose(north, coming).card
    assert coming not in {key.id for key in card.signing_keys}
    assert old in {key.id for key in card.signing_keys}
    assert len(card.signing_keys) == 2
    assert coming not in north.keys.ids


def test_revocations_stand_on_every_later_card(two: Two) -> None:
    north = two.north
    lost = north.keys.signer.key_id
    lose(north)
    assert [each.key for each in rotate(north, north.home / ROOT_KEY, by=BY).card.revoked] == [lost]
    with pytest.raises(BadInput, match="was revoked before"):
        lose(north, lost)


def test_only_keys_and_streams_that_this_node_had_can_be_named(two: Two) -> None:
    with pytest.raises(NotFound, match="no card of this node lists a key"):
        lose(two.north, two.south.keys.signer.key_id)
    with pytest.raises(NotFound, match="sends no stream 'nothing'"):
        lose(two.north, nothing=3)

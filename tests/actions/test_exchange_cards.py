"""The newest cards reach partners without a person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_node import BY, Straight
from hamkar.actions.exchange_cards import due_cards, exchange_cards, receive_card
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.partners import current_card, list_partners, take_card
from hamkar.actions.renew_card import renew_card
from hamkar.actions.rotate_keys import Loss, revoke
from hamkar.actions.show_partner import show_partner
from hamkar.crypto import dsse
from hamkar.crypto.fingerprint import node_id
from hamkar.crypto.keys import new_root_key, root_from_bytes
from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import Declined
from hamkar.exchange.card import CARD_TYPE, reissue
from hamkar.exchange.public_key import public_key
from hamkar.store.keyfile import read_secret
from hamkar.store.postgres.cluster import Cluster
from two_nodes import Two, acts, cards, colleagues, say, send


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two partners of this test's own."""
    with colleagues(postgres, tmp_path) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Counting(Straight):
    """A way that counts what goes over it."""

    posted: list[bytes]

    def post_card(self, card: bytes) -> None:
        """Give a card."""
        self.posted.append(card)
        Straight.post_card(self, card)


class Broken:
    """A way that leads nowhere."""

    def post_card(self, card: bytes) -> None:
        """Nobody is there."""
        msg = f"{len(card)} bytes for nobody"
        raise Unreachable(msg)

    def get_card(self) -> bytes:
        """Nobody is there."""
        msg = "nobody is there"
        raise Unreachable(msg)


def renew(node: Node) -> int:
    return renew_card(node, node.home / ROOT_KEY, by=BY).card.version


def held(at: Node, of: Node) -> int:
    """The version of a node's card that another holds."""
    return next(row.version for row in list_partners(at) if row.node == of.id)


def test_a_renewed_card_arrives_by_itself_and_is_posted_once(two: Two) -> None:
    north, south = two.north, two.south
    renew(north)
    way = Counting(south, [])
    for _ in range(3):
        exchange_cards(north, south.id, way)
    assert len(way.posted) == 1
    assert held(south, north) == 2
    assert due_cards(north) == []
    assert acts(south)[-1] == "card_taken"


def test_a_peer_whose_card_has_expired_is_not_lost(two: Two) -> None:
    north, south = two.north, two.south
    two.clock.turn(timedelta(days=60))
    renew(south)
    cards(south, north)
    two.clock.turn(timedelta(days=31))
    say(north, south)
    (declined,) = send(north, south)
    assert "expired on" in declined.stopped
    renew(north)
    cards(north, south)
    assert not [d.stopped for d in send(north, south) if d.stopped]


def test_a_card_that_is_about_to_end_is_fetched_where_its_node_could_not_post_it(two: Two) -> None:
    north, south = two.north, two.south
    cards(south, north)
    renew(north)
    assert due_cards(south) == []
    two.clock.turn(timedelta(days=77))
    assert due_cards(south) == [north.id]
    cards(south, north)
    assert held(south, north) == 2


def test_a_partner_that_cannot_be_reached_is_left_alone_for_a_while_and_then_tried_again(two: Two) -> None:
    north, south = two.north, two.south
    renew(north)
    exchange_cards(north, south.id, Broken())
    assert due_cards(north) == []
    assert "bytes for nobody" in show_partner(north, south.id).open[0]
    two.clock.turn(timedelta(minutes=6))
    assert due_cards(north) == [south.id]
    cards(north, south)
    assert show_partner(north, south.id).open == ()


def test_a_card_of_a_node_that_is_no_partner_is_turned_away(two: Two) -> None:
    north, south = two.north, two.south
    root = new_root_key()
    stranger = replace(
        north.signed_card.card,
        root_key=public_key("ed25519", root.public),
        agency=replace(north.agency, node=node_id(root.public)),
    )
    answer = receive_card(south, dsse.sign(CARD_TYPE, stranger.to_json(), root).to_json())
    assert isinstance(answer, Declined)
    assert answer.status == 403


def test_a_stolen_signing_key_makes_no_card(two: Two) -> None:
    north, south = two.north, two.south
    card = replace(north.signed_card.card, version=2, previous=north.signed_card.digest)
    forged = dsse.sign(CARD_TYPE, card.to_json(), north.keys.signer).to_json()
    answer = receive_card(south, forged)
    assert isinstance(answer, Declined)
    assert "not signed by its root key" in answer.reason
    assert held(south, north) == 1


def test_an_older_card_does_not_come_back(two: Two) -> None:
    north, south = two.north, two.south
    renew(north)
    renew(north)
    cards(north, south)
    assert held(south, north) == 3
    answer = receive_card(south, north.signed_card.envelope)
    assert isinstance(answer, Declined)
    assert "is older than card 3" in answer.reason
    assert held(south, north) == 3


def test_a_node_that_was_away_skips_cards(two: Two) -> None:
    north, south = two.north, two.south
    for _ in range(3):
        renew(north)
    assert take_card(south, current_card(north).envelope).card.version == 4


def test_a_card_from_a_clock_that_is_far_ahead_is_not_taken(two: Two) -> None:
    north, south = two.north, two.south
    root = root_from_bytes(read_secret(north.home / ROOT_KEY))
    later = north.now() + timedelta(days=3)
    ahead = reissue(
        north.signed_card,
        replace(north.signed_card.card, issued=later, expires=later + timedelta(days=90)),
        root,
    )
    with pytest.raises(ProtocolError, match="compare both clocks"):
        take_card(south, ahead.envelope)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 1000, b"x" * 100_000])
def test_what_is_no_card_is_declined_in_a_sentence(two: Two, data: bytes) -> None:
    answer = receive_card(two.south, data)
    assert isinstance(answer, Declined)
    assert answer.reason


def test_a_partner_that_has_forgotten_the_card_gets_it_again(two: Two) -> None:
    north, south = two.north, two.south
    with south.database.transaction() as connection:
        before = connection.execute("SELECT version, envelope FROM partner").fetchone()
    lost = Loss(keys=(north.keys.signer.key_id,), reason="Synthetic", last_good={})
    revoke(north, north.home / ROOT_KEY, lost, by=BY)
    cards(north, south)
    with south.database.transaction() as connection:
        connection.execute("UPDATE partner SET version = %s, envelope = %s", before)
    say(north, south)
    (declined,) = send(north, south)
    assert "knows no partner with that signing key" in declined.stopped
    cards(north, south)
    assert not [d.stopped for d in send(north, south) if d.stopped]

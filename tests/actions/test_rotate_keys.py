"""Keys change while everything goes on, and old ones end by themselves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_node import BY
from hamkar.actions.deliver import deliver
from hamkar.actions.duties import do_duties
from hamkar.actions.node import NODE_KEYS, ROOT_KEY, Node, open_node
from hamkar.actions.partners import card_now, current_card
from hamkar.actions.receive_bundle import receive
from hamkar.actions.renew_card import renew_card
from hamkar.actions.rotate_keys import end_keys, rotate, sealing_key_since
from hamkar.actions.status import status
from hamkar.crypto.keys import NodeKeys, new_node_keys
from hamkar.errors import BadInput, NotReady
from hamkar.exchange.answer import Acknowledged, Answer, Declined
from hamkar.settings import Settings
from hamkar.store import inbox, own_keys
from hamkar.store.keyfile import read_secret, write_secret
from hamkar.store.postgres.cluster import Cluster
from two_nodes import Two, acts, cards, colleagues, say, send


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two partners of this test's own."""
    with colleagues(postgres, tmp_path) as opened:
        yield opened


class Slow:
    """A way on which frames go off and arrive when the test says so."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def post_bundle(self, frame: bytes) -> Answer:
        """Nothing for now."""
        self.frames.append(frame)
        return Declined(503, "still on its way")


def root_of(node: Node) -> Path:
    return node.home / ROOT_KEY


def received(node: Node) -> int:
    with node.database.transaction() as connection:
        return inbox.count_messages(connection)


def reopened(node: Node) -> str:
    """The signing key that the node uses after it was opened anew."""
    settings = Settings(home=node.home, database_url=node.database.conninfo())
    with open_node(settings, node.now) as again:
        return again.keys.signer.key_id


def test_after_a_rotation_the_old_key_signs_until_the_overlap_has_passed_and_is_then_destroyed(two: Two) -> None:
    north = two.north
    old = north.keys
    rotate(north, root_of(north), by=BY)
    assert north.keys.signer == old.signer
    assert len(north.keys.openers) == 2
    two.clock.turn(timedelta(days=13))
    end_keys(north)
    assert north.keys.signer == old.signer
    two.clock.turn(timedelta(days=2))
    do_duties(north, pytest.fail)
    assert old.ids.isdisjoint(north.keys.ids)
    assert north.keys.signer.key_id == current_card(north).card.signing_keys[0].id
    assert acts(north).count("key_destroyed") == 2


def test_messages_flow_at_every_stage_of_a_rotation_to_a_partner_with_the_old_card_and_with_the_new(two: Two) -> None:
    north, south = two.north, two.south
    rotate(north, root_of(north), by=BY)
    say(north, south)
    say(south, north)
    assert not [d.stopped for d in (*send(north, south), *send(south, north)) if d.stopped], "before the card came"
    cards(north, south)
    say(north, south)
    say(south, north)
    assert not [d.stopped for d in (*send(north, south), *send(south, north)) if d.stopped], "after the card came"
    two.clock.turn(timedelta(days=15))
    end_keys(north)
    say(north, south)
    say(south, north)
    assert not [d.stopped for d in (*send(north, south), *send(south, north)) if d.stopped], "after the old keys ended"
    assert received(south) == received(north) == 3


def test_what_was_sealed_before_a_rotation_opens_until_the_overlap_ends_and_not_after(two: Two) -> None:
    north, south = two.north, two.south
    say(south, north)
    way = Slow()
    deliver(south, north.id, way)
    rotate(north, root_of(north), by=BY)
    assert isinstance(receive(north, way.frames[0]), Acknowledged)
    two.clock.turn(timedelta(days=15))
    end_keys(north)
    answer = receive(north, way.frames[0])
    assert isinstance(answer, Declined)
    assert "is not in use here" in answer.reason


def test_a_renewal_after_the_overlap_takes_the_old_signing_key_off_the_card(two: Two) -> None:
    north = two.north
    old = north.keys.signer.key_id
    rotated = rotate(north, root_of(north), by=BY)
    assert old in {key.id for key in renew_card(north, root_of(north), by=BY).card.signing_keys}
    two.clock.turn(timedelta(days=15))
    renewed = renew_card(north, root_of(north), by=BY)
    assert [key.id for key in renewed.card.signing_keys] == [rotated.card.signing_keys[0].id]


@pytest.mark.parametrize("days", [6, 31])
def test_keys_overlap_for_seven_to_thirty_days(two: Two, days: int) -> None:
    before = two.north.keys
    with pytest.raises(BadInput, match="choose 7 to 30"):
        rotate(two.north, root_of(two.north), by=BY, overlap=timedelta(days=days))
    assert two.north.keys == before


def test_another_nodes_root_key_changes_no_key(two: Two) -> None:
    before = read_secret(two.north.home / NODE_KEYS)
    with pytest.raises(BadInput, match="not the root key of"):
        rotate(two.north, root_of(two.south), by=BY)
    assert read_secret(two.north.home / NODE_KEYS) == before


def test_a_node_opens_and_exchanges_without_its_root_key_and_says_what_is_missing_to_rotate(two: Two) -> None:
    north, south = two.north, two.south
    offline = root_of(north).rename(two.south.home / "a stick")
    assert reopened(north) == north.keys.signer.key_id
    say(north, south)
    assert not [d.stopped for d in send(north, south) if d.stopped]
    with pytest.raises(NotReady, match="fetch the root key"):
        rotate(north, root_of(north), by=BY)
    assert rotate(north, offline, by=BY).card.version == 2


def test_a_rotation_that_was_cut_off_before_its_card_leaves_a_node_that_opens_and_is_taken_up_by_the_next(
    two: Two,
) -> None:
    north = two.north
    old, coming = north.keys, new_node_keys()
    write_secret(north.home / NODE_KEYS, old.followed_by(coming).to_bytes())
    assert reopened(north) == old.signer.key_id
    card = rotate(north, root_of(north), by=BY).card
    assert card.signing_keys[0].id == coming.signer.key_id
    assert len(north.keys.signing) == 2


def test_an_end_that_was_cut_off_after_the_key_file_is_finished_when_the_node_opens(two: Two) -> None:
    north = two.north
    old = north.keys
    rotate(north, root_of(north), by=BY)
    two.clock.turn(timedelta(days=15))
    write_secret(north.home / NODE_KEYS, north.keys.only(north.keys.ids - old.ids).to_bytes())
    assert reopened(north) == north.keys.signer.key_id
    with north.database.transaction() as connection:
        assert all(key.destroyed_at for key in own_keys.retired_keys(connection))


def test_an_open_node_takes_up_the_keys_that_another_process_wrote(two: Two) -> None:
    north = two.north
    settings = Settings(home=north.home, database_url=north.database.conninfo())
    with open_node(settings, north.now) as running:
        rotate(north, root_of(north), by=BY)
        assert running.keys == north.keys
        assert len(running.keys.openers) == 2


def test_the_age_of_the_sealing_key_counts_from_its_first_card(two: Two) -> None:
    north = two.north
    with north.database.transaction() as connection:
        first = card_now(north, connection).card.issued
        assert sealing_key_since(connection) == first
    two.clock.turn(timedelta(days=3))
    renew_card(north, root_of(north), by=BY)
    rotated = rotate(north, root_of(north), by=BY)
    with north.database.transaction() as connection:
        assert sealing_key_since(connection) == rotated.card.issued


def test_a_key_file_holds_the_keys_it_says_and_nothing_of_those_that_ended(two: Two) -> None:
    north = two.north
    old = north.keys
    rotate(north, root_of(north), by=BY)
    two.clock.turn(timedelta(days=15))
    end_keys(north)
    held = NodeKeys.from_bytes(read_secret(north.home / NODE_KEYS))
    assert held.ids.isdisjoint(old.ids)


def test_a_sealing_key_older_than_thirty_days_is_said_to_be_until_it_is_rotated(two: Two) -> None:
    north = two.north
    assert status(north).keys == ()
    two.clock.turn(timedelta(days=31))
    (sentence,) = status(north).keys
    assert "longer than 30 days" in sentence
    rotate(north, root_of(north), by=BY)
    assert status(north).keys == ()

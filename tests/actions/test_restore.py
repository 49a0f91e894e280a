"""A node put back to an old backup finds that out before it sends, and afterwards nothing is missing on either side."""

import os
import random
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from backups import Backups
from exchanging import held, new_report
from fixtures_node import BY, Agencies, Straight, open_agencies
from hamkar.actions.courier_export import export
from hamkar.actions.courier_import import import_
from hamkar.actions.deliver import deliver
from hamkar.actions.deliver_all import sync_now
from hamkar.actions.duties import do_duties
from hamkar.actions.node import NODE_KEYS, ROOT_KEY, TLS_KEY, Node, open_node
from hamkar.actions.partners import current_card, list_partners
from hamkar.actions.receive_bundle import receive
from hamkar.actions.release import release
from hamkar.actions.renew_card import renew_card
from hamkar.actions.rotate_keys import rotate
from hamkar.actions.status import status
from hamkar.actions.take_back_card import take_back_card
from hamkar.errors import NotReady, ProtocolError
from hamkar.exchange.answer import Acknowledged, Answer, Declined
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import Purpose
from hamkar.settings import Settings
from hamkar.store import outbox
from hamkar.store.keyfile import read_secret, write_secret
from hamkar.store.mark import MARK
from hamkar.store.outbox import StreamOut
from hamkar.store.postgres.cluster import Cluster


@dataclass
class Pair:
    """Two nodes with an agreement, backups of both, and what each has released as far as it knows."""

    agencies: Agencies
    backups: Backups
    released: dict[str, set[UUID]] = field(default_factory=dict)

    @property
    def giver(self) -> Node:
        """The node that begins."""
        return self.agencies.iran

    @property
    def taker(self) -> Node:
        """The other."""
        return self.agencies.azerbaijan

    def other(self, node: Node) -> Node:
        """The partner of a node."""
        return self.taker if node is self.giver else self.giver

    def release(self, node: Node, count: int = 1) -> None:
        """Release new reports to the partner."""
        for _ in range(count):
            report = new_report(node)
            release(node, report.id, self.other(node).id, Purpose.INVESTIGATION, by=BY)
            self.released.setdefault(node.id, set()).add(report.id)

    def sync(self, *nodes: Node) -> None:
        """Let nodes come into contact as a fresh process does."""
        for node in nodes or (self.giver, self.taker):
            sync_now(node, self.other(node).id, self.connect)

    def connect(self, card: NodeCard) -> nullcontext[Straight]:
        """The straight way to the node of a card."""
        return nullcontext(Straight(self.giver if card.agency.node == self.giver.id else self.taker))

    def backup(self, node: Node) -> tuple[str, set[UUID]]:
        """A backup, with what had been released by then."""
        return self.backups.take(node), set(self.released.get(node.id, ()))

    def restore(self, node: Node, backup: tuple[str, set[UUID]]) -> None:
        """Put a node back."""
        self.backups.restore(node, backup[0])
        self.released[node.id] = set(backup[1])

    def settled(self) -> None:
        """Let both come into contact until all has been said."""
        for _ in range(3):
            self.agencies.clock.turn(timedelta(minutes=2))
            self.sync()

    def lose(self, node: Node, *, kept: int, lost: int) -> None:
        """Let the giver's records arrive, and put a node back to before the last of them."""
        self.release(self.giver, kept)
        self.sync()
        old = self.backup(node)
        self.release(self.giver, lost)
        self.sync()
        self.restore(node, old)

    def require_whole(self) -> None:
        """Everything is where it belongs, once; nothing waits and nothing is frozen."""
        for node in (self.giver, self.taker):
            mine = self.released.get(node.id, set())
            missing = {record for record in mine if held(self.other(node), node, record) is None}
            assert not missing
            state = status(node)
            assert (state.waiting, state.frozen) == ((), ())

    def epochs(self, node: Node) -> dict[str, int]:
        """The epoch of each stream to the partner."""
        return {stream.stream: stream.epoch for stream in self.streams(node)}

    def streams(self, node: Node) -> list[StreamOut]:
        """The streams to the partner."""
        with node.database.transaction() as connection:
            return [each for each in outbox.streams(connection) if each.partner == self.other(node).id]


@pytest.fixture
def pair(postgres: Cluster, tmp_path: Path) -> Iterator[Pair]:
    """Two nodes of this test's own."""
    with open_agencies(postgres, tmp_path) as agencies:
        yield Pair(agencies, Backups(postgres))


def test_a_restored_sender_begins_a_new_epoch_and_signs_no_second_history(pair: Pair) -> None:
    pair.lose(pair.giver, kept=3, lost=2)
    pair.release(pair.giver, 4)
    pair.sync(pair.giver)
    pair.require_whole()
    assert 2 in pair.epochs(pair.giver).values()


def test_a_restored_receiver_gets_again_what_it_lost_though_nothing_waits_for_it(pair: Pair) -> None:
    pair.lose(pair.taker, kept=2, lost=3)
    pair.sync(pair.taker)
    pair.require_whole()
    assert set(pair.epochs(pair.giver).values()) == {1}


def test_a_restored_receiver_that_can_be_reached_only_by_the_sender_gets_it_too(pair: Pair) -> None:
    pair.lose(pair.taker, kept=2, lost=3)
    pair.sync(pair.giver)
    pair.require_whole()


def test_a_receiver_restored_to_before_an_epoch_gets_the_end_of_the_epoch_before(pair: Pair) -> None:
    pair.release(pair.giver, 2)
    pair.sync()
    early = pair.backup(pair.taker)
    pair.release(pair.giver, 2)
    pair.sync()
    late = pair.backup(pair.giver)
    pair.release(pair.giver, 2)
    pair.sync()
    pair.restore(pair.giver, late)
    pair.release(pair.giver, 2)
    pair.sync(pair.giver)
    pair.restore(pair.taker, early)
    pair.settled()
    pair.require_whole()


def test_both_restored_at_once_find_together_again(pair: Pair) -> None:
    pair.release(pair.giver, 2)
    pair.release(pair.taker, 2)
    pair.sync()
    old = pair.backup(pair.giver), pair.backup(pair.taker)
    pair.release(pair.giver, 2)
    pair.release(pair.taker, 3)
    pair.sync()
    pair.restore(pair.giver, old[0])
    pair.restore(pair.taker, old[1])
    pair.release(pair.giver)
    pair.release(pair.taker)
    pair.settled()
    pair.require_whole()


def test_a_backup_from_before_the_agreement_gets_the_agreement_back(postgres: Cluster, tmp_path: Path) -> None:
    """The partner holds streams that the restored node has never heard of."""
    with open_agencies(postgres, tmp_path) as agencies:
        pair = Pair(agencies, Backups(postgres))
        with pair.giver.database.transaction() as connection:
            connection.execute("SELECT 1")
        pair.release(pair.giver, 2)
        pair.sync()
        forget_everything_exchanged(pair.giver)
        pair.released.clear()
        pair.settled()
        pair.release(pair.giver, 2)
        pair.settled()
        pair.require_whole()


def forget_everything_exchanged(node: Node) -> None:
    """As a backup from just after the partners were added would be."""
    with node.database.transaction() as connection:
        connection.execute(
            "TRUNCATE stream_out, stream_in, nominal.outbox, inbox, nominal.bundle_in, receipt, agreement, release,"
            " letter"
        )


def test_the_log_and_the_status_say_that_it_happened(pair: Pair) -> None:
    pair.release(pair.giver, 1)
    old = pair.backup(pair.giver)
    pair.release(pair.giver, 1)
    pair.sync()
    pair.restore(pair.giver, old)
    pair.sync(pair.giver)
    said = status(pair.giver).restarted
    assert any("this node was restored from a backup" in sentence for sentence in said)


@pytest.mark.parametrize("seed", range(int(os.environ.get("RESTORES", "6"))))
def test_at_whatever_moments_either_is_restored_nothing_is_missing(pair: Pair, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a run that can be repeated
    kept: dict[str, tuple[str, set[UUID]]] = {}
    for _ in range(14):
        node = chance.choice((pair.giver, pair.taker))
        pair.agencies.clock.turn(timedelta(seconds=chance.choice((0, 1, 90))))
        match chance.choice(("release", "release", "sync", "sync", "backup", "restore")):
            case "release":
                pair.release(node, chance.randint(1, 3))
            case "sync":
                pair.sync(node)
            case "backup":
                kept[node.id] = pair.backup(node)
            case "restore" if node.id in kept:
                pair.restore(node, kept[node.id])
    pair.settled()
    pair.require_whole()
    pair.release(pair.giver)
    pair.release(pair.taker)
    pair.settled()
    pair.require_whole()


def renew(node: Node) -> int:
    return renew_card(node, node.home / ROOT_KEY, by=BY).card.version


def rotated(node: Node) -> int:
    """The version of the card after a rotation."""
    return rotate(node, node.home / ROOT_KEY, by=BY).card.version


def version_at(at: Node, of: Node) -> int:
    """The version of a node's card that another holds."""
    return next(row.version for row in list_partners(at) if row.node == of.id)


def require_renewable(pair: Pair) -> None:
    """The giver has its card back, and its next one is taken by the partner."""
    before = version_at(pair.taker, pair.giver)
    assert current_card(pair.giver).envelope == card_at(pair.taker, pair.giver)
    assert renew(pair.giver) == before + 1
    pair.sync(pair.giver)
    assert version_at(pair.taker, pair.giver) == before + 1


def card_at(at: Node, of: Node) -> bytes:
    return next(row.envelope for row in list_partners(at) if row.node == of.id)


@pytest.mark.parametrize("asking", ["the restored node", "its partner"])
def test_a_card_that_was_lost_comes_back_whoever_asks(pair: Pair, asking: str) -> None:
    old = pair.backup(pair.giver)
    renew(pair.giver)
    renew(pair.giver)
    pair.sync(pair.giver)
    pair.restore(pair.giver, old)
    pair.agencies.clock.turn(timedelta(minutes=2))
    pair.sync(pair.giver if asking == "the restored node" else pair.taker)
    require_renewable(pair)


def test_a_card_that_was_lost_comes_back_by_stick(pair: Pair, tmp_path: Path) -> None:
    old = pair.backup(pair.giver)
    renew(pair.giver)
    pair.sync(pair.giver)
    pair.restore(pair.giver, old)
    export(pair.taker, pair.giver.id, tmp_path / "stick", most_bytes=None, again=False)
    assert import_(pair.giver, [tmp_path / "stick"]).refused == ()
    require_renewable(pair)


def test_no_other_node_s_card_is_taken_back_for_an_own_one(pair: Pair) -> None:
    with pytest.raises(ProtocolError, match="gave back the card"):
        take_back_card(pair.giver, current_card(pair.taker).envelope, pair.taker.id)
    assert current_card(pair.giver).card.version == 1


def test_an_older_card_given_back_changes_nothing(pair: Pair) -> None:
    first = current_card(pair.giver)
    renew(pair.giver)
    take_back_card(pair.giver, first.envelope, pair.taker.id)
    assert current_card(pair.giver).card.version == 2


def reopened(node: Node) -> Settings:
    return Settings(home=node.home, database_url=node.database.conninfo())


def all_keys_changed(pair: Pair) -> tuple[tuple[str, set[UUID]], bytes]:
    """A backup from before all keys of the giver changed, and the key file of that time."""
    backup, keys = pair.backup(pair.giver), read_secret(pair.giver.home / NODE_KEYS)
    rotated(pair.giver)
    pair.sync(pair.giver)
    return backup, keys


def test_a_node_opens_whose_keys_have_all_changed_since_and_says_what_to_do(pair: Pair) -> None:
    backup, _ = all_keys_changed(pair)
    pair.agencies.clock.turn(timedelta(days=15))
    do_duties(pair.giver, pytest.fail)
    pair.restore(pair.giver, backup)
    with open_node(reopened(pair.giver), pair.agencies.clock) as node:
        assert "no key in node.key signs for card 1" in status(node).keys[0]
        pair.sync(pair.giver)
        assert status(node).keys == ()
    pair.release(pair.giver)
    pair.settled()
    pair.require_whole()
    require_renewable(pair)


def test_keys_that_a_lost_card_followed_still_come_to_their_end(pair: Pair) -> None:
    backup, old = all_keys_changed(pair)
    pair.restore(pair.giver, backup)
    pair.sync(pair.giver)
    pair.agencies.clock.turn(timedelta(days=15))
    do_duties(pair.giver, pytest.fail)
    assert len(pair.giver.keys.ids) == 2
    assert read_secret(pair.giver.home / NODE_KEYS) != old


def test_a_node_put_back_with_its_old_key_file_says_so_and_signs_with_a_key_that_counts(pair: Pair) -> None:
    backup, keys = all_keys_changed(pair)
    pair.restore(pair.giver, backup)
    write_secret(pair.giver.home / NODE_KEYS, keys)
    pair.sync(pair.giver)
    assert "card 2 lists newer keys than node.key holds" in status(pair.giver).keys[0]
    assert rotated(pair.giver) == 3
    pair.release(pair.giver)
    pair.release(pair.taker)
    pair.settled()
    pair.require_whole()
    assert status(pair.giver).keys == ()


def test_another_node_s_folder_beside_the_database_is_refused(pair: Pair) -> None:
    for name in (NODE_KEYS, TLS_KEY):
        write_secret(pair.giver.home / name, read_secret(pair.taker.home / name))
    with pytest.raises(NotReady, match="are not those of"), open_node(reopened(pair.giver), pair.agencies.clock):
        pass


class Stick:
    """A way on which frames go off and arrive when the test says so."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def post_bundle(self, frame: bytes) -> Answer:
        """Nothing for now."""
        self.frames.append(frame)
        return Declined(503, "still on its way")


def opened_again(pair: Pair, node: Node) -> None:
    """As the next command does."""
    with open_node(reopened(node), pair.agencies.clock):
        pass


def test_what_left_before_a_restore_and_comes_late_freezes_nothing(pair: Pair) -> None:
    """Also where the node is put back to the same backup again, and where the late frame comes first."""
    pair.release(pair.giver)
    pair.sync()
    old, stick = pair.backup(pair.giver), Stick()
    for _ in range(3):
        pair.release(pair.giver, 2)
        deliver(pair.giver, pair.taker.id, stick)
        do_duties(pair.giver, pytest.fail)
        pair.restore(pair.giver, old)
        opened_again(pair, pair.giver)
    pair.release(pair.giver)
    assert isinstance(receive(pair.taker, stick.frames[0]), Acknowledged)
    pair.settled()
    for frame in stick.frames:
        receive(pair.taker, frame)
    pair.release(pair.giver)
    pair.settled()
    pair.require_whole()
    assert set(pair.epochs(pair.giver).values()) == {4}


def test_what_left_before_a_restore_comes_late_also_on_a_stream_that_the_backup_lacks(pair: Pair) -> None:
    stick = Stick()
    pair.release(pair.giver)
    deliver(pair.giver, pair.taker.id, stick)
    forget_everything_exchanged(pair.giver)
    with pair.giver.database.transaction() as connection:
        connection.execute("UPDATE mark SET number = number - 1")
    pair.released.clear()
    opened_again(pair, pair.giver)
    pair.settled()
    pair.release(pair.giver)
    pair.sync(pair.giver)
    for frame in stick.frames:
        receive(pair.taker, frame)
    pair.settled()
    pair.require_whole()


def test_a_database_put_back_while_the_node_runs_is_noticed_within_a_minute(pair: Pair) -> None:
    old = pair.backup(pair.giver)
    do_duties(pair.giver, pytest.fail)
    pair.restore(pair.giver, old)
    do_duties(pair.giver, pytest.fail)
    assert set(pair.epochs(pair.giver).values()) == {2}
    assert "this node was restored from a backup" in status(pair.giver).restarted[0]


def test_a_database_put_back_beside_a_new_folder_is_noticed(pair: Pair) -> None:
    (pair.giver.home / MARK).unlink()
    opened_again(pair, pair.giver)
    assert set(pair.epochs(pair.giver).values()) == {2}


def test_opening_a_node_again_begins_nothing(pair: Pair) -> None:
    for _ in range(3):
        opened_again(pair, pair.giver)
        do_duties(pair.giver, pytest.fail)
    assert set(pair.epochs(pair.giver).values()) == {1}


def test_a_mark_that_cannot_be_read_is_no_proof_of_anything(pair: Pair) -> None:
    write_secret(pair.giver.home / MARK, b"{}")
    with pytest.raises(NotReady, match="is no mark of a node"), open_node(reopened(pair.giver), pair.agencies.clock):
        pass


def test_a_partner_that_was_put_back_too_and_asks_at_once_loses_nothing(pair: Pair) -> None:
    """Its sender has just begun an epoch and may begin no other yet; until it may, nothing goes."""
    early = pair.backup(pair.taker)
    pair.release(pair.giver, 2)
    pair.sync()
    late = pair.backup(pair.giver)
    do_duties(pair.giver, pytest.fail)
    pair.restore(pair.giver, late)
    pair.restore(pair.taker, early)
    pair.release(pair.giver)
    opened_again(pair, pair.giver)
    pair.sync(pair.taker)
    pair.settled()
    pair.require_whole()

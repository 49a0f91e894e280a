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
from hamkar.actions.deliver_all import sync_now
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.actions.status import status
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import Purpose
from hamkar.store import outbox
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
    pair.release(pair.giver, 3)
    pair.sync()
    old = pair.backup(pair.giver)
    pair.release(pair.giver, 2)
    pair.sync()
    pair.restore(pair.giver, old)
    pair.release(pair.giver, 4)
    pair.sync(pair.giver)
    pair.require_whole()
    assert 2 in pair.epochs(pair.giver).values()


def test_a_restored_receiver_gets_again_what_it_lost_though_nothing_waits_for_it(pair: Pair) -> None:
    pair.release(pair.giver, 2)
    pair.sync()
    old = pair.backup(pair.taker)
    pair.release(pair.giver, 3)
    pair.sync()
    pair.restore(pair.taker, old)
    pair.sync(pair.taker)
    pair.require_whole()
    assert set(pair.epochs(pair.giver).values()) == {1}


def test_a_restored_receiver_that_can_be_reached_only_by_the_sender_gets_it_too(pair: Pair) -> None:
    pair.release(pair.giver, 2)
    pair.sync()
    old = pair.backup(pair.taker)
    pair.release(pair.giver, 3)
    pair.sync()
    pair.restore(pair.taker, old)
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

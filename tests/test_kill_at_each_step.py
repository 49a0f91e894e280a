"""Rule 16 at every named step: real commands are killed before and after each, and lose and double nothing.

A step is named as its caller finds it; one that is renamed, or no longer taken, fails here. Where a unit of work is
committed the database server dies too, at every commit of the command.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from hamkar.actions.deliver_all import sync_now
from hamkar.actions.node import open_node
from hamkar.actions.release import release_many
from hamkar.model.agreement import Purpose
from hamkar.settings import Settings
from loopback import link_here
from real_nodes import (
    FINE,
    PATIENCE_SECONDS,
    Running,
    compare_ends,
    compare_records,
    drained,
    file_new,
    in_agreement,
    new_reports,
    wait_until,
)
from sudden_death import LAST_WORD, Death, find
from warm_start import Started

RELEASING = (
    "hamkar.store.reports.reports_named",
    "hamkar.store.outbox.lock_stream",
    "hamkar.store.releases.earlier_releases",
    "hamkar.store.releases.put_releases",
    "hamkar.actions.send.encode_message",
    "hamkar.store.outbox.queue",
    "hamkar.store.rows.Writes.close",
    "hamkar.store.log.append_many",
)
DELIVERING = (
    "hamkar.store.outbox.streams",
    "hamkar.store.partners.find_partner",
    "hamkar.store.outbox.find_stream",
    "hamkar.store.outbox.messages_from",
    "hamkar.store.outbox.chain_at",
    "hamkar.actions.deliver.sign_bundle",
    "hamkar.actions.deliver.seal_bundle",
    "hamkar.transport.https.PartnerLink.post_bundle",
    "hamkar.actions.deliver.read_receipt",
    "hamkar.store.outbox.lock_stream",
    "hamkar.actions.deliver.settle",
    "hamkar.store.outbox.acknowledge",
    "hamkar.store.rows.Writes.close",
    "hamkar.store.receipts.put_receipt",
    "hamkar.store.log.append",
)
RECEIVING = (
    "hamkar.actions.receive_bundle.trust",
    "hamkar.actions.receive_bundle.open_frame",
    "hamkar.store.inbox.lock_stream",
    "hamkar.actions.receive_bundle.judge",
    "hamkar.actions.receive_bundle.accept_all",
    "hamkar.actions.accepting.accept.known_of",
    "hamkar.store.reports.copy_reports",
    "hamkar.store.events.copy_events",
    "hamkar.store.inbox.put_messages",
    "hamkar.store.inbox.advance",
    "hamkar.store.inbox.put_evidence",
    "hamkar.store.rows.Writes.close",
    "hamkar.actions.receive_bundle.sign_receipt",
    "hamkar.store.receipts.put_receipt",
    "hamkar.store.log.append",
    "hamkar.api.exchange.receive",
    "hamkar.api.exchange.write_answer",
)
MAKING_KEYS = (
    ("hamkar.actions.init_node.new_root_key", 1),
    *(("hamkar.actions.init_node.write_secret", count) for count in (1, 2, 3)),
    *(("os.fsync", count) for count in (1, 2, 3)),
    *(("pathlib.Path.replace", count) for count in (1, 2, 3)),
    ("hamkar.actions.init_node.first_card", 1),
    ("hamkar.actions.init_node.put_own_card", 1),
    ("psycopg.Connection.commit", 1),
)
"""Each step with the time it is taken at which it is fatal: there are three secret files."""

COMMIT = "psycopg.Connection.commit"
POOLED_COMMIT = "psycopg.Transaction.__exit__"
DELIVER = "hamkar.actions.deliver_all.deliver"
RECEIVE = "hamkar.api.exchange.receive"
"""Only what is done while bundles are delivered or received counts; the command does other things besides."""

BOTH = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@dataclass
class Pair:
    """Two nodes, and what was released from one to the other so far."""

    giver: Running
    taker: Running
    released: list[UUID] = field(default_factory=list)

    def file(self) -> list[UUID]:
        """File records that are about to be released."""
        made = new_reports(self.giver.node, 2)
        file_new(self.giver.node, made)
        return [report.id for report in made]

    def release(self, ids: list[UUID]) -> None:
        """Release records in the ordinary way, which changes nothing where that was done."""
        release_many(self.giver.node, ids, self.taker.node.id, Purpose.INVESTIGATION, by="test")
        self.released += ids

    def run(self, arguments: list[str], death: Death) -> bool:
        """Run a command on the giver to its end; whether it died on the way."""
        process, heard = self.giver.run(arguments, death)
        return ended(process, heard)

    def check(self) -> None:
        """Everything drains, and nothing is lost or doubled."""
        if not self.taker.answers.is_set():
            self.taker.start()
        wait_until(self.delivered, "what waits is delivered")
        assert compare_records(self.giver.node, self.taker.node, self.released) == FINE

    def delivered(self) -> bool:
        """Deliver what waits; whether all of it was."""
        return not any(each.stopped for each in sync_now(self.giver.node, self.taker.node.id, link_here).delivered)


def ended(process: Started, heard: IO[bytes]) -> bool:
    """Wait for the end of a process; whether it killed itself."""
    with heard:
        said = heard.read()
    assert process.gone(PATIENCE_SECONDS)
    return said.endswith(LAST_WORD)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Two nodes with an agreement in force; only the taker runs."""
    with in_agreement() as (giver, taker):
        giver.kill()
        pair = Pair(giver, taker)
        yield pair
        pair.check()
        assert drained(giver.node)
        assert compare_ends(giver.node, taker.node, pair.released) == FINE


@pytest.mark.parametrize(
    "step", [*RELEASING, *DELIVERING, *RECEIVING, *(step for step, _ in MAKING_KEYS), COMMIT, POOLED_COMMIT]
)
def test_the_step_bears_its_name(step: str) -> None:
    assert callable(find(step)[2])


@BOTH
@pytest.mark.parametrize("step", RELEASING)
def test_release_dies(pair: Pair, step: str, *, after: bool) -> None:
    wanted = pair.file()
    died = pair.run(release_command(pair, wanted[0]), Death(step=step, after=after))
    pair.release(wanted)
    assert died, f"{step} is not taken any more: name the step that is"
    pair.check()


@BOTH
def test_release_dies_with_its_database_at_each_commit(pair: Pair, *, after: bool) -> None:
    wanted = pair.file()
    count = 1
    while pair.run(release_command(pair, wanted[0]), at_commit(pair.giver, COMMIT, count, after=after)):
        count += 1
    assert count > 1
    pair.release(wanted)
    pair.check()


def release_command(pair: Pair, record: UUID) -> list[str]:
    """The command that releases a record."""
    return ["release", str(record), "--to", pair.taker.node.id, "--purpose", "investigation"]


def at_commit(of: Running, step: str, count: int, *, after: bool, scope: str = "") -> Death:
    """Death at a commit, together with the node's database server."""
    return Death(step=step, after=after, count=count, scope=scope, data=str(of.data))


@BOTH
@pytest.mark.parametrize("step", DELIVERING)
def test_the_giver_dies(pair: Pair, step: str, *, after: bool) -> None:
    pair.release(pair.file())
    assert pair.run(["sync"], Death(step=step, after=after)), f"{step} is not taken any more: name the step that is"
    pair.check()


@BOTH
def test_the_giver_dies_with_its_database_at_each_commit(pair: Pair, *, after: bool) -> None:
    count, died = 0, True
    while died:
        count += 1
        pair.release(pair.file())
        died = pair.run(["sync"], at_commit(pair.giver, COMMIT, count, after=after, scope=DELIVER))
    assert count > 2
    pair.check()


@BOTH
@pytest.mark.parametrize("step", RECEIVING)
def test_the_taker_dies(pair: Pair, step: str, *, after: bool) -> None:
    scope = RECEIVE if not step.startswith("hamkar.api.") else ""
    assert taker_dies(pair, Death(step=step, after=after, scope=scope)), f"{step} is not taken any more: name what is"
    pair.check()


@BOTH
def test_the_taker_dies_with_its_database_at_each_commit(pair: Pair, *, after: bool) -> None:
    count = 1
    while taker_dies(pair, at_commit(pair.taker, POOLED_COMMIT, count, after=after, scope=RECEIVE)):
        count += 1
    assert count > 1
    pair.check()


def taker_dies(pair: Pair, death: Death) -> bool:
    """Send a bundle to a node that is to die of it; whether it did. It does not run afterwards."""
    pair.release(pair.file())
    pair.taker.kill()
    pair.taker.launch(death)
    assert pair.taker.answers.wait(PATIENCE_SECONDS)
    arrived = pair.delivered()
    died = pair.taker.process is not None and pair.taker.process.gone(0 if arrived else 5)
    pair.taker.kill()
    pair.taker.answers.clear()
    return died


@BOTH
@pytest.mark.parametrize(("step", "count"), MAKING_KEYS)
def test_a_node_dies_in_the_making(pair: Pair, tmp_path: Path, step: str, count: int, *, after: bool) -> None:
    with new_home(pair, tmp_path) as settings:
        assert dies_making(pair, settings, Death(step=step, after=after, count=count))
        assert not dies_making(pair, settings, None)
        with open_node(settings) as made:
            assert made.agency.name == "Synthetic agency"


def dies_making(pair: Pair, settings: Settings, death: Death | None) -> bool:
    """Make a node, or die on the way; whether it died."""
    reads, writes = os.pipe()
    process = pair.giver.warm.start(
        ["init", "Synthetic agency", "--country", "AZ"],
        settings.home,
        out=writes,
        said=pair.giver.said.fileno(),
        death=death,
        url=settings.database_url,
    )
    os.close(writes)
    return ended(process, os.fdopen(reads, "rb"))


@contextmanager
def new_home(pair: Pair, folder: Path) -> Iterator[Settings]:
    """A folder and a database for one node more, on the giver's server."""
    name = sql.Identifier("a_new_node")
    address = make_conninfo(pair.giver.node.database.conninfo(), dbname="a_new_node")
    try:
        yield Settings(home=folder / "home", database_url=address)
    finally:
        with pair.giver.node.database.administration() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

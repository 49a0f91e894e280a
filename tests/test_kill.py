"""Rule 16: nothing acknowledged is ever lost, nothing is applied twice, whatever is killed.

Two real nodes, each with its own durable PostgreSQL and its own process; both processes and both servers are killed
with SIGKILL at random moments while records are released.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from fixtures_postgres import DISK, open_folder
from hamkar.actions.agreements import DraftTerms, list_standing, propose, sign
from hamkar.actions.check_log import check_log
from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.node import Node, open_node, remove_node
from hamkar.actions.partners import add_partner
from hamkar.actions.release import release_many
from hamkar.actions.status import status
from hamkar.errors import Unreachable
from hamkar.model.agency import Standing
from hamkar.model.agreement import AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.handling import HandlingCode
from hamkar.model.report import Report
from hamkar.settings import Settings
from hamkar.store import inbox, reports
from hamkar.store.reports import Filed
from reports import kilograms, line

KILLS = int(os.environ.get("KILLS", "16"))
SEED = int(os.environ.get("SEED", "20260601"))
PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A node with a process of its own that can be killed and started again."""

    node: Node
    settings: Settings
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the node's process and wait until it listens."""
        command = [sys.executable, "-m", "hamkar", "serve", "--port", "0", "--json"]
        environment = {**os.environ, "HAMKAR_HOME": str(self.settings.home)}
        environment.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert json.loads(self.process.stdout.readline())["url"]

    def kill(self) -> None:
        """Kill the node's process without warning."""
        assert self.process
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def kill_postgres(self) -> None:
        """Kill the node's database server without warning."""
        with self.node.database.administration() as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row
        os.kill(int(Path(row[0], "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


@contextmanager
def two_nodes() -> Iterator[tuple[Running, Running]]:
    """Two agencies that know each other and have an agreement in force."""
    folder = open_folder(DISK)
    with ExitStack() as stack:
        stack.callback(folder.rmdir)
        made = []
        for name, country in (("Giver", "IR"), ("Taker", "AZ")):
            settings = Settings(home=folder / country)
            stack.callback(remove_node, settings)
            wanted = NewNode(
                name=name,
                country=country,
                standing=Standing.AGENCY,
                endpoint=f"https://127.0.0.1:{free_port()}",
                host="127.0.0.1",
                password="an invented password",  # noqa: S106 - of an invented node
            )
            init_node(settings, wanted)
            made.append(Running(stack.enter_context(open_node(settings)), settings))
        giver, taker = made
        add_partner(giver.node, taker.node.signed_card.envelope, fingerprint=taker.node.id, by="test")
        add_partner(taker.node, giver.node.signed_card.envelope, fingerprint=giver.node.id, by="test")
        for running in made:
            running.start()
            stack.callback(running.kill)
        signed = propose(giver.node, taker.node.id, terms(giver.node), by="test")
        wait_until(lambda: len(list_standing(taker.node)) == 1)
        sign(taker.node, signed.id, by="test")
        wait_until(lambda: list_standing(giver.node)[0].state is AgreementState.IN_FORCE)
        yield giver, taker


def terms(node: Node) -> DraftTerms:
    """Invented terms that cover drug seizures."""
    return DraftTerms(
        title="Seizures",
        legal_basis="1988 Convention, article 9",
        rights_clause="no capital use",
        purposes=(Purpose.INVESTIGATION,),
        categories=(Category.DRUG_SEIZURE,),
        fields=(ReportField.LINES,),
        highest_handling=HandlingCode.H1,
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="bilateral",
        valid_from=node.today,
        valid_until=node.today + timedelta(days=30),
    )


def wait_until(happened: object) -> None:
    """Wait for something, for a while; a server that is just being brought back does not count as an answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if happened():  # type: ignore[operator] # a callable without arguments
                return
        except Unreachable:
            pass
        time.sleep(0.05)
    pytest.fail("it did not happen in time")


@dataclass
class Submitter:
    """Files and releases invented reports; ``released`` are those whose release was acknowledged to it."""

    giver: Node
    taker: str
    released: list[UUID] = field(default_factory=list)

    def submit(self, count: int) -> None:
        """File and release some reports, again and again until the database has acknowledged both."""
        made = [
            Report(
                id=self.giver.new_id(),
                originator=self.giver.id,
                group=self.giver.new_id(),
                lineage="test",
                lines=(line("heroin", kilograms("1.5")),),
            )
            for _ in range(count)
        ]
        self._insist(lambda: self._file(made))
        ids = [report.id for report in made]
        self._insist(lambda: release_many(self.giver, ids, self.taker, Purpose.INVESTIGATION, by="test"))
        self.released += ids

    def _file(self, made: list[Report]) -> None:
        with self.giver.database.transaction() as connection:
            new = [r for r in made if not reports.holds(connection, self.giver.id, r.id.bytes)]
            filed = [Filed(report, report.group, report.id.bytes) for report in new]
            reports.copy_reports(connection, filed, received_at=self.giver.now())

    def _insist(self, act: object) -> None:
        while True:
            try:
                act()  # type: ignore[operator] # a callable without arguments
            except Unreachable:
                time.sleep(0.05)
            else:
                return


@pytest.mark.timeout(240)
def test_nothing_is_lost_or_doubled_whatever_is_killed() -> None:
    chance = random.Random(SEED)  # noqa: S311 - the moments of the kills, not a secret
    with two_nodes() as (giver, taker):
        submitter = Submitter(giver.node, taker.node.id)
        for _ in range(KILLS):
            submitter.submit(chance.randint(1, 40))
            time.sleep(chance.uniform(0, 0.4))
            victim = chance.choice((giver, taker))
            if chance.random() < 0.5:
                victim.kill()
                submitter.submit(chance.randint(1, 20))
                victim.start()
            else:
                victim.kill_postgres()
            submitter.submit(1)
        wait_until(lambda: not status(giver.node).waiting)
        check_both_ends(giver.node, taker.node, submitter.released)


def check_both_ends(giver: Node, taker: Node, released: list[UUID]) -> None:
    """What was released is at the taker once, in an unbroken sequence, with receipts; both logs hold together."""
    with taker.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1_000_000, offset=0)
        held = reports.count_reports(connection)
    arrived = Counter(row.record for row in rows if row.kind == "report")
    assert set(arrived) == {str(record) for record in released}, "lost or invented"
    assert set(arrived.values()) == {1}, "doubled"
    assert held == {giver.id: len(released)}
    assert {row.acceptance for row in rows} == {"accepted"}
    numbers = sorted(row.seq for row in rows if row.kind == "report")
    assert numbers == list(range(1, len(released) + 1)), "a gap in the sequence"
    with giver.database.transaction() as connection:
        told = connection.execute("SELECT verdict, count(*) FROM nominal.outbox GROUP BY verdict").fetchall()
        assert told == [("accepted", len(released) + 1)]
    assert check_log(giver).broken_at is None
    assert check_log(taker).broken_at is None

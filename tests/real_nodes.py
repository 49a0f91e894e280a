"""Two real nodes, each with a durable PostgreSQL and a process of its own, both of which may be killed at any moment.

Everything in them is synthetic. A node listens on 127.0.0.1; its card may name another address of this machine, so that
something can stand between.
"""

import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from fixtures_postgres import DISK, open_folder
from hamkar.actions.agreements import DraftTerms, list_standing, propose, sign
from hamkar.actions.check_log import check_log
from hamkar.actions.deliver_all import sync_now
from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.node import Node, open_node, remove_node
from hamkar.actions.partners import add_partner
from hamkar.actions.release import release_many
from hamkar.actions.status import status
from hamkar.errors import HamkarError, Unreachable
from hamkar.exchange.receipt import read_receipt
from hamkar.model.agency import Standing
from hamkar.model.agreement import AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.handling import HandlingCode
from hamkar.model.report import Report
from hamkar.settings import Settings
from hamkar.store import inbox, reports
from hamkar.store.reports import Filed
from loopback import link_here
from reports import kilograms, line
from sudden_death import Death, kill_server
from warm_start import Started, WarmStart

LISTENS = "127.0.0.1"
PASSWORD = "a long synthetic password"  # noqa: S105 - of nodes that live as long as a test
PATIENCE_SECONDS = 120
_FIRST_PORT, _LAST_PORT = 15_000, 30_000


def free_port() -> int:
    """A port nobody listens on now, and none that the system gives to connections while a node is down."""
    while True:
        port = random.randint(_FIRST_PORT, _LAST_PORT)  # noqa: S311 - a port, not a secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port


def resident_megabytes(process: int) -> float:
    """The memory a process occupies now; 0 where it has just ended."""
    with suppress(OSError):
        for text in Path(f"/proc/{process}/status").read_text().splitlines():
            if text.startswith("VmRSS:"):
                return int(text.split()[1]) / 1024
    return 0.0


@dataclass
class Running:
    """A node with a process of its own that can be killed and started again.

    ``seconds_to_answer`` are those of every start, from the command to the line that says where it listens.
    """

    node: Node
    settings: Settings
    data: Path
    said: IO[bytes]
    warm: WarmStart
    process: Started | None = None
    answers: threading.Event = field(default_factory=threading.Event)
    seconds_to_answer: list[float] = field(default_factory=list)

    def launch(self, death: Death | None = None) -> None:
        """Start the node's process; ``answers`` is set once it listens."""
        arguments = ["serve", "--port", "0", "--partner-host", LISTENS, "--json"]
        self.answers = threading.Event()
        self.process, heard = self.run(arguments, death)
        threading.Thread(target=self._listen, args=(heard, self.answers), daemon=True).start()

    def run(self, arguments: list[str], death: Death | None = None) -> tuple[Started, IO[bytes]]:
        """Start any command on the node: its process, and what it prints."""
        reads, writes = os.pipe()
        started = self.warm.start(arguments, self.settings.home, out=writes, said=self.said.fileno(), death=death)
        os.close(writes)
        return started, os.fdopen(reads, "rb")

    def _listen(self, heard: IO[bytes], answers: threading.Event) -> None:
        started = time.monotonic()
        with heard:
            if heard.readline():
                self.seconds_to_answer.append(time.monotonic() - started)
                answers.set()
            heard.read()

    def start(self) -> None:
        """Start the node's process and wait until it listens."""
        self.launch()
        assert self.answers.wait(PATIENCE_SECONDS), "the node did not start"

    def kill(self) -> None:
        """Kill the node's process without warning."""
        if self.process:
            self.process.kill()

    def kill_postgres(self, *, whole: bool) -> bool:
        """Kill the node's database server without warning, or only its first process; False where none was running."""
        if whole:
            return kill_server(self.data)
        with suppress(OSError, IndexError, ValueError):
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            return True
        return False


Endpoint = Callable[[int], str]
"""The address on the card of a node that listens on a port."""


def direct(port: int) -> str:
    """Where the node itself listens."""
    return f"https://{LISTENS}:{port}"


@contextmanager
def two_nodes(endpoint: Endpoint = direct) -> Iterator[tuple[Running, Running]]:
    """Two agencies that know each other and have an agreement in force; their processes are not started yet."""
    folder = open_folder(DISK)
    with ExitStack() as stack:
        stack.callback(folder.rmdir)
        warm = stack.enter_context(WarmStart())
        giver, taker = (
            stack.enter_context(_new_node(folder / country, name, endpoint, warm)) for name, country in _AGENCIES
        )
        add_partner(giver.node, taker.node.signed_card.envelope, fingerprint=taker.node.id, by="test")
        add_partner(taker.node, giver.node.signed_card.envelope, fingerprint=giver.node.id, by="test")
        yield giver, taker


_AGENCIES = (("Synthetic giver", "IR"), ("Synthetic taker", "AZ"))


@contextmanager
def _new_node(home: Path, name: str, endpoint: Endpoint, warm: WarmStart) -> Iterator[Running]:
    settings = Settings(home=home)
    port = free_port()
    wanted = NewNode(
        name=name,
        country=home.name,
        standing=Standing.AGENCY,
        endpoint=endpoint(port),
        host=LISTENS,
        password=PASSWORD,
    )
    with ExitStack() as stack:
        stack.callback(remove_node, settings)
        init_node(settings, wanted)
        said = home.with_suffix(".said")
        stack.callback(said.unlink)
        node = stack.enter_context(open_node(settings))
        running = Running(node, settings, _data_folder(node), stack.enter_context(said.open("a+b")), warm)
        stack.callback(running.kill)
        yield running


def _data_folder(node: Node) -> Path:
    with node.database.administration() as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    assert row
    return Path(row[0])


@contextmanager
def in_agreement(endpoint: Endpoint = direct) -> Iterator[tuple[Running, Running]]:
    """Two nodes that run, with an agreement in force between them."""
    with two_nodes(endpoint) as (giver, taker):
        giver.launch()
        taker.launch()
        signed = propose(giver.node, taker.node.id, terms(giver.node), by="test")
        wait_until(lambda: len(list_standing(taker.node)) == 1, "the proposal arrives")
        sign(taker.node, signed.id, by="test")
        for each in (giver.node, taker.node):
            wait_until(lambda each=each: _in_force(each), "the agreement is in force")  # type: ignore[misc] # bound now
        yield giver, taker


def _in_force(node: Node) -> bool:
    return [one.state for one in list_standing(node)] == [AgreementState.IN_FORCE] and not status(node).waiting


def terms(node: Node) -> DraftTerms:
    """Invented terms that cover drug seizures."""
    return DraftTerms(
        title="Synthetic seizures",
        legal_basis="1988 Convention, article 9",
        rights_clause="no capital use",
        purposes=(Purpose.INVESTIGATION,),
        categories=(Category.DRUG_SEIZURE,),
        fields=(ReportField.LINES, ReportField.AGENCY),
        highest_handling=HandlingCode.H1,
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="bilateral",
        valid_from=node.today,
        valid_until=node.today + timedelta(days=30),
    )


class TooLate(AssertionError):
    """What was waited for did not happen."""


def wait_until(happened: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> None:
    """Wait for something, for a while; a server that is just being brought back does not count as an answer."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with suppress(Unreachable):
            if happened():
                return
        time.sleep(0.05)
    msg = f"waited {patience:.0f} s in vain: {what}"
    raise TooLate(msg)


def drained(*nodes: Node) -> bool:
    """Whether nothing waits at any of these nodes."""
    return not any(status(node).waiting for node in nodes)


def deliver_everything(*nodes: Node) -> bool:
    """Deliver what waits, as `hamkar sync` does; whether all was delivered."""
    return not [each for node in nodes for each in sync_now(node, None, link_here).delivered if each.stopped]


def new_reports(node: Node, count: int) -> list[Report]:
    """Invented reports that a node is about to file."""
    return [
        Report(
            id=node.new_id(),
            originator=node.id,
            group=node.new_id(),
            lineage="synthetic",
            agency="Synthetic border post",
            lines=(line("heroin", kilograms("1.5")), line("opium", kilograms("20"))),
        )
        for _ in range(count)
    ]


def file_new(node: Node, made: list[Report]) -> None:
    """File those of the reports that are not held yet."""
    with node.database.transaction() as connection:
        new = [report for report in made if not reports.holds(connection, node.id, report.id.bytes)]
        filed = [Filed(report, report.group, report.id.bytes) for report in new]
        reports.copy_reports(connection, filed, received_at=node.now())


@dataclass
class Submitter:
    """Files and releases invented reports; ``released`` are those whose release was acknowledged to it."""

    giver: Node
    taker: str
    released: list[UUID] = field(default_factory=list)

    def submit(self, count: int) -> None:
        """File and release some reports, again and again until the database has acknowledged both."""
        made = new_reports(self.giver, count)
        insist(lambda: file_new(self.giver, made))
        ids = [report.id for report in made]
        insist(lambda: release_many(self.giver, ids, self.taker, Purpose.INVESTIGATION, by="test"))
        self.released += ids


def insist(act: Callable[[], object]) -> None:
    """Do it again and again until the database has acknowledged it."""
    while True:
        try:
            act()
        except Unreachable:
            time.sleep(0.02)
        else:
            return


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between what one end was told is released and what the other holds."""

    lost: int
    doubled: int
    faults: tuple[str, ...]


FINE = Compared(0, 0, ())


def compare_records(giver: Node, taker: Node, released: list[UUID]) -> Compared:
    """What was released against what the taker holds: once each, accepted, in an unbroken sequence."""
    with taker.database.transaction() as connection:
        rows = connection.execute(
            "SELECT stream, epoch, seq, record, acceptance FROM inbox WHERE partner = %s AND kind = 'report'",
            (giver.id,),
        ).fetchall()
        held = {row[0] for row in connection.execute("SELECT id FROM report WHERE originator = %s", (giver.id,))}
    wanted = {str(record) for record in released}
    arrived = Counter(record for _, _, _, record, _ in rows)
    return Compared(
        lost=len(wanted - set(arrived)) + len(set(released) - held),
        doubled=sum(count - 1 for count in arrived.values()),
        faults=_failed(
            {
                "a record came that nobody released": set(arrived) <= wanted,
                "a record is filed that nobody released": held <= set(released),
                "a record was rejected": {said for *_, said in rows} <= {"accepted"},
                "the numbers have a gap": _contiguous([(stream, epoch, seq) for stream, epoch, seq, _, _ in rows]),
            }
        ),
    )


def compare_ends(giver: Node, taker: Node, released: list[UUID]) -> Compared:
    """The same, and receipts that verify at both ends, equal chains, and logs that hold together."""
    found = compare_records(giver, taker, released)
    with taker.database.transaction() as connection:
        frozen = inbox.frozen_streams(connection)
    more = _failed(
        {
            "a stream is frozen": not frozen,
            "a release has no verdict": _all_told(giver),
            "the log of the giver is broken": check_log(giver).broken_at is None,
            "the log of the taker is broken": check_log(taker).broken_at is None,
            "the two ends have different chains": _chains(giver, "stream_out", taker)
            == _chains(taker, "stream_in", giver),
        }
    )
    return Compared(found.lost, found.doubled, (*found.faults, *more, *_bad_receipts(giver, taker)))


def _failed(checks: dict[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, fine in checks.items() if not fine)


def _contiguous(numbers: list[tuple[str, int, int]]) -> bool:
    streams: dict[tuple[str, int], list[int]] = {}
    for stream, epoch, seq in numbers:
        streams.setdefault((stream, epoch), []).append(seq)
    return all(sorted(found) == list(range(1, len(found) + 1)) for found in streams.values())


def _all_told(giver: Node) -> bool:
    with giver.database.transaction() as connection:
        rows = connection.execute("SELECT DISTINCT verdict FROM nominal.outbox WHERE release_id IS NOT NULL").fetchall()
    return {verdict for (verdict,) in rows} <= {"accepted"}


def _chains(node: Node, table: str, partner: Node) -> set[tuple[object, ...]]:
    with node.database.transaction() as connection:
        rows = connection.execute(
            f"SELECT stream, epoch, next_seq, chain FROM {table} WHERE partner = %s",  # noqa: S608 - two names of ours
            (partner.id,),
        ).fetchall()
    return set(rows)


def _bad_receipts(giver: Node, taker: Node) -> list[str]:
    """Every receipt the giver holds must be the taker's, for the giver's own chain, and at the taker too."""
    bad = []
    with giver.database.transaction() as connection:
        chains = {
            (stream, epoch, seq): chain
            for stream, epoch, seq, chain in connection.execute(
                "SELECT o.stream, o.epoch, o.seq, o.chain FROM nominal.outbox o JOIN receipt r"
                " ON o.partner = r.receiver AND o.stream = r.stream AND o.epoch = r.epoch AND o.seq = r.upto_seq"
                " WHERE r.sender = %s",
                (giver.id,),
            )
        }
        got = [row[0] for row in connection.execute("SELECT envelope FROM receipt WHERE sender = %s", (giver.id,))]
    with taker.database.transaction() as connection:
        given = {row[0] for row in connection.execute("SELECT envelope FROM receipt WHERE sender = %s", (giver.id,))}
    for envelope in got:
        try:
            receipt = read_receipt(envelope, taker.signed_card.card)
        except HamkarError as error:
            bad.append(str(error))
            continue
        if chains.get((receipt.stream, receipt.epoch, receipt.upto_seq)) != receipt.chain:
            bad.append(f"the receipt for {receipt.upto_seq} of {receipt.stream} is for another chain")
        if envelope not in given:
            bad.append(f"the receipt for {receipt.upto_seq} of {receipt.stream} is not kept where it was given")
    return bad

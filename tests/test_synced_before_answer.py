"""An answer leaves only after what it acknowledges is on the disk: seen in the system calls, not in the settings.

`strace` follows the receiving node and its PostgreSQL at once, so that all their calls stand in one order.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hamkar.actions.deliver import deliver
from loopback import link_here
from real_nodes import Running, Submitter, in_agreement
from sudden_death import process_tree

ANSWERS = 100
_CALLS = "trace=pwrite64,pwritev,fdatasync,fsync,sendto,recvfrom,read,write"
_LINE = re.compile(r"(?P<process>\d+) +[\d.]+ (?:<\.\.\. \w+ resumed>)?(?P<call>.*?)(?P<open> <unfinished \.\.\.>)?$")
_SECONDS_TO_ATTACH = 2
_NOTHING_SHOWS = "so NOTHING SHOWED HERE that an answer leaves after its sync"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Running, Running]]:
    """Two nodes with an agreement in force; only the taker runs."""
    if not shutil.which("strace"):
        pytest.skip(f"strace is not installed, {_NOTHING_SHOWS}: run scripts/test_needs.sh as root")
    with in_agreement() as (giver, taker):
        giver.kill()
        yield giver, taker


def test_every_answer_leaves_after_its_commit_is_on_the_disk(pair: tuple[Running, Running], tmp_path: Path) -> None:
    answers = watched_answers(*pair, tmp_path / "calls", ANSWERS)
    assert len(answers) == ANSWERS
    assert all(answers), f"{answers.count(False)} of {ANSWERS} answers left before the write was on the disk"


def test_the_same_look_sees_it_where_answers_do_not_wait(pair: tuple[Running, Running], tmp_path: Path) -> None:
    giver, taker = pair
    with taker.node.database.administration() as connection:
        connection.execute("ALTER DATABASE hamkar SET synchronous_commit = off")
    taker.kill()
    taker.start()
    assert not all(watched_answers(giver, taker, tmp_path / "calls", 10))


def watched_answers(giver: Running, taker: Running, calls: Path, count: int) -> list[bool]:
    """Whether a durable commit came before each answer, for so many bundles of one record, one after the other."""
    submitter = Submitter(giver.node, taker.node.id)
    with link_here(taker.node.signed_card.card) as link:

        def give_one() -> None:
            submitter.submit(1)
            assert [each.messages for each in deliver(giver.node, taker.node.id, link)] == [1]

        give_one()  # The connection is made, and what TLS says by itself is not taken for an answer.
        with followed(taker, calls):
            for _ in range(count):
                give_one()
    seen = Seen(taker.node.signed_card.card.endpoint.rpartition(":")[2])
    for line in calls.read_text(errors="replace").splitlines():
        seen.take(line)
    return seen.answers


@contextmanager
def followed(taker: Running, calls: Path) -> Iterator[None]:
    """Write down the calls of a node and its database server; skips, and says so, where that is not permitted."""
    assert taker.process
    server = int((taker.data / "postmaster.pid").read_text().split()[0])
    processes = [part for process in (taker.process.pid, *process_tree(server)) for part in ("-p", str(process))]
    command = ["strace", "-f", "-ttt", "-yy", "-s", "32", "-e", _CALLS, "-o", str(calls), *processes]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr
        time.sleep(_SECONDS_TO_ATTACH)
        if strace.poll() is not None:
            pytest.skip(f"strace may not follow processes here, {_NOTHING_SHOWS}: {strace.stderr.read()[:200]}")
        try:
            yield
        finally:
            strace.terminate()
            strace.stderr.read()


@dataclass
class Seen:
    """What the calls say so far, in the order they returned.

    A commit is durable once the server process that read COMMIT has written to the log file and synced that file. An
    answer is the first thing that goes out on a connection to the node's door after something came in.
    """

    door: str
    committing: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    unfinished: dict[str, str] = field(default_factory=dict)
    durable: bool = False
    asked: bool = False
    answers: list[bool] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Take the next line of the trace. What goes out counts when it begins, all else when it is done."""
        found = _LINE.match(line)
        assert found, line
        process, begun = found["process"], self.unfinished.pop(found["process"], "")
        call = begun + found["call"]
        if not begun and call.startswith(("sendto(", "write(")) and f":{self.door}->" in call:
            self._answered()
        if found["open"]:
            self.unfinished[process] = call
        else:
            self._done(process, call)

    def _answered(self) -> None:
        if self.asked:
            self.answers.append(self.durable)
        self.asked = self.durable = False

    def _done(self, process: str, call: str) -> None:
        name = call.partition("(")[0]
        if name in {"recvfrom", "read"} and f":{self.door}->" in call and not call.endswith(("= 0", "unavailable)")):
            self.asked = True
        elif name == "recvfrom" and '"Q\\0\\0\\0\\vCOMMIT' in call:
            self.committing.add(process)
            self.written.discard(process)
        elif process in self.committing and name.startswith("pwrite") and "/pg_wal/" in call:
            self.written.add(process)
        elif process in self.written and name in {"fdatasync", "fsync"} and "/pg_wal/" in call and call.endswith("= 0"):
            self.durable = True
            self.committing.discard(process)

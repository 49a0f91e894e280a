"""Two real nodes under random fire: nothing acknowledged is lost, nothing is applied twice (rule 16).

Both nodes' processes and both database servers are killed with SIGKILL; between the nodes stands a line that cuts,
delays, refuses, drips and garbles; a second sender repeats, overlaps and runs ahead. Records flow both ways meanwhile.
Then all faults stop, everything has to drain by itself, and the two ends are compared.

``python tests/torture.py SECONDS [SEED]``: progress on stderr; the last line on stdout is JSON, the line before it more
of the same. Exit status 1 where anything was lost, doubled, or otherwise wrong. A seed gives the same schedule again.
"""

import json
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from chaos_proxy import ChaosProxy
from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.status import status
from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import Halted
from hamkar.exchange.bundle import BundleHead, seal_bundle, sign_bundle, take
from hamkar.exchange.card import stored_card
from hamkar.store import outbox, partners
from hamkar.transport.https import PartnerLink
from loopback import link_here
from real_nodes import (
    LISTENS,
    Running,
    Submitter,
    TooLate,
    compare_ends,
    deliver_everything,
    drained,
    in_agreement,
    resident_megabytes,
    wait_until,
)

BAD_LINE = "127.0.0.2"
BACKLOG_LIMIT = 4_000
"""Submitters rest while more than this waits: the run is to end, and the machine may be slow."""

SECONDS_TO_DRAIN = 400
_PROGRESS_SECONDS = 10
_MOST_MESSAGES = 500


@dataclass
class Run:
    """What happened so far, by everybody who takes part."""

    stop: threading.Event = field(default_factory=threading.Event)
    kills: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


@contextmanager
def working(run: Run, works: list[tuple[str, Callable[[], None]]]) -> Iterator[None]:
    """Each work in a thread of its own, over and over until the run is stopped; one that breaks is a fault."""

    def repeat(work: Callable[[], None]) -> None:
        while not run.stop.is_set():
            work()

    with ThreadPoolExecutor(len(works)) as threads:
        running = [(name, threads.submit(repeat, work)) for name, work in works]
        try:
            yield
        finally:
            run.stop.set()
    broken = [(name, error) for name, each in running if (error := each.exception())]
    run.faults += [f"{name} broke: {''.join(traceback.format_exception(error))}" for name, error in broken]


def submitting(submitter: Submitter, chance: random.Random) -> Callable[[], None]:
    """Releases records in batches of all sizes, as long as not too much waits."""

    def work() -> None:
        time.sleep(chance.uniform(0, 0.3))
        try:
            waits = sum(one.messages for one in status(submitter.giver).waiting)
        except Unreachable:
            return
        if waits < BACKLOG_LIMIT:
            submitter.submit(int(chance.choice((1, 1, 5, 40, 120)) * chance.uniform(1, 3)))

    return work


def meddling(run: Run, giver: Node, taker: Node, chance: random.Random) -> Callable[[], None]:
    """A second sender beside the node's own: it delivers what waits, and sends old, overlapping and early bundles."""

    def work() -> None:
        time.sleep(chance.uniform(0, 0.2))
        try:
            with giver.database.transaction() as connection:
                card = stored_card(partners.find_partner(connection, taker.id).envelope).card
            with link_here(card, wait_seconds=10) as link:
                if chance.random() < 0.3:
                    deliver(giver, taker.id, link)
                    run.repeats["second_delivery"] += 1
                for _ in range(chance.randint(1, 6)):
                    meddle(run, giver, link, chance)
        except Unreachable:
            return
        except ProtocolError as error:
            if "does not speak TLS" not in str(error):  # which is what a garbled line looks like
                raise

    return work


def meddle(run: Run, giver: Node, link: PartnerLink, chance: random.Random) -> None:
    """Send some run of the giver's own messages, wherever the stream stands; it must never freeze."""
    with giver.database.transaction() as connection:
        stream = chance.choice([one for one in outbox.streams(connection) if one.next_seq > 1])
        first = chance.randint(1, stream.next_seq - 1)
        rows = outbox.messages_from(connection, stream, first, chance.randint(1, _MOST_MESSAGES))
        chain = outbox.chain_at(connection, stream, first - 1)
        card = stored_card(partners.find_partner(connection, stream.partner).envelope).card
    if not rows or chain is None:
        return
    head = BundleHead(
        sender=giver.id,
        to=stream.partner,
        stream=stream.stream,
        epoch=stream.epoch,
        first_seq=first,
        prev_chain=chain,
        issued_at=giver.now(),
    )
    chosen = [row.message for row in rows]
    frame = seal_bundle(sign_bundle(head, chosen[: take(chosen)], giver.keys.signer), card)
    answer = link.post_bundle(frame)
    run.repeats["ahead" if first > stream.acked_seq + 1 else "repeated"] += 1
    if isinstance(answer, Halted):
        run.faults.append(f"the stream {stream.stream} was stopped: {answer}")


def killing(run: Run, nodes: tuple[Running, Running], chance: random.Random) -> Callable[[], None]:
    """Kills one of the four at a time, a node mostly once it listens again, and starts the node again at once."""

    def work() -> None:
        time.sleep(chance.uniform(0.1, 0.7))
        victim, node = chance.choice(nodes), chance.random() < 0.5
        if node and (victim.answers.is_set() or chance.random() < 0.1):
            victim.kill()
            run.kills["node"] += 1
            victim.launch()
        elif victim.kill_postgres(whole=chance.random() < 0.5):
            run.kills["postgres"] += 1

    return work


def watching(run: Run, nodes: tuple[Running, Running]) -> Callable[[], None]:
    """Notes how much memory the nodes occupy."""

    def work() -> None:
        time.sleep(0.5)
        run.megabytes += [resident_megabytes(each.process.pid) for each in nodes if each.process]

    return work


def reporting(run: Run, submitters: list[Submitter], proxies: list[ChaosProxy]) -> Callable[[], None]:
    """Says on stderr how far it is."""
    started = time.monotonic()

    def work() -> None:
        if not run.stop.wait(_PROGRESS_SECONDS):
            say(
                f"{time.monotonic() - started:.0f} s: {run.kills.total()} kills, {faults_of(run, proxies).total()}"
                f" faults, {sum(len(one.released) for one in submitters)} messages released"
            )

    return work


def faults_of(run: Run, proxies: list[ChaosProxy]) -> Counter[str]:
    """Everything that befell the line."""
    return sum((proxy.faults for proxy in proxies), Counter(run.repeats))


def say(sentence: str) -> None:
    """A line of progress."""
    sys.stderr.write(f"torture: {sentence}\n")
    sys.stderr.flush()


def torture(seconds: float, seed: str) -> tuple[dict[str, object], dict[str, int | float]]:
    """The details and the verdict of one run."""
    run = Run()
    proxies: list[ChaosProxy] = []

    def chance(name: str) -> random.Random:
        return random.Random(f"{seed} {name}")  # noqa: S311 - the schedule, not a secret

    with ExitStack() as stack:

        def bad_line(port: int) -> str:
            proxy = ChaosProxy((BAD_LINE, port), (LISTENS, port), f"{seed} line {len(proxies)}")
            proxy.calm.set()
            proxies.append(stack.enter_context(proxy))
            return f"https://{BAD_LINE}:{port}"

        nodes = stack.enter_context(in_agreement(bad_line))
        one, other = (running.node for running in nodes)
        submitters = [Submitter(one, other.id), Submitter(other, one.id)]
        works = [
            ("submitter 1", submitting(submitters[0], chance("submitter 1"))),
            ("submitter 2", submitting(submitters[1], chance("submitter 2"))),
            ("second sender 1", meddling(run, one, other, chance("second sender 1"))),
            ("second sender 2", meddling(run, other, one, chance("second sender 2"))),
            ("watch", watching(run, nodes)),
            ("report", reporting(run, submitters, proxies)),
        ]
        before = [resident_megabytes(each.process.pid) for each in nodes if each.process]
        for proxy in proxies:
            proxy.calm.clear()
        started = time.monotonic()
        with working(run, works):
            strike = killing(run, nodes, chance("kills"))
            while time.monotonic() < started + seconds and not run.faults:
                strike()
        lasted = time.monotonic() - started
        say("all faults stop")
        for proxy in proxies:
            proxy.calm.set()
        run.faults += wait_for_the_end(one, other)
        drained_in = time.monotonic() - started - lasted
        compared = [
            compare_ends(one, other, submitters[0].released),
            compare_ends(other, one, submitters[1].released),
        ]
        run.faults += [fault for each in compared for fault in each.faults] + complaints(nodes)
        details: dict[str, object] = {
            "seed": seed,
            "wrong": run.faults,
            "kills": dict(run.kills),
            "faults": dict(faults_of(run, proxies)),
            "seconds_to_drain": round(drained_in, 1),
            "seconds_from_start_to_answer": spread([s for each in nodes for s in each.seconds_to_answer]),
            "megabytes": {
                "at_start": [round(size, 1) for size in before],
                "at_end": [round(resident_megabytes(each.process.pid), 1) for each in nodes if each.process],
                "largest": round(max(run.megabytes, default=0), 1),
            },
        }
    return details, {
        "seconds": round(lasted, 1),
        "kills": run.kills.total(),
        "faults": faults_of(run, proxies).total(),
        "messages": sum(len(each.released) for each in submitters),
        "lost": sum(each.lost for each in compared),
        "doubled": sum(each.doubled for each in compared),
    }


def wait_for_the_end(one: Node, other: Node) -> list[str]:
    """Everything drains; what does not is a fault. Partners that back off from each other are told to go on."""
    try:
        wait_until(lambda: deliver_everything(one, other), "what waits is delivered", SECONDS_TO_DRAIN)
        wait_until(lambda: drained(one, other), "everything drains", SECONDS_TO_DRAIN)
    except TooLate as error:
        return [str(error), *(waits.sentence() for node in (one, other) for waits in status(node).waiting)]
    return []


def complaints(nodes: tuple[Running, Running]) -> list[str]:
    """What the nodes themselves took for a mistake of their own."""
    found = []
    for each in nodes:
        each.said.seek(0)
        said = each.said.read().decode(errors="replace").splitlines()
        found += [text for text in said if text.startswith(("Traceback", "hamkar.errors", "ERROR"))]
    return found


def spread(seconds: list[float]) -> dict[str, float]:
    """The middle and the largest of these."""
    return {"median": round(median(seconds), 2), "largest": round(max(seconds), 2)}


def main() -> None:
    """Run it and say how it ended."""
    seconds = float(sys.argv[1])
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    say(f"{seconds:.0f} seconds with seed {seed}")
    details, verdict = torture(seconds, seed)
    sys.stdout.write(json.dumps(details) + "\n" + json.dumps(verdict) + "\n")
    sys.exit(1 if verdict["lost"] or verdict["doubled"] or details["wrong"] else 0)


if __name__ == "__main__":
    main()

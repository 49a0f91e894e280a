"""Exchange between two nodes: single records, bundles, and a backlog, beside the floors of the same run.

Both nodes have a durable PostgreSQL of their own and speak TLS; policy and every check of what arrives are on. The
taker is a `hamkar serve`; the giver releases and delivers in this process, for the backlog it is a `hamkar serve` too.
``PYTHONPATH=tests python benchmarks/exchange.py [SINGLE BUNDLED BACKLOG]`` (numbers of records)
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.release import release, release_many
from hamkar.actions.status import status
from hamkar.model.agreement import Purpose
from hamkar.transport.https import PartnerLink
from loopback import link_here
from real_nodes import FINE, Running, compare_ends, file_new, in_agreement, new_reports, resident_megabytes
from scratch import write_result

SIZES = (2_000, 20_000, 100_000)
SUBMITTERS = 4
FLOOR_SECONDS = 2.0
_AT_ONCE = 500
_CONNECTIONS = 8


def main() -> None:
    """Measure and write the table."""
    single, bundled, backlog = map(int, sys.argv[1:4]) if len(sys.argv) > 1 else SIZES
    with in_agreement() as (giver, taker):
        giver.kill()
        with giver.node.database.pooled(_CONNECTIONS) as pool:
            here = replace(giver.node, database=pool)
            pair = Pair(giver, taker, here, [])
            measured = {
                "single": pair.one_by_one(single),
                "several": pair.several_at_once(single),
                "bundled": pair.bundles(bundled),
                "floors": floors(here, taker.node, min(bundled, 20_000)),
                "backlog": pair.backlog(backlog),
            }
        compared = compare_ends(giver.node, taker.node, pair.released)
        assert compared == FINE, compared
    results = Path(__file__).parent / "results" / "exchange.json"
    results.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    write_result("exchange", table(measured))


@dataclass
class Pair:
    """Two nodes in agreement; ``here`` is the giver with pooled connections."""

    giver: Running
    taker: Running
    here: Node
    released: list[UUID]

    @contextmanager
    def link(self) -> Iterator[PartnerLink]:
        """The way to the taker, which also has answered once."""
        with link_here(self.taker.node.signed_card.card) as link:
            self._give(self._filed(1)[0], link)
            yield link

    def _filed(self, count: int) -> list[UUID]:
        """New records of the giver, not yet released."""
        ids: list[UUID] = []
        for _ in range(0, count, _AT_ONCE):
            made = new_reports(self.here, min(_AT_ONCE, count - len(ids)))
            file_new(self.here, made)
            ids += [report.id for report in made]
        self.released += ids
        return ids

    def _give(self, record: UUID, link: PartnerLink) -> None:
        release(self.here, record, self.taker.node.id, Purpose.INVESTIGATION, by="benchmark")
        assert [each.stopped for each in deliver(self.here, self.taker.node.id, link)] == [""]

    def one_by_one(self, count: int) -> dict[str, float]:
        """One record after the other, each from the start of its release to its stored receipt."""
        wanted = self._filed(count)
        seconds = []
        with self.link() as link:
            started = time.perf_counter()
            for record in wanted:
                begun = time.perf_counter()
                self._give(record, link)
                seconds.append(time.perf_counter() - begun)
            return {"rate": count / (time.perf_counter() - started), **spread(seconds)}

    def several_at_once(self, count: int) -> dict[str, float]:
        """The same with several officers at once, and one delivery that takes what waits whenever it comes round."""
        wanted = self._filed(count)
        seconds: list[float] = []
        rounds, stop = Rounds(), threading.Event()

        def submit(mine: list[UUID]) -> None:
            for record in mine:
                begun = time.perf_counter()
                release(self.here, record, self.taker.node.id, Purpose.INVESTIGATION, by="benchmark")
                rounds.wait_for_one_more()
                seconds.append(time.perf_counter() - begun)

        def keep_delivering() -> None:
            with self.link() as link:
                while not stop.is_set():
                    with rounds.one():
                        deliver(self.here, self.taker.node.id, link)

        courier = threading.Thread(target=keep_delivering)
        officers = [threading.Thread(target=submit, args=(wanted[n::SUBMITTERS],)) for n in range(SUBMITTERS)]
        courier.start()
        started = time.perf_counter()
        for officer in officers:
            officer.start()
        for officer in officers:
            officer.join()
        lasted = time.perf_counter() - started
        stop.set()
        courier.join()
        return {"rate": count / lasted, "submitters": SUBMITTERS, **spread(seconds)}

    def bundles(self, count: int) -> dict[str, float]:
        """Many records that wait, delivered in bundles until the last receipt is stored."""
        releasing = self._queue(count)
        with link_here(self.taker.node.signed_card.card) as link:
            started = time.perf_counter()
            delivered = deliver(self.here, self.taker.node.id, link)
            lasted = time.perf_counter() - started
        assert [(each.messages, each.stopped) for each in delivered] == [(count, "")]
        return {"messages": count, "rate": count / lasted, "released_per_second": count / releasing}

    def _queue(self, count: int) -> float:
        """Release so many records at once; the seconds of the release alone."""
        wanted = self._filed(count)
        started = time.perf_counter()
        for first in range(0, count, _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            release_many(self.here, some, self.taker.node.id, Purpose.INVESTIGATION, by="benchmark")
        return time.perf_counter() - started

    def backlog(self, count: int) -> dict[str, float]:
        """A backlog drains by itself: from the giver's start to its last receipt, and the memory of both."""
        self._queue(count)
        sizes: dict[str, list[float]] = {"giver": [], "taker": []}
        started = time.perf_counter()
        self.giver.start()
        while status(self.here).waiting:
            for name, running in (("giver", self.giver), ("taker", self.taker)):
                assert running.process
                sizes[name].append(resident_megabytes(running.process.pid))
            time.sleep(0.25)
        lasted = time.perf_counter() - started
        self.giver.kill()
        grown = {f"{name}_mb_start": size[0] for name, size in sizes.items()}
        grown |= {f"{name}_mb_largest": max(size) for name, size in sizes.items()}
        # What a node needs for a bundle it needs from the first on; what it keeps of each would show after that.
        grown |= {f"{name}_mb_growth": max(size) - max(size[: len(size) // 5 + 1]) for name, size in sizes.items()}
        return {"messages": count, "seconds": lasted, "rate": count / lasted, **grown}


class Rounds:
    """Tells whoever waits when a whole round has been done that began after they started waiting."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._begun = self._done = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One round."""
        with self._condition:
            self._begun += 1
        yield
        with self._condition:
            self._done = self._begun
            self._condition.notify_all()

    def wait_for_one_more(self) -> None:
        """Wait for a round that has not begun yet, until it is done."""
        with self._condition:
            wanted = self._begun + 1
            self._condition.wait_for(lambda: self._done >= wanted)


def spread(seconds: list[float]) -> dict[str, float]:
    """The middle and the 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return {"p50_ms": ordered[len(ordered) // 2] * 1000, "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000}


def floors(here: Node, taker: Node, rows: int) -> dict[str, float]:
    """What the same machine does in the same run without the exchange."""
    data = b"x" * 1024
    return {
        "signatures": per_second(lambda: here.keys.signer.sign(data)),
        **database_floors(taker, rows),
    }


def database_floors(taker: Node, rows: int) -> dict[str, float]:
    """Commits of one row on one connection, and the taker's own reports copied into a table like theirs."""
    with taker.database.administration() as connection:
        connection.execute(
            "CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)"
        )
        commits = per_second(lambda: connection.execute("INSERT INTO floor (body) VALUES (%s)", ("x" * 700,)))
        connection.execute("DROP TABLE floor")
        connection.execute("CREATE TABLE floor (LIKE report INCLUDING ALL)")
        with connection.cursor().copy("COPY (SELECT * FROM report LIMIT %s) TO STDOUT", (rows,)) as out:
            blocks = list(out)
        started = time.perf_counter()
        with connection.cursor().copy("COPY floor FROM STDIN") as into:
            for block in blocks:
                into.write(block)
        copied = len(blocks) / (time.perf_counter() - started)
        connection.execute("DROP TABLE floor")
    return {"commits": commits, "copied_rows": copied}


def per_second(work: object) -> float:
    """How often it can be done in a second."""
    count, started = 0, time.perf_counter()
    while (lasted := time.perf_counter() - started) < FLOOR_SECONDS:
        work()  # type: ignore[operator] # a callable without arguments
        count += 1
    return count / lasted


def table(measured: dict[str, dict[str, float]]) -> str:
    """The figures as they are committed."""
    single, several, bundled = measured["single"], measured["several"], measured["bundled"]
    backlog, floor = measured["backlog"], measured["floors"]
    return "\n".join(
        [
            "# Exchange between two nodes",
            "",
            (
                f"Both sides durable, TLS, policy and validation on, {os.cpu_count()} cores for everything,"
                " command: `PYTHONPATH=tests python benchmarks/exchange.py`"
            ),
            "",
            "| what | messages/s | p50 ms | p99 ms | of commits/s | of rows copied/s | of signatures/s | bar |",
            "|---|---|---|---|---|---|---|---|",
            row("one at a time, release to stored receipt", single, floor, "≥ 300/s, p99 ≤ 15 ms"),
            row(f"{SUBMITTERS} officers at once", several, floor, ""),
            row(f"bundled, {bundled['messages']:,} waiting", bundled, floor, "≥ 5,000/s"),
            row(f"backlog of {backlog['messages']:,}, both nodes as processes", backlog, floor, "30 s for 100,000"),
            "",
            (
                f"The backlog drained in {backlog['seconds']:.1f} s. Memory in MB (start, largest, growth after the"
                f" first fifth): {memory('giver', backlog)}; {memory('taker', backlog)}."
            ),
            "",
            f"Releasing alone, 500 at once: {bundled['released_per_second']:,.0f}/s.",
            "",
            (
                f"Floors in the same run: {floor['commits']:,.0f} commits/s of one row on one connection,"
                f" {floor['copied_rows']:,.0f} reports/s by COPY into a table with the same indexes,"
                f" {floor['signatures']:,.0f} Ed25519 signatures/s. One message by itself takes three commits one after"
                " the other (release, receipt given, receipt kept) and two signatures."
            ),
        ]
    )


def row(name: str, figures: dict[str, float], floor: dict[str, float], bar: str) -> str:
    """One row."""
    rate = figures["rate"]
    times = [f"{figures[key]:.1f}" if key in figures else "" for key in ("p50_ms", "p99_ms")]
    shares = [f"{rate / floor[key]:.2f}" for key in ("commits", "copied_rows", "signatures")]
    return "| " + " | ".join([name, f"{rate:,.0f}", *times, *shares, bar]) + " |"


def memory(name: str, backlog: dict[str, float]) -> str:
    """The memory of one side."""
    return f"{name} " + ", ".join(f"{backlog[f'{name}_mb_{what}']:.0f}" for what in ("start", "largest", "growth"))


if __name__ == "__main__":
    main()

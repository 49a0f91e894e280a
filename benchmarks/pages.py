"""The seizure list and the event page with all 311,038 rows loaded: latency over HTTP against a running node.

The floor beside them is the sign-in page of the same server: the same HTTP, process and templates without the data.
Needs the corpus. ``python benchmarks/pages.py``
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from hamkar.actions.import_file import Wanted, import_file
from hamkar.actions.node import open_node
from hamkar.settings import Settings
from scratch import CORPUS, PASSWORD, scratch_node, write_result

REQUESTS = 200
FILTERS = (
    "",
    "?country=AZ",
    "?country=CO",
    "?substance=heroin",
    "?substance=opium&country=AF",
    "?since=2014-01-01&until=2014-12-31",
    "?words=astara",
    "?sort=country",
    "?sort=reports",
    "?page=200",
)


def main() -> None:
    """Measure and write the table."""
    with scratch_node() as settings, open_node(settings) as node:
        import_file(node, Wanted(path=CORPUS / "unodc_ids" / "ids_2011_2016.zip"), by="benchmark")
        with node.database.administration() as connection:
            connection.execute("VACUUM ANALYZE")
            events = [row[0] for row in connection.execute("SELECT id FROM event TABLESAMPLE SYSTEM (1) LIMIT 500")]
        with served(settings) as url, httpx.Client(base_url=url, timeout=30) as client:
            floor = measure(client, ["/sign-in"])
            sign_in(client)
            chance = random.Random(1)  # noqa: S311 - which pages are asked for, not a secret
            pages = {f"list `/seizures{query}`": measure(client, [f"/seizures{query}"]) for query in FILTERS}
            mixed = [f"/seizures{chance.choice(FILTERS)}" for _ in range(REQUESTS)]
            pages["list, all of these mixed"] = measure(client, mixed)
            pages["event page, random events"] = measure(
                client, [f"/seizures/{chance.choice(events)}" for _ in range(REQUESTS)]
            )
    lines = [
        "# Pages with 311,038 rows loaded",
        "",
        (
            f"{REQUESTS} requests each, one after the other, {os.cpu_count()} cores for everything, "
            "command: `python benchmarks/pages.py`. Bar: p95 ≤ 60 ms."
        ),
        "",
        "| page | median ms | p95 ms | p95, ratio to the floor |",
        "|---|---|---|---|",
        *(f"| {name} | {m:.1f} | {p:.1f} | {p / floor[1]:.1f} |" for name, (m, p) in pages.items()),
        f"| floor: sign-in page of the same server | {floor[0]:.1f} | {floor[1]:.1f} | 1.0 |",
    ]
    write_result("pages", "\n".join(lines))


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the running node."""
    environment = {**os.environ, "HAMKAR_HOME": str(settings.home)}
    command = [sys.executable, "-m", "hamkar", "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


def sign_in(client: httpx.Client) -> None:
    """Sign in as an officer would."""
    origin = {"Origin": str(client.base_url).rstrip("/")}
    answer = client.post("/sign-in", data={"name": "admin", "password": PASSWORD}, headers=origin)
    assert answer.status_code in (200, 303), answer.text
    assert client.get("/seizures").status_code == 200  # noqa: PLR2004 - signed in


def measure(client: httpx.Client, paths: list[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds of REQUESTS requests over these paths."""
    times = []
    for number in range(REQUESTS):
        started = time.perf_counter()
        answer = client.get(paths[number % len(paths)])
        times.append(time.perf_counter() - started)
        assert answer.status_code == 200, f"{paths[number % len(paths)]}: {answer.status_code}"  # noqa: PLR2004
    times.sort()
    return times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000


if __name__ == "__main__":
    main()

"""The same reports from one side to another by OpenTAXII and by Hamkar, on the PostgreSQL of the same machine.

OpenTAXII is installed for this run into a folder that is thrown away. It gets what is in its favour: no TLS, no
sign-in, the batch size that is best for it, and two worker processes.
``PYTHONPATH=tests python benchmarks/opentaxii_compare.py [N]``
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from hamkar.actions.deliver import deliver
from hamkar.actions.release import release_many
from hamkar.model.agreement import Purpose
from hamkar.model.report import Report
from loopback import link_here
from real_nodes import FINE, Running, compare_ends, file_new, free_port, in_agreement, new_reports
from scratch import write_result

REPORTS = 5_000
BATCHES = (20, 100, 500)
"""Sizes of a POST that are tried; a page of a poll is as large."""

PACKAGES = (
    "opentaxii==0.9.3",
    "gunicorn",
    "psycopg2-binary",
    "sqlalchemy<2",
    "flask<3",
    "werkzeug<3",
    "marshmallow<4",
    "python-dateutil<3",
)
"""OpenTAXII with what it was made for: later versions of these do not run it."""

_MEDIA = "application/taxii+json;version=2.1"
_MAKE_COLLECTION = """
from opentaxii.cli import app
with app.app_context():
    api = app.taxii_server.servers.taxii2.persistence.api
    root = api.add_api_root(title="benchmark", default=True, is_public=True)
    made = api.add_collection(root.id, title="reports", is_public=True, is_public_write=True)
    print(f"/taxii2/{root.id}/collections/{made.id}/objects/")
"""
_SERVE = """
import json
json.JSONEncoder.default = lambda encoder, value: str(value)  # on PostgreSQL it cannot write the ids of its own jobs
from opentaxii.http import app
"""
_CONFIG = """
domain: localhost
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "{url}", create_tables: true, secret: x}}
taxii1:
taxii2:
  title: benchmark
  public_discovery: true
  max_content_length: 104857600
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "{url}", create_tables: true}}
logging: {{root: error}}
"""


def main() -> None:
    """Measure both and write the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    with tempfile.TemporaryDirectory(prefix="opentaxii-") as folder, in_agreement() as (giver, taker):
        programs = install(Path(folder))
        giver.kill()
        made = new_reports(giver.node, count)
        size, posting, polling = min(
            (by_opentaxii(programs, taker, Path(folder), made, size) for size in BATCHES), key=lambda run: sum(run[1:])
        )
        releasing, delivering = by_hamkar(giver, taker, made)
    theirs, ours = posting + polling, releasing + delivering
    lines = [
        "# Beside OpenTAXII",
        "",
        (
            f"The same {count:,} reports in one run, {os.cpu_count()} cores for everything,"
            " command: `PYTHONPATH=tests python benchmarks/opentaxii_compare.py`"
        ),
        "",
        "| what | seconds | objects/s | ratio |",
        "|---|---|---|---|",
        line(f"OpenTAXII 0.9.3: POST in batches of {size}", posting, count, theirs),
        line(f"OpenTAXII 0.9.3: GET in pages of {size}", polling, count, theirs),
        line("OpenTAXII, from the first POST to the last object polled", theirs, count, theirs),
        line("Hamkar: release, with the decision on each record kept", releasing, count, theirs),
        line("Hamkar: delivery in bundles, with receipts kept", delivering, count, theirs),
        line("Hamkar, from the first release to the last receipt", ours, count, theirs),
        "",
        (
            "Both keep everything in a PostgreSQL with the same durable settings on the same disk. What differs:"
            " OpenTAXII runs here without TLS, without sign-in and with two worker processes (gunicorn), in the best of"
            f" the batch sizes {', '.join(map(str, BATCHES))}; an object reaches whoever polls, with no proof that it"
            " did, and the client that polled keeps nothing. Hamkar speaks TLS 1.3 both ways, signs, seals and chains"
            " every bundle, holds each report to the agreement at both ends, files it at the receiver as a seizure that"
            " can be searched, and keeps a signed receipt. OpenTAXII carries each report as a STIX 2.1 note with the"
            " report as its content."
        ),
    ]
    write_result("opentaxii", "\n".join(lines))


def line(name: str, seconds: float, count: int, theirs: float) -> str:
    """One row; the ratio is to the whole of OpenTAXII."""
    return f"| {name} | {seconds:.2f} | {count / seconds:,.0f} | {theirs / seconds:.1f} |"


def by_hamkar(giver: Running, taker: Running, made: list[Report]) -> tuple[float, float]:
    """Seconds of release and of delivery, to a taker that runs."""
    ids = [report.id for report in made]
    with giver.node.database.pooled(4) as pool, link_here(taker.node.signed_card.card) as link:
        here = replace(giver.node, database=pool)
        file_new(here, made)
        started = time.perf_counter()
        for first in range(0, len(ids), 500):
            release_many(here, ids[first : first + 500], taker.node.id, Purpose.INVESTIGATION, by="benchmark")
        released = time.perf_counter()
        deliver(here, taker.node.id, link)
        delivered = time.perf_counter()
    compared = compare_ends(giver.node, taker.node, ids)
    assert compared == FINE, compared
    return released - started, delivered - released


def install(folder: Path) -> Path:
    """A folder with OpenTAXII's programs."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    programs = folder / "venv" / "bin"
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    if subprocess.run(command, check=False).returncode:
        sys.exit("opentaxii_compare: OpenTAXII cannot be installed (is there a network?), so there is no comparison")
    return programs


def by_opentaxii(
    programs: Path, taker: Running, folder: Path, made: list[Report], size: int
) -> tuple[int, float, float]:
    """The batch size, and the seconds of posting and of polling, on a server and a database of its own."""
    with database_url(taker) as url:
        config = folder / "opentaxii.yml"
        config.write_text(_CONFIG.format(url=url))
        environment = {**os.environ, "OPENTAXII_CONFIG": str(config), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        path = subprocess.run(
            [str(programs / "python"), "-c", _MAKE_COLLECTION],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split()[-1]
        with served(programs, environment, folder) as port:
            objects = [note(report) for report in made]
            started = time.perf_counter()
            for first in range(0, len(objects), size):
                ask(port, "POST", path, json.dumps({"objects": objects[first : first + size]}))
            posted = time.perf_counter()
            polled = poll(port, path, size)
            ended = time.perf_counter()
        # A page holds fewer where several objects bear one time; what is missing then is missing for good.
        assert polled == {each["id"] for each in objects}, f"{len(objects) - len(polled)} objects were not polled"
    return size, posted - started, ended - posted


@contextmanager
def database_url(taker: Running) -> Iterator[str]:
    """A database of its own on the taker's server."""
    with taker.node.database.administration() as connection:
        connection.execute("CREATE DATABASE opentaxii")
        address = conninfo_to_dict(taker.node.database.conninfo())
        try:
            yield f"postgresql+psycopg2://{address['user']}@/opentaxii?host={address['host']}&port={address['port']}"
        finally:
            connection.execute("DROP DATABASE opentaxii WITH (FORCE)")


@contextmanager
def served(programs: Path, environment: dict[str, str], folder: Path) -> Iterator[int]:
    """The port of a running OpenTAXII."""
    (folder / "taxii_server.py").write_text(_SERVE)
    port = free_port()
    command = [
        str(programs / "gunicorn"),
        "--chdir",
        str(folder),
        "taxii_server:app",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with subprocess.Popen([*command, "--log-level", "error"], env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Wait until it answers."""
    for _ in range(300):
        try:
            ask(port, "GET", "/taxii2/", "")
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    sys.exit("opentaxii_compare: OpenTAXII does not start, so there is no comparison")


def ask(port: int, method: str, path: str, body: str) -> dict[str, object]:
    """What it answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request(method, path, body, {"Accept": _MEDIA, "Content-Type": _MEDIA})
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    assert response.status in {200, 202}, (response.status, answer[:300])
    told: dict[str, object] = json.loads(answer)
    return told


def poll(port: int, path: str, size: int) -> set[object]:
    """The ids of every object, page after page as TAXII 2.1 (section 3.4) has it."""
    found: set[object] = set()
    following = ""
    while True:
        page = ask(port, "GET", f"{path}?limit={size}{following}", "")
        objects = page.get("objects", [])
        assert isinstance(objects, list)
        found |= {each["id"] for each in objects}
        if not page.get("more"):
            return found
        following = f"&next={page['next']}"


def note(report: Report) -> dict[str, object]:
    """A report as an object that OpenTAXII takes."""
    at = "2026-03-01T00:00:00.000000Z"
    return {
        "type": "note",
        "spec_version": "2.1",
        "id": f"note--{report.id}",
        "created": at,
        "modified": at,
        "content": report.to_json().decode(),
        "object_refs": [f"report--{report.id}"],
    }


if __name__ == "__main__":
    main()

"""The commands of oversight, export and totals, on a node that was just made."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fixtures_node import PASSWORD, new_database
from hamkar.cli.main import hamkar
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.store.postgres.cluster import Cluster
from hamkar.vocab.resource import data_bytes

Run = Callable[..., Any]
NAME = "Uydurma Sintetik (synthetic)"


@pytest.fixture(scope="module")
def run(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run ``hamkar`` with ``--json`` for a node that holds the public reports; the value it prints."""
    folder = tmp_path_factory.mktemp("node")
    with new_database(postgres, "cli_oversight") as database:
        environment = {"HAMKAR_HOME": str(folder / "home"), "DATABASE_URL": database.conninfo()}

        def run_it(*words: str, given: str = "") -> Any:
            done = CliRunner().invoke(hamkar, [*words, "--json"], input=given, env=environment)
            if done.exception and not isinstance(done.exception, SystemExit):
                raise done.exception
            assert done.exit_code == 0, done.output
            return json.loads(done.stdout)

        run_it("init", "Synthetic Customs", "--country", "AZ", "--password-stdin", given=PASSWORD)
        public = folder / "public.csv"
        public.write_bytes(data_bytes("public/public_seizure_reports.csv"))
        run_it("import", str(public))
        yield run_it


@pytest.fixture(scope="module")
def canary(run: Run) -> str:
    """Somebody made up, laid with a report."""
    seizure = run("seizure", "list", "--limit", "1")["seizures"][0]["id"]
    report = run("seizure", "claims", seizure)[0]["id"]
    made: str = run("canary", "add", report, "--name", NAME, "--reason", "laid for a test")["canary"]
    return made


def test_who_reads_a_canary_is_found(run: Run, canary: str) -> None:
    shown = run("entity", "show", canary, "--case", "synthetic case", "--purpose", "investigation")
    assert NAME in json.dumps(shown, ensure_ascii=False)
    (reading,) = run("inspect", "reads", "--record", canary, "--case", "synthetic case")["rows"]
    assert reading["purpose"] == "investigation"
    alarms = run("inspect", "alarms")["rows"]
    assert [(alarm["kind"], alarm["subject"]) for alarm in alarms] == [("canary", canary)]
    assert run("inspect", "seen", alarms[0]["id"])["seen"] == alarms[0]["id"]
    with pytest.raises(NotFound):
        run("inspect", "seen", alarms[0]["id"])


def test_a_canary_is_held_and_may_be_let_go(run: Run, canary: str) -> None:
    assert [hold["record"] for hold in run("inspect", "holds") if hold["canary"]] == [canary]
    with pytest.raises(BadInput, match="held back already"):
        run("inspect", "hold", canary, "--reason", "x")


@pytest.mark.parametrize("layout", ["csv", "xlsx", "json"])
def test_an_export_is_written_and_listed(run: Run, tmp_path: Path, layout: str) -> None:
    path = tmp_path / f"out.{layout}"
    made = run("export", "seizures", "--as", layout, "--to", str(path), "--purpose", "analysis", "--country", "az")
    assert path.stat().st_size > 1_000
    assert made["id"] in [export["id"] for export in run("inspect", "exports")["rows"]]


def test_an_export_that_cannot_be_written_says_so(run: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        run("export", "seizures", "--to", str(tmp_path / "no" / "x.csv"), "--purpose", "analysis")


def test_a_request_of_a_subject_goes_its_way(run: Run, canary: str) -> None:
    request = run("subject-access", "open", "Uydurma", "--received", "2026-01-05")["id"]
    assert run("subject-access", "list")["requests"][0]["overdue"]
    run("subject-access", "identify", request, "--how", "in person")
    assert [found["id"] for found in run("subject-access", "search", request, "uydurma")] == [canary]
    run("subject-access", "extend", request, "--until", "2036-01-01", "--reason", "much to read")
    with pytest.raises(Refused, match="cannot follow"):
        run("subject-access", "identify", request, "--how", "again")
    shown = run("subject-access", "answer", request, "--part", "inquiry", "--told", "what is not withheld")
    assert shown["state"] == "answered"
    assert [step["step"] for step in run("subject-access", "show", request)["steps"]][-1] == "answer_in_part"
    assert run("subject-access", "term", "20") == {"days": 20}


def test_what_is_published_is_shown_as_an_observer_sees_it(run: Run) -> None:
    assert run("totals", "show")["rows"] == []
    years = run("totals", "publish")
    assert 2022 in [each["year"] for each in years]
    for kind in ("substance-year", "country-year", "country-substance"):
        table = run("totals", "show", kind)
        assert sum(each["seizures"] for each in table["row_sums"]) > 0
    with pytest.raises(Refused, match="stands until"):
        run("totals", "publish")


def test_a_budget_is_shown_and_set(run: Run) -> None:
    assert {line["kind"] for line in run("budget", "admin")} == {"nominal_reads", "exports"}
    assert run("budget", "admin", "--nominal-reads", "7")[0]["daily"] == 7
    with pytest.raises(NotFound):
        run("budget", "nobody")


@pytest.mark.parametrize("view", ["gate", "recalls", "purges"])
def test_every_list_is_printed(run: Run, view: str) -> None:
    assert run("inspect", view)["rows"] == []

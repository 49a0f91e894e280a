"""``hamkar request`` as people type it, on two real nodes."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from exchanging import new_report
from fixtures_node import Agencies, open_agencies
from hamkar.actions.node import Node
from hamkar.store.postgres.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Terminal:
    """A command line at a node."""

    node: Node

    def run(self, *words: str, status: int = 0) -> str:
        """What ``hamkar request`` printed; on stderr where it failed."""
        settings = {"HAMKAR_HOME": str(self.node.home), "DATABASE_URL": self.node.database.conninfo()}
        command = [sys.executable, "-m", "hamkar", "request", *words]
        done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        return done.stderr if status else done.stdout

    def ask(self, place: str, *more: str) -> str:
        """The identifier of a request about a place."""
        question = ("--question", "Is it known?", "--about", f"place={place}", "--purpose", "investigation")
        return str(json.loads(self.run("ask", "AZ", *question, "--json", *more))["id"])


@pytest.fixture(scope="module")
def agencies(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Nodes whose databases a second process opens too."""
    with open_agencies(postgres, tmp_path_factory.mktemp("agencies")) as opened:
        yield opened


@pytest.fixture
def iran(agencies: Agencies) -> Terminal:
    """The asker."""
    return Terminal(agencies.iran)


@pytest.fixture
def azerbaijan(agencies: Agencies) -> Terminal:
    """The asked."""
    return Terminal(agencies.azerbaijan)


def test_a_question_is_asked_acknowledged_answered_and_read(
    agencies: Agencies, iran: Terminal, azerbaijan: Terminal
) -> None:
    request = iran.ask("Synthetic Astara", "--urgent", "--case", "S-1", "--handling", "H1")
    agencies.exchange()
    assert "acknowledged, due" in azerbaijan.run("acknowledge", request, "--to-be-obtained")
    record = str(new_report(agencies.azerbaijan).id)
    answered = azerbaijan.run("answer", request, "--partial", "--text", "Known", "--record", record)
    assert "partly answered" in answered
    assert f"goes along: report {record} (all_rules_passed)" in answered
    azerbaijan.run("answer", request, "--text", "That is all")
    agencies.exchange()
    shown = iran.run("show", request)
    assert "answered." in shown
    assert "what is asked for is to be obtained from others" in shown
    assert "That is all" in shown
    assert "possible now: nothing more" in shown
    told = json.loads(iran.run("show", request, "--json"))
    assert [move["kind"] for move in told["moves"]] == ["acknowledge", "answer_partly", "answer_finally"]
    assert told["moves"][1]["records"] == [record]


def test_the_list_says_what_is_due_and_how_requests_ended(
    agencies: Agencies, iran: Terminal, azerbaijan: Terminal
) -> None:
    refused, withdrawn, left = (iran.ask(f"Synthetic list {number}") for number in range(3))
    agencies.exchange()
    azerbaijan.run("refuse", refused, "--ground", "minor_offence")
    iran.run("withdraw", withdrawn)
    agencies.exchange()
    listed = iran.run("list")
    assert "asked Synthetic Police of Azerbaijan: " in listed
    assert "1 refused, 1 withdrawn" in listed
    due = json.loads(azerbaijan.run("list", "--due", "--json"))
    assert left in [each["id"] for each in due["requests"]]
    assert refused not in [each["id"] for each in due["requests"]]


def test_asking_twice_takes_a_reason(iran: Terminal) -> None:
    first = iran.ask("Synthetic Ardabil")
    question = ("ask", "AZ", "--question", "?", "--about", "place=SYNTHETIC ardabil", "--purpose", "investigation")
    refused = iran.run(*question, status=1)
    assert "already asked by Synthetic Police of Iran" in refused
    assert first in refused
    assert "due" in iran.run(*question, "--again", "New facts")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--about", "phone"), 1, "is not KIND=VALUE"),
        (("--about", "luck=1"), 1, "is not KIND=VALUE"),
        (("--about", "firm=x", "--handling", "H3"), 1, "write it with --restriction"),
        (("--about", "phone=1"), 1, "does not cover person"),
        ((), 2, "--about"),
    ],
)
def test_what_cannot_be_asked_says_why(iran: Terminal, words: tuple[str, ...], status: int, said: str) -> None:
    assert said in iran.run("ask", "AZ", "--question", "?", "--purpose", "investigation", *words, status=status)


def test_a_move_that_the_state_does_not_allow_says_what_is_possible(iran: Terminal) -> None:
    request = iran.ask("Synthetic Gorgan")
    assert "possible: withdraw, remind" in iran.run("answer", request, "--text", "x", status=1)
    assert "no request has the identifier" in iran.run("show", "01a20c57-cca5-7b6e-985f-b88cc4c42129", status=1)

"""The use cases as JSON: the same answers as the pages, for programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from fixtures_node import EVERY_WORK, PASSWORD, Agencies, file_reports
from fixtures_web import synthetic_reports
from hamkar.actions.status import status
from hamkar.model.party import Party, PartyRole
from hamkar.vocab.resource import data_bytes
from people import new_person
from reports import numbered

TOKEN = "X-Hamkar-Token"  # noqa: S105 - the header's name


@dataclass(frozen=True, slots=True)
class Program:
    """A program that has signed in."""

    http: httpx.Client
    token: str

    def get(self, address: str, **query: Any) -> Any:
        """The answer to a question, as JSON."""
        answer = self.http.get("/api/v1" + address, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, address: str, **body: Any) -> httpx.Response:
        """The answer to a command."""
        return self.http.post("/api/v1" + address, json=body, headers={TOKEN: self.token})


@contextmanager
def signed_in(url: str) -> Iterator[Program]:
    with httpx.Client(base_url=url) as http:
        answer = http.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert answer.status_code == 201
        yield Program(http, answer.json()["token"])


@pytest.fixture(scope="module")
def program(url: str) -> Iterator[Program]:
    """A program signed in at the node under test."""
    with signed_in(url) as made:
        yield made


def test_a_session_is_opened_shown_and_ended(url: str) -> None:
    with signed_in(url) as program:
        shown = program.get("/session")
        assert set(shown.pop("roles")) == EVERY_WORK
        assert shown == {
            "account": "admin",
            "stepped_up": True,
            "token": program.token,
            "idle_seconds": 900,
        }
        ended = program.http.delete("/api/v1/session", headers={TOKEN: program.token})
        assert (ended.status_code, ended.content) == (204, b"")
        assert program.http.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize("credentials", [{"name": "admin", "password": "no"}, {"name": "nobody", "password": PASSWORD}])
def test_wrong_credentials_open_no_session(url: str, credentials: dict[str, str]) -> None:
    answer = httpx.post(url + "/api/v1/session", json=credentials)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert answer.json()["error"].startswith("name, password or code is wrong")


@pytest.mark.parametrize(
    "address", ["/session", "/seizures", "/inbox", "/partners", "/card", "/agreements", "/imports", "/status"]
)
def test_a_stranger_is_told_to_sign_in(url: str, address: str) -> None:
    answer = httpx.get(url + "/api/v1" + address)
    assert answer.status_code == 401
    assert "sign in with POST /api/v1/session" in answer.json()["error"]


def test_nothing_is_changed_without_the_token(program: Program, agencies: Agencies, event: str) -> None:
    body = {"record": event, "partner": agencies.azerbaijan.id, "purpose": "investigation"}
    before = status(agencies.iran)
    wrong: list[dict[str, str | bytes]] = [{}, {TOKEN: "x"}, {TOKEN: "é".encode()}]
    for headers in wrong:
        answer = program.http.post("/api/v1/releases", json=body, headers=headers)  # type: ignore[arg-type] # httpx takes both
        assert answer.status_code == 403
    assert status(agencies.iran) == before


def test_a_command_comes_as_json(program: Program, event: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {TOKEN: program.token, "content-type": kind}
        answer = program.http.post(f"/api/v1/seizures/{event}/merge", content=b'{"other":1}', headers=headers)
        assert answer.status_code == 400


def test_seizures_are_listed_with_what_they_cover(program: Program, event: str) -> None:
    page = program.get("/seizures", country="AZ", substance="heroin", disputed=True)
    [listed] = [each for each in page["seizures"] if each["seizure"]["id"] == event]
    assert listed["lines"][0]["amount"] == "933.155"
    assert listed["seizure"]["disputed"] == ["agency"]
    assert (page["total"], page["total_is_more"], page["stating_a_quantity"]) == (1, False, 1)


def test_a_seizure_says_of_every_field_how_firmly_it_stands(program: Program, event: str) -> None:
    shown = program.get(f"/seizures/{event}")
    assert shown["seizure"]["country"]["status"] == "agreed"
    assert shown["seizure"]["agency"] | {"claims": []} == {
        "value": None,
        "status": "disputed",
        "rule": "contradiction",
        "claims": [],
        "decided_by": "",
    }
    claims = program.get(f"/seizures/{event}/claims")
    assert [claim["lines"][0]["quantity"]["qualifier"] for claim in claims] == ["exact", "about", "over"]


def test_a_field_is_decided_and_reports_are_split_and_merged(program: Program, agencies: Agencies) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 600))
    event = str(numbered(600))
    decided = program.post(
        f"/seizures/{event}/decisions", field="agency", value="Synthetic Customs", reason="their log book"
    )
    assert decided.json()["agency"]["value"] == "Synthetic Customs"
    alone = program.post(f"/seizures/{event}/split", reports=[str(numbered(603))], reason="another load")
    assert alone.status_code == 200
    merged = program.post(f"/seizures/{event}/merge", other=alone.json()["id"], reason="the same load")
    assert len(merged.json()["reports"]) == 3
    shown = program.get(f"/seizures/{event}")
    assert [move["reason"] for move in shown["moves"]] == ["the same load", "another load"]
    assert shown["decisions"][0]["reason"] == "their log book"


def test_a_release_is_explained_made_and_told(program: Program, agencies: Agencies) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 700))
    event = str(numbered(700))
    explained = program.get("/releases/explanation", record=event, purpose="investigation")
    outcomes = {(each["partner"]["country"], each["outcome"], each["rule"]) for each in explained}
    assert outcomes == {("AZ", "released", "all_rules_passed"), ("UN", "refused", "purpose_covered")}
    assert program.get(f"/seizures/{event}/releases") == []
    made = program.post("/releases", record=event, partner=agencies.azerbaijan.id, purpose="investigation")
    assert [each["release"]["outcome"] for each in made.json()] == ["released"] * 3
    told = program.get(f"/seizures/{event}/releases")
    assert {each["delivery"]["acked"] for each in told} == {False}


def test_an_explanation_names_nobody(program: Program, agencies: Agencies) -> None:
    node = agencies.iran
    first, *others = synthetic_reports(node, 800)
    party = Party(ref="p1", role=PartyRole.SUSPECT)
    file_reports(node, replace(first, parties=(party,)), *others)
    new_person(node, first.id, "Synthetic Person")
    answer = program.http.get(
        "/api/v1/releases/explanation", params={"record": str(numbered(800)), "purpose": "investigation"}
    )
    assert "entity" in answer.text
    assert "Synthetic Person" not in answer.text
    assert program.get(f"/seizures/{numbered(800)}")["entities"] == [
        {"schema": "Person", "role": "suspect", "count": 1}
    ]


def test_partners_are_listed_and_added(program: Program, agencies: Agencies) -> None:
    listed = program.get("/partners")
    assert [each["agency"]["country"] for each in listed] == ["AZ", "UN"]
    card = agencies.azerbaijan.signed_card.envelope.decode()
    added = program.post("/partners", card=card, fingerprint=listed[0]["fingerprint"])
    assert (added.status_code, added.json()["agency"]["node"]) == (201, agencies.azerbaijan.id)
    assert program.post("/partners", card=card, fingerprint=listed[1]["fingerprint"]).status_code == 400
    assert program.post("/partners", card="{}", fingerprint="x").status_code == 400
    assert program.http.get("/api/v1/card").content == agencies.iran.signed_card.envelope


def test_an_agreement_is_proposed_shown_suspended_and_resumed(program: Program, agencies: Agencies) -> None:
    terms = {
        "partner": agencies.azerbaijan.id,
        "title": "Synthetic agreement",
        "legal_basis": "Synthetic memorandum",
        "rights_clause": "No capital use",
        "purposes": ["training"],
        "categories": ["drug_seizure"],
        "fields": ["lines"],
        "highest_handling": "H0",
        "onward": "never",
        "retention_days": 30,
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    proposed = program.post("/agreements", **terms)
    assert proposed.status_code == 201
    agreement = proposed.json()["id"]
    assert proposed.json()["state"] == "proposed"
    assert program.post(f"/agreements/{agreement}/sign").status_code == 409
    assert program.post(f"/agreements/{agreement}/sign").json()["rule"] == "already_signed"
    assert program.post(f"/agreements/{agreement}/suspend").json()["suspended_by"] == [agencies.iran.id]
    assert program.post(f"/agreements/{agreement[:12]}/resume").json()["suspended_by"] == []
    assert program.get(f"/agreements/{agreement}")["terms"]["purposes"] == ["training"]
    assert len(program.get("/agreements")) == 3
    assert program.post("/agreements", **{**terms, "valid_until": "2020-01-01"}).status_code == 400


def test_a_file_is_judged_and_imported(program: Program) -> None:
    table = b"\n".join(data_bytes("public/public_seizure_reports.csv").splitlines()[:6])

    def take(**query: str) -> Any:
        return program.http.post(
            "/api/v1/imports", params={"name": "a.csv", **query}, content=table, headers={TOKEN: program.token}
        ).json()

    assert "H2" in take(handling="H3")["error"]
    assert take(dry_run="true")["imported"] == 5
    assert program.get("/imports") == []
    assert take(handling="H2") | {"seconds": 0, "quality": 0} == {
        "imported": 5,
        "held_already": 0,
        "dry_run": False,
        "seconds": 0,
        "quality": 0,
    }
    assert take()["held_already"] == 5
    assert program.get("/imports")[0]["file_name"] == "a.csv"
    assert (
        "error"
        in program.http.post(
            "/api/v1/imports", params={"name": "../x.csv"}, content=table, headers={TOKEN: program.token}
        ).json()
    )


def test_the_inbox_and_the_status_say_what_came_and_what_waits(program: Program) -> None:
    inbox = program.get("/inbox")
    assert (inbox["total"], inbox["counts"]) == (2, {})
    assert [message["kind"] for message in inbox["messages"]] == ["agreement_signed"] * 2
    assert program.get("/status")["country"] == "IR"


@pytest.mark.parametrize(
    "address",
    [
        f"/seizures/{numbered(1)}",
        f"/seizures/{numbered(1)}/claims",
        f"/seizures/{numbered(1)}/releases",
        f"/releases/explanation?record={numbered(1)}&purpose=training",
        "/agreements/" + "0" * 64,
        "/nowhere",
    ],
)
def test_what_is_not_here_is_not_found(program: Program, address: str) -> None:
    answer = program.http.get("/api/v1" + address)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "rule"}

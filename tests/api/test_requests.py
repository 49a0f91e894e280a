"""Requests by the API."""

import httpx
import pytest

from fixtures_node import PASSWORD, Agencies

SUBJECT = {"kind": "place", "value": "Synthetic Astara"}


@pytest.fixture(scope="module")
def program(url: str) -> object:
    """A program that has signed in."""
    with httpx.Client(base_url=url + "/api/v1") as http:
        token = http.post("/session", json={"name": "admin", "password": PASSWORD}).json()["token"]
        http.headers["X-Hamkar-Token"] = token
        yield http


def question(agencies: Agencies, **more: object) -> dict[str, object]:
    """A question as a program sends it."""
    asked = {"question": "Is it known?", "purpose": "investigation", "subjects": [SUBJECT]}
    return {"partner": agencies.azerbaijan.id, **asked, **more}


def test_a_request_is_asked_shown_listed_and_withdrawn(program: httpx.Client, agencies: Agencies) -> None:
    answer = program.post("/requests", json=question(agencies, urgency="urgent"))
    assert answer.status_code == 201, answer.text
    request = answer.json()["about"]["request"]["id"]
    assert program.get(f"/requests/{request}").json()["possible"] == ["withdraw", "remind"]
    assert [each["request"]["id"] for each in program.get("/requests?due=true").json()] == [request]
    made = program.post(f"/requests/{request}/moves", json={"kind": "withdraw", "text": "Not needed"})
    assert (made.status_code, made.json()["state"]) == (201, "withdrawn")
    assert program.post(f"/requests/{request}/moves", json={"kind": "withdraw"}).json()["rule"] == "move_possible"
    assert program.get("/requests?due=true").json() == []


def test_asking_again_takes_a_reason(program: httpx.Client, agencies: Agencies) -> None:
    place = [{"kind": "place", "value": "Synthetic Jolfa"}]
    assert program.post("/requests", json=question(agencies, subjects=place)).status_code == 201
    refused = program.post("/requests", json=question(agencies, subjects=place))
    assert (refused.status_code, refused.json()["rule"]) == (409, "already_asked")
    assert program.post("/requests", json=question(agencies, subjects=place, again="New facts")).status_code == 201


@pytest.mark.parametrize(
    ("move", "status"),
    [
        ({"kind": "refuse"}, 409),
        ({"kind": "withdraw", "records": ["01a20c57-cca5-7b6e-985f-b88cc4c42129"]}, 400),
        ({"kind": "withdraw", "ground": "rights"}, 400),
        ({"kind": "withdraw", "marking": {"code": "H3"}}, 400),
        ({"kind": "forget"}, 400),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    program: httpx.Client, agencies: Agencies, move: dict[str, object], status: int
) -> None:
    place = [{"kind": "place", "value": f"Synthetic {move}"}]
    request = program.post("/requests", json=question(agencies, subjects=place)).json()["about"]["request"]["id"]
    assert program.post(f"/requests/{request}/moves", json=move).status_code == status

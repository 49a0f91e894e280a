"""Nothing is changed by a form that is not this session's own, or that another site sent."""

import pytest
from fastapi.routing import APIRoute

from fixtures_web import Officer, words_of
from hamkar.actions.node import Node
from hamkar.actions.status import status
from hamkar.policy.act import Act
from hamkar.web.acts import ACTS
from hamkar.web.pages import ROUTERS

OPEN = frozenset({"/sign-in", "/sign-in/passkey", "/new-password"})
CHANGING = sorted(
    route.path
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and route.path not in OPEN
)
INSPECTING = [path for path in CHANGING if ACTS.get(f"POST {path}") is Act.INSPECT]
"""What a data-protection officer alone may do: to the officer here it is shut whatever the form says."""


class Parts(dict[str, str]):
    """Something for each part of an address."""

    def __missing__(self, part: str) -> str:
        return self["event"]


def address(path: str, event: str) -> str:
    return path.format_map(Parts(event=event, agreement="ab" * 32, change="sign", name="nobody"))


def test_there_is_something_to_protect() -> None:
    assert len(CHANGING) >= 8


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_a_form_without_the_token_of_its_session_is_refused(
    officer: Officer, event: str, path: str, token: str | None
) -> None:
    answer = officer.browser.post(address(path, event), data={} if token is None else {"token": token})
    assert answer.status_code == 403
    assert path in INSPECTING or "nothing was changed" in words_of(answer.text)


@pytest.mark.parametrize("path", CHANGING)
def test_a_form_of_somebody_who_is_not_signed_in_leads_to_the_sign_in_page(
    stranger: Officer, event: str, path: str
) -> None:
    answer = stranger.browser.post(address(path, event), data={"token": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://example.org"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://[broken"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
def test_what_another_site_made_the_browser_send_changes_nothing(
    officer: Officer, node: Node, event: str, headers: dict[str, str]
) -> None:
    before = status(node)
    form = {"token": officer.token(), "partner": "a" * 32, "purpose": "investigation"}
    answer = officer.browser.post(f"/seizures/{event}/release", data=form, headers=headers)
    assert answer.status_code == 403
    assert officer.browser.post("/sign-in", data={"name": "admin", "password": "x"}, headers=headers).status_code == 403
    assert officer.browser.delete("/api/v1/session", headers=headers).status_code == 403
    assert status(node).refused == before.refused
    assert officer.browser.get("/").status_code == 200


def test_a_browser_that_says_the_form_is_the_nodes_own_is_believed(officer: Officer) -> None:
    own = str(officer.browser.base_url).rstrip("/")
    for headers in ({"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": own}):
        answer = officer.browser.post("/seizures/x/merge", data={"token": officer.token()}, headers=headers)
        assert answer.status_code == 400


def test_a_form_that_is_too_large_is_refused_unread(officer: Officer) -> None:
    answer = officer.send("/partners", card="x" * (2 << 20), fingerprint="x")
    assert answer.status_code == 413
    assert "larger than this address takes" in words_of(answer.text)


@pytest.mark.parametrize(
    "body", [b"%", b"a=%ff%00&token=%00", b"\xff" * 1_000, b"--x\r\n", b"token=" + b"&a=1" * 5_000]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_malformed_form_is_a_clients_error(officer: Officer, event: str, body: bytes, kind: str) -> None:
    for path in CHANGING:
        answer = officer.browser.post(address(path, event), content=body, headers={"content-type": kind})
        assert 400 <= answer.status_code < 500, (path, answer.status_code)

"""Signing in and out, and what the session's cookie is."""

from datetime import timedelta

import httpx
import pytest

from fixtures_node import PASSWORD, Agencies
from fixtures_web import Officer, served, words_of
from hamkar.actions.node import Node
from hamkar.asgi import officer_app

PAGES = ("/", "/seizures", "/inbox", "/status", "/partners", "/agreements", "/agreements/new", "/imports")


@pytest.fixture
def officer(stranger: Officer) -> Officer:
    """An officer with a session of the test's own, which may end."""
    assert stranger.sign_in().status_code == 303
    return stranger


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_sees_no_page(stranger: Officer, page: str) -> None:
    answer = stranger.browser.get(page)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(stranger: Officer) -> None:
    asked = stranger.browser.get("/seizures?country=AZ&disputed=yes")
    form = stranger.browser.get(asked.headers["location"])
    assert 'value="/seizures?country=AZ&amp;disputed=yes"' in form.text
    assert stranger.sign_in("/seizures?country=AZ").headers["location"] == "/seizures?country=AZ"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "/a\r\nb", "x"])
def test_signing_in_never_leads_to_another_site(stranger: Officer, elsewhere: str) -> None:
    assert stranger.sign_in(elsewhere).headers["location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(stranger: Officer) -> None:
    answers = [
        stranger.browser.post("/sign-in", data={"name": name, "password": password})
        for name, password in (("admin", "wrong password"), ("nobody", PASSWORD), ("nobody\x01", PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 400]
    assert words_of(answers[0].text) == words_of(answers[1].text)
    assert not stranger.browser.cookies


def test_the_cookie_is_closed_to_scripts_and_other_sites(stranger: Officer, node: Node) -> None:
    cookie = stranger.sign_in().headers["set-cookie"]
    assert cookie.startswith(f"hamkar-{node.id[:8]}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


def test_over_https_the_cookie_is_bound_to_the_host(node: Node) -> None:
    with served(officer_app(node, secure=True)) as url, Officer.at(url) as officer:
        cookie = officer.sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-hamkar-")
    assert cookie.endswith("; Secure")
    assert "Domain" not in cookie


def test_every_sign_in_has_a_new_secret_and_ends_the_session_before(stranger: Officer, node: Node) -> None:
    stranger.sign_in()
    name = f"hamkar-{node.id[:8]}"
    first = stranger.browser.cookies[name]
    stranger.sign_in()
    assert stranger.browser.cookies[name] != first
    assert httpx.get(f"{stranger.browser.base_url}/", headers={"cookie": f"{name}={first}"}).status_code == 303


def test_signing_out_ends_the_session_on_the_server(officer: Officer, node: Node) -> None:
    name = f"hamkar-{node.id[:8]}"
    secret = officer.browser.cookies[name]
    officer.send("/sign-out")
    assert name not in officer.browser.cookies
    answer = httpx.get(f"{officer.browser.base_url}/", headers={"cookie": f"{name}={secret}"})
    assert answer.headers["location"] == "/sign-in"


def test_a_session_ends_after_fifteen_minutes_without_use(officer: Officer, agencies: Agencies) -> None:
    agencies.clock.turn(timedelta(minutes=14))
    assert officer.browser.get("/").status_code == 200
    agencies.clock.turn(timedelta(minutes=16))
    assert officer.browser.get("/").status_code == 303


def test_a_session_ends_after_ten_hours_of_use(officer: Officer, agencies: Agencies) -> None:
    for _ in range(60):
        agencies.clock.turn(timedelta(minutes=10))
        answer = officer.browser.get("/status")
    assert answer.status_code == 303


def test_a_cookie_that_nobody_was_given_is_no_session(stranger: Officer, node: Node) -> None:
    for secret in ("x" * 43, "x" * 5_000, "%00", "'; DROP TABLE session; --"):
        headers = {"cookie": f"hamkar-{node.id[:8]}={secret}"}
        assert httpx.get(f"{stranger.browser.base_url}/", headers=headers).status_code == 303

"""Single sign-on: a small real provider on loopback, honest and lying. Every person is synthetic."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey
from playwright.sync_api import sync_playwright

from fixtures_node import PASSWORD, Agencies
from fixtures_web import Officer, served, words_of
from hamkar.actions import accounts
from hamkar.actions.node import Node
from hamkar.asgi import officer_app
from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.model.role import Role
from hamkar.transport.openid import Client, OpenIdProvider
from hamkar.transport.provider import Asked
from openid_provider import CLIENT, SECRET, SyntheticProvider

ASKED = Asked(state="s", nonce="n", verifier="v" * 43, redirect="http://127.0.0.1:1/sign-in/return", fresh=False)


@pytest.fixture(scope="module")
def running(agencies: Agencies) -> Iterator[SyntheticProvider]:
    provider = SyntheticProvider(agencies.clock)
    with served(provider.app()) as issuer:
        provider.issuer = issuer
        yield provider


@pytest.fixture
def provider(running: SyntheticProvider) -> SyntheticProvider:
    """The provider, honest again."""
    running.subject, running.proved_at, running.lies = "synthetic-subject", None, {}
    running.signs_with, running.algorithm = None, "ES256"
    return running


@pytest.fixture(scope="module")
def pages(node: Node, running: SyntheticProvider) -> Iterator[str]:
    """The pages of a node that knows the provider."""
    known = OpenIdProvider(Client(running.issuer, CLIENT, SECRET))
    with served(officer_app(node, secure=False, provider=known)) as address:
        yield address


@pytest.fixture
def aliya(node: Node, pages: str, provider: SyntheticProvider) -> Iterator[Officer]:
    """An analyst who has bound her account of the provider, and has signed out."""
    assert provider
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM account WHERE name = 'aliya'")
    accounts.add_account(node, "aliya", frozenset({Role.ANALYST}), PASSWORD, by="admin")
    with Officer.at(pages) as officer:
        officer.browser.post("/sign-in", data={"name": "aliya", "password": PASSWORD})
        go_through(officer, "/account/single-sign-on")
        assert "bound" in officer.read("/account")
        officer.send("/sign-out")
        yield officer


def go_through(officer: Officer, address: str) -> httpx.Response:
    """Follow the way through the provider to the page at which it ends."""
    return officer.browser.get(back_from(officer, address))


def back_from(officer: Officer, address: str) -> str:
    """Where the provider sends the browser that was sent to it."""
    away = officer.browser.get(address)
    assert away.status_code == 303, words_of(away.text)
    return httpx.get(away.headers["location"]).headers["location"]


def is_in(officer: Officer) -> bool:
    return officer.browser.get("/account").status_code == 200


def test_whoever_the_provider_vouches_for_is_in(aliya: Officer) -> None:
    ended = go_through(aliya, "/sign-in/single-sign-on?back=/seizures")
    assert ended.status_code == 200
    assert 'content="0; url=/seizures"' in ended.text
    assert "aliya" in aliya.read("/account")
    assert "SameSite=Strict" in ended.headers["set-cookie"]


def test_somebody_whom_nobody_here_has_bound_is_not(aliya: Officer, provider: SyntheticProvider) -> None:
    provider.subject = "somebody else"
    provider.lies = {"email": "aliya@agency.example", "preferred_username": "aliya"}
    assert go_through(aliya, "/sign-in/single-sign-on").status_code == 409
    assert not is_in(aliya)


def test_a_locked_account_stays_shut(aliya: Officer, node: Node) -> None:
    accounts.lock(node, "aliya", by="admin")
    assert go_through(aliya, "/sign-in/single-sign-on").status_code == 409
    assert not is_in(aliya)


def test_what_began_in_one_browser_does_not_end_in_another(aliya: Officer, pages: str) -> None:
    address = back_from(aliya, "/sign-in/single-sign-on")
    with Officer.at(pages) as another:
        assert another.browser.get(address).status_code == 409
        another.browser.get("/sign-in/single-sign-on")
        assert another.browser.get(address).status_code == 409
        assert not is_in(another)


def test_a_way_ends_once_and_in_time(aliya: Officer, agencies: Agencies) -> None:
    address = back_from(aliya, "/sign-in/single-sign-on")
    assert aliya.browser.get(address).status_code == 200
    aliya.send("/sign-out")
    assert aliya.browser.get(address).status_code == 409
    address = back_from(aliya, "/sign-in/single-sign-on")
    agencies.clock.turn(timedelta(minutes=11))
    assert aliya.browser.get(address).status_code == 409
    assert not is_in(aliya)


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://another.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"iat": None},
        {"auth_time": "yesterday"},
        {"auth_time": 10**30},
    ],
    ids=str,
)
def test_a_statement_that_is_not_for_this_way_is_none(
    aliya: Officer, provider: SyntheticProvider, lies: dict[str, object]
) -> None:
    provider.lies = lies
    assert go_through(aliya, "/sign-in/single-sign-on").status_code == 502
    assert not is_in(aliya)


@pytest.mark.parametrize("forged", ["another key", "shared secret"])
def test_a_statement_that_another_signed_is_none(aliya: Officer, provider: SyntheticProvider, forged: str) -> None:
    provider.signs_with = ECKey.generate_key("P-256") if forged == "another key" else OctKey.import_key(SECRET)
    provider.algorithm = "ES256" if forged == "another key" else "HS256"
    assert go_through(aliya, "/sign-in/single-sign-on").status_code == 502
    assert not is_in(aliya)


def test_a_refusal_of_the_provider_is_told(aliya: Officer) -> None:
    answer = aliya.browser.get("/sign-in/return?error=access_denied&state=x")
    assert answer.status_code == 409
    assert "did not vouch" in words_of(answer.text)


def test_the_provider_is_asked_for_a_fresh_proof(aliya: Officer, agencies: Agencies, node: Node) -> None:
    go_through(aliya, "/sign-in/single-sign-on")
    agencies.clock.turn(timedelta(minutes=6))
    assert aliya.browser.get("/account/password").status_code == 303
    asked = parse_qs(urlsplit(aliya.browser.get("/step-up/single-sign-on").headers["location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    before = aliya.browser.cookies[f"hamkar-{node.id[:8]}"]
    go_through(aliya, "/step-up/single-sign-on?back=/account/password")
    assert aliya.browser.cookies[f"hamkar-{node.id[:8]}"] != before
    assert aliya.browser.get("/account/password").status_code == 200


@pytest.mark.parametrize("lacks", ["a fresh proof", "any time of it", "the same person"])
def test_a_proof_that_is_not_fresh_or_not_theirs_steps_nobody_up(
    aliya: Officer, provider: SyntheticProvider, agencies: Agencies, lacks: str
) -> None:
    go_through(aliya, "/sign-in/single-sign-on")
    agencies.clock.turn(timedelta(minutes=6))
    if lacks == "a fresh proof":
        provider.proved_at = agencies.clock() - timedelta(hours=1)
    elif lacks == "any time of it":
        provider.lies = {"auth_time": None}
    else:
        provider.subject = "somebody else"
    assert go_through(aliya, "/step-up/single-sign-on").status_code in {409, 502}
    assert aliya.browser.get("/account/password").status_code == 303


def test_binding_asks_for_a_fresh_proof(aliya: Officer, agencies: Agencies) -> None:
    aliya.browser.post("/sign-in", data={"name": "aliya", "password": PASSWORD})
    agencies.clock.turn(timedelta(minutes=6))
    assert aliya.browser.get("/account/single-sign-on").headers["location"].startswith("/step-up")


def test_one_account_of_the_provider_is_one_account_here(aliya: Officer, node: Node, pages: str) -> None:
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM account WHERE name = 'vusal'")
    accounts.add_account(node, "vusal", frozenset({Role.ANALYST}), PASSWORD, by="admin")
    with Officer.at(pages) as vusal:
        vusal.browser.post("/sign-in", data={"name": "vusal", "password": PASSWORD})
        assert go_through(vusal, "/account/single-sign-on").status_code == 400
    go_through(aliya, "/sign-in/single-sign-on")
    assert "aliya" in aliya.read("/account")


def test_an_account_that_was_unbound_is_not_let_in(aliya: Officer) -> None:
    go_through(aliya, "/sign-in/single-sign-on")
    aliya.send("/account/single-sign-on/remove")
    aliya.send("/sign-out")
    assert go_through(aliya, "/sign-in/single-sign-on").status_code == 409


@pytest.mark.browser
@pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not at /usr/bin/chromium")
def test_a_browser_that_comes_back_from_another_site_is_signed_in(aliya: Officer, pages: str) -> None:
    """Which strict and lax cookies it shows on the way only a real browser says; the provider is another site to it."""
    assert aliya
    named = pages.replace("127.0.0.1", "localhost")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(locale="en")
        page.goto(f"{named}/seizures?country=AZ")
        page.click("text=Sign in with your agency's single sign-on")
        page.wait_for_url(f"{named}/seizures?country=AZ")
        assert "aliya" in page.inner_text("header")
        browser.close()


def test_a_node_without_a_provider_has_no_such_way(stranger: Officer) -> None:
    assert "single sign-on" not in stranger.read("/sign-in")
    assert stranger.browser.get("/sign-in/single-sign-on").status_code == 404
    assert stranger.browser.get("/sign-in/return").status_code == 404


def test_a_provider_that_cannot_be_reached_or_is_none_is_told(pages: str) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        OpenIdProvider(Client("http://127.0.0.1:1", CLIENT)).address(ASKED)
    with pytest.raises(ProtocolError, match="not as a provider"):
        OpenIdProvider(Client(pages, CLIENT)).address(ASKED)
    with pytest.raises(BadInput, match="https"):
        OpenIdProvider(Client("http://login.agency.example", CLIENT))
    with pytest.raises(BadInput, match="https"):
        OpenIdProvider(Client("file:///etc/passwd", CLIENT))

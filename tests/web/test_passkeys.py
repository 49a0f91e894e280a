"""Passkeys in a real browser with an authenticator that Chromium plays. Every person is synthetic."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships no types
from playwright.sync_api import Browser, CDPSession, Page

from fixtures_node import PASSWORD, Agencies
from fixtures_web import served
from hamkar.actions import accounts, passkeys
from hamkar.actions.node import Node
from hamkar.asgi import officer_app
from hamkar.model.role import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not at /usr/bin/chromium"),
]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named(url: str) -> str:
    """The address of the pages by a name, as a passkey needs it."""
    return url.replace("127.0.0.1", "localhost")


class Holder:
    """Somebody with a key: their page, and the key as the browser plays it."""

    def __init__(self, page: Page, keys: CDPSession, url: str) -> None:
        self.page, self.url, self._keys = page, url, keys
        self.key: str = keys.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    def sign_in_with_password(self) -> None:
        """Sign in as people do who have no key yet."""
        self.page.goto(self.url + "/sign-in")
        self.page.fill("#name", "aliya")
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")

    def add_passkey(self) -> None:
        """Make a passkey."""
        self.page.goto(self.url + "/account/passkeys/new")
        self.page.fill("#title", "synthetic key")
        self.page.click("text=Make the passkey")
        self.page.wait_for_url("**/account")

    def sign_in(self) -> None:
        """Sign in with the key."""
        self.page.goto(self.url + "/sign-in")
        self.page.click("text=Sign in with a passkey")
        self.page.click("text=Use the passkey")

    def answer(self) -> str:
        """What the key says to the form on the page, which is not sent."""
        self.page.route("**/sign-in/passkey", lambda route: route.abort())
        with self.page.expect_event("requestfailed") as caught:
            self.page.click("text=Use the passkey")
        self.page.unroute("**/sign-in/passkey")
        said = httpx.QueryParams(caught.value.post_data or "")["answer"]
        assert said
        return str(said)

    def credential(self) -> dict[str, Any]:
        """What the key holds, its secret included."""
        [held] = self._keys.send("WebAuthn.getCredentials", {"authenticatorId": self.key})["credentials"]
        return dict(held)

    def another_key(self, credential: dict[str, Any], **differs: bool) -> None:
        """Take a copy of the key instead, in a device that ``differs``."""
        self._keys.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.key})
        made = self._keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **differs}})
        self.key = made["authenticatorId"]
        self._keys.send("WebAuthn.addCredential", {"authenticatorId": self.key, "credential": credential})


@contextmanager
def holder(chromium: Browser, node: Node, url: str) -> Iterator[Holder]:
    """An analyst with a key and a new account."""
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM account WHERE name = 'aliya'")
    accounts.add_account(node, "aliya", frozenset({Role.ANALYST}), PASSWORD, by="admin")
    context = chromium.new_context(locale="en")
    page = context.new_page()
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    yield Holder(page, keys, url)
    context.close()


@pytest.fixture
def aliya(chromium: Browser, node: Node, named: str) -> Iterator[Holder]:
    """An analyst who has signed in with a password and added a passkey."""
    with holder(chromium, node, named) as made:
        made.sign_in_with_password()
        made.add_passkey()
        yield made


def post(url: str, answer: str) -> int:
    return httpx.post(url + "/sign-in/passkey", data={"answer": answer}).status_code


def test_a_passkey_signs_in_without_name_or_password(aliya: Holder, node: Node) -> None:
    aliya.page.click("form[action='/sign-out'] button")
    aliya.sign_in()
    aliya.page.wait_for_url(aliya.url + "/")
    aliya.page.goto(aliya.url + "/account")
    told = aliya.page.inner_text("main")
    assert "synthetic key" in told
    assert "Add a second passkey" in told
    [listed] = passkeys.list_passkeys(node, "aliya")
    assert listed.used_at is not None


def test_a_touch_is_a_fresh_proof(aliya: Holder, agencies: Agencies) -> None:
    agencies.clock.turn(timedelta(minutes=6))
    aliya.page.goto(aliya.url + "/account/password")
    assert "/step-up" in aliya.page.url
    aliya.page.click("text=Use the passkey")
    aliya.page.wait_for_url("**/account/password")


def test_a_key_is_added_once_and_removed(aliya: Holder, node: Node) -> None:
    aliya.page.goto(aliya.url + "/account/passkeys/new")
    aliya.page.fill("#title", "the same again")
    aliya.page.click("text=Make the passkey")
    aliya.page.locator("[data-failed]:visible").wait_for()
    aliya.page.goto(aliya.url + "/account")
    aliya.page.click("button[aria-label='Remove the passkey synthetic key']")
    assert passkeys.list_passkeys(node, "aliya") == []
    aliya.page.click("form[action='/sign-out'] button")
    aliya.sign_in()
    aliya.page.get_by_text("The passkey is not known here").wait_for()


def test_an_answer_serves_once(aliya: Holder) -> None:
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    answer = aliya.answer()
    assert [post(aliya.url, answer), post(aliya.url, answer)] == [303, 401]


def test_an_answer_that_comes_too_late_serves_no_more(aliya: Holder, agencies: Agencies) -> None:
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    answer = aliya.answer()
    agencies.clock.turn(timedelta(minutes=6))
    assert post(aliya.url, answer) == 401


def test_an_answer_for_stepping_up_does_not_sign_in(aliya: Holder) -> None:
    aliya.page.goto(aliya.url + "/step-up")
    options = aliya.page.get_attribute("form[data-passkey]", "data-options")
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    aliya.page.eval_on_selector("form[data-passkey]", "(form, options) => form.dataset.options = options", options)
    assert post(aliya.url, aliya.answer()) == 401


def test_an_answer_given_at_another_origin_is_none(aliya: Holder, node: Node) -> None:
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    options = aliya.page.get_attribute("form[data-passkey]", "data-options")
    with served(officer_app(node, secure=False)) as elsewhere:
        aliya.page.goto(elsewhere.replace("127.0.0.1", "localhost") + "/sign-in/passkey")
        aliya.page.eval_on_selector("form[data-passkey]", "(form, options) => form.dataset.options = options", options)
        answer = aliya.answer()
    assert post(aliya.url, answer) == 401


def test_a_touch_without_pin_or_finger_proves_nothing(aliya: Holder) -> None:
    key = aliya.credential()
    aliya.another_key(key, hasUserVerification=False)
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    aliya.page.eval_on_selector(
        "form[data-passkey]",
        """(form, id) => form.dataset.options = JSON.stringify({
            ...JSON.parse(form.dataset.options),
            userVerification: "discouraged",
            allowCredentials: [{id, type: "public-key"}],
        })""",
        key["credentialId"],
    )
    assert post(aliya.url, aliya.answer()) == 401


def test_a_copy_of_a_key_that_counts_from_before_is_refused(aliya: Holder) -> None:
    copied = aliya.credential()
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    assert post(aliya.url, aliya.answer()) == 303
    aliya.another_key({**copied, "signCount": 0})
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    assert post(aliya.url, aliya.answer()) == 401


def test_a_locked_account_stays_shut_to_its_key(aliya: Holder, node: Node) -> None:
    accounts.lock(node, "aliya", by="admin")
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    assert post(aliya.url, aliya.answer()) == 401


def test_a_key_is_not_shut_out_by_others_who_guess_the_password(aliya: Holder) -> None:
    for _ in range(5):
        httpx.post(aliya.url + "/sign-in", data={"name": "aliya", "password": "wrong"})
    assert httpx.post(aliya.url + "/sign-in", data={"name": "aliya", "password": PASSWORD}).status_code == 401
    aliya.page.goto(aliya.url + "/sign-in/passkey")
    assert post(aliya.url, aliya.answer()) == 303


def test_where_a_second_factor_is_required_a_key_is_one(chromium: Browser, node: Node) -> None:
    with served(officer_app(node, secure=False, second_factor_required=True)) as url:
        with holder(chromium, node, url.replace("127.0.0.1", "localhost")) as made:
            made.sign_in_with_password()
            made.page.wait_for_url("**/account")
            made.add_passkey()
            made.page.goto(made.url + "/seizures")
            assert made.page.url.endswith("/seizures")
        again = httpx.post(url + "/sign-in", data={"name": "aliya", "password": PASSWORD})
        assert again.status_code == 401


@pytest.mark.parametrize("language", ["en", "fa"])
def test_no_page_of_accounts_shuts_anybody_out(
    chromium: Browser, node: Node, named: str, agencies: Agencies, language: str
) -> None:
    faults = {}
    with holder(chromium, node, named) as made:
        accounts.set_roles(node, "aliya", frozenset({Role.ADMINISTRATOR}), by="admin")
        made.sign_in_with_password()
        made.add_passkey()
        made.page.set_viewport_size({"width": 400, "height": 800})
        made.page.goto(f"{named}/language/{language}")
        for address in (
            *("/sign-in", "/sign-in/passkey", "/step-up", "/new-password"),
            *("/account", "/account/passkeys/new", "/account/generator", "/account/password"),
            *("/accounts", "/accounts/aliya", "/accounts/admin"),
        ):
            made.page.goto(named + address)
            assert made.page.url == named + address
            found = Axe().run(made.page)
            if found.violations_count:
                faults[address] = found.generate_report()
            width = made.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{address} is {width} px wider than the screen"
    assert agencies
    assert not faults, "\n".join(faults.values())

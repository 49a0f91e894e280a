"""One's own account and everybody's, on pages that need no script. Every person is synthetic."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest

from fixtures_node import PASSWORD, Agencies
from fixtures_web import Officer, served, words_of
from hamkar.actions import accounts
from hamkar.actions.node import Node
from hamkar.asgi import officer_app
from hamkar.model.role import Role

ANOTHER = "another synthetic password"
_CODE = re.compile(r">([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})<")
_ADDRESS = re.compile(r"otpauth://[^<]+")


@pytest.fixture
def aliya(node: Node, url: str) -> Iterator[Officer]:
    """An analyst who has just signed in."""
    with new_officer(node, url, "aliya", Role.ANALYST) as officer:
        yield officer


def new_officer(node: Node, url: str, name: str, *roles: Role) -> "_Opened":
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM account WHERE name = %s", (name,))
    accounts.add_account(node, name, frozenset(roles), PASSWORD, by="admin")
    return _Opened(url, name)


class _Opened:
    """An officer with a browser and an account of their own, signed in as long as the block lasts."""

    def __init__(self, url: str, name: str) -> None:
        self._browser = httpx.Client(base_url=url, headers={"accept-language": "en"})
        self._name = name

    def __enter__(self) -> Officer:
        officer = Officer(self._browser)
        assert sign_in(officer, self._name).status_code == 303
        return officer

    def __exit__(self, *_: object) -> None:
        self._browser.close()


def sign_in(officer: Officer, name: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    return officer.browser.post("/sign-in", data={"name": name, "password": password, "code": code})


def send(officer: Officer, address: str, **form: str | list[str]) -> httpx.Response:
    """Send a form as the page of one's account has them."""
    return officer.browser.post(address, data={"token": token(officer), **form})


def token(officer: Officer) -> str:
    found = re.search(r'name="token" value="([^"]+)"', officer.browser.get("/account").text)
    assert found
    return found[1]


def take_up(officer: Officer) -> pyotp.TOTP:
    """The generator that the page offers."""
    address = _ADDRESS.search(officer.browser.get("/account/generator").text)
    assert address
    generator = pyotp.parse_uri(html.unescape(address[0]))
    assert isinstance(generator, pyotp.TOTP)
    return generator


def test_a_code_generator_is_added_and_then_asked_for(aliya: Officer, agencies: Agencies) -> None:
    generator = take_up(aliya)
    shown = send(aliya, "/account/generator", code=generator.at(agencies.clock()))
    codes = _CODE.findall(shown.text)
    assert len(codes) == 10
    assert "10 recovery codes are left" in aliya.read("/account")
    assert sign_in(aliya, "aliya").status_code == 401
    agencies.clock.turn(timedelta(minutes=1))
    assert sign_in(aliya, "aliya", code=generator.at(agencies.clock())).status_code == 303
    assert sign_in(aliya, "aliya", code=codes[0]).status_code == 303
    assert "9 recovery codes are left" in aliya.read("/account")
    send(aliya, "/account/generator/remove")
    assert sign_in(aliya, "aliya").status_code == 303


def test_a_wrong_first_code_adds_no_generator(aliya: Officer) -> None:
    take_up(aliya)
    assert send(aliya, "/account/generator", code="000000").status_code == 409
    assert sign_in(aliya, "aliya").status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "/account/generator",
        "/account/generator/remove",
        "/account/codes",
        "/account/password",
        "/account/passkeys",
        "/account/passkeys/00/remove",
        "/account/single-sign-on/remove",
    ],
)
def test_what_proves_who_one_is_changes_only_after_a_fresh_proof(
    aliya: Officer, agencies: Agencies, address: str
) -> None:
    agencies.clock.turn(timedelta(minutes=6))
    answer = send(aliya, address, code="000000", password=ANOTHER, title="key", answer="{}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/step-up?back=/account")
    assert sign_in(aliya, "aliya").status_code == 303


def test_a_fresh_proof_leads_back_under_another_cookie(aliya: Officer, agencies: Agencies, node: Node) -> None:
    agencies.clock.turn(timedelta(minutes=6))
    asked = aliya.browser.get("/account/password")
    assert asked.headers["location"] == "/step-up?back=/account/password"
    assert "Confirm that it is you" in aliya.read(asked.headers["location"])
    before = aliya.browser.cookies[f"hamkar-{node.id[:8]}"]
    wrong = send(aliya, "/step-up", password="wrong", back="/account/password")  # noqa: S106
    assert wrong.status_code == 401
    done = send(aliya, "/step-up", password=PASSWORD, back="/account/password")
    assert done.headers["location"] == "/account/password"
    assert aliya.browser.cookies[f"hamkar-{node.id[:8]}"] != before
    assert aliya.browser.get("/account/password").status_code == 200


def test_a_fresh_proof_never_leads_to_another_site(aliya: Officer) -> None:
    done = send(aliya, "/step-up", password=PASSWORD, back="//example.org")
    assert done.headers["location"] == "/"


def test_a_form_that_asks_for_a_fresh_proof_leads_back_to_its_page(node: Node, url: str, agencies: Agencies) -> None:
    with new_officer(node, url, "head", Role.SENIOR_AUTHORISER) as head:
        agencies.clock.turn(timedelta(minutes=6))
        answer = send(head, "/agreements/0000/sign")
    assert answer.headers["location"] == "/step-up?back=/agreements/0000"


def test_a_program_is_told_to_prove_anew_and_does(node: Node, url: str, agencies: Agencies) -> None:
    accounts.add_account(node, "program", frozenset({Role.SENIOR_AUTHORISER}), PASSWORD, by="admin")
    with httpx.Client(base_url=url + "/api/v1") as program:
        session = program.post("/session", json={"name": "program", "password": PASSWORD}).json()
        agencies.clock.turn(timedelta(minutes=6))
        told = program.post("/agreements/0000/sign", headers={"x-hamkar-token": session["token"]})
        assert (told.status_code, told.json()["rule"]) == (403, "step_up")
        headers = {"x-hamkar-token": session["token"]}
        assert program.post("/session/proof", json={"password": "wrong"}, headers=headers).status_code == 401
        proved = program.post("/session/proof", json={"password": PASSWORD}, headers=headers).json()
        assert proved["stepped_up"]
        headers = {"x-hamkar-token": proved["token"]}
        assert program.post("/agreements/0000/sign", headers=headers).status_code in {400, 404}


def test_a_new_password_ends_this_session_too(aliya: Officer) -> None:
    assert send(aliya, "/account/password", password=ANOTHER).headers["location"] == "/sign-in"
    assert aliya.browser.get("/account").status_code == 303
    assert sign_in(aliya, "aliya").status_code == 401
    assert sign_in(aliya, "aliya", ANOTHER).status_code == 303


def test_a_session_elsewhere_is_seen_and_ended(aliya: Officer, url: str) -> None:
    with Officer.at(url) as elsewhere:
        sign_in(elsewhere, "aliya")
        addresses = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', aliya.browser.get("/account").text)
        assert len(addresses) == 2
        send(aliya, addresses[0])
        assert elsewhere.browser.get("/account").status_code == 303
    assert aliya.browser.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(aliya: Officer, node: Node, url: str) -> None:
    with new_officer(node, url, "vusal", Role.ANALYST) as vusal:
        [address] = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', vusal.browser.get("/account").text)
        assert send(aliya, address).status_code == 404
        assert vusal.browser.get("/account").status_code == 200


def test_where_a_second_factor_is_required_there_is_nothing_before_it(node: Node, agencies: Agencies) -> None:
    with served(officer_app(node, secure=False, second_factor_required=True)) as strict:
        with new_officer(node, strict, "aliya", Role.ANALYST) as aliya:
            for page in ("/", "/seizures", "/inbox", "/status", "/nowhere"):
                answer = aliya.browser.get(page)
                assert (answer.status_code, answer.headers.get("location")) in ((303, "/account"), (404, None))
            told = aliya.browser.get("/api/v1/status")
            assert (told.status_code, told.json()["rule"]) == (403, "second_factor")
            assert aliya.browser.get("/api/v1/session").json()["account"] == "aliya"
            assert "Add a passkey or a code generator" in aliya.read("/account")
            generator = take_up(aliya)
            send(aliya, "/account/generator", code=generator.at(agencies.clock()))
            assert aliya.browser.get("/seizures").status_code == 200
        with Officer.at(strict) as stranger:
            assert sign_in(stranger, "aliya").status_code == 401


def test_an_administrator_adds_an_account_and_its_person_chooses_the_password(
    officer: Officer, stranger: Officer
) -> None:
    officer.sign_in()
    made = send(officer, "/accounts", name="new.colleague", roles=["border_officer"])
    [code] = _CODE.findall(made.text)
    wrong = stranger.browser.post("/new-password", data={"name": "new.colleague", "code": "x", "password": ANOTHER})
    assert wrong.status_code == 401
    stranger.browser.post("/new-password", data={"name": "new.colleague", "code": code, "password": ANOTHER})
    assert sign_in(stranger, "new.colleague", ANOTHER).status_code == 303
    assert "border officer" in stranger.read("/account")
    assert "new.colleague" in officer.read("/accounts")


def test_an_administrator_gives_roles_locks_and_unlocks(officer: Officer, aliya: Officer) -> None:
    officer.sign_in()
    send(officer, "/accounts/aliya/roles", roles=["statistician", "border_officer"])
    assert aliya.browser.get("/account").status_code == 303
    assert {'value="statistician" checked', 'value="border_officer" checked'} <= set(
        re.findall(r'value="\w+" checked', officer.browser.get("/accounts/aliya").text)
    )
    send(officer, "/accounts/aliya/lock")
    assert "locked" in officer.read("/accounts/aliya")
    assert sign_in(aliya, "aliya").status_code == 401
    send(officer, "/accounts/aliya/unlock")
    assert sign_in(aliya, "aliya").status_code == 303
    send(officer, "/accounts/aliya/end-sessions")
    assert aliya.browser.get("/account").status_code == 303


def test_two_administrators_recover_an_account(node: Node, url: str, officer: Officer, aliya: Officer) -> None:
    officer.sign_in()
    send(officer, "/accounts/aliya/ask-recovery")
    assert send(officer, "/accounts/aliya/approve-recovery").status_code == 409
    with new_officer(node, url, "second", Role.ADMINISTRATOR) as second:
        assert "asked by admin" in second.read("/accounts/aliya")
        [code] = _CODE.findall(send(second, "/accounts/aliya/approve-recovery").text)
    aliya.browser.post("/new-password", data={"name": "aliya", "code": code, "password": ANOTHER})
    assert sign_in(aliya, "aliya", ANOTHER).status_code == 303


def test_nobody_else_sees_or_changes_accounts(aliya: Officer) -> None:
    for address in ("/accounts", "/accounts/admin"):
        assert aliya.browser.get(address).status_code in {403, 404}
    assert send(aliya, "/accounts", name="x", roles=["administrator"]).status_code in {403, 404}
    assert send(aliya, "/accounts/aliya/roles", roles=["administrator"]).status_code in {403, 404}
    assert "/accounts" not in aliya.browser.get("/account").text


@pytest.mark.parametrize("address", ["/account/codes", "/account/password", "/step-up", "/accounts/admin/lock"])
def test_nothing_is_changed_without_the_token_of_the_session(officer: Officer, address: str) -> None:
    officer.sign_in()
    assert officer.browser.post(address, data={"password": PASSWORD}).status_code == 403


def test_passkeys_are_not_offered_where_the_address_has_no_name(stranger: Officer) -> None:
    assert "passkey" not in stranger.read("/sign-in")
    assert stranger.browser.get("/sign-in/passkey").status_code == 400


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"response": {"clientDataJSON": "AAAA"}}', "\x00", "ß" * 100])
def test_what_is_no_answer_of_a_passkey_lets_nobody_in(url: str, said: str) -> None:
    by_name = url.replace("127.0.0.1", "localhost")
    answer = httpx.post(by_name + "/sign-in/passkey", data={"answer": said})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "not known here" in words_of(answer.text)

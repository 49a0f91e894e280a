"""Accounts from the command line. Every person is synthetic."""

import os
import re
from collections.abc import Iterator

import pytest

from command_line import Ran, Run, command_line
from fixtures_node import PASSWORD
from hamkar.store.postgres.cluster import Cluster

CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")


@pytest.fixture(scope="module")
def run(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run ``hamkar account`` for a node that has been made."""
    home = tmp_path_factory.mktemp("node") / "home"
    with command_line(postgres, home) as run_it:
        made = run_it("init", "Synthetic Customs", "--country", "AZ", "--password-stdin", given=PASSWORD)
        assert "admin, an administrator and nothing else" in made.out
        assert "hamkar account add NAME --role" in made.out
        yield run_it


@pytest.fixture(scope="module")
def added(run: Run) -> Ran:
    return run("account", "add", "aliya", "--role", "analyst", "--role", "liaison_officer", "--json")


def test_the_first_account_administers_and_does_nothing_else(run: Run) -> None:
    first = next(each for each in run("account", "list", "--json").json if each["account"] == "admin")
    assert first == {"account": "admin", "roles": ["administrator"], "second_factor": "none", "state": "open"}


def test_a_new_account_comes_with_a_code_for_its_person(run: Run, added: Ran) -> None:
    assert added.json["roles"] == ["analyst", "liaison_officer"]
    assert CODE.fullmatch(added.json["code"])
    assert re.search(r"aliya +analyst liaison_officer +none +waits for its person", run("account", "list").out)


def test_a_password_may_be_read_instead(run: Run) -> None:
    made = run("account", "add", "vusal", "--role", "analyst", "--password-stdin", "--json", given=PASSWORD + "\n")
    assert made.json == {"account": "vusal", "roles": ["analyst"], "code": None}
    assert PASSWORD not in made.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "admin", "--role", "analyst"], "already"),
        (["add", "os:root", "--role", "analyst"], "no name for an account"),
        (["add", "dpo", "--role", "data_protection_officer", "--role", "analyst"], "goes with no other"),
        (["roles", "admin", "--role", "analyst"], "last administrator"),
        (["lock", "admin"], "last administrator"),
        (["lock", "nobody"], "no account"),
        (["sessions", "nobody"], "no account"),
        (["recover", "aliya", "--approve"], "nobody asked"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(run: Run, added: Ran, words: list[str], told: str) -> None:
    assert added.status == 0
    ended = run("account", *words)
    assert (ended.status, ended.out) == (1, "")
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_an_unknown_role_is_wrong_usage(run: Run) -> None:
    assert run("account", "add", "x", "--role", "king").status == 2
    assert run("account", "add", "x").status == 2


def test_an_account_is_given_roles_locked_and_unlocked(run: Run, added: Ran) -> None:
    assert added.status == 0
    assert run("account", "roles", "aliya", "--role", "statistician", "--json").json["roles"] == ["statistician"]
    assert run("account", "lock", "aliya", "--json").json["locked"]
    assert re.search(r"aliya +statistician +none +locked by os:", run("account", "list").out)
    assert not run("account", "unlock", "aliya", "--json").json["locked"]
    assert run("account", "sessions", "aliya", "--json").json == []
    assert run("account", "end-sessions", "aliya").out == "0 sessions of aliya ended.\n"


def test_one_person_alone_recovers_nobody(run: Run, added: Ran) -> None:
    assert added.status == 0
    assert "Another administrator" in run("account", "recover", "aliya").out
    alone = run("account", "recover", "aliya", "--approve")
    assert (alone.status, "takes two" in alone.err) == (1, True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can play two people of one machine")
def test_two_people_recover_an_account(run: Run, added: Ran) -> None:
    assert added.status == 0
    run("account", "recover", "aliya", SUDO_UID="1")
    code = run("account", "recover", "aliya", "--approve", "--json", SUDO_UID="2").json["code"]
    assert CODE.fullmatch(code)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"HAMKAR_SECOND_FACTOR": "sometimes"}, "set it to required or optional"),
        ({"HAMKAR_OIDC_ISSUER": "https://login.agency.example"}, "HAMKAR_OIDC_CLIENT is not"),
        ({"HAMKAR_OIDC_ISSUER": "http://login.agency.example", "HAMKAR_OIDC_CLIENT": "x"}, "https://"),
    ],
)
def test_half_a_way_in_is_told_before_the_node_runs(run: Run, variables: dict[str, str], told: str) -> None:
    ended = run("serve", "--port", "0", "--partner-host", "127.0.0.1", **variables)
    assert (ended.status, told in ended.err) == (1, True)

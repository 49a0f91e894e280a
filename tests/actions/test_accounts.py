"""Accounts: who gets in, with what, and who does not any more. Every person is synthetic."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from fixtures_node import PASSWORD, HandClock, new_database, new_node
from hamkar.actions import accounts, second_factor
from hamkar.actions.access_person import StepUpFirst, person_of, require_fresh
from hamkar.actions.log_entries import list_log
from hamkar.actions.node import Node
from hamkar.actions.renew_credentials import approve_recovery, ask_recovery, choose_password, invite_person
from hamkar.actions.sessions import list_sessions, session_of, sign_out
from hamkar.actions.sign_in import Given, sign_in, step_up
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.role import Role
from hamkar.store.log import LogFilter
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.sessions import Session

ANALYST = frozenset({Role.ANALYST})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
ANOTHER = "another synthetic password"


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def made(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[Node]:
    """A node of this module's own."""
    with (
        new_database(postgres, "accounts") as database,
        new_node(
            database, tmp_path_factory.mktemp("accounts"), name="Synthetic Customs", country="AZ", clock=clock
        ) as node,
    ):
        yield node


@pytest.fixture
def node(made: Node) -> Node:
    """The node, with the accounts admin and aliya as if nothing had been done yet."""
    with made.database.transaction() as connection:
        connection.execute("DELETE FROM account WHERE name <> 'admin'")
        connection.execute("UPDATE account SET locked_at = NULL")
    accounts.add_account(made, "aliya", ANALYST, PASSWORD, by="admin")
    return made


def enter(node: Node, code: str = "", *, password: str = PASSWORD, required: bool = False) -> str:
    """The secret of a new session of aliya."""
    return sign_in(node, Given("aliya", password, code), second_factor_required=required).secret


def refused(node: Node, code: str = "", *, password: str = PASSWORD, required: bool = False) -> str:
    """What aliya is told who is not let in."""
    with pytest.raises(Refused) as told:
        enter(node, code, password=password, required=required)
    assert told.value.rule == "sign_in"
    return str(told.value)


def session(node: Node, secret: str) -> Session:
    found = session_of(node, secret)
    assert found is not None
    return found


def code_of(node: Node, *, late: int = 0) -> str:
    """What aliya's generator shows."""
    [known] = [each for each in accounts.list_accounts(node) if each.name == "aliya"]
    assert known.totp_secret
    return pyotp.TOTP(known.totp_secret).at(node.now() + timedelta(seconds=late))


def enrol(node: Node, clock: HandClock) -> tuple[str, ...]:
    """Give aliya a code generator; the codes that stand in for it."""
    second_factor.offer_generator(node, "aliya")
    codes = second_factor.take_generator(node, "aliya", code_of(node))
    clock.turn(timedelta(minutes=1))
    return codes


def test_a_session_has_the_roles_of_its_account(node: Node) -> None:
    assert session(node, enter(node)).roles == ANALYST


def test_signing_in_is_a_fresh_proof_for_five_minutes(node: Node, clock: HandClock) -> None:
    secret = enter(node)
    require_fresh(person_of(session(node, secret), node.now()))
    clock.turn(timedelta(minutes=6))
    with pytest.raises(StepUpFirst):
        require_fresh(person_of(session(node, secret), node.now()))


def test_proving_anew_gives_the_session_another_secret_and_another_token(node: Node, clock: HandClock) -> None:
    before = enter(node)
    token = session(node, before).form_token
    clock.turn(timedelta(minutes=6))
    after = step_up(node, before, Given("aliya", PASSWORD), second_factor_required=False).secret
    assert session_of(node, before) is None
    assert person_of(session(node, after), node.now()).stepped_up
    assert session(node, after).form_token != token


def test_a_wrong_proof_leaves_the_session_as_it_was_and_counts_as_a_guess(node: Node, clock: HandClock) -> None:
    secret = enter(node)
    clock.turn(timedelta(minutes=6))
    for _ in range(5):
        with pytest.raises(Refused):
            step_up(node, secret, Given("aliya", "wrong"), second_factor_required=False)
    assert not person_of(session(node, secret), node.now()).stepped_up
    refused(node)


def test_whatever_is_wrong_the_answer_is_the_same(node: Node, clock: HandClock) -> None:
    told = {refused(node, password="wrong")}  # noqa: S106
    with pytest.raises(Refused) as nobody:
        sign_in(node, Given("nobody", PASSWORD), second_factor_required=False)
    enrol(node, clock)
    told |= {str(nobody.value), refused(node), refused(node, "000000"), refused(node, password=ANOTHER)}
    accounts.lock(node, "aliya", by="admin")
    told.add(refused(node, code_of(node)))
    assert len(told) == 1


def test_a_code_generator_is_asked_for_once_a_code_of_it_was_given(node: Node, clock: HandClock) -> None:
    second_factor.offer_generator(node, "aliya")
    enter(node)
    enrol(node, clock)
    refused(node)
    enter(node, code_of(node))


def test_no_code_lets_in_twice(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    code = code_of(node)
    enter(node, code)
    refused(node, code)
    refused(node, code_of(node, late=-30))


def test_a_code_without_the_password_is_not_used_up(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    code = code_of(node)
    refused(node, code, password="wrong")  # noqa: S106
    enter(node, code)


def test_a_recovery_code_stands_in_once(node: Node, clock: HandClock) -> None:
    codes = enrol(node, clock)
    enter(node, codes[3].lower())
    refused(node, codes[3])
    enter(node, codes[4])
    assert second_factor.codes_left(node, "aliya") == len(codes) - 2


def test_new_recovery_codes_end_the_old_ones(node: Node, clock: HandClock) -> None:
    old = enrol(node, clock)
    new = second_factor.renew_codes(node, "aliya")
    refused(node, old[0])
    enter(node, new[0])


def test_a_wrong_code_of_a_new_generator_counts_as_a_guess(node: Node) -> None:
    second_factor.offer_generator(node, "aliya")
    for _ in range(5):
        with pytest.raises(Refused):
            second_factor.take_generator(node, "aliya", "000000")
    with pytest.raises(Refused):
        second_factor.take_generator(node, "aliya", code_of(node))


def test_a_generator_in_use_is_not_shown_again(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    assert second_factor.offer_generator(node, "aliya") is None


def test_guessing_codes_pauses_the_account_ever_longer(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    for _ in range(5):
        refused(node, "000000")
    refused(node, code_of(node))
    clock.turn(timedelta(seconds=31))
    refused(node, "000000")
    clock.turn(timedelta(seconds=31))
    refused(node, code_of(node))
    clock.turn(timedelta(seconds=31))
    enter(node, code_of(node))


def test_where_a_second_factor_is_required_a_password_lets_in_only_whoever_has_none_yet(
    node: Node, clock: HandClock
) -> None:
    assert not session(node, enter(node, required=True)).second_factor
    enrol(node, clock)
    refused(node, required=True)
    assert session(node, enter(node, code_of(node), required=True)).second_factor


def test_new_roles_end_the_sessions_of_the_old_ones(node: Node) -> None:
    secret = enter(node)
    accounts.set_roles(node, "aliya", frozenset({Role.STATISTICIAN}), by="admin")
    assert session_of(node, secret) is None
    assert session(node, enter(node)).roles == {Role.STATISTICIAN}


def test_a_locked_account_has_no_session_and_gets_none(node: Node) -> None:
    secret = enter(node)
    accounts.lock(node, "aliya", by="admin")
    assert session_of(node, secret) is None
    refused(node)
    accounts.unlock(node, "aliya", by="admin")
    enter(node)


def test_a_new_password_ends_the_sessions_and_asks_for_the_code_as_before(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    secret = enter(node, code_of(node))
    accounts.set_password(node, "aliya", ANOTHER, by="os:synthetic")
    assert session_of(node, secret) is None
    refused(node, password=ANOTHER)
    clock.turn(timedelta(minutes=1))
    enter(node, code_of(node), password=ANOTHER)


def test_all_sessions_of_an_account_end_at_once_and_no_others(node: Node) -> None:
    accounts.add_account(node, "vusal", ANALYST, PASSWORD, by="admin")
    other = sign_in(node, Given("vusal", PASSWORD), second_factor_required=False).secret
    ended = [enter(node), enter(node)]
    assert len(list_sessions(node, "aliya")) == 2
    assert accounts.end_sessions(node, "aliya", by="admin") == 2
    assert [session_of(node, secret) for secret in ended] == [None, None]
    assert session_of(node, other)
    sign_out(node, other)


@pytest.mark.parametrize(
    "roles",
    [
        frozenset(),
        frozenset({Role.DATA_PROTECTION_OFFICER, Role.ANALYST}),
        frozenset({Role.OBSERVER, Role.ADMINISTRATOR}),
    ],
)
def test_roles_that_do_not_go_together_are_not_given(node: Node, roles: frozenset[Role]) -> None:
    with pytest.raises(Refused, match="role"):
        accounts.add_account(node, "vusal", roles, PASSWORD, by="admin")
    with pytest.raises(Refused, match="role"):
        accounts.set_roles(node, "aliya", roles, by="admin")


@pytest.mark.parametrize("name", ["", "a b", "os:root", "../x", "علی", "x" * 65, "a\n", "<b>"])
def test_a_name_that_cannot_be_is_refused(node: Node, name: str) -> None:
    with pytest.raises(BadInput, match="no name for an account"):
        invite_person(node, name, ANALYST, by="admin")


def test_a_name_is_given_once(node: Node) -> None:
    with pytest.raises(BadInput, match="already"):
        invite_person(node, "aliya", ADMINISTRATOR, by="admin")
    assert session(node, enter(node)).roles == ANALYST


def test_nobody_changes_their_own_roles(node: Node) -> None:
    for change in (accounts.lock, accounts.unlock):
        with pytest.raises(Refused, match="another administrator"):
            change(node, "admin", by="admin")
    with pytest.raises(Refused, match="another administrator"):
        accounts.set_roles(node, "admin", ADMINISTRATOR | ANALYST, by="admin")


def test_a_node_is_never_left_without_an_administrator(node: Node) -> None:
    with pytest.raises(Refused, match="last administrator"):
        accounts.lock(node, "admin", by="os:synthetic")
    with pytest.raises(Refused, match="last administrator"):
        accounts.set_roles(node, "admin", ANALYST, by="os:synthetic")
    accounts.set_roles(node, "aliya", ADMINISTRATOR, by="admin")
    accounts.lock(node, "admin", by="aliya")


def test_a_new_account_waits_for_its_person_who_alone_knows_the_password(node: Node) -> None:
    code = invite_person(node, "vusal", ANALYST, by="admin")
    with pytest.raises(Refused):
        sign_in(node, Given("vusal", ""), second_factor_required=False)
    choose_password(node, "vusal", code, ANOTHER)
    assert sign_in(node, Given("vusal", ANOTHER), second_factor_required=False)
    with pytest.raises(Refused):
        choose_password(node, "vusal", code, "yet another synthetic one")


def test_recovering_an_account_takes_two(node: Node) -> None:
    with pytest.raises(NotFound, match="nobody asked"):
        approve_recovery(node, "aliya", by="admin")
    ask_recovery(node, "aliya", by="admin")
    for one in ("admin", "aliya"):
        with pytest.raises(Refused, match="takes two"):
            approve_recovery(node, "aliya", by=one)
    assert approve_recovery(node, "aliya", by="os:second")
    with pytest.raises(NotFound, match="nobody asked"):
        approve_recovery(node, "aliya", by="os:second")


def test_a_recovered_person_starts_anew(node: Node, clock: HandClock) -> None:
    enrol(node, clock)
    secret = enter(node, code_of(node))
    ask_recovery(node, "aliya", by="admin")
    choose_password(node, "aliya", approve_recovery(node, "aliya", by="os:second"), ANOTHER)
    assert session_of(node, secret) is None
    refused(node)
    assert not session(node, enter(node, password=ANOTHER, required=True)).second_factor


def test_an_account_that_is_being_recovered_still_works_until_then(node: Node) -> None:
    ask_recovery(node, "aliya", by="admin")
    approve_recovery(node, "aliya", by="os:second")
    enter(node)


@pytest.mark.parametrize("waits_for", ["approval", "person"])
def test_recovery_ends_after_a_day(node: Node, clock: HandClock, waits_for: str) -> None:
    ask_recovery(node, "aliya", by="admin")
    if waits_for == "approval":
        clock.turn(timedelta(hours=25))
        with pytest.raises(NotFound):
            approve_recovery(node, "aliya", by="os:second")
        return
    code = approve_recovery(node, "aliya", by="os:second")
    clock.turn(timedelta(hours=25))
    with pytest.raises(Refused):
        choose_password(node, "aliya", code, ANOTHER)


def test_guessing_one_time_codes_pauses_the_account(node: Node, clock: HandClock) -> None:
    ask_recovery(node, "aliya", by="admin")
    code = approve_recovery(node, "aliya", by="os:second")
    for _ in range(5):
        with pytest.raises(Refused):
            choose_password(node, "aliya", "AAAA-AAAA-AAAA-AAAA", ANOTHER)
    with pytest.raises(Refused):
        choose_password(node, "aliya", code, ANOTHER)
    clock.turn(timedelta(minutes=1))
    choose_password(node, "aliya", code, ANOTHER)


def test_a_locked_account_stays_shut_to_a_one_time_code(node: Node) -> None:
    ask_recovery(node, "aliya", by="admin")
    code = approve_recovery(node, "aliya", by="os:second")
    accounts.lock(node, "aliya", by="admin")
    with pytest.raises(Refused):
        choose_password(node, "aliya", code, ANOTHER)


def test_everything_about_an_account_is_in_the_log(node: Node, clock: HandClock) -> None:
    [begun] = list_log(node, LogFilter(subject="aliya"), 1)
    enrol(node, clock)
    enter(node, code_of(node))
    refused(node)
    accounts.set_roles(node, "aliya", ADMINISTRATOR, by="admin")
    accounts.lock(node, "aliya", by="admin")
    accounts.unlock(node, "aliya", by="admin")
    ask_recovery(node, "aliya", by="admin")
    choose_password(node, "aliya", approve_recovery(node, "aliya", by="os:second"), ANOTHER)
    said = [
        (e.event.actor, e.event.act) for e in list_log(node, LogFilter(subject="aliya", since=begun.seq), 20) if e.event
    ]
    assert said[::-1] == [
        ("admin", "account_added"),
        ("aliya", "generator_added"),
        ("aliya", "signed_in"),
        ("aliya", "sign_in_failed"),
        ("admin", "roles_set"),
        ("admin", "account_locked"),
        ("admin", "account_unlocked"),
        ("admin", "recovery_asked"),
        ("os:second", "recovery_approved"),
        ("aliya", "credentials_chosen"),
    ]


def test_nothing_that_is_kept_lets_anybody_in(node: Node) -> None:
    secret = enter(node)
    code = invite_person(node, "vusal", ANALYST, by="admin")
    with node.database.transaction() as connection:
        kept = str(connection.execute("SELECT s, a, r FROM session s, account a, renewal r").fetchall())
    assert secret not in kept
    assert code not in kept
    assert PASSWORD not in kept

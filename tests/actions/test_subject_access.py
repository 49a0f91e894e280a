"""Somebody asks what is held on them, and the agency answers in time or says why not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanging import new_report
from fixtures_node import Agencies
from hamkar.actions.node import Node
from hamkar.actions.record_entity import record_entity
from hamkar.actions.status import status
from hamkar.actions.subject_access import (
    AccessRequest,
    TakenStep,
    list_access,
    open_access,
    search_for_subject,
    set_term,
    take_step,
)
from hamkar.errors import BadInput, NotAllowed, Refused
from hamkar.model.role import Person, Role
from hamkar.policy.subject_access import CLOSED, STEPS, WITH_GROUND, AccessGround, AccessState, AccessStep, next_state
from hamkar.store import log
from hamkar.store.log import LogFilter
from people import somebody

INSPECTOR = Person(name="synthetic-dpo", roles=frozenset({Role.DATA_PROTECTION_OFFICER}))
WHO = "Synthetic Person"


@pytest.fixture
def node(agencies: Agencies) -> Node:
    """The agency that is asked."""
    return agencies.iran


def opened(node: Node, received_on: date = date(2026, 1, 31)) -> AccessRequest:
    """A request."""
    return open_access(node, INSPECTOR, WHO, contact="a synthetic address", received_on=received_on)


def take(node: Node, request: AccessRequest, step: AccessStep, ground: AccessGround | None = None) -> AccessRequest:
    """The next step."""
    return take_step(node, INSPECTOR, request.row.id, TakenStep(step=step, detail="synthetic", ground=ground))


def test_it_is_due_a_month_after_receipt_or_when_the_agency_says(agencies: Agencies) -> None:
    assert opened(agencies.iran).row.due_on == date(2026, 2, 28)
    set_term(agencies.azerbaijan, INSPECTOR, 14)
    assert opened(agencies.azerbaijan).row.due_on == date(2026, 2, 14)


def test_names_are_sought_once_the_person_is_identified_and_the_search_is_logged(node: Node) -> None:
    record_entity(node, new_report(node).id, somebody("Synthetic Person (invented)"), by="x")
    request = opened(node)
    with pytest.raises(Refused, match="so search cannot follow; possible now: identify"):
        search_for_subject(node, INSPECTOR, request.row.id, WHO)
    take(node, request, AccessStep.IDENTIFY)
    (found,) = search_for_subject(node, INSPECTOR, request.row.id, WHO)
    assert found.names == ("Synthetic Person (invented)",)
    assert take(node, request, AccessStep.ANSWER).row.state == AccessState.ANSWERED


def test_a_refusal_states_its_ground(node: Node) -> None:
    request = opened(node)
    with pytest.raises(Refused, match="states its ground"):
        take(node, request, AccessStep.REFUSE)
    assert take(node, request, AccessStep.REFUSE, AccessGround.EXCESSIVE).row.state == AccessState.REFUSED


def test_an_extension_names_a_later_day_and_says_why(node: Node) -> None:
    request = opened(node)
    for until, why in ((request.row.due_on, "synthetic"), (request.row.due_on + timedelta(days=9), " ")):
        taken = TakenStep(step=AccessStep.EXTEND, detail=why, until=until)
        with pytest.raises(BadInput, match="names a later day and says why"):
            take_step(node, INSPECTOR, request.row.id, taken)


def test_the_log_names_the_request_and_not_the_person(node: Node) -> None:
    request = opened(node)
    with node.database.transaction() as connection:
        entries = log.entries(connection, LogFilter(subject=str(request.row.id)), 10)
    assert entries
    assert all(WHO not in (entry.event or "") for entry in entries)


def test_what_is_overdue_stands_first_and_in_the_status(node: Node) -> None:
    late = opened(node, date(2025, 12, 1))
    found, total = list_access(node, INSPECTOR, limit=50, offset=0)
    assert found[0].row.id == late.row.id
    assert found[0].overdue
    assert total >= 1
    assert any("subject-access request" in each for each in status(node).concerns)


def test_nobody_else_has_a_hand_in_it(node: Node) -> None:
    with pytest.raises(NotAllowed):
        open_access(
            node,
            Person(name="x", roles=frozenset({Role.ADMINISTRATOR})),
            WHO,
            contact="",
            received_on=date(2026, 1, 1),
        )


@given(st.lists(st.tuples(st.sampled_from(AccessStep), st.sampled_from([None, *AccessGround])), max_size=12))
def test_no_way_leads_out_of_an_answer_and_every_refusal_has_a_ground(
    steps: list[tuple[AccessStep, AccessGround | None]],
) -> None:
    state = AccessState.RECEIVED
    for step, ground in steps:
        try:
            following = next_state(state, step, ground)
        except Refused:
            continue
        assert state not in CLOSED
        assert following is STEPS[state, step]
        assert (ground is not None) == (step in WITH_GROUND)
        state = following

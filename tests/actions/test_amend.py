"""An agreement is amended by another that takes its place once both have signed and its first day has come."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchanging import held, new_report
from fixtures_node import BY, TERMS, Agencies
from hamkar.actions import agreements
from hamkar.actions.agreements import find_standing
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.errors import BadInput
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.release import Outcome

OPEN = Handling(code=HandlingCode.H2)


def both_sign(agencies: Agencies, agreement: str) -> None:
    """Let the proposal arrive at Azerbaijan, which signs it."""
    agencies.exchange()
    agreements.sign(agencies.azerbaijan, agreement, by=BY)
    agencies.exchange()


def in_force(agencies: Agencies, title: str) -> str:
    """A new agreement between Iran and Azerbaijan."""
    proposed = agreements.propose(agencies.iran, agencies.azerbaijan.id, replace(TERMS, title=title), by=BY)
    both_sign(agencies, proposed.id)
    return proposed.id


def states(agencies: Agencies, agreement: str) -> set[AgreementState]:
    """Where the agreement stands at either side."""
    return {find_standing(node, agreement).state for node in (agencies.iran, agencies.azerbaijan)}


def outcome(giver: Node, taker: Node, record: object) -> Outcome:
    """What becomes of a release."""
    return release(giver, record, taker.id, Purpose.INVESTIGATION, by=BY)[0].release.outcome  # type: ignore[arg-type]


def test_the_old_terms_stand_until_both_have_signed_the_new_ones(agencies: Agencies) -> None:
    old = in_force(agencies, "Synthetic agreement to be amended")
    new = agreements.amend(agencies.iran, old, {"highest_handling": "H3"}, by=BY)
    agencies.exchange()
    assert states(agencies, old) == {AgreementState.IN_FORCE}
    both_sign(agencies, new.id)
    assert states(agencies, old) == {AgreementState.SUPERSEDED}
    assert states(agencies, new.id) == {AgreementState.IN_FORCE}


def test_what_the_new_terms_allow_flows_at_once(agencies: Agencies) -> None:
    old = in_force(agencies, "Synthetic agreement to be widened")
    agreements.suspend(agencies.iran, old, by=BY)
    for standing in agreements.list_standing(agencies.iran):
        if standing.partner.node == agencies.azerbaijan.id and standing.state is AgreementState.IN_FORCE:
            agreements.suspend(agencies.iran, standing.row.id, by=BY)
    report = new_report(agencies.iran, handling=OPEN)
    assert outcome(agencies.iran, agencies.azerbaijan, report.id) is Outcome.REFUSED
    new = agreements.amend(agencies.iran, old, {"highest_handling": "H2"}, by=BY)
    both_sign(agencies, new.id)
    assert outcome(agencies.iran, agencies.azerbaijan, report.id) is Outcome.RELEASED
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id)


def test_an_amendment_for_later_leaves_the_old_terms_in_force_until_its_first_day(agencies: Agencies) -> None:
    old = in_force(agencies, "Synthetic agreement that ends later")
    first_day = agencies.iran.today + timedelta(days=10)
    new = agreements.amend(agencies.iran, old, {"valid_from": first_day.isoformat()}, by=BY)
    both_sign(agencies, new.id)
    assert states(agencies, old) == {AgreementState.IN_FORCE}
    assert states(agencies, new.id) == {AgreementState.NOT_YET_VALID}
    agencies.clock.turn(timedelta(days=10))
    assert states(agencies, old) == {AgreementState.SUPERSEDED}
    assert states(agencies, new.id) == {AgreementState.IN_FORCE}


@pytest.mark.parametrize("changes", [{}, {"retention_days": TERMS.retention_days}, {"retention_days": 0}])
def test_an_amendment_that_changes_nothing_or_cannot_be_is_not_proposed(
    agencies: Agencies, changes: dict[str, object]
) -> None:
    old = in_force(agencies, f"Synthetic agreement left as it is {changes}")
    with pytest.raises(BadInput):
        agreements.amend(agencies.iran, old, changes, by=BY)

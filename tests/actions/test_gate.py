"""What could put a life at risk goes only when everything is there, and what is owed afterwards is kept."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from exchanging import agreement_with, new_report
from fixtures_node import BY, TERMS, Agencies
from gate_passing import OFFICER, OTHER_SENIOR, SENIOR, assure, draft, pass_gate
from hamkar.actions import agreements
from hamkar.actions.assurances import list_assurances, revoke_assurance, state_facts
from hamkar.actions.breaches import lift_breach, record_breach
from hamkar.actions.gate_afterwards import report_outcome, review
from hamkar.actions.gate_ask import ask, check
from hamkar.actions.gate_decide import authorise, refuse
from hamkar.actions.gate_owed import list_gate_releases, yearly_report
from hamkar.actions.node import Node
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import release
from hamkar.actions.status import status
from hamkar.errors import BadInput, HamkarError, Refused
from hamkar.model.agreement import Category, Purpose
from hamkar.model.entity import Entity, EntityRole, NewEntity, Property
from hamkar.model.handling import Condition, HandlingCode
from hamkar.model.release import Outcome, Release
from hamkar.model.role import Person, Role
from hamkar.store import entities
from hamkar.vocab.jurisdictions import Aggravator

NAME, ALIAS, PHONE = "name", "alias", "phone"


@pytest.fixture(scope="module")
def both(agencies: Agencies) -> Agencies:
    """The agencies, with an agreement on people between Azerbaijan and Iran."""
    terms = replace(
        TERMS,
        title="Synthetic agreement on people",
        categories=(Category.DRUG_SEIZURE, Category.PERSON),
        highest_handling=HandlingCode.H2,
    )
    proposed = agreements.propose(agencies.azerbaijan, agencies.iran.id, terms, by=BY)
    agencies.exchange()
    agreements.sign(agencies.iran, proposed.id, by=BY)
    agencies.exchange()
    return agencies


def suspect(node: Node, *, by: str = "recorder") -> Entity:
    """An invented suspect of a seizure of 12.5 kg of heroin."""
    new = NewEntity(
        schema="Person",
        role=EntityRole.SUSPECT,
        properties=(
            Property(name=NAME, values=("Nümunə (synthetic)", "نمونه (ساختگی)")),
            Property(name=ALIAS, values=("the Synthetic",)),
            Property(name=PHONE, values=("+994000000000",)),
        ),
        minor=False,
        synthetic=True,
    )
    return record_entity(node, new_report(node).id, new, by=by)


def released(both: Agencies, entity: Entity, purpose: Purpose = Purpose.INVESTIGATION) -> Release:
    """The decision on giving it to Iran, after the report that it belongs to."""
    release(both.azerbaijan, entity.report, "IR", purpose, by=OFFICER.name)
    both.exchange()
    (decided,) = release(both.azerbaijan, entity.id, "IR", purpose, by=OFFICER.name)
    return decided.release


def held(node: Node, entity: Entity) -> Entity:
    """The record as a node holds it."""
    with node.database.transaction() as connection:
        return entities.find_entity(connection, entity.id, prefer=entity.originator)


def test_without_an_assurance_it_is_refused_by_the_rule_with_what_to_do(both: Agencies) -> None:
    made = released(both, suspect(both.azerbaijan))
    assert (made.outcome, made.rule) == (Outcome.REFUSED, "capital_exposure")
    assert "no assurance of Synthetic Police of Iran" in made.reason
    both.exchange()


def test_each_thing_that_is_lacking_is_named_in_turn(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    assurance = assure(node, "IR")
    assert "no written assessment" in released(both, entity).reason
    made = ask(node, draft(entity.id, "IR", assurance.id), OFFICER)
    assert "no second, senior person" in released(both, entity).reason
    authorise(node, made.id, "weighed (synthetic)", SENIOR)
    assert "not for prevention" in released(both, entity, Purpose.PREVENTION).reason
    revoke_assurance(node, assurance.id, "taken back (synthetic)", OFFICER)
    assert "was taken back" in released(both, entity).reason
    assert ask(node, draft(entity.id, "IR", assure(node, "IR").id), OFFICER)


def test_who_waits_or_may_release_does_not_ask_again(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    made = ask(node, draft(entity.id, "IR", assure(node, "IR").id), OFFICER)
    with pytest.raises(Refused, match="waits for a decision"):
        ask(node, draft(entity.id, "IR"), OFFICER)
    authorise(node, made.id, "weighed (synthetic)", SENIOR)
    with pytest.raises(Refused, match="nothing is lacking"):
        ask(node, draft(entity.id, "IR"), OFFICER)


def test_with_everything_there_it_goes_once_and_the_conditions_travel(both: Agencies) -> None:
    entity = suspect(both.azerbaijan)
    pass_gate(both.azerbaijan, entity.id, "IR")
    made = released(both, entity)
    assert made.outcome is Outcome.RELEASED, made.reason
    both.exchange()
    arrived = held(both.iran, entity)
    assert set(arrived.handling.conditions) == set(Condition)
    assert (arrived.names, held(both.azerbaijan, entity).handling.conditions) == (entity.names, ())
    assert "was for one release" in released(both, entity).reason


def test_a_holder_that_is_at_risk_cannot_pass_it_on(both: Agencies) -> None:
    entity = suspect(both.azerbaijan)
    pass_gate(both.azerbaijan, entity.id, "IR")
    released(both, entity)
    both.exchange()
    (decided,) = release(both.iran, entity.id, "UN", Purpose.STATISTICS, by=BY)
    assert decided.release.outcome is Outcome.REFUSED


def test_a_country_that_abolished_it_needs_no_gate(both: Agencies) -> None:
    entity = suspect(both.iran)
    (decided,) = release(both.iran, entity.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert decided.release.outcome is Outcome.RELEASED, decided.release.reason
    with pytest.raises(Refused, match="the gate stands open"):
        ask(both.iran, draft(entity.id, "AZ"), OFFICER)


def test_a_small_case_in_which_everything_is_known_needs_no_gate_either(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    before = {reason.ground for reason in check(node, entity.id, "IR", Purpose.INVESTIGATION).at_gate.exposure.reasons}
    state_facts(node, entity.id, dict.fromkeys(Aggravator, False), "the file (synthetic)", SENIOR)
    after = {reason.ground for reason in check(node, entity.id, "IR", Purpose.INVESTIGATION).at_gate.exposure.reasons}
    assert (before, after) == ({"over_threshold", "aggravation_unknown"}, {"over_threshold"})


def test_neither_who_asked_nor_who_recorded_it_authorises(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan, by=SENIOR.name)
    made = ask(node, draft(entity.id, "IR", assure(node, "IR").id), OFFICER)
    for somebody in (OFFICER, SENIOR):
        with pytest.raises(Refused, match="cannot authorise"):
            authorise(node, made.id, "weighed (synthetic)", somebody)
    authorise(node, made.id, "weighed (synthetic)", OTHER_SENIOR)
    assert released(both, entity).outcome is Outcome.RELEASED


def test_only_a_senior_authoriser_authorises(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    made = ask(node, draft(entity.id, "IR", assure(node, "IR").id), OFFICER)
    liaison = Person(name="somebody", roles=frozenset({Role.LIAISON_OFFICER}), stepped_up=True)
    with pytest.raises(HamkarError, match="senior_authoriser"):
        authorise(node, made.id, "weighed (synthetic)", liaison)
    refuse(node, made.id, "not needed (synthetic)", SENIOR)
    assert "refused it (not needed (synthetic))" in released(both, entity).reason
    with pytest.raises(Refused, match="refused the assessment"):
        authorise(node, made.id, "after all", OTHER_SENIOR)


def test_an_assurance_for_another_case_or_that_has_expired_does_not_count(both: Agencies) -> None:
    node, entity, other = both.azerbaijan, suspect(both.azerbaijan), suspect(both.azerbaijan)
    elsewhere = assure(node, "IR", other.id)
    made = ask(node, draft(entity.id, "IR", elsewhere.id), OFFICER)
    authorise(node, made.id, "weighed (synthetic)", SENIOR)
    assert "no assurance named in the assessment is in force" in released(both, entity).reason
    assert elsewhere.id in {row.assurance.id for row in list_assurances(node)}


def test_an_authorisation_that_waits_too_long_ends(both: Agencies) -> None:
    entity = suspect(both.azerbaijan)
    pass_gate(both.azerbaijan, entity.id, "IR")
    both.clock.turn(timedelta(days=31))
    assert "the authorisation ended" in released(both, entity).reason
    assert ask(both.azerbaijan, draft(entity.id, "IR", assure(both.azerbaijan, "IR").id), OFFICER)


def test_a_breach_stops_everything_nominal_until_another_senior_person_lifts_it(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    pass_gate(node, entity.id, "IR")
    agreement = next(s.row.id for s in agreements.list_standing(node) if "people" in s.signed.agreement.title)
    breach = record_breach(node, agreement, "used in a capital trial (synthetic)", SENIOR)
    assert released(both, entity).rule == "no_standing_breach"
    assert any(str(breach.id) in owed for owed in status(node).concerns)
    with pytest.raises(Refused, match="cannot lift it"):
        lift_breach(node, breach.id, "promised anew (synthetic)", SENIOR)
    lift_breach(node, breach.id, "promised anew (synthetic)", OTHER_SENIOR)
    assert released(both, entity).outcome is Outcome.RELEASED


def test_a_breach_stays_with_the_agreement_that_replaces_it(both: Agencies) -> None:
    node = both.azerbaijan
    old = next(s.row.id for s in agreements.list_standing(node) if "people" in s.signed.agreement.title)
    breach = record_breach(node, old, "passed on (synthetic)", SENIOR)
    new = agreements.amend(node, old, {"valid_from": node.today}, by=BY)
    both.exchange()
    agreements.sign(both.iran, new.id, by=BY)
    both.exchange()
    assert agreement_with(node, both.iran)
    entity = suspect(node)
    pass_gate(node, entity.id, "IR")
    assert released(both, entity).rule == "no_standing_breach"
    lift_breach(node, breach.id, "mended (synthetic)", OTHER_SENIOR)
    assert released(both, entity).outcome is Outcome.RELEASED


def threat(entity: UUID, **parts: object) -> object:
    """A life-saving draft."""
    plain: dict[str, object] = {"threat": "he is to be killed tonight (synthetic)", "minimum": (NAME,), "hours": 6}
    return draft(entity, "IR", **(plain | parts))


def test_to_save_a_life_the_least_goes_for_hours_and_is_reviewed(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    made = ask(node, threat(entity.id), OFFICER)  # type: ignore[arg-type] # a draft
    authorise(node, made.id, "at once (synthetic)", SENIOR)
    gone = released(both, entity)
    assert gone.outcome is Outcome.RELEASED, gone.reason
    both.exchange()
    arrived = held(both.iran, entity)
    assert [each.name for each in arrived.properties] == [NAME]
    assert arrived.handling.delete_by == node.today + timedelta(days=1)
    assert any("is to be reviewed" in owed for owed in status(node).concerns)
    with pytest.raises(Refused, match="cannot review it"):
        review(node, gone.id, "right (synthetic)", SENIOR, justified=True)
    review(node, gone.id, "right (synthetic)", OTHER_SENIOR, justified=True)
    assert not any("is to be reviewed" in owed for owed in status(node).concerns)


def test_where_nobody_can_be_reached_one_decides_alone_and_it_is_reviewed_within_three_days(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    made = ask(node, threat(entity.id), OFFICER)  # type: ignore[arg-type] # a draft
    authorise(node, made.id, "at once (synthetic)", OFFICER, unreached="called both three times (synthetic)")
    gone = released(both, entity)
    row = next(row for row in list_gate_releases(node) if row.release == gone.id)
    assert row.review_due is not None
    assert row.review_due - row.released_at == timedelta(hours=72)
    both.clock.turn(timedelta(hours=73))
    assert any("(overdue)" in owed for owed in status(node).concerns)


def test_alone_is_for_a_threat_to_life_only(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    made = ask(node, draft(entity.id, "IR", assure(node, "IR").id), OFFICER)
    with pytest.raises(Refused, match="only where a life is under threat"):
        authorise(node, made.id, "in a hurry (synthetic)", OFFICER, unreached="nobody there")


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": ("passportNumber",)},
        {"minimum": ()},
        {"hours": 0},
        {"hours": 100},
        {"risk": " "},
    ],
)
def test_a_life_saving_assessment_is_whole_or_not_kept(both: Agencies, wrong: dict[str, object]) -> None:
    entity = suspect(both.azerbaijan)
    with pytest.raises(BadInput):
        ask(both.azerbaijan, threat(entity.id, **wrong), OFFICER)  # type: ignore[arg-type] # a draft


def test_an_outcome_is_due_and_overdue_until_it_is_told(both: Agencies) -> None:
    node, entity = both.azerbaijan, suspect(both.azerbaijan)
    pass_gate(node, entity.id, "IR")
    gone = released(both, entity)
    assert not any(str(gone.id) in owed for owed in status(node).concerns)
    both.clock.turn(timedelta(days=182))
    assert any(str(gone.id) in owed for owed in status(node).concerns)
    with pytest.raises(BadInput, match="names the charge and the sentence"):
        report_outcome(node, gone.id, "", "none", OFFICER)
    report_outcome(node, gone.id, "trafficking (synthetic)", "eight years (synthetic)", OFFICER)
    assert not any(str(gone.id) in owed for owed in status(node).concerns)


def test_the_counts_of_a_year_name_nobody_and_add_up(both: Agencies) -> None:
    node = both.azerbaijan
    report = yearly_report(node, 2026)
    releases = list_gate_releases(node)
    by_scope = sum(int(str(report[f"released_{scope}"])) for scope in ("general", "case", "life_saving"))
    assert by_scope == len(releases)
    assert report["refused_by_rule"]
    assert (report["breaches"], report["reviews_done"], report["outcomes_reported"]) == (2, 1, 1)
    assert not any(value for name, value in yearly_report(node, 2020).items() if name in {"asked", "breaches"})
    assert "Nümunə" not in str(report)

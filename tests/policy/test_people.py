"""The rules for the people of a node: what decides, and that the page of rules says what they do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.role import ALONE, Person, Role, incompatible
from hamkar.policy.act import STEP_UP, Act
from hamkar.policy.condition import answer
from hamkar.policy.look import Look, ReadPurpose, Seen
from hamkar.policy.people import CLEARANCE, GRANTED, RULES, SILENCE, decide_look, ever, visible
from policy_page import PAGE, printed

ROLES = st.frozensets(st.sampled_from(Role), min_size=1)
RECORDS = st.builds(
    Seen,
    handling=st.integers(0, 3),
    author=st.sampled_from(("", "somebody", "somebody else")),
    role=st.sampled_from((None, "suspect", "witness")),
    minor=st.sampled_from((None, True, False)),
    quarantined=st.booleans(),
)
LOOKS = st.builds(
    Look,
    person=st.builds(Person, name=st.just("somebody"), roles=ROLES, stepped_up=st.booleans()),
    act=st.sampled_from(Act),
    record=RECORDS,
    case=st.sampled_from(("", "  ", "IR-1")),
    purpose=st.none() | st.sampled_from(ReadPurpose),
    within_budget=st.sampled_from((True, True, False)),
)


def person(*roles: Role, stepped_up: bool = True) -> Person:
    """An invented officer."""
    return Person(name="somebody", roles=frozenset(roles), stepped_up=stepped_up)


def nominal(who: Person, record: Seen, purpose: ReadPurpose = ReadPurpose.INVESTIGATION) -> Look:
    """A nominal query with all that it must state."""
    return Look(person=who, act=Act.READ_NOMINAL, record=record, case="IR-1", purpose=purpose)


CASES = {
    "an analyst reads a suspect": (
        nominal(person(Role.ANALYST), Seen(handling=2, role="suspect")),
        True,
        "role_allows",
    ),
    "but nothing above H2": (nominal(person(Role.ANALYST), Seen(handling=3, role="suspect")), False, "above_clearance"),
    "nor a witness": (nominal(person(Role.ANALYST), Seen(handling=2, role="witness")), False, "minor_or_witness"),
    "nor a minor": (
        nominal(person(Role.ANALYST), Seen(handling=0, role="suspect", minor=True)),
        False,
        "minor_or_witness",
    ),
    "a liaison officer does": (
        nominal(person(Role.LIAISON_OFFICER), Seen(handling=3, role="witness")),
        True,
        "role_allows",
    ),
    "a border officer reads what they recorded": (
        nominal(person(Role.BORDER_OFFICER), Seen(handling=1, author="somebody", role="suspect")),
        True,
        "own_record",
    ),
    "and nobody else's": (
        nominal(person(Role.BORDER_OFFICER), Seen(handling=0, author="somebody else", role="suspect")),
        False,
        SILENCE,
    ),
    "a person without a role is found only to find it": (
        nominal(person(Role.ANALYST), Seen(handling=0, quarantined=True)),
        False,
        "quarantined",
    ),
    "and then is": (
        nominal(person(Role.ANALYST), Seen(handling=0, quarantined=True), ReadPurpose.FIND_ROLE),
        True,
        "role_allows",
    ),
    "an inspector reads no names for a case": (
        nominal(person(Role.DATA_PROTECTION_OFFICER), Seen(handling=0, role="suspect")),
        False,
        "inspection_only",
    ),
    "but to answer the person": (
        nominal(person(Role.DATA_PROTECTION_OFFICER), Seen(handling=0), ReadPurpose.SUBJECT_ACCESS),
        True,
        "role_allows",
    ),
    "which is nobody else's": (
        nominal(person(Role.ANALYST), Seen(handling=0), ReadPurpose.SUBJECT_ACCESS),
        False,
        "inspection_only",
    ),
    "without a case nothing": (
        replace(nominal(person(Role.ANALYST), Seen(handling=0)), case=" "),
        False,
        "case_and_purpose",
    ),
    "past the budget nothing": (
        replace(nominal(person(Role.ANALYST), Seen(handling=0)), within_budget=False),
        False,
        "budget_spent",
    ),
    "an observer sees no seizure": (Look(person=person(Role.OBSERVER), act=Act.READ_SEIZURE), False, SILENCE),
    "an administrator sees none either": (
        Look(person=person(Role.ADMINISTRATOR), act=Act.READ_SEIZURE),
        False,
        SILENCE,
    ),
    "an open screen signs nothing": (
        Look(person=person(Role.SENIOR_AUTHORISER, stepped_up=False), act=Act.SIGN_AGREEMENT),
        False,
        "step_up",
    ),
}


@pytest.mark.parametrize(("look", "allowed", "rule"), CASES.values(), ids=CASES)
def test_a_person_gets_what_their_roles_allow(look: Look, rule: str, *, allowed: bool) -> None:
    decided, verdict = decide_look(look)
    assert (decided, verdict.rule) == (allowed, rule)
    assert verdict.reason
    assert decided or verdict.remedy


def test_every_rule_decides_something_in_these_cases() -> None:
    assert {rule for _, _, rule in CASES.values()} == {rule.name for rule in RULES} | {SILENCE}


@given(LOOKS)
def test_a_list_shows_exactly_what_would_be_allowed_one_by_one(look: Look) -> None:
    assert look.record is not None
    facts = {name: getattr(look.record, name) for name in Seen.__slots__}
    assert answer(visible(replace(look, record=None)), facts) == decide_look(look)[0]


@given(LOOKS)
def test_whoever_may_never_do_an_act_may_not_do_it_with_any_record(look: Look) -> None:
    if not ever(look.person, look.act):
        assert not decide_look(look)[0]


@given(LOOKS)
def test_nobody_sees_above_the_clearance_of_their_roles(look: Look) -> None:
    if decide_look(look)[0] and look.act in {Act.READ_SEIZURE, Act.READ_NOMINAL}:
        assert look.record is not None
        assert look.record.handling <= max(CLEARANCE.get(role, -1) for role in look.person.roles) or (
            look.record.author == look.person.name and look.record.handling <= 2
        )


def test_every_act_is_somebodys_and_says_so() -> None:
    assert set(GRANTED) == set(Act)
    assert all(GRANTED.values())
    assert set(Act) >= STEP_UP


def test_who_inspects_or_observes_has_no_other_role() -> None:
    for role in ALONE:
        assert incompatible(frozenset({role, Role.ANALYST}))
        assert not incompatible(frozenset({role}))
    assert not incompatible(frozenset(Role) - ALONE)


def test_the_page_of_rules_says_what_the_rules_do() -> None:
    text = PAGE.read_text()
    assert printed(text) == text, "docs/policy.md is not what the rules say; run `make docs`"

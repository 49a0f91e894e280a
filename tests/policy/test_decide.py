"""Rules 4 to 7 of the domain: no agreement, no release; fail closed, and say why."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.agency import Agency, Standing
from hamkar.model.agreement import Agreement, AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.handling import FREE, Condition, Handling, HandlingCode
from hamkar.policy.ask import Answer, Ask, Terms
from hamkar.policy.decide import decide
from hamkar.policy.gate import NOT_AT_RISK

IRAN = Agency(node="i" * 32, name="Police IR", country="IR")
AZERBAIJAN = Agency(node="z" * 32, name="Police AZ", country="AZ")
UNODC = Agency(node="u" * 32, name="UNODC office", country="UN", standing=Standing.OBSERVER)
TODAY = date(2026, 6, 1)
RECORD = UUID(int=1)


def agreement(partner: Agency = AZERBAIJAN, **terms: object) -> Agreement:
    """An invented agreement between the Iranian agency and a partner."""
    plain = Agreement(
        v=1,
        title="Seizures",
        parties=(IRAN, partner),
        legal_basis="1988 Convention, article 9",
        purposes=(Purpose.INVESTIGATION,),
        categories=(Category.DRUG_SEIZURE, Category.PERSON),
        fields=(ReportField.LINES, ReportField.DATES),
        highest_handling=HandlingCode.H1,
        conditions=(Condition.NO_COURT_USE,),
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="bilateral",
        rights_clause="no capital use",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(plain, **terms)  # type: ignore[arg-type] # terms by name


def ask(**parts: object) -> Ask:
    """The question to which the answer is yes, with some of its parts changed."""
    plain = Ask(
        record=RECORD,
        recalled=False,
        holder=IRAN.node,
        originator=IRAN.node,
        partner=AZERBAIJAN,
        category=Category.DRUG_SEIZURE,
        handling=FREE,
        purpose=Purpose.INVESTIGATION,
        terms=Terms(id="1", agreement=agreement(), state=AgreementState.IN_FORCE),
        filled=frozenset({ReportField.LINES, ReportField.NOTES}),
        today=TODAY,
        gate=NOT_AT_RISK,
    )
    return replace(plain, **parts)  # type: ignore[arg-type] # parts by name


def under(terms: Agreement, state: AgreementState = AgreementState.IN_FORCE) -> Terms:
    """The agreement as it stands."""
    return Terms(id="1", agreement=terms, state=state)


def test_what_an_agreement_covers_goes_field_by_field() -> None:
    answer = decide(ask())
    assert answer.allowed
    assert {field.field: field.given for field in answer.fields} == {"lines": True, "notes": False}
    assert all(field.reason and field.rule for field in answer.fields)


REFUSALS = {
    "without an agreement nothing goes": (ask(terms=None), "no_agreement"),
    "one side's signature is not enough": (
        ask(terms=under(agreement(), AgreementState.PROPOSED)),
        "agreement_in_force",
    ),
    "a suspended agreement stops the flow": (
        ask(terms=under(agreement(), AgreementState.SUSPENDED)),
        "agreement_in_force",
    ),
    "an expired agreement stops the flow": (
        ask(terms=under(agreement(), AgreementState.EXPIRED)),
        "agreement_in_force",
    ),
    "an agreement serves only its parties": (ask(terms=under(agreement(UNODC))), "partner_is_party"),
    "a category that is not listed": (ask(category=Category.PRECURSOR_SEIZURE), "category_covered"),
    "a purpose that is not listed": (ask(purpose=Purpose.TRAINING), "purpose_covered"),
    "a record marked above the agreement": (ask(handling=Handling(code=HandlingCode.H2)), "handling_not_above"),
    "a record under a condition that the agreement lacks": (
        ask(handling=Handling(code=HandlingCode.H0, conditions=(Condition.NO_CAPITAL_USE, Condition.NO_COURT_USE))),
        "conditions_honoured",
    ),
    "another agency's record": (ask(originator="x" * 32), "originator_in_control"),
    "a record past its deletion": (ask(handling=Handling(code=HandlingCode.H0, delete_by=TODAY)), "not_past_deletion"),
    "a nominal part for an observer, even if agreed": (
        ask(partner=UNODC, category=Category.PERSON, terms=under(agreement(UNODC))),
        "observer_gets_nothing_nominal",
    ),
    "a record with nothing that is granted": (ask(filled=frozenset({ReportField.NOTES})), "nothing_granted"),
}


@pytest.mark.parametrize(("asked", "rule"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refused_with_its_rule_and_reason(asked: Ask, rule: str) -> None:
    answer = decide(asked)
    assert not answer.allowed
    assert answer.verdict.rule == rule
    assert len(answer.verdict.reason) > 20
    assert not answer.given


asks = st.builds(
    ask,
    originator=st.sampled_from([IRAN.node, "x" * 32]),
    partner=st.sampled_from([AZERBAIJAN, UNODC]),
    category=st.sampled_from(Category),
    handling=st.builds(
        Handling,
        code=st.sampled_from(HandlingCode),
        conditions=st.sets(st.sampled_from(Condition)).map(tuple),
        restriction=st.just("r"),
    ),
    purpose=st.sampled_from(Purpose),
    terms=st.none()
    | st.builds(
        under,
        st.builds(
            agreement,
            st.sampled_from([AZERBAIJAN, UNODC]),
            categories=st.sets(st.sampled_from(Category)).map(tuple),
            fields=st.sets(st.sampled_from(ReportField)).map(tuple),
            purposes=st.sets(st.sampled_from(Purpose)).map(tuple),
            highest_handling=st.sampled_from(HandlingCode),
            conditions=st.sets(st.sampled_from(Condition)).map(tuple),
        ),
        st.sampled_from(AgreementState),
    ),
    filled=st.frozensets(st.sampled_from(ReportField)),
)


def may_go(asked: Ask) -> frozenset[str]:
    """What may go, written down apart from the rules: every condition at once."""
    terms = asked.terms
    if (
        terms is None
        or terms.state is not AgreementState.IN_FORCE
        or asked.partner not in terms.agreement.parties
        or asked.originator != asked.holder
        or asked.category not in terms.agreement.categories
        or asked.purpose not in terms.agreement.purposes
        or asked.handling.code > terms.agreement.highest_handling
        or not set(asked.handling.conditions) <= set(terms.agreement.conditions)
        or (asked.category is Category.PERSON and asked.partner.standing is Standing.OBSERVER)
    ):
        return frozenset()
    if asked.category is Category.PERSON:
        return frozenset({"entity"})
    return frozenset(field.value for field in asked.filled & set(terms.agreement.fields))


@given(asks)
def test_exactly_what_every_condition_allows_goes_and_every_answer_says_why(asked: Ask) -> None:
    answer: Answer = decide(asked)
    assert answer.given == may_go(asked)
    assert answer.allowed == bool(may_go(asked))
    assert answer.verdict.rule
    assert answer.verdict.reason

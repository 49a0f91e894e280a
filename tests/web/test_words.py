"""The words, figures and days of the pages, apart from the pages."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.actions.export import Layout
from hamkar.model.agency import Standing
from hamkar.model.agreement import AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import Condition, HandlingCode, Use
from hamkar.model.oversight import AlarmKind, ReadingAct
from hamkar.model.party import PartyRole
from hamkar.model.quantity import Basis, Measured, Qualifier, Weighing
from hamkar.model.recall import HoldGround, RecallKind, RecallOutcome
from hamkar.model.receipt import Acceptance
from hamkar.model.release import Outcome
from hamkar.model.report import Doubt, SourceKind
from hamkar.model.request import Ground, MoveKind, RequestState, SubjectKind, Urgency
from hamkar.model.seizure import Status
from hamkar.model.stated_date import DateKind
from hamkar.policy.look import ReadPurpose
from hamkar.policy.rules import RULES
from hamkar.policy.subject_access import AccessGround, AccessState, AccessStep
from hamkar.seizures.derive import FIELDS
from hamkar.statistics.published_table import TableKind
from hamkar.text.digits import ascii_digits
from hamkar.vocab.grades import grids
from hamkar.vocab.units import units
from hamkar.web import days, figures
from hamkar.web.language import Language, find_language
from hamkar.web.names import country_choices, substance_choices
from hamkar.web.oversight import View
from hamkar.web.words import PHRASES, WORDS, word

KINDS: dict[str, type[StrEnum]] = {
    "status": Status,
    "report_field": ReportField,
    "date_kind": DateKind,
    "weighing": Weighing,
    "measured": Measured,
    "basis": Basis,
    "source_kind": SourceKind,
    "doubt": Doubt,
    "role": PartyRole,
    "purpose": Purpose,
    "category": Category,
    "onward": Onward,
    "handling": HandlingCode,
    "condition": Condition,
    "use": Use,
    "agreement_state": AgreementState,
    "standing": Standing,
    "outcome": Outcome,
    "acceptance": Acceptance,
    "message_kind": MessageKind,
    "recall_kind": RecallKind,
    "recall_outcome": RecallOutcome,
    "hold_ground": HoldGround,
    "subject_kind": SubjectKind,
    "urgency": Urgency,
    "request_state": RequestState,
    "move_kind": MoveKind,
    "ground": Ground,
    "published_table": TableKind,
    "read_purpose": ReadPurpose,
    "reading_act": ReadingAct,
    "layout": Layout,
    "oversight": View,
    "alarm": AlarmKind,
    "access_state": AccessState,
    "access_step": AccessStep,
    "access_ground": AccessGround,
}


def speaking(code: str) -> Language:
    found = find_language(code)
    assert found
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_of_the_model_has_a_word(kind: str) -> None:
    assert set(KINDS[kind]) <= set(WORDS[kind])


def test_every_rule_field_unit_and_qualifier_has_a_word() -> None:
    assert {rule.name for rule in RULES} <= set(WORDS["rule"])
    assert {field.name for field in FIELDS} <= set(WORDS["event_field"])
    assert {unit.code for unit in units()} == set(WORDS["unit"])
    meanings = {each for grid in grids() for codes in (grid.source, grid.information) for each in codes.values()}
    assert meanings == set(WORDS["grade_meaning"])
    assert set(Qualifier) == set(PHRASES["qualifier"])


def test_a_code_nobody_knows_is_shown_as_it_stands() -> None:
    assert word(speaking("fa"), "unit", "bushel") == "bushel"
    assert word(speaking("fa"), "weighing", "unknown") == ""


@pytest.mark.parametrize(
    ("code", "amount", "qualifier", "told"),
    [
        ("en", "2400", "over", "over 2,400 kg"),
        ("en", "2400.50", "exact", "2,400.50 kg"),
        ("en", "0.00012", "about", "about 0.00012 kg"),
        ("fa", "2400.5", "at_least", "دست‌کم ۲,۴۰۰.۵ کیلوگرم"),
        ("az", "2400.5", "about", "təxminən 2.400,5 kq"),
        ("ru", "2400.5", "over", "свыше 2\xa0400,5 кг"),
    ],
)
def test_an_amount_keeps_every_digit_and_its_word(code: str, amount: str, qualifier: str, told: str) -> None:
    assert figures.amount(speaking(code), Decimal(amount), "kg", "", qualifier) == told


def test_a_unit_that_is_not_in_the_vocabulary_stands_as_written() -> None:
    assert figures.amount(speaking("en"), Decimal(3), None, "mule loads", "exact") == "3 mule loads"


@given(st.decimals(min_value=0, max_value=10**14, allow_nan=False, allow_infinity=False, places=6))
def test_no_digit_of_a_number_is_lost_or_made_up(value: Decimal) -> None:
    told = ascii_digits(figures.number(speaking("fa"), value))
    assert Decimal(told.replace(",", "")) == value


def test_a_count_that_stopped_says_so() -> None:
    assert figures.bounded_count(speaking("en"), 10_001, 10_000) == "more than 10,000"
    assert figures.bounded_count(speaking("en"), 10_000, 10_000) == "10,000"


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2024-09-10", "2024-09-10", "10 Sept 2024"),
        ("2024-09-01", "2024-09-30", "September 2024"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-01-01", "2024-02-29", "1 Jan – 29 Feb 2024"),
        ("2014-01-16", "2014-01-17", "16–17 Jan 2014"),
    ],
)
def test_an_interval_is_told_in_the_shortest_words(first: str, last: str, told: str) -> None:
    shown = days.span(speaking("en"), date.fromisoformat(first), date.fromisoformat(last))
    assert " ".join(shown.replace("\u2009", " ").split()) == told


def test_the_solar_hijri_day_stands_beside_the_gregorian_in_persian_only() -> None:
    assert days.day(speaking("fa"), date(2024, 9, 10)) == "۱۰ سپتامبر ۲۰۲۴ (۲۰ شهریور ۱۴۰۳)"
    assert days.day(speaking("fa"), date(1900, 1, 1)) == "۱ ژانویه ۱۹۰۰"
    assert days.day(speaking("az"), date(2024, 9, 10)) == "10 sen 2024"


def test_a_moment_is_told_in_utc() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    assert days.moment(speaking("en"), datetime(2026, 1, 1, 1, 0, tzinfo=tehran)) == "31 Dec 2025 21:30 UTC"
    assert days.moment(speaking("fa"), datetime(2026, 1, 1, tzinfo=UTC)).endswith("۰۰:۰۰ UTC")


@pytest.mark.parametrize("code", ["en", "fa", "az", "ru"])
def test_countries_and_substances_can_be_chosen_by_name(code: str) -> None:
    assert dict(country_choices(code))["IR"]
    assert dict(substance_choices(code))["heroin"]
    assert len(country_choices(code)) > 240

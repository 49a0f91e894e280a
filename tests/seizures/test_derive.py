"""Rules 1 to 3 of the domain: a seizure is an event, a report is a claim about it."""

import itertools
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.grade import Grade
from hamkar.model.place import Place
from hamkar.model.quantity import Basis, Qualifier
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, Derived, SeizureEvent, Status
from hamkar.model.stated_date import DateKind
from hamkar.seizures.derive import derive
from hamkar.seizures.summary import summarise, summarise_sole
from reports import EVENT, claim, kilograms, line, numbered, on


def one_quantity(*reports: Report) -> tuple[Status, str, Decimal | None]:
    """Status, rule and amount of the only line of the event these reports speak of."""
    (only,) = derive(EVENT, reports).lines
    value = only.quantity.value
    return only.quantity.status, only.quantity.rule, value.amount if value else None


def test_copies_of_one_report_are_one_source_however_many() -> None:
    copies = [claim(number, "agency press release", line("heroin", kilograms("933"))) for number in range(1, 6)]
    other = claim(9, "customs", line("heroin", kilograms("850")))
    assert one_quantity(*copies, other) == (Status.DISPUTED, "contradiction", None)


def test_a_rounded_figure_does_not_make_two_precise_ones_agree() -> None:
    rounded = [claim(1, "a", line("heroin", kilograms("933"))), claim(4, "c", line("heroin", kilograms("933")))]
    precise = [
        claim(2, "b", line("heroin", kilograms("933.115"))),
        claim(3, "a", line("heroin", kilograms("933.155"))),
    ]
    for reports in itertools.permutations([*rounded, *precise]):
        assert one_quantity(*reports) == (Status.PREFERRED, "more_lineages", Decimal("933.115"))


def test_hundreds_of_claims_that_differ_a_little_are_resolved_at_once() -> None:
    many = [
        claim(number, f"source {number}", line("heroin", kilograms(f"{1000 + number}", Qualifier.ABOUT)))
        for number in range(150)
    ]
    assert one_quantity(*many)[0] is Status.AGREED


def test_a_place_named_differently_in_many_scripts_is_disputed_and_takes_no_time() -> None:
    letters = ("abc", "абв", "ابپ", "აბგ", "աբգ", "αβγ", "אבג", "अआइ", "กขค", "가나다")
    many = [
        claim(place, f"source {place}", place=Place(country="AZ", text=letter * 5))
        for place, letter in enumerate(letter for script in letters for letter in script)
    ]
    assert derive(EVENT, many).place.status is Status.DISPUTED


def test_two_independent_sources_outweigh_one() -> None:
    reports = [
        claim(1, "customs", line("heroin", kilograms("927.6"))),
        claim(2, "police", line("heroin", kilograms("927.6"))),
        claim(3, "newspaper", line("heroin", kilograms("850"))),
    ]
    assert one_quantity(*reports) == (Status.PREFERRED, "more_lineages", Decimal("927.6"))
    (only,) = derive(EVENT, reports).lines
    assert Decimal(850) in {one.value.amount for one in only.quantity.claims}, "losers are kept"


def test_a_better_graded_source_is_preferred_where_numbers_are_even() -> None:
    known = claim(1, "customs", line("heroin", kilograms("20.4")), grade=Grade(source="A", information="1"))
    unknown = claim(2, "blog", line("heroin", kilograms("2.4")))
    assert one_quantity(known, unknown) == (Status.PREFERRED, "better_grade", Decimal("20.4"))


def test_grades_of_different_grids_are_not_compared() -> None:
    known = claim(1, "customs", line("heroin", kilograms("20.4")), grade=Grade(grid="admiralty", source="A"))
    unknown = claim(2, "blog", line("heroin", kilograms("2.4")))
    assert one_quantity(known, unknown)[0] is Status.DISPUTED


@pytest.mark.parametrize(
    ("one", "other", "amount"),
    [
        (kilograms("933"), kilograms("933.155"), "933.155"),
        (kilograms("2400", Qualifier.OVER), kilograms("2438"), "2438"),
        (kilograms("3000", Qualifier.ABOUT), kilograms("2.79", unit="tonne"), "2.79"),
        (kilograms("1400", unit="g"), kilograms("1.4"), "1400"),
    ],
    ids=["a rounded figure and a precise one", "over and a weighing", "about and tonnes", "grams and kilograms"],
)
def test_compatible_quantities_agree_on_the_most_precise(one: object, other: object, amount: str) -> None:
    reports = [claim(1, "a", line("heroin", one)), claim(2, "b", line("heroin", other))]  # type: ignore[arg-type] # table
    assert one_quantity(*reports) == (Status.AGREED, "all_compatible", Decimal(amount))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (kilograms("1.4"), kilograms("1.5")),
        (kilograms("8010", unit="tablet"), kilograms("8010", unit="package")),
        (kilograms("2.79", unit="tonne"), kilograms("2790", unit="lb")),
    ],
    ids=["two weighings", "tablets and packages", "tonnes and pounds"],
)
def test_incompatible_quantities_of_even_sources_are_disputed(one: object, other: object) -> None:
    reports = [claim(1, "a", line("heroin", one)), claim(2, "b", line("heroin", other))]  # type: ignore[arg-type] # table
    assert one_quantity(*reports)[0] is Status.DISPUTED


def test_bulk_and_pure_weight_stay_on_lines_of_their_own() -> None:
    bulk = claim(1, "a", line("heroin", kilograms("10")))
    pure = claim(2, "b", line("heroin", kilograms("2.1", basis=Basis.PURE)))
    lines = derive(EVENT, [bulk, pure]).lines
    assert [one.quantity.status for one in lines] == [Status.AGREED, Status.AGREED]


def test_one_mixed_figure_is_no_line_beside_the_split_by_drug() -> None:
    mixed = claim(1, "a", line("mixed-unspecified", kilograms("102")))
    split = claim(2, "b", line("cannabis-herb", kilograms("89.94")), line("heroin", kilograms("12.06")))
    assert [one.substance for one in derive(EVENT, [mixed, split]).lines] == ["cannabis-herb", "heroin"]


def test_on_the_occasion_of_dates_nothing() -> None:
    spoken_of = claim(1, "a", dates=(on(DateKind.CEREMONY, "2024-12-08"),))
    assert derive(EVENT, [spoken_of]).date.status is Status.UNKNOWN


def test_names_of_a_place_in_two_scripts_do_not_contradict() -> None:
    latin = claim(1, "a", place=Place(country="AZ", text="Astara"))
    persian = claim(2, "b", place=Place(country="AZ", text="آستارا"))
    assert derive(EVENT, [latin, persian]).place.status is Status.AGREED


def test_a_person_decides_before_every_rule_and_only_among_what_is_claimed() -> None:
    reports = [claim(1, "a", agency="Customs"), claim(2, "b", agency="Border Guard")]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    chosen = Decision(event=EVENT, field="agency", value="Customs", by="analyst", at=at, reason="the protocol says so")
    decided = derive(EVENT, reports, [chosen]).agency
    assert (decided.value, decided.rule, decided.decided_by) == ("Customs", "decided_by_person", "analyst")
    stranger = Decision(event=EVENT, field="agency", value="Navy", by="analyst", at=at, reason="a guess")
    assert derive(EVENT, reports, [stranger]).agency.status is Status.DISPUTED


days = st.dates(date(2015, 1, 1), date(2025, 12, 31))
quantities = st.builds(
    kilograms,
    st.decimals(0, 10_000, places=2).map(str),
    st.sampled_from(Qualifier),
    unit=st.sampled_from(["kg", "g", "tablet", "no such unit"]),
)
claims = st.builds(
    lambda number, lineage, lines, day, agency, place: claim(
        number,
        lineage,
        *lines,
        dates=(on(DateKind.EVENT, day.isoformat()),),
        agency=agency,
        place=Place(country=place, text="Zahedan"),
    ),
    st.integers(1, 1_000_000),
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.builds(line, st.sampled_from(["heroin", "opium"]), st.none() | quantities), max_size=3),
    days,
    st.sampled_from(["", "Customs", "Police"]),
    st.sampled_from([None, "IR", "AZ"]),
)


@given(st.lists(claims, min_size=1, max_size=6, unique_by=lambda report: report.id))
def test_whatever_is_claimed_a_value_stands_exactly_where_it_is_not_open(reports: list[Report]) -> None:
    event = derive(EVENT, reports)
    derived: list[Derived[Any]] = [event.date, event.country, event.place, event.agency]
    derived += [one.quantity for one in event.lines]
    for field in derived:
        assert (field.value is None) == (field.status in (Status.DISPUTED, Status.UNKNOWN))
    assert SeizureEvent.from_json(event.to_json()) == event


@given(st.lists(claims, min_size=1, max_size=6, unique_by=lambda report: report.id))
def test_a_derived_amount_is_one_that_somebody_claims_and_never_a_sum(reports: list[Report]) -> None:
    for only in derive(EVENT, reports).lines:
        if only.quantity.value is not None:
            assert only.quantity.value.amount in {one.value.amount for one in only.quantity.claims}


@given(st.lists(claims, min_size=2, max_size=5, unique_by=lambda report: report.id), st.randoms())
def test_the_order_in_which_reports_come_decides_nothing(reports: list[Report], chance: random.Random) -> None:
    shuffled = [*reports]
    chance.shuffle(shuffled)
    event, again = derive(EVENT, reports), derive(EVENT, shuffled)
    for name in ("date", "country", "place", "agency"):
        one, other = getattr(event, name), getattr(again, name)
        assert (one.value, one.status, one.rule) == (other.value, other.status, other.rule)
    loads, loads_again = ({one.kind: one.quantity for one in each.lines} for each in (event, again))
    for kind, load in loads.items():
        other = loads_again[kind]
        assert (load.value, load.status, load.rule) == (other.value, other.status, other.rule)


@given(claims)
def test_the_short_way_for_a_sole_report_gives_the_line_of_the_long_way(report: Report) -> None:
    assert summarise_sole(EVENT, report) == summarise(derive(EVENT, [report]))


def test_an_event_without_reports_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no report left"):
        derive(numbered(1), [])

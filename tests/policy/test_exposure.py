"""Rule 8 of the domain: unknown counts as exposed, and knowing less or seizing more never makes a case safer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hamkar.model.entity import EntityRole
from hamkar.model.quantity import Basis, Qualifier, Quantity
from hamkar.model.substance_line import SubstanceLine
from hamkar.policy.exposure import Case, Ground, exposure
from hamkar.vocab.jurisdictions import Aggravator, capital_laws

LAWS = capital_laws()
NOTHING_AGGRAVATES = frozenset(Aggravator)


def line(amount: str, unit: str = "kg", substance: str | None = "heroin", **parts: object) -> SubstanceLine:
    """One substance of a report."""
    quantity = Quantity(amount=Decimal(amount), unit=unit, unit_text=unit, **parts)  # type: ignore[arg-type] # by name
    return SubstanceLine(substance=substance, substance_text=substance or "crystal", quantity=quantity)


def case(*lines: SubstanceLine, **parts: object) -> Case:
    """A case for Iran in which everything is known and nothing aggravates, with some of its parts changed."""
    plain = Case(country="IR", on=date(2026, 3, 2), role=EntityRole.SUSPECT, claims=(lines,), absent=NOTHING_AGGRAVATES)
    return replace(plain, **parts)  # type: ignore[arg-type] # parts by name


SMALL = line("0.5")

EXPOSED = {
    "at the threshold": (case(line("2.0")), Ground.OVER_THRESHOLD),
    "an exact figure that the last digit can carry over": (case(line("1.95")), None),
    "over 1.9 kg may exceed 2 kg": (case(line("1.9", qualifier=Qualifier.OVER)), Ground.QUANTITY_UNKNOWN),
    "at least half a kilogram has no upper end": (
        case(line("0.5", qualifier=Qualifier.AT_LEAST)),
        Ground.QUANTITY_UNKNOWN,
    ),
    "about 1.5 kg can be more than 2": (case(line("1.5", qualifier=Qualifier.ABOUT)), Ground.OVER_THRESHOLD),
    "about 1.2 kg cannot": (case(line("1.2", qualifier=Qualifier.ABOUT)), None),
    "grams": (case(line("1999.9", "g")), None),
    "grams beyond": (case(line("2000", "g")), Ground.OVER_THRESHOLD),
    "fifty kilograms of opium": (case(line("50", substance="opium")), Ground.OVER_THRESHOLD),
    "forty kilograms of opium": (case(line("40", substance="opium")), None),
    "a boiled extract is not named as natural": (case(line("3", substance="opium-shireh")), Ground.OVER_THRESHOLD),
    "several substances reach it together": (case(line("1.2"), line("30", substance="opium")), Ground.OVER_THRESHOLD),
    "several lines of one substance": (case(line("1.2"), line("1.2")), Ground.OVER_THRESHOLD),
    "the highest of several reports stands": (
        case(claims=((SMALL,), (line("3"),))),
        Ground.OVER_THRESHOLD,
    ),
    "two small reports of one event do not add up": (case(claims=((line("1.2"),), (line("1.2"),))), None),
    "no report states anything": (case(claims=()), Ground.QUANTITY_UNKNOWN),
    "no quantity": (
        case(SubstanceLine(substance="heroin", substance_text="heroin")),
        Ground.QUANTITY_UNKNOWN,
    ),
    "a disputed quantity": (case(SMALL, in_doubt=True), Ground.QUANTITY_DISPUTED),
    "tablets have no mass of their own": (case(line("10", "tablet")), Ground.QUANTITY_UNKNOWN),
    "pure weight says little of bulk": (case(line("0.1", basis=Basis.PURE)), Ground.QUANTITY_UNKNOWN),
    "a substance that nobody knows": (case(line("0.1", substance=None)), Ground.SUBSTANCE_UNKNOWN),
    "a firearm": (case(SMALL, present=frozenset({Aggravator.FIREARM})), Ground.AGGRAVATED),
    "nobody says whether there was a firearm": (
        case(SMALL, absent=NOTHING_AGGRAVATES - {Aggravator.FIREARM}),
        Ground.AGGRAVATION_UNKNOWN,
    ),
    "a role that is not known": (case(SMALL, role=None), Ground.ROLE_UNKNOWN),
    "a thing needs no role": (case(SMALL, role=None, thing=True), None),
    "somebody convicted": (case(SMALL, role=EntityRole.CONVICTED), Ground.CONVICTED_BEFORE),
    "a witness of a large seizure, whose word serves against the others": (
        case(line("5"), role=EntityRole.WITNESS),
        Ground.OVER_THRESHOLD,
    ),
    "a small known case": (case(SMALL), None),
    "an abolitionist state, whatever the facts": (case(line("500"), country="AZ", role=None, absent=frozenset()), None),
    "a country that is not in the table": (case(SMALL, country="QA"), Ground.JURISDICTION_UNKNOWN),
    "an abolition that nobody verified": (case(SMALL, country="KZ"), Ground.NOT_VERIFIED),
    "a law whose use is suspended": (case(SMALL, country="RU"), Ground.LAW_NOT_CLEAR),
    "a retentionist state without a known threshold": (case(SMALL, country="CN"), Ground.NO_THRESHOLD),
    "a day before the law in the table": (case(SMALL, on=date(2017, 1, 1)), Ground.JURISDICTION_UNKNOWN),
}


@pytest.mark.parametrize(("asked", "ground"), EXPOSED.values(), ids=EXPOSED.keys())
def test_exposed_with_its_ground_or_not(asked: Case, ground: Ground | None) -> None:
    found = exposure(asked, LAWS)
    assert {reason.ground for reason in found.reasons} == ({ground} if ground else set()), found.reasons
    assert bool(found.cleared) == (ground is None)
    assert all(len(reason.sentence) > 20 for reason in found.reasons)


def test_an_empty_table_exposes_everything() -> None:
    assert exposure(case(SMALL, country="AZ"), ()).exposed


amounts = st.decimals(min_value=0, max_value=100, places=3)
lines = st.builds(
    line,
    amounts.map(str),
    st.sampled_from(["g", "kg", "tablet", "ml"]),
    st.sampled_from(["heroin", "opium", "methamphetamine", None]),
    qualifier=st.sampled_from(Qualifier),
    basis=st.sampled_from(Basis),
)
claims = st.lists(st.lists(lines, max_size=3).map(tuple), max_size=3).map(tuple)
marks = st.frozensets(st.sampled_from(Aggravator))
cases = st.builds(
    Case,
    country=st.sampled_from(["IR", "AZ", "RU", "KZ", "CN", "QA"]),
    on=st.just(date(2026, 3, 2)),
    role=st.none() | st.sampled_from(EntityRole),
    claims=claims,
    in_doubt=st.booleans(),
    present=marks,
    absent=marks,
)


def _worse(one: Case, more: SubstanceLine, mark: Aggravator) -> list[Case]:
    """The same case with more seized, or with less known."""
    grown = tuple(
        tuple(
            replace(each, quantity=replace(each.quantity, amount=each.quantity.amount * 2)) if each.quantity else each
            for each in claim
        )
        for claim in one.claims
    )
    unknown = tuple(tuple(replace(each, quantity=None) for each in claim) for claim in one.claims)
    return [
        replace(one, claims=grown),
        replace(one, claims=unknown),
        replace(one, claims=(*one.claims, (more,))),
        replace(one, claims=tuple((*claim, more) for claim in one.claims)),
        replace(one, role=None),
        replace(one, in_doubt=True),
        replace(one, absent=one.absent - {mark}),
        replace(one, present=one.present | {mark}),
    ]


@given(cases, lines, st.sampled_from(Aggravator))
def test_more_seized_or_less_known_is_never_less_exposed(one: Case, more: SubstanceLine, mark: Aggravator) -> None:
    assume(any(one.claims))  # from no figure at all to one is to know more, not less
    if exposure(one, LAWS).exposed:
        assert all(exposure(worse, LAWS).exposed for worse in _worse(one, more, mark))

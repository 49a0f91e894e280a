"""Who may be on record: users of drugs not at all, minors and witnesses only where the case cannot do without."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput, Refused
from hamkar.model.entity import Entity, EntityRole, NewEntity, Property
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.policy.recording import RULES, minor_by_birth, objection, role_in_words, roles_for
from hamkar.vocab.ftm import KINDS, schemata

TODAY = date(2026, 3, 2)
H2 = Handling(code=HandlingCode.H2)
SOMEBODY = Entity(
    id=UUID(int=1),
    report=UUID(int=2),
    originator="synthetic",
    schema="Person",
    role=EntityRole.SUSPECT,
    properties=(Property(name="name", values=("Nemuneh (synthetic)",)),),
    handling=FREE,
    minor=False,
    synthetic=True,
)


def born(*days: str) -> Entity:
    return replace(SOMEBODY, properties=(Property(name="birthDate", values=days),))


@pytest.mark.parametrize(
    ("entity", "rule"),
    [
        (SOMEBODY, None),
        (replace(SOMEBODY, minor=None), None),
        (replace(SOMEBODY, role=None), None),
        (replace(SOMEBODY, schema="Vehicle", role=EntityRole.TRANSPORT), None),
        (replace(SOMEBODY, schema="Vehicle"), "role_fits_schema"),
        (replace(SOMEBODY, role=EntityRole.TRANSPORT), "role_fits_schema"),
        (replace(SOMEBODY, schema="Company", role=EntityRole.WITNESS), "role_fits_schema"),
        (replace(SOMEBODY, schema="Nothing"), "role_fits_schema"),
        (replace(SOMEBODY, minor=True, handling=H2), "protected_needs_necessity"),
        (replace(SOMEBODY, minor=True, necessity=" \n"), "protected_needs_necessity"),
        (replace(SOMEBODY, minor=True, necessity="Synthetic reason"), "protected_is_marked"),
        (replace(SOMEBODY, minor=True, necessity="Synthetic reason", handling=H2), None),
        (replace(SOMEBODY, role=EntityRole.WITNESS, handling=H2), "protected_needs_necessity"),
        (replace(SOMEBODY, role=EntityRole.WITNESS, necessity="Synthetic reason"), "protected_is_marked"),
        (replace(SOMEBODY, role=EntityRole.WITNESS, necessity="Synthetic reason", handling=H2), None),
        (born("2008-03-02"), None),
        (born("2008-03-03"), "age_as_born"),
        (born("2008-02"), None),
        (born("2008-03"), "age_as_born"),
        (born("2007"), None),
        (born("2008"), "age_as_born"),
        (born("1980", "2009-01-01"), "age_as_born"),
        (replace(born("2010"), minor=True, necessity="Synthetic reason", handling=H2), None),
    ],
)
def test_each_rule_says_no_where_it_should(entity: Entity, rule: str | None) -> None:
    against = objection(entity, TODAY)
    assert (against.rule if against else None) == rule
    assert against is None or len(against.reason) > 20


@given(days=st.dates(date(1900, 1, 1), date(2030, 1, 1)), cut=st.sampled_from([4, 7, 10]))
def test_whoever_may_be_under_18_by_any_reading_of_the_date_is_no_adult(days: date, cut: int) -> None:
    written = days.isoformat()[:cut]
    may_be = days + timedelta(days=0)
    if (may_be.year + 18, may_be.month, may_be.day) > (TODAY.year, TODAY.month, TODAY.day):
        assert objection(born(written), TODAY) is not None
        assert minor_by_birth(_new(written), TODAY) is None


def test_who_is_surely_of_age_is_known_to_be_so_without_being_asked() -> None:
    assert minor_by_birth(_new("1980"), TODAY) is False
    assert minor_by_birth(NewEntity(schema="Person", properties=SOMEBODY.properties), TODAY) is None
    assert minor_by_birth(replace(_new("1980"), schema="Passport"), TODAY) is None


def _new(day: str) -> NewEntity:
    return NewEntity(schema="Person", properties=(Property(name="birthDate", values=(day,)),))


@pytest.mark.parametrize(
    "word", ["user", "Drug user", "addict", "معتاد", "مصرف‌کننده", "مصرف كننده", "Наркоман", "narkoman", " consumer "]
)
def test_a_user_of_drugs_is_refused_in_every_language(word: str) -> None:
    with pytest.raises(Refused, match="not targets") as refused:
        role_in_words(word)
    assert refused.value.rule == "users_are_not_recorded"


def test_a_role_is_named_as_people_write_it() -> None:
    assert role_in_words("Means of contact") is EntityRole.MEANS_OF_CONTACT
    assert role_in_words("suspect") is EntityRole.SUSPECT
    assert role_in_words("  ") is None
    with pytest.raises(BadInput, match="is no role"):
        role_in_words("kingpin")


def test_every_schema_has_roles_and_every_role_has_a_schema() -> None:
    assert all(roles_for(each.kind) for each in schemata())
    assert frozenset().union(*map(roles_for, KINDS)) == frozenset(EntityRole)


def test_every_rule_promises_something_in_its_docstring() -> None:
    assert all((rule.__doc__ or "").strip().endswith(".") for rule in RULES)

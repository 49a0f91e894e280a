"""The part of FollowTheMoney that is kept, and that it is a part of FollowTheMoney."""

import pytest

from ftm_library import LIBRARY, needs_library
from hamkar.errors import BadInput
from hamkar.vocab.ftm import KINDS, fits, read_schemata, schema, schemata

HEADER = "schema,kind,property,type\n"


def test_people_organisations_vehicles_documents_phones_accounts_and_addresses_have_a_schema() -> None:
    assert {each.kind for each in schemata()} == set(KINDS)
    assert [schema(name) is not None for name in ("Person", "Vessel", "LegalEntity", "")] == [True, True, False, False]


@needs_library
def test_every_schema_and_property_is_one_of_followthemoney_with_that_type() -> None:
    for each in schemata():
        theirs = LIBRARY.get(each.name)
        assert theirs is not None, each.name
        types = {name: prop.type.name for name, prop in theirs.properties.items() if not prop.stub}
        assert {name: types.get(name) for name in each.properties} == dict(each.properties)


def test_special_categories_scores_and_secrets_are_left_out() -> None:
    kept = {name for each in schemata() for name in each.properties}
    assert kept.isdisjoint({"ethnicity", "religion", "political", "riskSource", "topics", "password", "privateKey"})


@pytest.mark.parametrize(
    ("kind", "value", "fit"),
    [
        ("date", "1980", True),
        ("date", "1980-02", True),
        ("date", "1980-02-29", True),
        ("date", "1981-02-29", False),
        ("date", "1980-13", False),
        ("date", "0000", False),
        ("date", "1359/01/01", False),
        ("country", "ir", True),
        ("country", "IR", False),
        ("gender", "female", True),
        ("gender", "x", False),
        ("number", "72.5", True),
        ("number", "NaN", False),
        ("entity", "019cacb3-f200-7831-91e1-5d823e056e0c", True),
        ("entity", "a", False),
        ("name", "هر چه باشد", True),
    ],
)
def test_values_of_checked_types_are_written_in_one_form(kind: str, value: str, fit: bool) -> None:  # noqa: FBT001 - a column of the table
    assert fits(kind, value) is fit


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("Person,person,name,name\nPerson,address,email,email\n", "line 3, column kind: the schema was of the kind"),
        ("Person,person,name,name\nPerson,person,name,name\n", "line 3, column property: the schema has it already"),
        ("Person,ghost,name,name\n", 'line 2, column kind: "ghost" is none of'),
        ("Person,person,,name\n", "line 2, column property: it is empty"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(rows: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_schemata(HEADER + rows, "ftm_properties.csv")

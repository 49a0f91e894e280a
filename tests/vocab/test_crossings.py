"""Border crossings and ports by any of their names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.crossings import Crossing, crossing, crossing_of, crossings, read_crossings
from hamkar.vocab.provinces import province

_HEADER = (
    "id,pair,name_a,iso_a,name_b,iso_b,mode,lat,lon,coord_feature,coord_source,approx_error_km,unlocode_a,unlocode_b,"
    "name_fa,name_az_tr,official_list,status_note,source"
)


@pytest.mark.parametrize(
    ("text", "crossing_id"),
    [
        ("Astara", "IRAZ-ASTARA"),
        ("آستارا", "IRAZ-ASTARA"),
        ("Bileh Savar", "IRAZ-BILASUVAR"),
        ("Biləsuvar", "IRAZ-BILASUVAR"),
        ("بیله سوار", "IRAZ-BILASUVAR"),
        ("GÜRBULAK", "IRTR-BAZARGAN"),
        ("Silk Bridge", "IRAF-MILAK"),
        ("پل ابریشم", "IRAF-MILAK"),
        ("میل 78", "IRAF-MAHIRUD"),
        ("Dilucu", "AZTR-SADARAK"),
        ("Torkham", "AFPK-TORKHAM"),
        ("Samur", "AZRU-SAMUR"),
        ("IR-CHABAHAR", "IR-CHABAHAR"),
    ],
)
def test_a_name_on_either_side_in_any_language_leads_to_the_crossing(text: str, crossing_id: str) -> None:
    assert crossing_of(text) == crossing_id


@pytest.mark.parametrize("text", ["", "RU", "Fuzuli", "Horadiz area", "Etrek side", "Astara (rail)", "Heathrow"])
def test_what_is_no_crossings_name_leads_nowhere(text: str) -> None:
    assert crossing_of(text) is None


@pytest.mark.parametrize("each", crossings(), ids=lambda each: each.id)
def test_every_name_of_a_crossing_leads_to_it_alone(each: Crossing) -> None:
    assert {crossing_of(name) for name in each.names} == {each.id}


def test_every_crossing_is_there_and_29_have_coordinates() -> None:
    assert len(crossings()) == 37
    assert sum(each.lat is not None and each.lon is not None for each in crossings()) == 29


def test_a_crossing_carries_its_place_and_how_far_it_may_be_off() -> None:
    astara = crossing("IRAZ-ASTARA")
    assert astara is not None
    assert (astara.provinces, astara.modes) == (("IR-01", "AZ-AST"), ("road", "rail"))
    assert (astara.lat, astara.lon, astara.error_km) == (38.4425, 48.8786, Decimal(2))
    assert crossing("no-such-id") is None


@pytest.mark.parametrize("each", crossings(), ids=lambda each: each.id)
def test_every_province_of_a_crossing_is_one_of_iso(each: Crossing) -> None:
    assert all(province(code) for code in each.provinces)


@given(st.text())
def test_any_text_leads_to_a_known_crossing_or_to_none(text: str) -> None:
    crossing_id = crossing_of(text)
    assert crossing_id is None or crossing(crossing_id) is not None


@pytest.mark.parametrize(("lat", "column"), [("north", "lat"), ("nan", "lat"), ("200", "lat")])
def test_a_coordinate_that_is_none_is_refused_at_its_place(lat: str, column: str) -> None:
    row = f"X,IR-AZ,A,IR-01,B,AZ-AST,road,{lat},48" + "," * 10
    with pytest.raises(BadInput, match=f"crossings.csv, line 2, column {column}"):
        read_crossings(f"{_HEADER}\n{row}\n", "crossings.csv")


def test_an_id_that_stands_twice_is_refused() -> None:
    row = "X,IR-AZ,A,IR-01,B,AZ-AST,road" + "," * 12
    with pytest.raises(BadInput, match=r"crossings\.csv, line 3, column id"):
        read_crossings(f"{_HEADER}\n{row}\n{row}\n", "crossings.csv")

"""One row of the Individual Drug Seizures, one claim."""

from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.formats.unodc_ids import LINEAGE
from hamkar.model.place import Place, RoutePoint, Routing
from hamkar.model.quantity import Qualifier, Quantity
from hamkar.model.report import Doubt, Flag, Report, SourceKind
from hamkar.model.stated_date import DateKind, Precision

from .conftest import ORIGINATOR, Keep, ReadWhole, Whole

COLUMNS = (
    "REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;"
    "INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING"
)
USUAL = {
    "REGION": "Asia",
    "SUBREGION": "Central Asia and Transcaucasian countries",
    "COUNTRY": "Azerbaijan",
    "PLACE": "Bilasuvar",
    "SEIZURE_DATE": "2016-03-14",
    "DRUG_NAME": "Heroin",
    "AMOUNT": "6.087999999999999",
    "DRUG_UNIT": "Kilogram",
    "HIDING_PLACE": "Car Parts",
    "INSTALLATION": "Frontier",
    "TRANSPORT": "Private road",
    "PRODUCING_COUNTRY": "Unknown",
    "DEPARTURE_COUNTRY": "Iran (Islamic Republic of)",
    "DESTINATION_COUNTRY": "Azerbaijan",
    "ROUTING": "Border - inbound",
}


class Ids:
    """Reads rows that differ from a usual one in some cells."""

    def __init__(self, keep: Keep, read_whole: ReadWhole) -> None:
        self._keep = keep
        self._read_whole = read_whole

    def read(self, *rows: dict[str, str]) -> Whole:
        """Everything these rows give."""
        lines = [";".join((USUAL | row).get(column, "") for column in COLUMNS.split(";")) for row in rows]
        return self._read_whole(self._keep("\n".join([COLUMNS, *lines]) + "\n", "ids.csv"))

    def report(self, **cells: str) -> Report:
        """The claim of a usual row with these cells."""
        return self.read(cells).claims[0].report


@pytest.fixture
def ids(keep: Keep, read_whole: ReadWhole) -> Ids:
    """A reader of made-up rows."""
    return Ids(keep, read_whole)


def flags(report: Report) -> dict[str, Doubt]:
    return {flag.column: flag.doubt for flag in report.flags}


def test_a_usual_row_becomes_a_claim_with_everything_as_written(ids: Ids) -> None:
    report = ids.report()

    assert report.originator == ORIGINATOR
    assert report.lineage == LINEAGE
    assert report.source is not None
    assert (report.source.kind, report.source.ref) == (SourceKind.DATASET, "edition 2011-2016, ids.csv")
    assert report.place == Place(
        country="AZ", country_text="Azerbaijan", text="Bilasuvar", setting="Frontier", admin1_text=""
    )
    assert report.routing == Routing(
        origin=RoutePoint(country=None, text="Unknown"),
        departure=RoutePoint(country="IR", text="Iran (Islamic Republic of)"),
        destination=RoutePoint(country="AZ", text="Azerbaijan"),
        border="Border - inbound",
        transport="Private road",
        concealment="Car Parts",
    )
    assert report.lines[0].substance == "heroin"
    assert report.lines[0].quantity == Quantity(
        amount=Decimal("6.087999999999999"), unit="kg", unit_text="Kilogram", qualifier=Qualifier.EXACT
    )
    assert report.flags == ()
    (stated,) = report.dates
    assert (stated.kind, stated.precision, stated.text) == (DateKind.EVENT, Precision.DAY, "2016-03-14")


def test_a_claim_survives_the_trip_to_json_with_its_last_digit(ids: Ids) -> None:
    report = ids.report()

    assert Report.from_json(report.to_json()) == report
    assert b'"amount":"6.087999999999999"' in report.to_json()


def test_every_row_is_an_event_of_its_own_even_where_rows_are_identical(ids: Ids) -> None:
    whole = ids.read({}, {}, {"PLACE": "Astara"}, {})

    assert [claim.duplicate for claim in whole.claims] == [False, True, False, True]
    assert len({claim.report.group for claim in whole.claims}) == 4
    assert len({claim.report.id for claim in whole.claims}) == 4
    assert len({claim.key for claim in whole.claims}) == 4


def test_reading_again_gives_the_same_keys_and_other_identifiers_do_not_matter(ids: Ids) -> None:
    first, again = ids.read({}, {}, {"AMOUNT": "2"}), ids.read({}, {}, {"AMOUNT": "2"})

    assert [claim.key for claim in first.claims] == [claim.key for claim in again.claims]


def test_the_key_is_that_of_every_version_of_the_program(ids: Ids) -> None:
    cells = ["unodc-ids", *(USUAL.get(column, "") for column in COLUMNS.split(";"))]
    content = sha256("\x1f".join(cells).encode())
    again = content.copy()
    again.update(b"\x002")

    assert [claim.key for claim in ids.read({}, {}).claims] == [content.digest()[:16], again.digest()[:16]]


def test_keys_do_not_depend_on_the_order_of_columns(keep: Keep, read_whole: ReadWhole) -> None:
    columns = COLUMNS.split(";")
    paths = [
        keep(";".join(order) + "\n" + ";".join(USUAL.get(column, "") for column in order) + "\n", f"{number}.csv")
        for number, order in enumerate((columns, columns[::-1]))
    ]

    one, other = (read_whole(path).claims[0].key for path in paths)
    assert one == other


def test_unknown_is_a_statement_and_no_doubt(ids: Ids) -> None:
    report = ids.report(DEPARTURE_COUNTRY="Unknown", DRUG_NAME="Unknown", COUNTRY="Unknown")

    assert report.routing is not None
    assert report.routing.departure == RoutePoint(country=None, text="Unknown")
    assert report.place is not None
    assert (report.place.country, report.place.country_text) == (None, "Unknown")
    assert (report.lines[0].substance, report.lines[0].substance_text) == (None, "Unknown")
    assert report.flags == ()


def test_an_end_nobody_stated_is_none(ids: Ids) -> None:
    report = ids.report(DEPARTURE_COUNTRY="", PRODUCING_COUNTRY=" ")

    assert report.routing is not None
    assert (report.routing.departure, report.routing.origin) == (None, None)


def test_a_row_without_any_routing_has_none(ids: Ids) -> None:
    empty = dict.fromkeys(
        ["PRODUCING_COUNTRY", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY", "ROUTING", "TRANSPORT", "HIDING_PLACE"], ""
    )

    assert ids.report(**empty).routing is None


@pytest.mark.parametrize(
    ("cells", "column", "doubt"),
    [
        ({"DRUG_NAME": "Moon dust"}, "DRUG_NAME", Doubt.UNKNOWN_SUBSTANCE),
        ({"DRUG_NAME": ""}, "DRUG_NAME", Doubt.UNKNOWN_SUBSTANCE),
        ({"DRUG_UNIT": "Sackful"}, "DRUG_UNIT", Doubt.UNKNOWN_UNIT),
        ({"DRUG_UNIT": ""}, "DRUG_UNIT", Doubt.UNKNOWN_UNIT),
        ({"COUNTRY": "Atlantis"}, "COUNTRY", Doubt.UNKNOWN_COUNTRY),
        ({"COUNTRY": ""}, "COUNTRY", Doubt.UNKNOWN_COUNTRY),
        ({"DEPARTURE_COUNTRY": "Other"}, "DEPARTURE_COUNTRY", Doubt.UNKNOWN_COUNTRY),
        ({"INSTALLATION": "Cloud"}, "INSTALLATION", Doubt.UNKNOWN_CODE),
        ({"TRANSPORT": "Balloon"}, "TRANSPORT", Doubt.UNKNOWN_CODE),
        ({"HIDING_PLACE": "Nowhere"}, "HIDING_PLACE", Doubt.UNKNOWN_CODE),
        ({"ROUTING": "Upwards"}, "ROUTING", Doubt.UNKNOWN_CODE),
        ({"AMOUNT": ""}, "AMOUNT", Doubt.NO_AMOUNT),
        ({"AMOUNT": "4500000.0"}, "AMOUNT", Doubt.IMPLAUSIBLE_AMOUNT),
        ({"AMOUNT": "101", "DRUG_UNIT": "Ton"}, "AMOUNT", Doubt.IMPLAUSIBLE_AMOUNT),
        ({"AMOUNT": "0.0"}, "AMOUNT", Doubt.IMPLAUSIBLE_AMOUNT),
        ({"SEIZURE_DATE": "2026-11-25"}, "SEIZURE_DATE", Doubt.DATE_AFTER_PUBLICATION),
    ],
)
def test_a_doubtful_cell_is_kept_as_written_and_flagged(
    ids: Ids, cells: dict[str, str], column: str, doubt: Doubt
) -> None:
    assert ids.report(**cells).flags == (Flag(column=column, text=(USUAL | cells)[column], doubt=doubt),)


def test_a_missing_amount_is_no_quantity_and_a_missing_unit_no_second_doubt(ids: Ids) -> None:
    report = ids.report(AMOUNT=" ", DRUG_UNIT="")

    assert report.lines[0].quantity is None
    assert flags(report) == {"AMOUNT": Doubt.NO_AMOUNT}


def test_hundred_tonnes_of_a_mass_and_any_number_of_tablets_are_plausible(ids: Ids) -> None:
    assert not ids.report(AMOUNT="100", DRUG_UNIT="Ton").flags
    assert not ids.report(AMOUNT="94750000", DRUG_UNIT="Tablet").flags


def test_a_seizure_on_the_day_of_the_import_is_no_doubt(ids: Ids) -> None:
    assert not ids.report(SEIZURE_DATE="2026-11-24").flags


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"SEIZURE_DATE": ""}, "SEIZURE_DATE is empty"),
        ({"SEIZURE_DATE": "soon"}, "SEIZURE_DATE: "),
        ({"SEIZURE_DATE": "2016-02-30"}, "does not exist"),
        ({"SEIZURE_DATE": "1899-12-30"}, "SEIZURE_DATE: "),
        ({"SEIZURE_DATE": "03/04/2016"}, "day from the month"),
        ({"SEIZURE_DATE": "42443"}, "SEIZURE_DATE: "),
        ({"COUNTRY": "", "PLACE": " "}, "COUNTRY and PLACE are both empty"),
        ({"AMOUNT": "some"}, "AMOUNT: "),
        ({"AMOUNT": "-3"}, "AMOUNT: "),
        ({"AMOUNT": "nan"}, "AMOUNT: "),
        ({"AMOUNT": "1e999"}, "AMOUNT: "),
        ({"AMOUNT": "inf"}, "AMOUNT: "),
        ({"AMOUNT": "#REF!"}, "AMOUNT: "),
        ({"AMOUNT": "=1+1"}, "AMOUNT: "),
    ],
)
def test_a_row_that_cannot_be_a_claim_is_rejected_with_its_number_and_the_rest_is_read(
    ids: Ids, cells: dict[str, str], reason: str
) -> None:
    whole = ids.read({}, cells, {})

    assert [(one.row, reason in one.reason) for one in whole.rejected] == [(3, True)]
    assert [claim.row for claim in whole.claims] == [2, 4]


@pytest.mark.parametrize("text", ["2016-03-14 00:00:00", "2016-03-14T00:00:00.000", "14 March 2016", "2016/3/14"])
def test_a_date_is_read_in_any_unambiguous_form_and_kept_as_written(ids: Ids, text: str) -> None:
    (stated,) = ids.report(SEIZURE_DATE=text).dates

    assert (stated.earliest.isoformat(), stated.text) == ("2016-03-14", text)


def test_a_province_is_coded_where_its_name_leads_to_one_province_of_the_country(ids: Ids) -> None:
    known = ids.report(COUNTRY="Iran (Islamic Republic of)", ADMINISTRATIVE_DIVISION="Sistan and Baluchestan").place
    unknown = ids.report(COUNTRY="Iran (Islamic Republic of)", ADMINISTRATIVE_DIVISION="the south").place

    assert known is not None
    assert (known.admin1, known.admin1_text) == ("IR-11", "Sistan and Baluchestan")
    assert unknown is not None
    assert (unknown.admin1, unknown.admin1_text) == (None, "the south")


CURRENT = (
    "Seizure Date,Country/Territory of Seizure,ISO3,Drug/Substance,Quantity Seized,Measurement Unit,City,"
    "Administrative Region,Physical Seizure Location,Trafficking Mode of Transportation,Source,Reporting Channel"
)


class Current:
    """Reads one row of the current edition."""

    def __init__(self, keep: Keep, read_whole: ReadWhole) -> None:
        self._keep = keep
        self._read_whole = read_whole

    def report(self, row: str) -> Report:
        """The claim of this row."""
        return self._read_whole(self._keep(f"{CURRENT}\n{row}\n", "ids-2023.csv")).claims[0].report


@pytest.fixture
def current(keep: Keep, read_whole: ReadWhole) -> Current:
    """A reader of rows of the current edition."""
    return Current(keep, read_whole)


def test_the_current_edition_is_read_and_its_codes_are_not_judged_by_the_old_lists(current: Current) -> None:
    report = current.report(
        "2023-05-06,Azerbaijan,AZE,Heroin,1.5,kg,Baku,,International waters,Vessel/boat,Government,IDS"
    )

    assert report.place is not None
    assert (report.place.country, report.place.text, report.place.setting) == ("AZ", "Baku", "International waters")
    assert report.routing == Routing(transport="Vessel/boat")
    assert report.notes == "Source: Government; Reporting channel: IDS"
    assert report.source is not None
    assert report.source.ref == "edition current, ids-2023.csv"
    assert report.flags == ()


def test_a_code_stands_in_for_a_country_name_and_contradicts_it_openly(current: Current) -> None:
    by_code = current.report("2023-05-06,,AZE,Heroin,1.5,kg,,,,,,")
    contradicted = current.report("2023-05-06,Armenia,AZE,Heroin,1.5,kg,,,,,,")

    assert by_code.place is not None
    assert (by_code.place.country, by_code.place.country_text) == ("AZ", "AZE")
    assert contradicted.place is not None
    assert contradicted.place.country is None
    assert flags(contradicted) == {"COUNTRY": Doubt.UNKNOWN_COUNTRY, "ISO3": Doubt.UNKNOWN_COUNTRY}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every example overwrites."""
    return tmp_path_factory.mktemp("any") / "ids.csv"


@given(st.lists(st.lists(st.text(max_size=20), min_size=16, max_size=16), max_size=4))
def test_any_cells_give_a_claim_or_a_reason(scratch: Path, read_whole: ReadWhole, rows: list[list[str]]) -> None:
    lines = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    scratch.write_bytes("\n".join([COLUMNS, *lines]).encode(errors="surrogatepass"))

    whole = read_whole(scratch)
    for claim in whole.claims:
        assert Report.from_json(claim.report.to_json()) == claim.report
    assert whole.quality.rows == len(whole.claims) + len(whole.rejected)

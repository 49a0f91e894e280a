"""Public reports: lines that are one report, reports that are of one event."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from hamkar.formats.columns import canonical_columns
from hamkar.formats.credited_country import credited_country
from hamkar.formats.public_reports import LAYOUT, group_of, lineage_of
from hamkar.model.party import Party, PartyRole
from hamkar.model.place import RoutePoint
from hamkar.model.quantity import Qualifier
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.stated_date import DateKind, Precision

from .conftest import ORIGINATOR, Keep, ReadWhole, Whole

COLUMNS = canonical_columns(LAYOUT)
USUAL = {
    "report_id": "SYN-1",
    "line_no": "1",
    "event_id": "EVT-1",
    "publisher": "Synthetic News",
    "publisher_domain": "news.example",
    "url": "https://news.example/1",
    "published": "2024-03-22",
    "event_date": "2024-03-20",
    "event_date_precision": "day",
    "group_date": "2024-03-20",
    "country": "AZ",
    "admin1": "Astara",
    "place": "Astara Gümrük Kapısı",
    "crossing": "Astara",
    "agency": "State Customs Committee of Azerbaijan",
    "substance_as_written": "eroin",
    "substance_slug": "heroin",
    "amount": "933.115",
    "unit": "kg",
    "qualifier": "over",
    "amount_kg": "933.115",
    "reported_total": "933.115 kg",
    "departure": "IR",
    "destination": "Europe",
    "transport_mode": "road-truck",
    "concealment": "in kiwi boxes",
    "notes": "synthetic",
}


class Public:
    """Reads lines that differ from a usual one in some cells."""

    def __init__(self, keep: Keep, read_whole: ReadWhole) -> None:
        self._keep = keep
        self._read_whole = read_whole

    def read(self, *lines: dict[str, str] | str) -> Whole:
        """Everything these lines give; a text stands in the file as it is."""
        out = StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        for line in lines:
            if isinstance(line, str):
                out.write(line)
            else:
                writer.writerow(USUAL | line)
        return self._read_whole(self._keep(out.getvalue()))

    def report(self, **cells: str) -> Report:
        """The claim of a usual line with these cells."""
        return self.read(cells).claims[0].report


@pytest.fixture
def public(keep: Keep, read_whole: ReadWhole) -> Public:
    """A reader of made-up lines."""
    return Public(keep, read_whole)


def test_the_lines_of_a_report_are_one_claim(public: Public) -> None:
    second = {"line_no": "2", "substance_as_written": "tiryək", "substance_slug": "opium", "amount": "4.5"}
    whole = public.read({}, second, {"report_id": "SYN-2", "event_id": "EVT-2"})

    assert [(claim.row, claim.rows) for claim in whole.claims] == [(2, 2), (4, 1)]
    assert [line.substance for line in whole.claims[0].report.lines] == ["heroin", "opium"]
    assert (whole.quality.rows, whole.quality.imported) == (3, 2)


def test_everything_stands_in_the_claim_as_written(public: Public) -> None:
    report = public.report(persons_arrested="3", joint_operation_with="KZ; KG", origin_country="AF")

    assert report.source == Source(
        kind=SourceKind.PRESS, name="Synthetic News", url="https://news.example/1", ref="SYN-1"
    )
    assert report.place is not None
    assert (report.place.country, report.place.text, report.place.crossing) == (
        "AZ",
        "Astara Gümrük Kapısı",
        "IRAZ-ASTARA",
    )
    quantity = report.lines[0].quantity
    assert quantity is not None
    assert (quantity.amount, quantity.unit, quantity.qualifier) == (Decimal("933.115"), "kg", Qualifier.OVER)
    assert report.routing is not None
    assert report.routing.origin == RoutePoint(country="AF", text="AF")
    assert report.routing.departure == RoutePoint(country="IR", text="IR")
    assert report.routing.destination == RoutePoint(country=None, text="Europe")
    assert (report.routing.transport, report.routing.concealment) == ("road-truck", "in kiwi boxes")
    assert report.parties == (Party(ref="1", role=PartyRole.SUSPECT, count=3),)
    assert (report.joint_with, report.stated_total, report.notes) == (("KZ", "KG"), "933.115 kg", "synthetic")
    assert report.flags == ()


def test_event_and_publication_are_dates_of_different_kinds_and_derived_ones_are_none(public: Public) -> None:
    report = public.report(event_date="2024-03", event_date_precision="month")

    assert [(date.kind, date.precision, date.text) for date in report.dates] == [
        (DateKind.EVENT, Precision.MONTH, "2024-03"),
        (DateKind.PUBLICATION, Precision.DAY, "2024-03-22"),
    ]
    assert public.report(event_date="", published="").dates == ()


def test_an_event_after_its_publication_is_flagged_and_a_month_that_reaches_beyond_it_is_not(public: Public) -> None:
    late = public.report(event_date="2024-03-23")

    assert late.flags == (Flag(column="event_date", text="2024-03-23", doubt=Doubt.DATE_AFTER_PUBLICATION),)
    assert public.report(event_date="2024-03").flags == ()


def test_reports_of_one_event_share_a_group_whoever_reads_them_again(public: Public) -> None:
    whole = public.read({}, {"report_id": "SYN-2"}, {"report_id": "SYN-3", "event_id": "EVT-2"})

    one, same, other = (claim.report.group for claim in whole.claims)
    assert one == same == group_of(ORIGINATOR, "EVT-1")
    assert one != other
    assert group_of("another node", "EVT-1") != one


def test_reports_that_credit_one_agency_are_one_lineage_and_others_their_publishers() -> None:
    assert lineage_of("Yazd  Police", "a.example") == lineage_of("Yazd police", "b.example") == "agency:yazd police"
    assert lineage_of(" ", "A.example") == "publisher:a.example"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("exact", Qualifier.EXACT),
        ("", Qualifier.EXACT),
        ("about", Qualifier.ABOUT),
        ("over", Qualifier.OVER),
        ("at-least", Qualifier.AT_LEAST),
    ],
)
def test_a_qualifier_is_what_its_word_means(public: Public, word: str, meaning: Qualifier) -> None:
    quantity = public.report(qualifier=word).lines[0].quantity

    assert quantity is not None
    assert quantity.qualifier is meaning


def test_nobody_arrested_is_a_statement_and_no_number_is_none(public: Public) -> None:
    assert public.report(persons_arrested="0").parties[0].count == 0
    assert public.report(persons_arrested="").parties == ()


def test_the_compilers_substance_goes_before_the_text_and_a_doubtful_one_is_flagged(public: Public) -> None:
    assert public.report(substance_as_written="crystal", substance_slug="methamphetamine").lines[0].substance == (
        "methamphetamine"
    )
    trap = public.report(substance_as_written="کریستال", substance_slug="")
    assert trap.lines[0].substance is None
    assert trap.flags == (Flag(column="substance_as_written", text="کریستال", doubt=Doubt.UNKNOWN_SUBSTANCE),)


def test_an_amount_that_nobody_stated_is_no_quantity(public: Public) -> None:
    report = public.report(amount="", unit="", qualifier="")

    assert report.lines[0].quantity is None
    assert [flag.doubt for flag in report.flags] == [Doubt.NO_AMOUNT]


def test_two_capitals_that_are_no_country_are_doubtful_and_a_place_is_not(public: Public) -> None:
    assert public.report(departure="QQ").flags == (Flag(column="departure", text="QQ", doubt=Doubt.UNKNOWN_COUNTRY),)
    assert public.report(departure="Zahedan").flags == ()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"amount": "much"}, "amount: "),
        ({"qualifier": "up to"}, "qualifier: "),
        ({"persons_arrested": "two"}, "persons_arrested: "),
        ({"persons_arrested": "-1"}, "persons_arrested: "),
        ({"published": "yesterday"}, "published: "),
        ({"event_date": "2024-02-30"}, "event_date: "),
        ({"report_id": ""}, "report_id and event_id"),
        ({"event_id": " "}, "report_id and event_id"),
        ({"country": "", "admin1": "", "place": ""}, "nobody can tell where"),
        ({"line_no": "2"}, "not numbered from 1"),
    ],
)
def test_a_report_that_cannot_be_a_claim_is_rejected_with_its_row(
    public: Public, cells: dict[str, str], reason: str
) -> None:
    whole = public.read({"report_id": "SYN-0"}, cells, {"report_id": "SYN-9"})

    assert [(one.row, reason in one.reason) for one in whole.rejected] == [(3, True)]
    assert [claim.row for claim in whole.claims] == [2, 4]


def test_a_report_with_a_bad_line_is_rejected_as_a_whole(public: Public) -> None:
    whole = public.read({}, {"line_no": "2", "amount": "much"}, {"line_no": "3"}, {"report_id": "SYN-2"})

    assert [one.row for one in whole.rejected] == [2, 3, 4]
    assert [claim.report.source.ref for claim in whole.claims if claim.report.source] == ["SYN-2"]


def test_a_broken_row_between_two_lines_takes_their_report_with_it(public: Public) -> None:
    whole = public.read({}, "broken,row\n", {"line_no": "3"}, {"report_id": "SYN-2"}, "cut,off")

    assert [one.row for one in whole.rejected] == [2, 3, 4, 6]
    assert [claim.row for claim in whole.claims] == [5]


def test_a_report_whose_lines_are_apart_is_not_read_twice(public: Public) -> None:
    whole = public.read({}, {"report_id": "SYN-2"}, {"line_no": "2"})

    assert [claim.row for claim in whole.claims] == [2, 3]
    assert "began further up" in whole.rejected[0].reason


def test_lines_that_contradict_each_other_on_the_report_are_rejected(public: Public) -> None:
    whole = public.read({}, {"line_no": "2", "agency": "Yazd police"})

    assert "do not agree on agency" in whole.rejected[0].reason
    assert whole.claims == []


def report_by(public: Public, agency: str, country: str) -> Report:
    return public.report(agency=agency, country=country)


@pytest.mark.parametrize(
    ("agency", "country", "credited"),
    [
        ("State Border Service of Azerbaijan", "AZ", "AZ"),
        ("Astara Customs Department", "AZ", "AZ"),
        ("West Azarbaijan police", "IR", "IR"),
        ("West Azerbaijan intelligence office", "IR", "IR"),
        ("Iranian Border Guard", "AF", "IR"),
        ("Iraqi National Intelligence Service", "SY", "IQ"),
        ("Pakistan Navy (PNS Tabuk)", "XZ", "PK"),
        ("US Coast Guard, Combined Task Force 150", "XZ", "US"),
        ("international maritime task force", "XZ", None),
        ("", "TR", "TR"),
        ("", "XZ", None),
        ("Iranian and Azerbaijani border guards", "AZ", None),
    ],
)
def test_the_node_that_would_hold_a_report_is_of_the_country_whose_agency_is_credited(
    public: Public, agency: str, country: str, credited: str | None
) -> None:
    assert credited_country(report_by(public, agency, country)) == credited


@pytest.mark.corpus
def test_the_compiled_reports_are_417_of_318_events(corpus: Path, read_whole: ReadWhole) -> None:
    whole = read_whole(corpus / "public" / "public_seizure_reports.csv")

    assert whole.quality.layout == LAYOUT
    assert (whole.quality.rows, whole.quality.imported, whole.rejected) == (630, 417, [])
    assert len({claim.report.group for claim in whole.claims}) == 318
    assert sum(len(claim.report.lines) for claim in whole.claims) == 630
    credited = [credited_country(claim.report) for claim in whole.claims]
    assert (credited.count("IR"), credited.count("AZ"), credited.count(None)) == (98, 94, 1)
    for claim in whole.claims:
        assert Report.from_json(claim.report.to_json()) == claim.report


@pytest.mark.corpus
def test_the_compiled_reports_doubt_the_figures_their_readme_doubts(corpus: Path, read_whole: ReadWhole) -> None:
    whole = read_whole(corpus / "public" / "public_seizure_reports.csv")

    assert {(one.column, one.doubt, one.cells) for one in whole.quality.doubts} == {
        ("amount", Doubt.NO_AMOUNT, 2),
        ("amount", Doubt.IMPLAUSIBLE_AMOUNT, 2),
    }

"""A file is read into claims once, whole or not at all."""

import csv
from pathlib import Path

import pytest

from fixtures_node import BY, Agencies
from hamkar.actions.events import find_event_id, list_events, list_reports, show_event
from hamkar.actions.import_file import Imported, Wanted, import_file
from hamkar.actions.list_imports import list_imports
from hamkar.actions.node import Node
from hamkar.errors import BadInput
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.report import Report
from hamkar.model.role import Person, Role
from hamkar.store.events import EventFilter
from hamkar.vocab.resource import data_bytes

HEADER = (
    "REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;"
    "INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING"
)
ROW = "Asia;Central Asia;Azerbaijan;;Astara;2016-03-05;Heroin;12.5;Kilogram;;Road;;;Iran (Islamic Republic of);;"


def ids_file(folder: Path, *rows: str) -> Path:
    """A small file of the UNODC layout."""
    path = folder / "ids.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def taken(node: Node, path: Path, **wanted: object) -> Imported:
    """The file imported."""
    return import_file(node, Wanted(path=path, **wanted), by=BY)  # type: ignore[arg-type] # options by name


def total(node: Node) -> int:
    """How many events the node holds."""
    return list_events(node, EventFilter(), sort="date", limit=1, offset=0).total


def test_the_note_of_a_file_is_marked_like_its_claims(agencies: Agencies, tmp_path: Path) -> None:
    node, path = agencies.iran, ids_file(tmp_path, ROW.replace("12.5", "77"))
    taken(node, path, handling=Handling(code=HandlingCode.H2))
    above, below = (Person(name="x", roles=frozenset({role})) for role in (Role.ANALYST, Role.BORDER_OFFICER))
    assert len(list_imports(node.seen_by(above), 50)) == len(list_imports(node.seen_by(below), 50)) + 1


def test_the_same_file_twice_adds_nothing(agencies: Agencies, tmp_path: Path) -> None:
    path = ids_file(tmp_path, ROW, ROW.replace("12.5", "13"))
    assert taken(agencies.iran, path).imported == 2
    before = total(agencies.iran)
    again = taken(agencies.iran, path)
    assert (again.imported, again.held_already) == (0, 2)
    assert total(agencies.iran) == before


def test_identical_rows_are_kept_and_counted(agencies: Agencies, tmp_path: Path) -> None:
    path = ids_file(tmp_path, *[ROW.replace("Astara", "Bilasuvar")] * 3)
    imported = taken(agencies.iran, path)
    assert (imported.imported, imported.quality.duplicates) == (3, 2)


def test_a_bad_row_is_named_and_the_rest_is_kept(agencies: Agencies, tmp_path: Path) -> None:
    path = ids_file(tmp_path, ROW.replace("2016-03-05", "yesterday"), ROW.replace("Astara", "Horadiz"))
    imported = taken(agencies.iran, path)
    assert (imported.imported, imported.quality.rejected) == (1, 1)
    (rejected,) = imported.quality.rejections
    assert rejected.row == 2
    assert "yesterday" in rejected.reason


def test_a_dry_run_keeps_nothing(agencies: Agencies, tmp_path: Path) -> None:
    path = ids_file(tmp_path, ROW.replace("Astara", "Julfa"))
    before = total(agencies.iran)
    assert taken(agencies.iran, path, dry_run=True).imported == 1
    assert total(agencies.iran) == before


def test_a_file_that_turns_out_unusable_leaves_nothing_behind(agencies: Agencies, tmp_path: Path) -> None:
    before = total(agencies.iran)
    path = tmp_path / "shopping.csv"
    path.write_text("milk;bread\n1;2\n")
    with pytest.raises(BadInput, match=r"shopping\.csv"):
        taken(agencies.iran, path)
    assert total(agencies.iran) == before


def test_the_claims_get_the_handling_they_are_imported_with(agencies: Agencies, tmp_path: Path) -> None:
    path = ids_file(tmp_path, ROW.replace("Astara", "Sadarak"))
    taken(agencies.observer, path, handling=Handling(code=HandlingCode.H1))
    (report,) = list_reports(agencies.observer, agencies.observer.id, 10)
    assert report.handling.code is HandlingCode.H1


def test_the_public_reports_are_417_claims_of_318_events(agencies: Agencies, tmp_path: Path) -> None:
    node = agencies.azerbaijan
    path = tmp_path / "public.csv"
    path.write_bytes(data_bytes("public/public_seizure_reports.csv"))
    assert taken(node, path).imported == 417
    assert total(node) == 318
    assert taken(node, path).imported == 0


def test_reports_of_one_event_in_two_files_meet_under_one_event(agencies: Agencies, tmp_path: Path) -> None:
    node = agencies.observer
    rows = list(csv.DictReader(data_bytes("public/public_seizure_reports.csv").decode().splitlines()))
    astara = [row for row in rows if row["event_id"] == "EVT-0001"]
    for number, part in enumerate((astara[:2], astara[2:])):
        path = tmp_path / f"part{number}.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(part)
        taken(node, path)
    reports = [r for r in list_reports(node, node.id, 1000) if r.source and r.source.ref.startswith("PSR-")]
    events = {find_event_id(node, str(report.id)) for report in reports}
    assert len(events) == 1
    assert len(show_event(node, events.pop()).reports) == len({row["report_id"] for row in astara})


@pytest.mark.corpus
def test_the_whole_unodc_file_is_in_the_list(corpus: Path, agencies: Agencies) -> None:
    node = agencies.iran
    before = list_reports(node, node.id, 1_000_000)
    imported = taken(node, corpus / "unodc_ids" / "ids_2011_2016.zip")
    assert (imported.imported, imported.quality.duplicates) == (311_038, 44_229)
    with node.database.transaction() as connection:
        (rows,) = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM report").fetchall()
    assert rows == (311_038 + len(before), 311_038 + len(before))
    astara = list_events(node, EventFilter(country="AZ", words="astar"), sort="date", limit=10, offset=0)
    assert astara.total > 10
    assert all(isinstance(report, Report) for report in before)

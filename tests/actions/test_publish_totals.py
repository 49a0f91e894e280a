"""What is published of a closed year, when, and that later editions give nothing small away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fixtures_node import Agencies, file_reports
from hamkar.actions.node import Node
from hamkar.actions.publish_totals import is_closed, publish_totals, show_totals
from hamkar.errors import NotAllowed, Refused
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.place import Place
from hamkar.model.role import Person, Role
from hamkar.model.stated_date import DateKind
from hamkar.statistics.published_table import PublishedTable, TableKind
from reports import claim, kilograms, line, numbered, on

STATISTICIAN = Person(name="synthetic-statistician", roles=frozenset({Role.STATISTICIAN}), stepped_up=True)
OBSERVER = Person(name="synthetic-observer", roles=frozenset({Role.OBSERVER}), stepped_up=True)


@pytest.fixture
def node(agencies: Agencies) -> Node:
    """A node that holds no seizure and has published nothing."""
    with agencies.iran.database.transaction() as connection:
        connection.execute("TRUNCATE edition, event, event_line, report")
    return agencies.iran


def seized(
    node: Node, first: int, many: int, *, substance: str = "opium", day: str = "2024-05-04", handling: Handling = FREE
) -> None:
    """File invented seizures of 10 kg in Azerbaijan, with numbers from ``first`` on."""
    for number in range(first, first + many):
        made = claim(
            number,
            f"s{number}",
            line(substance, kilograms("10")),
            dates=(on(DateKind.EVENT, day),),
            place=Place(country="AZ", text="Astara"),
        )
        file_reports(node, replace(made, originator=node.id, group=numbered(number), handling=handling))


def figure(node: Node, substance: str, year: str) -> int | None:
    """How many seizures of a substance are published for a year."""
    table = show_totals(node, TableKind.SUBSTANCE_YEAR)
    if substance not in table.rows or year not in table.columns:
        return None
    found = table.figures[table.rows.index(substance)][table.columns.index(year)]
    return found.seizures if found else None


def test_a_year_closes_on_the_first_of_april_of_the_next() -> None:
    assert not is_closed(2025, date(2026, 3, 31))
    assert is_closed(2025, date(2026, 4, 1))


def test_closed_years_are_published_with_small_cells_hidden(node: Node) -> None:
    seized(node, 1, 12)
    seized(node, 100, 4, substance="heroin")
    seized(node, 200, 9, day="2026-01-05")
    publish_totals(node, STATISTICIAN)
    table = show_totals(node, TableKind.SUBSTANCE_YEAR)
    assert (table.rows, table.columns, table.seizures) == (("opium",), ("2024",), 12)
    assert table.row_sums[0].kilograms == 120


@pytest.mark.parametrize("kind", TableKind)
def test_the_three_tables_count_the_same_seizures(node: Node, kind: TableKind) -> None:
    seized(node, 1, 12)
    seized(node, 100, 7, substance="heroin", day="2023-01-02")
    publish_totals(node, STATISTICIAN)
    table = show_totals(node, kind)
    assert table.seizures == 19
    assert sum(each.seizures for each in table.column_sums) == 19


def test_the_next_edition_waits_and_one_seizure_more_changes_nothing(agencies: Agencies, node: Node) -> None:
    seized(node, 1, 12)
    publish_totals(node, STATISTICIAN)
    seized(node, 50, 1)
    with pytest.raises(Refused, match="stands until") as caught:
        publish_totals(node, STATISTICIAN)
    assert caught.value.rule == "editions_apart"
    agencies.clock.turn(timedelta(days=90))
    publish_totals(node, STATISTICIAN)
    assert figure(node, "opium", "2024") == 12
    seized(node, 60, 4)
    agencies.clock.turn(timedelta(days=90))
    publish_totals(node, STATISTICIAN)
    assert figure(node, "opium", "2024") == 17


def test_a_year_that_has_closed_meanwhile_does_not_wait(agencies: Agencies, node: Node) -> None:
    seized(node, 1, 6)
    publish_totals(node, STATISTICIAN)
    seized(node, 100, 6, day="2025-06-06")
    agencies.clock.turn(timedelta(days=40))
    assert [each.year for each in publish_totals(node, STATISTICIAN)] == [2025]


def test_what_only_restricted_reports_say_is_not_published(node: Node) -> None:
    seized(node, 1, 12, handling=Handling(code=HandlingCode.H2))
    publish_totals(node, STATISTICIAN)
    assert show_totals(node, TableKind.SUBSTANCE_YEAR).rows == ()


def test_what_stays_at_the_node_is_in_no_table(node: Node) -> None:
    seized(node, 1, 12)
    publish_totals(node, STATISTICIAN)
    shown = show_totals(node, TableKind.COUNTRY_SUBSTANCE)
    assert PublishedTable.from_json(shown.to_json()) == shown
    assert b"weights" not in shown.to_json()


def test_an_observer_does_not_publish(node: Node) -> None:
    with pytest.raises(NotAllowed):
        publish_totals(node, OBSERVER)

"""Seizures of a closed year, some of them few enough to be hidden; all invented."""

from dataclasses import replace

from fixtures_node import file_reports
from hamkar.actions.node import Node
from hamkar.model.place import Place
from hamkar.model.stated_date import DateKind
from reports import claim, kilograms, line, numbered, on


def many_seizures(node: Node) -> None:
    """Twelve seizures of opium in a closed year, and two of cocaine elsewhere."""
    for number in range(14):
        country, substance = ("AZ", "opium") if number < 12 else ("TR", "cocaine")
        filed = claim(
            5_000 + number,
            f"t{number}",
            line(substance, kilograms(str(number + 1))),
            dates=(on(DateKind.EVENT, "2023-05-04"),),
            place=Place(country=country, text="Astara"),
        )
        file_reports(node, replace(filed, originator=node.id, group=numbered(5_000 + number)))

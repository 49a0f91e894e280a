"""How much was seized, with the coverage of every figure."""

from collections.abc import Sequence

from hamkar.actions.node import Node
from hamkar.statistics.figure import Figure
from hamkar.statistics.total_mass import total_mass
from hamkar.store import line_groups
from hamkar.store.events import EventFilter


def totals(node: Node, wanted: EventFilter, substances: Sequence[str]) -> list[Figure]:
    """The bulk mass of each substance (of all that occur, where none is named) over the events that fit."""
    with node.database.transaction() as connection:
        groups = line_groups.groups(connection, wanted, node.sight)
        chosen = substances or sorted({group.substance for group in groups if group.substance})
        return [
            total_mass(
                substance,
                [group for group in groups if group.substance == substance],
                line_groups.span(connection, wanted, node.sight, substance),
            )
            for substance in chosen
        ]

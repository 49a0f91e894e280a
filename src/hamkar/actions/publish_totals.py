"""Publishing the totals of closed years, and showing what is published. Readers of totals see nothing else."""

from datetime import date, timedelta
from typing import Final

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.errors import Refused
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.condition import OfRecord
from hamkar.policy.sight import HANDLING, Sight
from hamkar.statistics.figure import DoubleCount
from hamkar.statistics.published_table import PublishedTable, PublishedYear, TableKind, published_table
from hamkar.statistics.small_cells import Made, published, revised
from hamkar.statistics.year_cells import cells
from hamkar.store import editions, log
from hamkar.store.database import Connection
from hamkar.store.log import Entry

CLOSES_ON: Final = (4, 1)
"""A year is closed on this month and day of the next, when most late reports have come."""

BETWEEN_EDITIONS: Final = timedelta(days=90)
"""What is published of a year stands so long, so that nobody learns from the day on which a figure moves."""

COUNTED: Final = Sight(OfRecord(HANDLING, "<=", 1))
"""Published totals are over what reports of handling codes H0 and H1 say."""

_FEW_AGENCIES = 3


def publish_totals(node: Node, person: Person) -> list[PublishedYear]:
    """Make an edition of every closed year that has none, and a new one of all others if their last is old enough.

    Raises NotAllowed, and Refused where there is nothing to publish yet.
    """
    require(person, Act.EXPORT)
    with node.database.transaction() as connection:
        known = {each.year: each for each in editions.newest_editions(connection)}
        due = _revision_due(node, connection)
        years = [year for year in editions.filled_years(connection) if is_closed(year, node.today)]
        made = [_edition(node, connection, year, known.get(year), person) for year in years if year not in known or due]
        if not made:
            raise Refused(_nothing_to_publish(connection), rule="editions_apart")
        detail = ", ".join(f"{each.year}/{each.edition}" for each in made)
        log.append(connection, Entry(actor=person.name, act="totals_published", subject=detail), node.now())
    return made


def show_totals(node: Node, kind: TableKind) -> PublishedTable:
    """A table of what is published. It is made from published figures, so whoever sees it can see no more."""
    with node.database.transaction() as connection:
        return published_table(kind, editions.newest_editions(connection))


def is_closed(year: int, today: date) -> bool:
    """Whether a year may be published."""
    return today >= date(year + 1, *CLOSES_ON)


def _revision_due(node: Node, connection: Connection) -> bool:
    last = editions.last_made_at(connection)
    return last is not None and node.now() - last >= BETWEEN_EDITIONS


def _nothing_to_publish(connection: Connection) -> str:
    last = editions.last_made_at(connection)
    if last is None:
        return "no seizure of a closed year is held here; a year closes on 1 April of the next"
    until = (last + BETWEEN_EDITIONS).date()
    return f"what was published on {last:%Y-%m-%d} stands until {until}, and no year has closed since; publish then"


def _edition(
    node: Node, connection: Connection, year: int, before: PublishedYear | None, person: Person
) -> PublishedYear:
    now = cells(editions.seized_lines(connection, year, COUNTED))
    basis = revised(editions.basis_of(connection, year, before.edition), now) if before else published(now)
    made = _first(node, connection, year, basis) if before is None else _next(node, before, basis)
    editions.put_edition(connection, made, basis, by=person.name, at=node.now())
    return made


def _first(node: Node, connection: Connection, year: int, basis: tuple[Made, ...]) -> PublishedYear:
    agencies, unresolved = editions.span_of(connection, year, COUNTED)
    return PublishedYear(
        year=year,
        edition=1,
        made_on=node.today,
        blocks=tuple(made.block for made in basis),
        agencies=agencies if agencies >= _FEW_AGENCIES else 0,
        double_count=DoubleCount.POSSIBLE if unresolved else DoubleCount.RESOLVED,
    )


def _next(node: Node, before: PublishedYear, basis: tuple[Made, ...]) -> PublishedYear:
    return PublishedYear(
        year=before.year,
        edition=before.edition + 1,
        made_on=node.today,
        blocks=tuple(made.block for made in basis),
        agencies=before.agencies,
        double_count=before.double_count,
    )

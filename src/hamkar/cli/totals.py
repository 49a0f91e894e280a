"""``hamkar totals``."""

import click

from hamkar.actions.publish_totals import publish_totals, show_totals
from hamkar.cli.here import choice, json_option, node, operator, show, table
from hamkar.model.role import Person, Role
from hamkar.statistics.published_table import PublishedTable, Sum, TableKind
from hamkar.statistics.small_cells import THRESHOLD


@click.group("totals")
def command() -> None:
    """Totals for observers: publish the closed years with small cells hidden, and show what is published."""


@command.command("publish")
@json_option
def publish(*, as_json: bool) -> None:
    """Publish the closed years; what was published before changes only where enough has come or gone."""
    by = Person(name=operator(), roles=frozenset({Role.STATISTICIAN}), stepped_up=True)
    with node() as here:
        made = publish_totals(here, by)
    years = ", ".join(f"{each.year} (edition {each.edition})" for each in made)
    show([each.to_dict() for each in made], f"published: {years}", as_json=as_json)


@command.command("show")
@click.argument("kind", type=choice(TableKind), default=TableKind.SUBSTANCE_YEAR.value)
@json_option
def show_(*, kind: str, as_json: bool) -> None:
    """Show a published table as an observer sees it."""
    with node() as here:
        found = show_totals(here, TableKind(kind))
    show(found.to_dict(), _text(found), as_json=as_json)


def _text(found: PublishedTable) -> str:
    columns = (found.kind.replace("-", " \\ "), *(name or "others" for name in found.columns), "all shown")
    rows = [
        (name or "others", *map(_cell, figures), _cell(total))
        for name, figures, total in zip(found.rows, found.figures, found.row_sums, strict=True)
    ]
    return f"{table(columns, rows)}\n{_coverage(found)}" if rows else "nothing is published yet"


def _cell(figure: Sum | None) -> str:
    if figure is None:
        return f"<{THRESHOLD}"
    weight = "" if figure.kilograms is None else f" ({figure.kilograms:,f} kg of {figure.weighed}+)"
    return f"{figure.seizures:,}{weight}"


def _coverage(found: PublishedTable) -> str:
    agencies = f"up to {found.agencies}" if found.agencies else "fewer than 3"
    return (
        f"{found.seizures:,} seizures of {found.years[0]} to {found.years[-1]} are counted, from {agencies} reporting"
        f" agencies a year, double counting {found.double_count}, edition of {found.newest_edition}. A seizure of two"
        f" substances counts under each. <{THRESHOLD} is fewer than {THRESHOLD} or none; such seizures are in no sum"
        " but that of others."
    )

"""``hamkar stats``."""

import click

from hamkar.actions.totals import totals
from hamkar.cli.here import json_option, node, show
from hamkar.store.events import EventFilter


@click.command("stats")
@click.argument("substances", nargs=-1)
@click.option("--country", default="", metavar="XX", help="ISO 3166-1 code of the country of seizure.")
@json_option
def command(*, substances: tuple[str, ...], country: str, as_json: bool) -> None:
    """Print how much was seized, with the coverage of every figure. Totals run over seizures, never over reports."""
    with node() as here:
        figures = totals(here, EventFilter(country=country.upper()), substances)
    show([figure.to_dict() for figure in figures], "\n".join(map(str, figures)) or "nothing yet", as_json=as_json)

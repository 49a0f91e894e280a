"""``hamkar export``."""

from datetime import datetime
from pathlib import Path

import click

from hamkar.actions.export import Layout, export_seizures
from hamkar.cli.here import DAY, choice, json_option, node, operator_person, show, write_file
from hamkar.model.agreement import Purpose
from hamkar.store.events import EventFilter
from hamkar.text.counted import counted


@click.group("export")
def command() -> None:
    """Exports: take seizures out in a file that says who did, when and for what."""


@command.command("seizures")
@click.option(
    "--as", "layout", type=choice(Layout), default=Layout.CSV.value, show_default=True, help="The kind of file."
)
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
@click.option("--purpose", type=choice(Purpose), required=True, help="What it is for; stands in every row.")
@click.option("--country", default="", metavar="XX", help="ISO 3166-1 code of the country of seizure.")
@click.option("--substance", default="", help="A substance of the vocabulary, such as heroin.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Not before this day.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Not after this day.")
@click.option("--words", default="", help="Beginnings of words in place, agency, route or substance.")
@json_option
def seizures(
    *,
    layout: str,
    path: Path,
    purpose: str,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    **wanted: str,
) -> None:
    """Write the seizures that fit into a file, a row for each substance of each."""
    chosen = EventFilter(
        country=wanted["country"].upper(),
        substance=wanted["substance"],
        since=since.date() if since else None,
        until=until.date() if until else None,
        words=wanted["words"],
    )
    with node() as here:
        made = export_seizures(here, operator_person(), chosen, Layout(layout), Purpose(purpose))
        write_file(path, made.data, "the export")
    text = f"{counted(made.export.seizures, 'seizure')} in {path}; export {made.export.id} is in the log"
    show(made.export.to_dict(), text, as_json=as_json)

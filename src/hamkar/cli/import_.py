"""``hamkar import``."""

import gc
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from hamkar.actions.import_file import FILE_CODES, Imported, Wanted, import_file
from hamkar.cli.here import DAY, choice, json_option, node, operator, show
from hamkar.cli.progress import shown_progress
from hamkar.model.handling import Condition, Handling, HandlingCode


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "layout", help="The file's layout (unodc-ids, public-reports); recognised by itself otherwise.")
@click.option(
    "--handling",
    type=click.Choice([code.value for code in FILE_CODES]),
    default="H0",
    show_default=True,
    help="Mark its claims so.",
)
@click.option(
    "--condition", "conditions", multiple=True, type=choice(Condition), help="Bind every holder by it; repeat it."
)
@click.option("--delete-by", type=DAY, help="The day by which every copy of its claims is deleted.")
@click.option("--dry-run", is_flag=True, help="Read and judge the file, keep nothing.")
@json_option
def command(
    *,
    file: Path,
    layout: str | None,
    handling: str,
    conditions: Sequence[str],
    delete_by: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read a file of seizures into claims: CSV, zipped CSV or XLSX. The same file twice adds nothing."""
    marked = Handling(
        code=HandlingCode(handling),
        conditions=tuple(each for each in Condition if each in conditions),
        delete_by=delete_by.date() if delete_by else None,
    )
    wanted = Wanted(path=file, layout=layout, handling=marked, dry_run=dry_run)
    # A process that reads one file makes millions of records and no cycles: looking for some took 9 s of 40.
    gc.disable()
    with node() as here, shown_progress(f"Reading {file.name}") as progress:
        imported = import_file(here, wanted, by=operator(), progress=progress)
    show(imported.to_dict(), _text(imported, dry_run=dry_run), as_json=as_json)


def _text(imported: Imported, *, dry_run: bool) -> str:
    kept = "would be imported (dry run, nothing was kept)" if dry_run else "imported"
    head = f"{imported.imported} claims {kept}, {imported.held_already} held already, in {imported.seconds:.1f} s"
    return "\n".join([head, *imported.quality.lines()])

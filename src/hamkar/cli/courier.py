"""``hamkar courier``."""

import sys
from pathlib import Path

import click

from hamkar.actions.courier_export import Exported, export
from hamkar.actions.courier_import import Imported, import_
from hamkar.cli.here import json_option, node, show
from hamkar.cli.progress import shown_progress
from hamkar.text.counted import counted

_MEGABYTE = 1_000_000


@click.group("courier")
def command() -> None:
    """Exchange with a partner by files: what waits goes out, what came is taken."""


@command.command("export")
@click.argument("partner")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--max-size", type=click.IntRange(2), help="Megabytes to write at most; the next export goes on.")
@click.option("--again", is_flag=True, help="Write everything that has no receipt, also what an earlier export wrote.")
@json_option
def export_(*, partner: str, folder: Path, max_size: int | None, again: bool, as_json: bool) -> None:
    """Write what waits for PARTNER, the receipts owed to it and this node's card into FOLDER, sealed.

    Each export goes on where the last one ended. Exit status 1 where the stick is full before all is written.
    """
    with node() as here:
        done = export(here, partner, folder, most_bytes=max_size * _MEGABYTE if max_size else None, again=again)
    show(done.to_dict(), _told_export(done), as_json=as_json)
    if done.stopped:
        sys.exit(1)


@command.command("import")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reply", type=click.Path(file_okay=False, path_type=Path), help="Write what goes back into this folder."
)
@json_option
def import__(*, places: tuple[Path, ...], reply: Path | None, as_json: bool) -> None:
    """Take what is meant for this node in folders and files, in whatever order they come.

    Exit status 1 where a file was not taken. It may be broken off and run again.
    """
    with node() as here:
        with shown_progress("Taking bundles") as progress:
            came = import_(here, places, progress)
        replies = [export(here, partner, reply, most_bytes=None, again=False) for partner in came.partners if reply]
    value = {**came.to_dict(), "replies": [each.to_dict() for each in replies]}
    show(value, "\n".join([_told_import(came), *map(_told_export, replies)]), as_json=as_json)
    if came.refused or came.waiting:
        sys.exit(1)


def _told_export(done: Exported) -> str:
    what = f"{counted(done.messages, 'message')}, {counted(done.receipts, 'receipt')}, {done.size:,} bytes"
    lines = [
        f"{counted(done.files, 'file')} for {done.name}: {what}",
        f"{counted(done.remaining, 'message')} left for the next export" if done.remaining else "",
        f"{counted(done.unreceipted, 'message')} exported and without a receipt; --again writes them again"
        if done.unreceipted
        else "",
        done.stopped,
        *done.held,
    ]
    return "\n".join(filter(None, lines))


def _told_import(came: Imported) -> str:
    first = f"{counted(came.bundles, 'bundle')} and {counted(came.letters, 'letter')} taken"
    refused = [f"refused: {sentence}" for sentence in came.refused]
    waiting = [f"kept for later: {sentence}" for sentence in came.waiting]
    return "\n".join([first, *refused, *waiting, *came.notes])

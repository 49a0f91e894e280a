"""``hamkar log``."""

import sys

import click

from hamkar.actions.check_log import check_log
from hamkar.cli.here import json_option, node, show
from hamkar.text.counted import counted


@click.group("log")
def command() -> None:
    """The log of what was decided, given and taken."""


@command.command("verify")
@json_option
def verify(*, as_json: bool) -> None:
    """Check that every entry follows from the one before. Exit status 1 where one does not."""
    with node() as here:
        checked = check_log(here)
    good = (
        f"{counted(checked.entries, 'entry', 'entries')}, each following from the one before; last hash {checked.head}"
    )
    bad = f"entry {checked.broken_at} does not follow from the one before: the log was changed there or earlier"
    show(checked.to_dict(), good if checked.broken_at is None else bad, as_json=as_json)
    if checked.broken_at is not None:
        sys.exit(1)

"""``hamkar doctor``."""

import sys

import click

from hamkar.actions.examine import Finding, examine
from hamkar.actions.retention import believe_clock
from hamkar.cli.here import json_option, node, operator, settings, show


@click.command("doctor")
@click.option(
    "--clock-is-right",
    is_flag=True,
    help="Say that this machine's clock is right although it has leapt; what has run out by it is erased.",
)
@json_option
def command(*, clock_is_right: bool, as_json: bool) -> None:
    """Say what is wrong with this node and how to mend it. Exit status 1 where something is."""
    if clock_is_right:
        with node() as here:
            believe_clock(here, operator())
    findings = examine(settings())
    show([finding.to_dict() for finding in findings], "\n".join(map(_text, findings)), as_json=as_json)
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _text(finding: Finding) -> str:
    return f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.detail}"

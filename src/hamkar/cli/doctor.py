"""``hamkar doctor``."""

import sys

import click

from hamkar.actions.examine import Finding, examine
from hamkar.cli.here import json_option, settings, show


@click.command("doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Say what is wrong with this node and how to mend it. Exit status 1 where something is."""
    findings = examine(settings())
    show([finding.to_dict() for finding in findings], "\n".join(map(_text, findings)), as_json=as_json)
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _text(finding: Finding) -> str:
    return f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.detail}"

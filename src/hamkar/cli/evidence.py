"""``hamkar evidence``."""

import click

from hamkar.actions.access import require
from hamkar.actions.clear_evidence import Clearing, clear_evidence, list_clearances
from hamkar.actions.events import parse_id
from hamkar.cli.here import json_option, node, operator, operator_person, show, table
from hamkar.policy.act import Act

HONEST = "“No capital use” and every other condition go on to bind; software cannot see what is used in court."


@click.group("evidence")
def command() -> None:
    """Evidence: clear an own record for a partner's case, list what was cleared."""


@command.command("clear")
@click.argument("record")
@click.option("--for", "holder", required=True, help="The partner that was given it: name, country or node id.")
@click.option("--case", required=True, help="The partner's case, by its number; name nobody.")
@click.option("--reason", required=True, help="Why it may be used as evidence; name nobody.")
@json_option
def clear(*, record: str, holder: str, case: str, reason: str, as_json: bool) -> None:
    """Let a partner use RECORD, an own one that it was given, as evidence in one case."""
    require(operator_person(), Act.AUTHORISE)
    with node() as here:
        clearing = Clearing(holder=holder, case=case, reason=reason)
        made = clear_evidence(here, parse_id(record), clearing, by=operator())
    text = f"{made.record}: cleared as evidence for node {made.holder[:8]} in the case {made.case}.\n{HONEST}"
    show(made.to_dict(), text, as_json=as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what was cleared here or for this node; every other record is intelligence only."""
    with node() as here:
        cleared = list_clearances(here)
    header = ("record", "originator", "for", "case", "since")
    rows = [
        (str(one.record), one.originator[:8], one.holder[:8], one.case, f"{one.issued_at:%Y-%m-%d}") for one in cleared
    ]
    show([one.to_dict() for one in cleared], table(header, rows), as_json=as_json)

"""``hamkar report``."""

import click

from hamkar.actions.gate_owed import yearly_report
from hamkar.cli.here import json_option, node, show

_SAID = {
    "asked": "asked",
    "refused_by_rule": "refused by the rule",
    "refused_by_authoriser": "refused by the senior authoriser",
    "released_general": "released on a general assurance",
    "released_case": "released on an assurance for the case",
    "released_life_saving": "released to save a life, without an assurance",
    "reviews_done": "life-saving releases reviewed",
    "reviews_overdue": "reviews overdue",
    "outcomes_reported": "outcomes told by partners",
    "outcomes_overdue": "outcomes overdue",
    "breaches": "conditions broken by partners",
}


@click.group("report")
def command() -> None:
    """Reports that can be published: gate."""


@command.command("gate")
@click.option("--year", type=click.IntRange(2000, 9999), help="The year; else this one.")
@json_option
def gate(*, year: int | None, as_json: bool) -> None:
    """Print the year's counts of the gate: decisions of this agency, and no names."""
    with node() as here:
        counts = yearly_report(here, year or here.today.year)
    lines = [
        f"{counts['agency']} ({counts['country']}), {counts['year']}, as of {counts['as_of']}",
        *(f"{counts[name]:>6}  {said}" for name, said in _SAID.items()),
        f"Table of jurisdictions: version {counts['table']}. Each count is of decisions of this agency, and complete.",
    ]
    show(counts, "\n".join(lines), as_json=as_json)

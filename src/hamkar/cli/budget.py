"""``hamkar budget``."""

import click

from hamkar.actions.budget import BudgetLine, budget_of, set_budget
from hamkar.cli.here import json_option, node, operator, show, table
from hamkar.model.role import Person, Role
from hamkar.policy.budget import BudgetKind


@click.command("budget")
@click.argument("account")
@click.option("--nominal-reads", type=click.IntRange(0), help="How many names the account may be shown in a day.")
@click.option("--exports", type=click.IntRange(0), help="How many files the account may take out in a day.")
@json_option
def command(*, account: str, nominal_reads: int | None, exports: int | None, as_json: bool) -> None:
    """Show, or set, what ACCOUNT may take in a day."""
    by = Person(name=operator(), roles=frozenset({Role.ADMINISTRATOR}), stepped_up=True)
    wanted = {BudgetKind.NOMINAL_READS: nominal_reads, BudgetKind.EXPORTS: exports}
    with node() as here:
        for kind, daily in wanted.items():
            if daily is not None:
                set_budget(here, by, account, kind, daily)
        lines = budget_of(here, account)
    value = [{"kind": each.kind, "daily": each.daily, "taken": each.taken} for each in lines]
    show(value, table(("what", "a day", "taken today"), [_row(each) for each in lines]), as_json=as_json)


def _row(line: BudgetLine) -> tuple[str, str, str]:
    return line.kind.replace("_", " "), str(line.daily), str(line.taken)

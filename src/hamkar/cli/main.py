"""The command ``hamkar``: what there is, without loading any of it before it is asked for."""

import sys
from importlib import import_module

import click

from hamkar.errors import HamkarError

COMMANDS = {
    "account": "Accounts: add, list, roles, lock, unlock, sessions, end-sessions, recover.",
    "agreement": "Agreements: propose, sign, amend, list, show, suspend, resume.",
    "budget": "Show, or set, what ACCOUNT may take in a day.",
    "canary": "Canaries: made-up people on record, by which one finds who reads without need.",
    "consent": "Allow a holder to pass an own record on to another agency.",
    "correct": "Correct an own RECORD here and at every partner that was given it.",
    "courier": "Exchange with a partner by files: what waits goes out, what came is taken.",
    "database": "Run one of PostgreSQL's own programs (pg_dump, pg_restore, psql) on this node's database.",
    "demo": "Show three agencies on this machine exchanging real public cases.",
    "doctor": "Say what is wrong with this node and how to mend it.",
    "entity": "People and things of reports: add, list, show, search, role, import, export.",
    "export": "Exports: take seizures out in a file that says who did, when and for what.",
    "evidence": "Evidence: clear an own record for a partner's case, list what was cleared.",
    "gate": "The gate for names that could put a life at risk: check, ask, authorise, refuse, and what is owed.",
    "import": "Read a file of seizures into claims: CSV, zipped CSV or XLSX.",
    "init": "Make a node: its keys, its card, its database and the first account.",
    "inspect": "Inspect: who saw what, exports, gate decisions, late recalls, purges, alarms, records held back.",
    "log": "The log of what was decided, given and taken.",
    "partner": "Partners: this node's card and keys, invitations, adding a partner's card, listing and showing them.",
    "password": "Give an account a new password and end its sessions.",
    "recall": "Take an own RECORD back from everybody who holds it, and see who has answered.",
    "release": "Decide on giving RECORD (a seizure, a report, a person or a thing) to a partner.",
    "report": "Reports that can be published: gate.",
    "request": "Requests: ask, acknowledge, answer, refuse, withdraw, list, show.",
    "seizure": "Seizures: list, show, claims, decide, merge, split.",
    "serve": "Run the node: the pages for officers, the door for partners, and delivery.",
    "stats": "Print how much was seized, with the coverage of every figure.",
    "status": "Say what the node holds and what waits, since when and why.",
    "subject-access": "People who ask what is held on them: open, identify, search, answer, refuse, extend, show.",
    "sync": "Deliver now what waits for one partner or all, and pull what waits there.",
    "totals": "Totals for observers: publish the closed years with small cells hidden, and show what is published.",
}
"""Every command with its one line of help; the module of the same name defines it, or that in ``_MODULES``."""

_MODULES = {"import": "import_", "subject-access": "subject_access"}


class _Commands(click.Group):
    """A group that knows its commands by name and loads one only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"hamkar.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="hamkar")
def hamkar() -> None:
    """Exchange what an agreement allows between counter-narcotics agencies, each with a node of its own.

    HAMKAR_HOME is the node's folder; docs/settings.md lists every setting. Every command takes --json. Exit status: 0
    done, 1 refused or failed with the reason on stderr, 2 wrong usage.
    """


def main() -> None:
    """Run the command; a known error is one sentence on stderr and exit status 1."""
    try:
        hamkar(prog_name="hamkar")
    except HamkarError as error:
        click.echo(f"hamkar: {error}", err=True)
        sys.exit(1)

"""``hamkar database``."""

import sys

import click

from hamkar.actions.database_program import run_program
from hamkar.cli.here import environment, settings


@click.command("database", context_settings={"ignore_unknown_options": True})
@click.argument("program")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, program: str, arguments: tuple[str, ...]) -> None:
    """Run one of PostgreSQL's own programs (pg_dump, pg_restore, psql) on this node's database.

    The node's server is started for it where none runs, and its address is in the PG* variables. Exit status is the
    program's. For a backup: hamkar database -- pg_dump --format=custom --file=hamkar.dump
    """
    sys.exit(run_program(settings(), program, arguments, environment()))

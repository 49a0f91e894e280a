"""``hamkar password``."""

import sys

import click

from hamkar.actions.accounts import set_password
from hamkar.cli.here import json_option, node, operator, show


@click.command("password")
@click.argument("account", default="admin")
@json_option
def command(*, account: str, as_json: bool) -> None:
    """Give an account a new password and end its sessions. The password is read from standard input or asked for."""
    asked = sys.stdin.isatty()
    password = (
        click.prompt("New password", hide_input=True, confirmation_prompt=True) if asked else sys.stdin.readline()
    )
    with node() as here:
        set_password(here, account, password.rstrip("\n"), by=operator())
    show({"account": account}, f"The password of {account} is changed and its sessions are ended.", as_json=as_json)

"""``hamkar init``."""

import sys

import click

from hamkar.actions.accounts import check_password
from hamkar.actions.init_node import ADMIN, NewNode, init_node
from hamkar.cli.here import json_option, settings, show
from hamkar.crypto.fingerprint import spoken
from hamkar.crypto.password import new_password
from hamkar.model.agency import Standing


@click.command("init")
@click.argument("name")
@click.option("--country", required=True, metavar="XX", help="ISO 3166-1 code of the agency's country (UN for the UN).")
@click.option("--observer", is_flag=True, help="An observer, which never gets a nominal part.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Name or address by which partners reach the node."
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8441,
    show_default=True,
    help="Port on which partners reach it (HTTPS).",
)
@click.option("--password-stdin", is_flag=True, help="Read the administrator's password from standard input.")
@json_option
def command(
    *, name: str, country: str, observer: bool, host: str, port: int, password_stdin: bool, as_json: bool
) -> None:
    """Make a node: its keys, its card, its database and the first account."""
    given = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = given or new_password()
    check_password(password)
    wanted = NewNode(
        name=name,
        country=country,
        standing=Standing.OBSERVER if observer else Standing.AGENCY,
        endpoint=f"https://{host}:{port}",
        host=host,
        password=password,
    )
    here = settings()
    node = init_node(here, wanted)
    result = {"node": node, "home": str(here.home), "account": ADMIN, "password": None if given else password}
    secret = "" if given else f" Its password, shown only now: {password}"
    text = (
        f"The node of {name} is ready in {here.home}.\n"
        f"Fingerprint to compare with partners: {spoken(node)}\n"
        f"Account for the pages: {ADMIN}, an administrator and nothing else.{secret}\n"
        f"The root key is in {here.home / 'root.key'}. It belongs offline: move it to two media off this machine now.\n"
        "It says who the node is and is needed only to renew its card and to rotate or revoke keys (--root FILE).\n"
        "Next: `hamkar account add NAME --role liaison_officer` for who works with records (`hamkar account add -h`"
        " lists the roles), `hamkar serve`, and `hamkar partner card` for the card to give to partners."
    )
    show(result, text, as_json=as_json)

"""``hamkar account``."""

import sys

import click

from hamkar.actions import accounts as actions
from hamkar.actions.renew_credentials import approve_recovery, ask_recovery, invite_person
from hamkar.actions.sessions import list_sessions
from hamkar.cli.here import choice, json_option, node, operator, show, table
from hamkar.model.role import Role
from hamkar.store.accounts import Account
from hamkar.text.counted import counted

_roles_option = click.option(
    "--role",
    "roles",
    type=choice(Role),
    multiple=True,
    required=True,
    help="What the person may be here; may be given several times.",
)


@click.group("account")
def command() -> None:
    """Accounts: add, list, roles, lock, unlock, sessions, end-sessions, recover."""


@command.command("add")
@click.argument("name")
@_roles_option
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input instead of giving a code.")
@json_option
def add(*, name: str, roles: tuple[str, ...], password_stdin: bool, as_json: bool) -> None:
    """Make an account and print the one-time code with which its person chooses a password within 24 hours."""
    wanted = frozenset(map(Role, roles))
    with node() as here:
        if password_stdin:
            actions.add_account(here, name, wanted, sys.stdin.readline().rstrip("\n"), by=operator())
            code = None
        else:
            code = invite_person(here, name, wanted, by=operator())
    told = f" Its one-time code, shown only now, for the page /new-password: {code}" if code else ""
    result = {"account": name, "roles": sorted(wanted), "code": code}
    show(result, f"The account {name} is there ({', '.join(sorted(wanted))}).{told}", as_json=as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the accounts: roles, what each asks for beside its password, and whether it is locked."""
    with node() as here:
        found = actions.list_accounts(here)
    rows = [(each.name, " ".join(sorted(each.roles)), _factors(each), _state(each)) for each in found]
    shown = [
        {"account": name, "roles": roles.split(), "second_factor": factors, "state": state}
        for name, roles, factors, state in rows
    ]
    show(shown, table(("account", "roles", "second factor", "state"), rows), as_json=as_json)


def _factors(account: Account) -> str:
    named = (("generator", account.totp_since), ("passkey", account.passkeys), ("single sign-on", account.bound))
    return ", ".join(name for name, there in named if there) or "none"


def _state(account: Account) -> str:
    if account.locked_at is not None:
        return f"locked by {account.locked_by} {account.locked_at:%Y-%m-%d %H:%M}"
    return "open" if account.password_hash or account.passkeys or account.bound else "waits for its person"


@command.command("roles")
@click.argument("name")
@_roles_option
@json_option
def roles_(*, name: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Give an account these roles and no others, and end its sessions."""
    wanted = frozenset(map(Role, roles))
    with node() as here:
        actions.set_roles(here, name, wanted, by=operator())
    text = f"{name} is now {', '.join(sorted(wanted))}; its sessions are ended."
    show({"account": name, "roles": sorted(wanted)}, text, as_json=as_json)


@command.command("lock")
@click.argument("name")
@json_option
def lock(*, name: str, as_json: bool) -> None:
    """Shut an account and end its sessions at once."""
    with node() as here:
        actions.lock(here, name, by=operator())
    show({"account": name, "locked": True}, f"{name} is locked and its sessions are ended.", as_json=as_json)


@command.command("unlock")
@click.argument("name")
@json_option
def unlock(*, name: str, as_json: bool) -> None:
    """Let an account's person in again, also after many failures."""
    with node() as here:
        actions.unlock(here, name, by=operator())
    show({"account": name, "locked": False}, f"{name} is open again.", as_json=as_json)


@command.command("sessions")
@click.argument("name")
@json_option
def sessions(*, name: str, as_json: bool) -> None:
    """List the live sessions of an account, the newest first."""
    with node() as here:
        actions.show_account(here, name)
        found = list_sessions(here, name)
    rows = [(each.id, each.way, f"{each.created_at:%Y-%m-%d %H:%M}", f"{each.seen_at:%H:%M}") for each in found]
    shown = [{"id": e.id, "way": e.way, "since": e.created_at, "last_used": e.seen_at} for e in found]
    show(shown, table(("session", "signed in by", "since (UTC)", "last used"), rows), as_json=as_json)


@command.command("end-sessions")
@click.argument("name")
@json_option
def end_sessions(*, name: str, as_json: bool) -> None:
    """End every session of an account at once."""
    with node() as here:
        ended = actions.end_sessions(here, name, by=operator())
    show({"account": name, "ended": ended}, f"{counted(ended, 'session')} of {name} ended.", as_json=as_json)


@command.command("recover")
@click.argument("name")
@click.option("--approve", is_flag=True, help="Approve what another administrator asked for, and print the code.")
@json_option
def recover(*, name: str, approve: bool, as_json: bool) -> None:
    """Recover an account whose person lost their credentials: one administrator asks, another approves.

    The approval prints a one-time code with which the person chooses a new password within 24 hours; what the account
    asked for beside it before is then gone.
    """
    with node() as here:
        if approve:
            code = approve_recovery(here, name, by=operator())
            text = f"One-time code of {name}, shown only now, for the page /new-password: {code}"
            show({"account": name, "code": code}, text, as_json=as_json)
            return
        ask_recovery(here, name, by=operator())
    text = f"Asked. Another administrator now runs `hamkar account recover {name} --approve`, or approves on the page."
    show({"account": name, "asked_by": operator()}, text, as_json=as_json)

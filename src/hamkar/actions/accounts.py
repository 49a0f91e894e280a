"""Accounts: who may sign in, as what, and who may not any more. Every change ends the sessions it concerns."""

import re

from hamkar.actions.node import Node
from hamkar.crypto.password import MIN_LENGTH, hash_password
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.role import Role, incompatible
from hamkar.store import accounts, log, sessions
from hamkar.store.accounts import Account
from hamkar.store.database import Connection
from hamkar.store.log import Entry

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_password(password: str) -> None:
    """Raise BadInput for a password too short to keep."""
    if len(password) < MIN_LENGTH:
        msg = f"a password has at least {MIN_LENGTH} characters; this one has {len(password)}"
        raise BadInput(msg)


def check_name(name: str) -> None:
    """Raise BadInput for a name that nobody could type everywhere, or that reads as an account of the machine."""
    if _NAME.fullmatch(name) is None:
        msg = f"{name[:80]!r} is no name for an account: use up to 64 Latin letters, digits, dots, dashes, underscores"
        raise BadInput(msg)


def check_roles(roles: frozenset[Role]) -> None:
    """Raise Refused for roles that nobody may hold together."""
    against = incompatible(roles)
    if against:
        msg = f"{against}; name other roles, or make two accounts for two people"
        raise Refused(msg, rule="roles_compatible")


def list_accounts(node: Node) -> list[Account]:
    """Every account, by name."""
    with node.database.transaction() as connection:
        return accounts.list_accounts(connection)


def show_account(node: Node, name: str) -> Account:
    """One account. Raises NotFound."""
    with node.database.transaction() as connection:
        return require_account(connection, name)


def require_account(connection: Connection, name: str) -> Account:
    """The account, kept from others until the unit of work ends. Raises NotFound."""
    account = accounts.lock_account(connection, name)
    if account is None:
        msg = f"there is no account {name!r} here; `hamkar account list` and the page of accounts show them"
        raise NotFound(msg)
    return account


def add_account(node: Node, name: str, roles: frozenset[Role], password: str, *, by: str) -> None:
    """Make an account with a password that its person knows. Raises BadInput where the name is taken or cannot be."""
    check_password(password)
    with node.database.transaction() as connection:
        put_account(connection, node, name, roles, hash_password(password), by=by)


def put_account(
    connection: Connection, node: Node, name: str, roles: frozenset[Role], password_hash: str | None, *, by: str
) -> None:
    """Make an account in a unit of work that does more."""
    check_name(name)
    check_roles(roles)
    if not accounts.add_account(connection, name, roles, password_hash, node.now(), by=by):
        msg = f"there is an account {name!r} already; choose another name"
        raise BadInput(msg)
    told = " ".join(sorted(roles))
    log.append(connection, Entry(actor=by, act="account_added", subject=name, detail=told), node.now())


def set_roles(node: Node, name: str, roles: frozenset[Role], *, by: str) -> None:
    """Give an account these roles and no others, and end its sessions."""
    check_roles(roles)
    with node.database.transaction() as connection:
        require_account(connection, name)
        _require_other(name, by)
        if Role.ADMINISTRATOR not in roles:
            _require_administrator_left(connection, name)
        accounts.set_roles(connection, name, roles)
        sessions.close_sessions_of(connection, name)
        told = " ".join(sorted(roles))
        log.append(connection, Entry(actor=by, act="roles_set", subject=name, detail=told), node.now())


def lock(node: Node, name: str, *, by: str) -> None:
    """Shut an account and end its sessions."""
    with node.database.transaction() as connection:
        require_account(connection, name)
        _require_other(name, by)
        _require_administrator_left(connection, name)
        accounts.shut(connection, name, node.now(), by=by)
        sessions.close_sessions_of(connection, name)
        log.append(connection, Entry(actor=by, act="account_locked", subject=name), node.now())


def unlock(node: Node, name: str, *, by: str) -> None:
    """Let an account's person in again, also after many failures."""
    with node.database.transaction() as connection:
        require_account(connection, name)
        _require_other(name, by)
        accounts.open_again(connection, name)
        log.append(connection, Entry(actor=by, act="account_unlocked", subject=name), node.now())


def end_sessions(node: Node, name: str, *, by: str) -> int:
    """End every session of an account at once; how many there were."""
    with node.database.transaction() as connection:
        require_account(connection, name)
        ended = sessions.close_sessions_of(connection, name)
        log.append(connection, Entry(actor=by, act="sessions_ended", subject=name, detail=str(ended)), node.now())
        return ended


def set_password(node: Node, name: str, password: str, *, by: str) -> None:
    """Give an account a new password and end all its sessions; what else it asks for stays."""
    check_password(password)
    with node.database.transaction() as connection:
        require_account(connection, name)
        accounts.set_password(connection, name, hash_password(password))
        sessions.close_sessions_of(connection, name)
        log.append(connection, Entry(actor=by, act="password_set", subject=name), node.now())


def _require_other(name: str, by: str) -> None:
    if name == by:
        msg = f"{name} cannot change its own roles or lock itself; another administrator does that"
        raise Refused(msg, rule="own_account")


def _require_administrator_left(connection: Connection, name: str) -> None:
    """Raise Refused where the node would be left to nobody."""
    if accounts.other_administrators(connection, name) == 0:
        msg = f"{name} is the last administrator of this node; give another account that role first"
        raise Refused(msg, rule="last_administrator")

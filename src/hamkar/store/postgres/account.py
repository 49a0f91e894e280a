"""The account that runs PostgreSQL, which refuses to run as root."""

import os
import pwd
from dataclasses import dataclass

from hamkar.errors import NotReady

CANDIDATES = ("hamkar", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine that is not root."""

    name: str
    uid: int
    gid: int


def account_named(name: str) -> Account:
    """The account of that name; ``NotReady`` where there is none, or where it is root."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        message = (
            f"There is no account {name} to run PostgreSQL: add it with `useradd --system {name}` or name another."
        )
        raise NotReady(message) from None
    if entry.pw_uid == 0:
        message = f"PostgreSQL does not run as root, and {name} is root: name an ordinary account, such as nobody."
        raise NotReady(message)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_with_uid(uid: int) -> Account:
    """The account with that number; ``NotReady`` where there is none."""
    try:
        return account_named(pwd.getpwuid(uid).pw_name)
    except KeyError:
        message = f"There is no account with number {uid} to run PostgreSQL: give its folder to an account that exists."
        raise NotReady(message) from None


def first_account(candidates: tuple[str, ...] = CANDIDATES) -> Account:
    """The first of the candidates that exists here; none is ever added."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in candidates:
        if name in known:
            return account_named(name)
    message = (
        f"No account to run PostgreSQL (looked for {', '.join(candidates)}): add one with `useradd --system hamkar`."
    )
    raise NotReady(message)


def running_as_root() -> bool:
    """Whether root must be dropped before PostgreSQL is started."""
    return os.geteuid() == 0

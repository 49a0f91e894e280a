"""The node of this environment, and how every command shows its result."""

import json
import os
import pwd
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from hamkar.actions.node import Node, open_node
from hamkar.errors import BadInput
from hamkar.model.role import ALONE, Person, Role
from hamkar.settings import Settings
from hamkar.transport.reach import Reach, reach_of

DAY = click.DateTime(["%Y-%m-%d"])

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Add ``--json`` to a command, as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of text.")(command)


def choice(kind: type[StrEnum]) -> click.Choice[str]:
    """A value of a closed list, as it stands in records and JSON."""
    return click.Choice([member.value for member in kind])


def environment() -> dict[str, str]:
    """This environment, to be read or passed on to another program."""
    return dict(os.environ)


def settings() -> Settings:
    """The settings of this environment."""
    return Settings.from_environment(environment())


@contextmanager
def node() -> Iterator[Node]:
    """The node of this environment, open while the block lasts."""
    with open_node(settings()) as opened:
        yield opened


def reach(here: Node) -> Reach:
    """Which addresses this node connects to."""
    return reach_of(settings().partner_networks, here.signed_card.card.endpoint)


def operator() -> str:
    """Who runs the command, as the log names them: the account of the operating system, also behind ``sudo``.

    Variables that anybody can set, such as LOGNAME, are not looked at.
    """
    account, behind = os.getuid(), os.environ.get("SUDO_UID", "")
    if account == 0 and behind.isdecimal():
        account = int(behind)
    try:
        return f"os:{pwd.getpwuid(account).pw_name}"
    except KeyError:
        return f"os:{account}"


def operator_person() -> Person:
    """Who runs the command, with every work role: whoever can read the node's folder can do all that its work allows.

    Where two people have to act, they are two names all the same.
    """
    return Person(name=operator(), roles=frozenset(Role) - ALONE, stepped_up=True)


def write_file(path: Path, data: bytes, what: str) -> None:
    """Write a file that a person named. Raises BadInput, with what it was to be, where that cannot be done."""
    try:
        path.write_bytes(data)
    except OSError as error:
        msg = f"{what} cannot be written to {path}: {error.strerror}; name a file in a folder that may be written to"
        raise BadInput(msg) from error


def complain(sentence: str) -> None:
    """Say what went wrong without ending for it."""
    click.echo(f"hamkar: {sentence}", err=True)


def show(value: object, text: str, *, as_json: bool) -> None:
    """Print the text, or the value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as aligned text under a header; "nothing yet" where there are none."""
    if not rows:
        return "nothing yet"
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    return "\n".join(line.rstrip() for line in lines)

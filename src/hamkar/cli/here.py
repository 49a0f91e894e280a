"""The node of this environment, and how every command shows its result."""

import getpass
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

import click

from hamkar.actions.node import Node, open_node
from hamkar.settings import Settings

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


def operator() -> str:
    """Who runs the command, as the log names them: the account of the operating system."""
    return f"os:{getpass.getuser()}"


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

"""Prints docs/commands.md from the commands themselves: ``python tests/commands_page.py > docs/commands.md``."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from hamkar.cli.main import hamkar

WIDTH = 100
"""Columns of the help text in the page, whatever terminal it is printed on."""

_INTRODUCTION = """\
# Commands

This page is the help of `hamkar` itself, printed by `make docs`; do not edit it.

`HAMKAR_HOME` is the node's folder; [settings](settings.md) lists every setting. Every command takes `--json` and then
prints one JSON value instead of text. Exit status: 0 done; 1 refused or failed, with one sentence on stderr
([errors](errors.md), [policy](policy.md)); 2 wrong usage.
"""


@dataclass(frozen=True, slots=True)
class Described:
    """A command under its whole name (``hamkar agreement sign``)."""

    name: str
    command: click.Command

    @property
    def help(self) -> str:
        """What ``--help`` prints for it."""
        context = click.Context(
            self.command,
            info_name=self.name,
            help_option_names=["-h", "--help"],
            terminal_width=WIDTH,
            max_content_width=WIDTH,
        )
        return self.command.get_help(context).rstrip()

    @property
    def options(self) -> Iterator[click.Option]:
        """Its own options, without ``--help``."""
        return (each for each in self.command.params if isinstance(each, click.Option))


def described(command: click.Command = hamkar, name: str = "hamkar") -> Iterator[Described]:
    """A command and all its subcommands, each group before its members."""
    yield Described(name, command)
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                yield from described(found, f"{name} {sub}")


def page() -> str:
    """The whole page."""
    sections = (f"## {each.name}\n\n```text\n{each.help}\n```\n" for each in described())
    return "\n".join([_INTRODUCTION, *sections])


if __name__ == "__main__":
    click.echo(page(), nl=False)

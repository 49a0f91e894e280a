"""``hamkar correct``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from hamkar.actions.correct import Correction, correct
from hamkar.actions.events import parse_id
from hamkar.cli.entity_text import unnamed
from hamkar.cli.here import json_option, node, operator, show
from hamkar.errors import BadInput
from hamkar.model.report import Report
from hamkar.text.counted import counted

FINAL = "Whoever was given the old version gets the new one, as policy allows today, and erases the old in any case."


@click.command("correct")
@click.argument("record")
@click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="A new value, as JSON or words; repeat it."
)
@click.option("--file", "file", type=click.File("rb"), help="New values: one JSON object.")
@click.option("--reason", required=True, help="Why, in words; holders of the old version read it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(
    *, record: str, settings: Sequence[str], file: IO[bytes] | None, reason: str, yes: bool, as_json: bool
) -> None:
    """Correct an own RECORD here and at every partner that was given it."""
    changes = {**(_read(file) if file else {}), **dict(map(_setting, settings))}
    if not yes:
        click.confirm(f"{FINAL}\nCorrect {', '.join(sorted(changes)) or 'nothing'} of {record}?", abort=True, err=True)
    with node() as here:
        made = correct(here, parse_id(record), changes, reason, by=operator())
    version = made.record.to_dict() if isinstance(made.record, Report) else unnamed(made.record)
    shown = {"record": version, "corrects": record, "told": list(made.told)}
    show(shown, _text(made), as_json=as_json)


def _setting(text: str) -> tuple[str, object]:
    field, given, value = text.partition("=")
    if not given:
        msg = f'{text[:60]!r} sets nothing; write FIELD=VALUE, such as agency="Border police"'
        raise BadInput(msg)
    try:
        return field, json.loads(value)
    except ValueError:
        return field, value


def _read(file: IO[bytes]) -> dict[str, object]:
    try:
        read = json.load(file)
    except ValueError as error:
        msg = f"{Path(file.name).name} is not JSON: {error}; mend it and try again"
        raise BadInput(msg) from error
    if not isinstance(read, dict):
        msg = f'{Path(file.name).name} holds no JSON object; write the new values as {{"field": value}}'
        raise BadInput(msg)
    return read


def _text(made: Correction) -> str:
    told = f"{counted(len(made.told), 'partner')} told" if made.told else "no partner has the old version"
    return f"{made.record.id}: the new version; {told}"

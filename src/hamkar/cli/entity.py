"""``hamkar entity``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from hamkar.actions.events import parse_id
from hamkar.actions.export_entities import entities_about, export_entities
from hamkar.actions.find_role import FoundRole, find_role, waiting_for_role
from hamkar.actions.import_entities import ForAll, import_entities
from hamkar.actions.nominal import read_entity, search_entities
from hamkar.actions.record_entity import record_entity
from hamkar.cli.entity_text import HEADER, WAITING_HEADER, row, tally, told, unnamed, waiting_dict, waiting_row
from hamkar.cli.here import choice, json_option, node, operator, operator_person, show, table, write_file
from hamkar.errors import BadInput
from hamkar.model.entity import EntityRole, NewEntity, Property
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.policy.look import ReadPurpose
from hamkar.policy.recording import role_in_words
from hamkar.text.counted import counted
from hamkar.vocab.ftm import schemata

F = TypeVar("F", bound=Callable[..., Any])


@click.group("entity")
def command() -> None:
    """People and things of reports: add, list, show, search, role, import, export."""


def _why_options(command: F) -> F:
    """Add the case and the purpose that every nominal query states."""
    command = click.option("--purpose", type=choice(ReadPurpose), required=True, help="What it is read for.")(command)
    return click.option("--case", required=True, help="The number of the case; it is logged.")(command)


def _marking_options(command: F) -> F:
    """Add the handling of what is recorded."""
    command = click.option("--restriction", default="", help="What H3 means, in words.")(command)
    kinds = choice(Condition)
    command = click.option("--condition", "conditions", type=kinds, multiple=True, help="Repeat it.")(command)
    codes = choice(HandlingCode)
    return click.option("--handling", type=codes, default="H0", show_default=True, help="Its handling code.")(command)


def _age_option(command: F) -> F:
    return click.option(
        "--minor/--adult", "minor", default=None, help="Whether a person is under 18; left out, it is unknown."
    )(command)


@command.command("add")
@click.argument("report")
@click.option("--schema", type=click.Choice([each.name for each in schemata()]), required=True, help="What it is.")
@click.option("--role", default="", help=f"One of {', '.join(EntityRole)}; a person without one is quarantined.")
@click.option("--name", "names", multiple=True, help="A name as written; repeat it for other scripts.")
@click.option(
    "--property", "properties", multiple=True, metavar="NAME=VALUE", help="A FollowTheMoney property; repeat it."
)
@_age_option
@click.option("--necessity", default="", help="Why a minor or a witness has to be on record, in words.")
@click.option("--synthetic", is_flag=True, help="It is invented.")
@_marking_options
@json_option
def add(
    *,
    report: str,
    schema: str,
    role: str,
    names: Sequence[str],
    properties: Sequence[str],
    minor: bool | None,
    necessity: str,
    synthetic: bool,
    handling: str,
    conditions: Sequence[str],
    restriction: str,
    as_json: bool,
) -> None:
    """Put a person or a thing on record with an own REPORT."""
    new = NewEntity(
        schema=schema,
        properties=_properties(names, properties),
        role=role_in_words(role),
        minor=minor,
        necessity=necessity,
        handling=_handling(handling, conditions, restriction),
        synthetic=synthetic,
    )
    with node() as here:
        made = record_entity(here, parse_id(report), new, by=operator())
    text = f"{made.id}: {made.schema}, {made.role or 'no role yet: it goes in six months unless one is found'}"
    show(unnamed(made), text, as_json=as_json)


@command.command("list")
@click.argument("about", required=False)
@json_option
def list_(*, about: str | None, as_json: bool) -> None:
    """List the people and things of a seizure or report, ABOUT, or those who wait for a role. Nobody is named."""
    with node() as here:
        if about is None:
            waiting = waiting_for_role(here)
            text = table(WAITING_HEADER, [waiting_row(each) for each in waiting])
            show([waiting_dict(each) for each in waiting], text, as_json=as_json)
            return
        found = entities_about(here, parse_id(about))
    show([unnamed(each) for each in found], table(HEADER, [row(each) for each in found]), as_json=as_json)


@command.command("show")
@click.argument("entity")
@_why_options
@json_option
def show_(*, entity: str, case: str, purpose: str, as_json: bool) -> None:
    """Read who or what ENTITY is, for a case and a purpose; the reading is logged."""
    with node() as here:
        found = read_entity(here, operator_person(), parse_id(entity), case=case, purpose=ReadPurpose(purpose))
    show(found.to_dict(), told(found), as_json=as_json)


@command.command("search")
@click.argument("text")
@_why_options
@json_option
def search(*, text: str, case: str, purpose: str, as_json: bool) -> None:
    """Find people and things by beginnings of words, for a case and a purpose; the search is logged."""
    with node() as here:
        found = search_entities(here, operator_person(), text, case=case, purpose=ReadPurpose(purpose))
    show([each.to_dict() for each in found], "\n\n".join(map(told, found)) or "nothing found", as_json=as_json)


@command.command("role")
@click.argument("entity")
@click.argument("role", type=choice(EntityRole), metavar="ROLE")
@click.option("--case", required=True, help="The number of the case; it is logged.")
@_age_option
@click.option("--necessity", default="", help="Why a minor or a witness has to be on record, in words.")
@click.option("--handling", type=choice(HandlingCode), help="Another handling code, as the role may ask for.")
@json_option
def role(
    *,
    entity: str,
    role: str,
    case: str,
    minor: bool | None,
    necessity: str,
    handling: str | None,
    as_json: bool,
) -> None:
    """Give ENTITY, a person without a role, the ROLE that was found."""
    answer = FoundRole(
        role=EntityRole(role),
        minor=minor,
        necessity=necessity,
        handling=Handling(code=HandlingCode(handling)) if handling else None,
    )
    with node() as here:
        found = find_role(here, operator_person(), parse_id(entity), answer, case=case)
    show(unnamed(found), f"{found.id}: {found.role}", as_json=as_json)


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--report", required=True, help="The own report that they belong to.")
@click.option("--role", default="", help="The role of all that can have it and state none.")
@_marking_options
@json_option
def import_(
    *,
    file: IO[bytes],
    report: str,
    role: str,
    handling: str,
    conditions: Sequence[str],
    restriction: str,
    as_json: bool,
) -> None:
    """Record the people and things in FILE: FollowTheMoney entities, a JSON object a line."""
    for_all = ForAll(role=role_in_words(role), handling=_handling(handling, conditions, restriction))
    with node() as here:
        done = import_entities(here, operator_person(), parse_id(report), file, for_all)
    value = {
        "made": [unnamed(each) for each in done.made],
        "held_already": done.held_already,
        "rejected": [each.to_dict() for each in done.rejected],
        "left_out": done.left_out,
    }
    show(value, tally(done), as_json=as_json)


@command.command("export")
@click.argument("about")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
@_why_options
@json_option
def export(*, about: str, path: Path, case: str, purpose: str, as_json: bool) -> None:
    """Write the people and things of a seizure or report, ABOUT, as FollowTheMoney entities."""
    with node() as here:
        made = export_entities(here, operator_person(), parse_id(about), case=case, purpose=ReadPurpose(purpose))
        write_file(path, made.data, "the export")
    taken = counted(made.taken, "entity", "entities")
    text = f"{taken} in {path}, {made.withheld} withheld; export {made.export.id} is in the log"
    show(made.export.to_dict() | {"taken": made.taken, "withheld": made.withheld}, text, as_json=as_json)


def _properties(names: Sequence[str], given: Sequence[str]) -> tuple[Property, ...]:
    values: dict[str, list[str]] = {"name": list(names)} if names else {}
    for each in given:
        name, stated, value = each.partition("=")
        if not stated:
            msg = f'{each[:60]!r} is no property; write NAME=VALUE, such as birthDate="1980"'
            raise BadInput(msg)
        values.setdefault(name, []).append(value)
    return tuple(Property(name=name, values=tuple(found)) for name, found in values.items())


def _handling(code: str, conditions: Sequence[str], restriction: str) -> Handling:
    try:
        return Handling(code=HandlingCode(code), conditions=tuple(map(Condition, conditions)), restriction=restriction)
    except ValueError as error:
        raise BadInput(str(error)) from error

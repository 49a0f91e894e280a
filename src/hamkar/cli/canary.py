"""``hamkar canary``."""

import click

from hamkar.actions.canary import add_canary
from hamkar.actions.events import parse_id
from hamkar.cli.here import choice, json_option, node, show
from hamkar.cli.inspect import inspector
from hamkar.model.entity import PERSON, EntityRole, NewEntity, Property


@click.group("canary")
def command() -> None:
    """Canaries: made-up people on record, by which one finds who reads without need."""


@command.command("add")
@click.argument("report")
@click.option("--name", "names", multiple=True, required=True, help="A made-up name; may be given in several scripts.")
@click.option("--role", type=choice(EntityRole), default=EntityRole.SUSPECT.value, show_default=True, help="Its role.")
@click.option("--reason", required=True, help="Where it is laid and why; shown with the holds only.")
@json_option
def add(*, report: str, names: tuple[str, ...], role: str, reason: str, as_json: bool) -> None:
    """Put somebody made up on record with own REPORT; whoever reads or releases it, the inspector is told."""
    new = NewEntity(
        schema=PERSON, properties=(Property(name="name", values=names),), role=EntityRole(role), minor=False
    )
    with node() as here:
        made = add_canary(here, inspector(), parse_id(report), new, reason=reason)
    text = f"{made.id} is on record like any other; `hamkar inspect alarms` says who reads or wants to release it."
    show({"canary": str(made.id)}, text, as_json=as_json)

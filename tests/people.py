"""People and things to record in tests. Every one of them is invented."""

from uuid import UUID

from fixtures_node import BY
from hamkar.actions.node import Node
from hamkar.actions.record_entity import record_entity
from hamkar.model.entity import Entity, EntityRole, NewEntity, Property
from hamkar.model.handling import FREE, Handling


def named(*names: str) -> tuple[Property, ...]:
    """The properties of somebody of whom no more than names is known."""
    return (Property(name="name", values=names),)


def somebody(
    *names: str, role: EntityRole | None = EntityRole.SUSPECT, handling: Handling = FREE, minor: bool | None = False
) -> NewEntity:
    """A person, of age unless said otherwise."""
    return NewEntity(
        schema="Person",
        properties=named(*names or ("Nemuneh (synthetic)",)),
        role=role,
        handling=handling,
        minor=minor,
        synthetic=True,
    )


def new_person(node: Node, report: UUID, *names: str, handling: Handling = FREE) -> Entity:
    """A suspect on record with a report of this node."""
    return record_entity(node, report, somebody(*names, handling=handling), by=BY)

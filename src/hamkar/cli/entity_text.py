"""People and things as the commands print them, named and unnamed."""

from hamkar.actions.import_entities import EntitiesImported
from hamkar.model.entity import Entity
from hamkar.model.handling import Handling
from hamkar.store.entities import Quarantined
from hamkar.text.counted import counted

HEADER = ("id", "report", "schema", "role", "handling", "minor")
WAITING_HEADER = ("id", "report", "recorded", "goes on")


def unnamed(entity: Entity) -> dict[str, object]:
    """What may be printed of a person or thing without a case."""
    shown = entity.to_dict()
    return {name: shown[name] for name in ("id", "report", "originator", "schema", "role", "handling", "minor")}


def row(entity: Entity) -> tuple[str, ...]:
    """The same as a line of a table under `HEADER`."""
    minor = {None: "unknown", True: "yes", False: "no"}[entity.minor]
    shown = (entity.id, entity.report, entity.schema, entity.role or "none", entity.handling.code, minor)
    return tuple(map(str, shown))


def waiting_dict(each: Quarantined) -> dict[str, object]:
    """A person without a role, with the day on which the record goes."""
    return {"id": each.id, "report": each.report_id, "recorded": each.received_at, "goes_on": each.due_on}


def waiting_row(each: Quarantined) -> tuple[str, ...]:
    """The same as a line of a table under `WAITING_HEADER`."""
    return str(each.id), str(each.report_id), f"{each.received_at:%Y-%m-%d}", str(each.due_on)


def told(entity: Entity) -> str:
    """Who or what it is, whole: for whoever has stated a case and a purpose."""
    lines = [f"{entity.id}: {entity.schema}, {entity.role or 'no role'}, {_marking(entity.handling)}"]
    lines.append(f"  recorded by the agency of node {entity.originator}")
    lines += [f"  {each.name}: {'; '.join(each.values)}" for each in entity.properties]
    return "\n".join(lines + (["  synthetic"] if entity.synthetic else []))


def _marking(handling: Handling) -> str:
    """The marking, with everything that binds whoever holds the record."""
    bound = [handling.code.value, *handling.conditions, handling.restriction]
    gone = [f"deleted by {handling.delete_by}"] if handling.delete_by else []
    return ", ".join([*filter(None, bound), *gone])


def tally(done: EntitiesImported) -> str:
    """What became of the lines of a file."""
    lines = [f"{len(done.made)} recorded, {done.held_already} held already, {len(done.rejected)} rejected"]
    lines += [f"line {each.row}: {each.reason}" for each in done.rejected]
    lines += [f"{name}: not kept, left out of {counted(count, 'line')}" for name, count in done.left_out.items()]
    return "\n".join(lines)

"""People and things as FollowTheMoney entities, one JSON object a line, for other tools to read."""

from collections.abc import Iterable

import msgspec

from hamkar.model.entity import Entity


def ftm_lines(entities: Iterable[Entity]) -> bytes:
    """One line for each; what FollowTheMoney has no word for stands under ``hamkar``, where its readers leave it be."""
    return b"".join(msgspec.json.encode(_line(entity)) + b"\n" for entity in entities)


def _line(entity: Entity) -> dict[str, object]:
    own = {name: value for name, value in entity.to_dict().items() if name not in {"id", "schema", "properties"}}
    return {
        "id": str(entity.id),
        "schema": entity.schema,
        "properties": {each.name: each.values for each in entity.properties},
        "hamkar": own,
    }

"""The people and things of reports. They stand in the schema ``nominal``, and nothing outside it names one of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.entity import Entity
from hamkar.policy.condition import Remainder
from hamkar.policy.sight import HANDLING, Sight
from hamkar.store.where import clause
from hamkar.text.fold import fold_plain

_WORD = re.compile(r"\w+")
_NOT_DIGIT = re.compile(r"\D")
_A_NUMBER = 5
"""From so many digits on a value is also found as one number, however it was spaced."""


def put_entity(connection: Connection, entity: Entity, at: datetime, *, author: str = "") -> None:
    """Keep a person or thing; one that is held already stays as it is. ``author`` recorded it here, "" for nobody."""
    connection.execute(
        "INSERT INTO nominal.entity (id, report_id, originator, author, received_at, delete_by, words, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]), %s) ON CONFLICT (id, originator) DO NOTHING",
        (
            entity.id,
            entity.report,
            entity.originator,
            author,
            at,
            entity.handling.delete_by,
            words_of(entity),
            entity.to_json().decode(),
        ),
    )


def put_successor(connection: Connection, old: UUID, new: Entity) -> None:
    """Keep the version that corrects one that is held, under the author of that and since when it was held.

    So no correction makes a person without a role stay longer, or a record another's.
    """
    connection.execute(
        "INSERT INTO nominal.entity (id, report_id, originator, author, received_at, delete_by, words, body)"
        " SELECT %s, %s, originator, author, received_at, %s, array_to_tsvector(%s::text[]), %s"
        " FROM nominal.entity WHERE originator = %s AND id = %s",
        (
            new.id,
            new.report,
            new.handling.delete_by,
            words_of(new),
            new.to_json().decode(),
            new.originator,
            old,
        ),
    )


def words_of(entity: Entity) -> list[str]:
    """The distinct words by which a person or thing is found, folded over four scripts."""
    values = [value for each in entity.properties for value in each.values]
    return sorted({word for value in values for word in _words(value)})


def _words(text: str) -> Iterator[str]:
    plain = fold_plain(text)
    yield from _WORD.findall(plain)
    number = _NOT_DIGIT.sub("", plain)
    if len(number) >= _A_NUMBER:
        yield number


def holds(connection: Connection, originator: str, entity: UUID) -> bool:
    """Whether this person or thing of an originator is held."""
    found = connection.execute(
        "SELECT 1 FROM nominal.entity WHERE id = %s AND originator = %s", (entity, originator)
    ).fetchone()
    return found is not None


def held_among(connection: Connection, wanted: Sequence[UUID]) -> bool:
    """Whether one of these identifiers is that of a person or thing."""
    found = connection.execute("SELECT 1 FROM nominal.entity WHERE id = ANY(%s) LIMIT 1", (list(wanted),)).fetchone()
    return found is not None


def author_of(connection: Connection, originator: str, entity: UUID) -> str:
    """Who recorded it at this node; "" for what came from a partner, or is not held."""
    row = connection.execute(
        "SELECT author FROM nominal.entity WHERE id = %s AND originator = %s", (entity, originator)
    ).fetchone()
    return row[0] if row else ""


def move_to(connection: Connection, originator: str, old: UUID, new: UUID) -> None:
    """Tie the people and things of a report to the version that corrects it."""
    rows = connection.execute(
        "SELECT body::text FROM nominal.entity WHERE originator = %s AND report_id = %s", (originator, old)
    )
    for (body,) in rows.fetchall():
        replace_entity(connection, replace(Entity.from_own_json(body.encode()), report=new))


def replace_entity(connection: Connection, entity: Entity) -> None:
    """Keep a person or thing as it is now; when it came and who recorded it stay."""
    connection.execute(
        "UPDATE nominal.entity SET report_id = %s, delete_by = %s, words = array_to_tsvector(%s::text[]), body = %s"
        " WHERE originator = %s AND id = %s",
        (
            entity.report,
            entity.handling.delete_by,
            words_of(entity),
            entity.to_json().decode(),
            entity.originator,
            entity.id,
        ),
    )


def entities_of(connection: Connection, report_ids: Sequence[UUID]) -> list[Entity]:
    """The people and things of these reports."""
    if not report_ids:
        return []
    rows = connection.execute(
        "SELECT body::text FROM nominal.entity WHERE report_id = ANY(%s) ORDER BY report_id, id", (list(report_ids),)
    )
    return [Entity.from_own_json(body.encode()) for (body,) in rows]


def find_entity(connection: Connection, entity: UUID, *, prefer: str) -> Entity:
    """One person or thing; of several originators' under one identifier, that of ``prefer``. Raises NotFound."""
    row = connection.execute(
        "SELECT body::text FROM nominal.entity WHERE id = %s ORDER BY originator = %s DESC, originator LIMIT 1",
        (entity, prefer),
    ).fetchone()
    if row is None:
        raise NotFound(not_held(entity))
    return Entity.from_own_json(row[0].encode())


def not_held(record: UUID) -> str:
    """What is said of a record that is not here, or that whoever asks may not see."""
    return f"no record {record} is held here"


ENTITY_FACTS: Final[Mapping[str, str]] = {
    "handling": "entity.handling",
    "author": "entity.author",
    "role": "entity.role",
    "minor": "entity.minor",
    "quarantined": "entity.quarantined",
}
"""Where each fact of a nominal record that a rule for people may ask for stands."""


def search(connection: Connection, text: str, rule: Remainder, limit: int) -> list[Entity]:
    """Those that the rule lets through and that have a word that begins like each word sought."""
    sought = _WORD.findall(fold_plain(text))
    if not sought:
        return []
    query = " & ".join(f"'{word}':*" for word in sought)
    seen = clause(rule, ENTITY_FACTS)
    rows = connection.execute(
        f"SELECT body::text FROM nominal.entity WHERE words @@ %s::tsquery AND {seen.sql} ORDER BY id LIMIT %s",
        (query, *seen.values, limit),
    )
    return [Entity.from_own_json(body.encode()) for (body,) in rows]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A person without a role: the report, when it was recorded, and the day on which it goes."""

    id: UUID
    report_id: UUID
    originator: str
    received_at: datetime
    due_on: date


DUE_ON = "((received_at AT TIME ZONE 'UTC') + interval '6 months')::date"


def quarantined(connection: Connection, *, due_by: date | None, limit: int) -> list[Quarantined]:
    """The people without a role, the oldest first; with a day only those that go on it or before."""
    with connection.cursor(row_factory=class_row(Quarantined)) as cursor:
        return cursor.execute(
            f"SELECT id, report_id, originator, received_at, {DUE_ON} AS due_on FROM nominal.entity"
            f" WHERE quarantined AND (%s::date IS NULL OR {DUE_ON} <= %s) ORDER BY received_at, id LIMIT %s",
            (due_by, due_by, limit),
        ).fetchall()


@dataclass(frozen=True, slots=True)
class EntityCount:
    """How many people or things of one schema and role are held; it names nobody. Without a role it is quarantined."""

    schema: str
    role: str | None
    count: int


def count_by_role(connection: Connection, report_ids: Sequence[UUID], sight: Sight) -> list[EntityCount]:
    """How many people and things of these reports are held that are seen."""
    seen = clause(sight.rule, {HANDLING: "handling"})
    rows = connection.execute(
        "SELECT schema, role, count(*) FROM nominal.entity WHERE report_id = ANY(%s)"
        f" AND (%s OR (minor IS NOT TRUE AND role IS DISTINCT FROM 'witness')) AND {seen.sql}"
        " GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST",
        (list(report_ids), sight.protected, *seen.values),
    )
    return [EntityCount(*row) for row in rows]

"""The nominal part: who the people of a report are. Nothing else reads or writes the schema ``nominal``."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from hamkar.errors import NotFound
from hamkar.model.party import PartyIdentity


def put_identity(connection: Connection, identity: PartyIdentity, at: datetime) -> None:
    """Keep an identity; one that is held already stays as it is."""
    connection.execute(
        "INSERT INTO nominal.identity (id, report_id, originator, received_at, delete_by, body)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id, originator) DO NOTHING",
        (
            identity.id,
            identity.report,
            identity.originator,
            at,
            identity.handling.delete_by,
            identity.to_json().decode(),
        ),
    )


def holds(connection: Connection, originator: str, identity: UUID) -> bool:
    """Whether this identity of an originator is held."""
    found = connection.execute(
        "SELECT 1 FROM nominal.identity WHERE id = %s AND originator = %s", (identity, originator)
    ).fetchone()
    return found is not None


def move_to(connection: Connection, originator: str, old: UUID, new: UUID) -> None:
    """Tie the people of a report to the version that corrects it."""
    rows = connection.execute(
        "SELECT body::text FROM nominal.identity WHERE originator = %s AND report_id = %s", (originator, old)
    )
    for (body,) in rows.fetchall():
        moved = replace(PartyIdentity.from_own_json(body.encode()), report=new)
        connection.execute(
            "UPDATE nominal.identity SET report_id = %s, body = %s WHERE originator = %s AND id = %s",
            (new, moved.to_json().decode(), originator, moved.id),
        )


def identities_of(connection: Connection, reports: list[UUID]) -> list[PartyIdentity]:
    """The identities of the people in these reports."""
    if not reports:
        return []
    rows = connection.execute(
        "SELECT body::text FROM nominal.identity WHERE report_id = ANY(%s) ORDER BY report_id, id", (reports,)
    )
    return [PartyIdentity.from_own_json(body.encode()) for (body,) in rows]


def find_identity(connection: Connection, identity: UUID, *, prefer: str) -> PartyIdentity:
    """One identity; of several originators' under one identifier, that of ``prefer``. Raises NotFound."""
    row = connection.execute(
        "SELECT body::text FROM nominal.identity WHERE id = %s ORDER BY originator = %s DESC, originator LIMIT 1",
        (identity, prefer),
    ).fetchone()
    if row is None:
        msg = f"no record {identity} is held here"
        raise NotFound(msg)
    return PartyIdentity.from_own_json(row[0].encode())


def count_roles(connection: Connection, reports: list[UUID]) -> dict[str, int]:
    """How many identities of people in these reports are held, by role; it names nobody."""
    rows = connection.execute(
        "SELECT body->>'role', count(*) FROM nominal.identity WHERE report_id = ANY(%s) GROUP BY 1 ORDER BY 1",
        (reports,),
    )
    return dict(rows.fetchall())

"""Assurances as rows, and what is stated of aggravating facts; both stand in the schema ``nominal``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from hamkar.errors import NotFound
from hamkar.model.assurance import Assurance


@dataclass(frozen=True, slots=True)
class AssuranceRow:
    """An assurance, and by whom, when and why it was taken back; "" and None where it was not."""

    assurance: Assurance
    revoked_by: str
    revoked_at: datetime | None
    revoked_why: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """Whether an aggravating fact is present in the case of a record, on what basis, and who says so."""

    aggravator: str
    present: bool
    basis: str
    stated_by: str
    stated_at: datetime


_ROW = "body::text, coalesce(revoked_by, ''), revoked_at, coalesce(revoked_why, '')"


def put_assurance(connection: Connection, made: Assurance) -> None:
    """Keep an assurance."""
    connection.execute(
        "INSERT INTO nominal.assurance (id, partner, expires_on, body) VALUES (%s, %s, %s, %s)",
        (made.id, made.partner, made.expires_on, made.to_json().decode()),
    )


def revoke(connection: Connection, assurance: UUID, by: str, why: str, at: datetime) -> None:
    """Note that an assurance was taken back or is not relied on any more; it stays on record."""
    connection.execute(
        "UPDATE nominal.assurance SET revoked_by = %s, revoked_at = %s, revoked_why = %s WHERE id = %s",
        (by, at, why, assurance),
    )


def list_assurances(connection: Connection) -> list[AssuranceRow]:
    """Every assurance, that which expires first above."""
    rows = connection.execute(f"SELECT {_ROW} FROM nominal.assurance ORDER BY expires_on, id").fetchall()
    return [_row(row) for row in rows]


def find_assurance(connection: Connection, assurance: UUID) -> AssuranceRow:
    """One assurance. Raises NotFound."""
    found = assurances_named(connection, [assurance])
    if not found:
        msg = f"there is no assurance {assurance} here; `hamkar gate assurance list` shows them"
        raise NotFound(msg)
    return found[0]


def assurances_named(connection: Connection, wanted: Sequence[UUID]) -> list[AssuranceRow]:
    """Those of these assurances that are on record."""
    rows = connection.execute(f"SELECT {_ROW} FROM nominal.assurance WHERE id = ANY(%s) ORDER BY id", (list(wanted),))
    return [_row(row) for row in rows.fetchall()]


def _row(row: tuple[str, str, datetime | None, str]) -> AssuranceRow:
    return AssuranceRow(Assurance.from_own_json(row[0].encode()), *row[1:])


def put_fact(connection: Connection, entity: UUID, originator: str, fact: FactRow) -> None:
    """Keep what is stated of one aggravating fact, in the place of what was stated before."""
    connection.execute(
        "INSERT INTO nominal.case_fact (entity, originator, aggravator, present, basis, stated_by, stated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (entity, originator, aggravator) DO UPDATE SET"
        " present = excluded.present, basis = excluded.basis, stated_by = excluded.stated_by,"
        " stated_at = excluded.stated_at",
        (entity, originator, fact.aggravator, fact.present, fact.basis, fact.stated_by, fact.stated_at),
    )


def facts_of(connection: Connection, entity: UUID, originator: str) -> list[FactRow]:
    """What is stated of the case of a record."""
    rows = connection.execute(
        "SELECT aggravator, present, basis, stated_by, stated_at FROM nominal.case_fact"
        " WHERE entity = %s AND originator = %s ORDER BY aggravator",
        (entity, originator),
    )
    return [FactRow(*row) for row in rows.fetchall()]

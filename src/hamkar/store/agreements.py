"""Agreements: the exact signed document, and who has suspended it."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection

from hamkar.errors import NotFound
from hamkar.store.ask import ask


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as kept: the envelope holds the exact document and every signature so far.

    ``cards`` are this node's and the partner's, in every version that was ever taken up, the newest of each first.
    """

    id: str
    partner: str
    envelope: bytes
    received_at: datetime
    suspended_by: list[str]
    superseded_from: date | None
    superseded_by: str | None
    cards: list[bytes]


SHORTEST_BEGINNING = 8
_COLUMNS = (
    "id, partner, envelope, received_at, suspended_by, superseded_from, superseded_by,"
    " ARRAY(SELECT c.envelope FROM own_card c ORDER BY c.version DESC)"
    " || ARRAY(SELECT c.envelope FROM partner_card c WHERE c.node = partner ORDER BY c.version DESC) AS cards"
)


def put_agreement(connection: Connection, agreement: str, partner: str, envelope: bytes, at: datetime) -> None:
    """Keep an agreement, or the envelope with more signatures in the place of the one held."""
    connection.execute(
        "INSERT INTO agreement (id, partner, envelope, received_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET envelope = excluded.envelope",
        (agreement, partner, envelope, at),
    )


def held_envelope(connection: Connection, agreement: str) -> bytes | None:
    """The envelope held of this agreement, locked until the unit of work ends; None where it is new."""
    row = connection.execute("SELECT envelope FROM agreement WHERE id = %s FOR UPDATE", (agreement,)).fetchone()
    return row[0] if row else None


def find_agreement(connection: Connection, wanted: str) -> AgreementRow:
    """The agreement with this id or unique beginning of it (eight characters or more). Raises NotFound."""
    rows = ask(connection, f"SELECT {_COLUMNS} FROM agreement WHERE id = %s", (wanted,))
    if not rows and len(wanted) >= SHORTEST_BEGINNING:
        rows = ask(connection, f"SELECT {_COLUMNS} FROM agreement WHERE starts_with(id, %s) LIMIT 2", (wanted,))
    if len(rows) != 1:
        msg = (
            f"no single agreement has or begins with the id {wanted!r} (8 digits or more); see `hamkar agreement list`"
        )
        raise NotFound(msg)
    return AgreementRow(*rows[0])


def agreement_of_stream(connection: Connection, partner: str, beginning: str) -> AgreementRow:
    """The agreement with a partner whose id begins so, as the names of streams do. Raises NotFound."""
    for row in list_agreements(connection, partner):
        if row.id.startswith(beginning):
            return row
    msg = f"no agreement with node {partner} begins with {beginning!r}"
    raise NotFound(msg)


def list_agreements(connection: Connection, partner: str | None = None) -> list[AgreementRow]:
    """Every agreement, or those with one partner, the newest first."""
    between, given = ("", ()) if partner is None else ("WHERE partner = %s", (partner,))
    rows = ask(connection, f"SELECT {_COLUMNS} FROM agreement {between} ORDER BY received_at DESC, id", given)
    return [AgreementRow(*row) for row in rows]


def suspend(connection: Connection, agreement: str, node: str) -> None:
    """Note that a party has suspended the agreement."""
    connection.execute(
        "UPDATE agreement SET suspended_by = array_append(array_remove(suspended_by, %s), %s) WHERE id = %s",
        (node, node, agreement),
    )


def resume(connection: Connection, agreement: str, node: str) -> None:
    """Take back that party's suspension; another party's stands."""
    connection.execute(
        "UPDATE agreement SET suspended_by = array_remove(suspended_by, %s) WHERE id = %s", (node, agreement)
    )


def supersede(connection: Connection, agreement: str, successor: str, first_day: date) -> None:
    """Note that another agreement takes this one's place from its first day on; the earliest of several counts."""
    connection.execute(
        "UPDATE agreement SET superseded_from = %s, superseded_by = %s"
        " WHERE id = %s AND (superseded_from IS NULL OR superseded_from > %s)",
        (first_day, successor, agreement, first_day),
    )

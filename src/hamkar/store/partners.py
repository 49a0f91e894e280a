"""Partners by their newest card, and this node's own cards; the signed bytes are what is kept."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from hamkar.errors import NotFound
from hamkar.model.agency import NodeCard
from hamkar.store.ask import ask


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner as this node knows it: what its newest card says, and the card's exact signed bytes."""

    node: str
    name: str
    country: str
    standing: str
    version: int
    envelope: bytes
    added_by: str
    added_at: datetime


SHORTEST_PREFIX = 4
_COLUMNS = "node, name, country, standing, version, envelope, added_by, added_at"


def lock_card(connection: Connection, node: str) -> None:
    """Let nobody else take up a card of this node until the unit of work ends, so that its version only rises."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"card {node}",))


def put_partner(connection: Connection, card: NodeCard, envelope: bytes, *, by: str, at: datetime) -> None:
    """Keep a partner's card in the place of its older one; who first added the partner stays."""
    agency = card.agency
    connection.execute(
        f"INSERT INTO partner ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (node) DO UPDATE SET"
        " name = excluded.name, country = excluded.country, standing = excluded.standing,"
        " version = excluded.version, envelope = excluded.envelope",
        (agency.node, agency.name, agency.country, agency.standing, card.version, envelope, by, at),
    )
    connection.execute(
        "INSERT INTO partner_card (node, version, envelope) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (agency.node, card.version, envelope),
    )


def cards_of(connection: Connection, partner: str) -> list[bytes]:
    """Every version of a partner's card that was ever taken up, the newest first."""
    rows = connection.execute("SELECT envelope FROM partner_card WHERE node = %s ORDER BY version DESC", (partner,))
    return [envelope for (envelope,) in rows]


def cards_between(connection: Connection, partner: str) -> tuple[bytes, ...]:
    """Every version of this node's own card and of a partner's that was ever taken up, the newest of each first."""
    rows = connection.execute(
        "SELECT 0 AS whose, version, envelope FROM own_card"
        " UNION ALL SELECT 1, version, envelope FROM partner_card WHERE node = %s ORDER BY whose, version DESC",
        (partner,),
    )
    return tuple(envelope for _, _, envelope in rows)


def list_partners(connection: Connection) -> list[PartnerRow]:
    """Every partner, by name."""
    rows = ask(connection, f"SELECT {_COLUMNS} FROM partner ORDER BY name, node")
    return [PartnerRow(*row) for row in rows]


def find_partner(connection: Connection, wanted: str) -> PartnerRow:
    """The partner with this node id, or the only one with this name, country or beginning of its node id.

    A name that is another partner's country names nobody. Raises NotFound, naming what would do.
    """
    named = ask(connection, f"SELECT {_COLUMNS} FROM partner WHERE node = %s", (wanted,))
    if named:
        return PartnerRow(*named[0])
    partners = list_partners(connection)
    fits = [p for p in partners if _is_called(p, wanted)]
    if len(fits) == 1:
        return fits[0]
    known = ", ".join(f"{p.name} ({p.node[:8]})" for p in partners) or "none yet; add one with `hamkar partner add`"
    msg = f"no single partner is called {wanted!r}; known partners: {known}"
    raise NotFound(msg)


def _is_called(partner: PartnerRow, wanted: str) -> bool:
    beginning = len(wanted) >= SHORTEST_PREFIX and partner.node.startswith(wanted)
    return beginning or partner.name.casefold() == wanted.casefold() or partner.country == wanted.upper()


def put_own_card(connection: Connection, version: int, envelope: bytes, at: datetime) -> None:
    """Keep a new version of this node's own card."""
    connection.execute(
        "INSERT INTO own_card (version, envelope, issued_at) VALUES (%s, %s, %s)", (version, envelope, at)
    )


def own_cards(connection: Connection) -> list[bytes]:
    """Every version of this node's own card, the newest first."""
    return [envelope for (envelope,) in connection.execute("SELECT envelope FROM own_card ORDER BY version DESC")]


def own_card(connection: Connection) -> bytes | None:
    """The newest of this node's own cards; None before the first."""
    row = connection.execute("SELECT envelope FROM own_card ORDER BY version DESC LIMIT 1").fetchone()
    return row[0] if row else None

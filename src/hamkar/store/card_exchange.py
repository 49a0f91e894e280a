"""Which partner has confirmed which version of this node's own card, and what stands in the way."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class CardExchange:
    """What a partner has confirmed (0 for nothing), when a card was last posted and asked for, and what went wrong."""

    partner: str
    confirmed: int
    tried_at: datetime | None
    asked_at: datetime | None
    problem: str


_COLUMNS = "partner, confirmed, tried_at, asked_at, problem"


def exchange_with(connection: Connection, partner: str) -> CardExchange:
    """How the exchange of cards with a partner stands."""
    with connection.cursor(row_factory=class_row(CardExchange)) as cursor:
        row = cursor.execute(f"SELECT {_COLUMNS} FROM card_exchange WHERE partner = %s", (partner,)).fetchone()
    return row or CardExchange(partner, 0, None, None, "")


def exchanges(connection: Connection) -> list[CardExchange]:
    """How it stands with every partner."""
    with connection.cursor(row_factory=class_row(CardExchange)) as cursor:
        return cursor.execute(
            "SELECT node AS partner, coalesce(confirmed, 0) AS confirmed, tried_at, asked_at,"
            " coalesce(problem, '') AS problem FROM partner LEFT JOIN card_exchange ON partner = node ORDER BY node"
        ).fetchall()


def forget_confirmed(connection: Connection, partner: str) -> None:
    """Take nothing for confirmed any more, because the partner behaves as if it did not know the card."""
    connection.execute("UPDATE card_exchange SET confirmed = 0 WHERE partner = %s", (partner,))


def put_exchange(connection: Connection, state: CardExchange) -> None:
    """Keep how it stands."""
    connection.execute(
        f"INSERT INTO card_exchange ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (partner) DO UPDATE SET"
        " confirmed = excluded.confirmed, tried_at = excluded.tried_at, asked_at = excluded.asked_at,"
        " problem = excluded.problem",
        (state.partner, state.confirmed, state.tried_at, state.asked_at, state.problem),
    )

"""The newest letter that each partner wrote, as far as it is needed afterwards."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import Connection

from hamkar.model.letter import Sent


def note_letter(connection: Connection, partner: str, issued_at: datetime, sent: Sequence[Sent]) -> bool:
    """Keep what a letter says that its writer has sent, unless a newer one is known; whether it is the newest."""
    row = connection.execute(
        "INSERT INTO letter (partner, issued_at, sent) VALUES (%s, %s, %s) ON CONFLICT (partner) DO UPDATE SET"
        " issued_at = excluded.issued_at, sent = excluded.sent WHERE letter.issued_at < excluded.issued_at"
        " RETURNING partner",
        (partner, issued_at, msgspec.json.encode(sent).decode()),
    ).fetchone()
    return row is not None


def sent_by(connection: Connection, partner: str) -> tuple[Sent, ...]:
    """What the newest letter of a partner said that it had sent; nothing where none has come."""
    row = connection.execute("SELECT sent::text FROM letter WHERE partner = %s", (partner,)).fetchone()
    return msgspec.json.decode(row[0], type=tuple[Sent, ...]) if row else ()

"""Passkeys of accounts, and what they are asked to sign."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.crypto.passkey import Passkey


@dataclass(frozen=True, slots=True)
class Listed:
    """A passkey as its account's list shows it; ``id`` is the beginning of the credential's, in hex."""

    id: str
    title: str
    added_at: datetime
    used_at: datetime | None


def put_challenge(connection: Connection, challenge: bytes, act: str, account: str, at: datetime) -> None:
    """Keep what a passkey is to sign, and for what."""
    connection.execute(
        "INSERT INTO passkey_challenge (challenge, act, account, made_at) VALUES (%s, %s, %s, %s)",
        (challenge, act, account, at),
    )


def take_challenge(connection: Connection, challenge: bytes, act: str, account: str, made_after: datetime) -> bool:
    """Whether this was to be signed for that, and not too long ago; from now on it is not."""
    row = connection.execute(
        "DELETE FROM passkey_challenge WHERE challenge = %s RETURNING act = %s AND account = %s AND made_at > %s",
        (challenge, act, account, made_after),
    ).fetchone()
    return bool(row and row[0])


def forget_challenges(connection: Connection, made_before: datetime) -> None:
    """Take away what nobody signed in time."""
    connection.execute("DELETE FROM passkey_challenge WHERE made_at < %s", (made_before,))


def add_passkey(connection: Connection, account: str, title: str, passkey: Passkey, at: datetime) -> bool:
    """Keep a passkey of an account; False where it is somebody's already."""
    done = connection.execute(
        "INSERT INTO passkey (credential, account, public_key, sign_count, title, added_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (credential) DO NOTHING",
        (passkey.credential, account, passkey.public_key, passkey.sign_count, title, at),
    )
    return done.rowcount > 0


def lock_passkey(connection: Connection, credential: bytes) -> tuple[str, Passkey] | None:
    """Whose passkey this is, and what is kept of it, locked until the unit of work ends; None where it is nobody's."""
    row = connection.execute(
        "SELECT account, credential, public_key, sign_count FROM passkey WHERE credential = %s FOR UPDATE",
        (credential,),
    ).fetchone()
    return (row[0], Passkey(*row[1:])) if row else None


def note_use(connection: Connection, credential: bytes, sign_count: int, at: datetime) -> None:
    """Keep how often the passkey says it was used."""
    connection.execute(
        "UPDATE passkey SET sign_count = %s, used_at = %s WHERE credential = %s", (sign_count, at, credential)
    )


def credentials_of(connection: Connection, account: str) -> list[bytes]:
    """The ids of an account's passkeys, the first one first."""
    rows = connection.execute("SELECT credential FROM passkey WHERE account = %s ORDER BY added_at", (account,))
    return [row[0] for row in rows]


def list_passkeys(connection: Connection, account: str) -> list[Listed]:
    """The passkeys of an account, the first one first."""
    with connection.cursor(row_factory=class_row(Listed)) as cursor:
        return cursor.execute(
            "SELECT encode(credential, 'hex') AS id, title, added_at, used_at FROM passkey"
            " WHERE account = %s ORDER BY added_at",
            (account,),
        ).fetchall()


def drop_passkey(connection: Connection, account: str, passkey: str) -> str | None:
    """Take a passkey from an account, by its id in the list; its title, None where there is none."""
    row = connection.execute(
        "DELETE FROM passkey WHERE account = %s AND encode(credential, 'hex') = %s RETURNING title", (account, passkey)
    ).fetchone()
    return row[0] if row else None


def drop_passkeys(connection: Connection, account: str) -> None:
    """Take every passkey from an account."""
    connection.execute("DELETE FROM passkey WHERE account = %s", (account,))

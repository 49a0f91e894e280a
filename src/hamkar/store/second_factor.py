"""What an account asks for beside its password: the code generator, and the codes that stand in for it once."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import Connection


def propose_generator(connection: Connection, account: str, secret: str) -> None:
    """Keep the secret of a code generator that is not in use yet; one that is in use stays as it is."""
    connection.execute(
        "UPDATE account SET totp_secret = %s, totp_step = 0 WHERE name = %s AND totp_since IS NULL", (secret, account)
    )


def use_generator(connection: Connection, account: str, step: int, at: datetime) -> None:
    """Ask for the generator's codes from now on, those after this step."""
    connection.execute(
        "UPDATE account SET totp_since = %s, totp_step = %s WHERE name = %s AND totp_secret IS NOT NULL",
        (at, step, account),
    )


def note_step(connection: Connection, account: str, step: int) -> None:
    """Take no code of this step or an earlier one again."""
    connection.execute("UPDATE account SET totp_step = %s WHERE name = %s", (step, account))


def drop_generator(connection: Connection, account: str) -> None:
    """Ask for no generator's codes any more."""
    connection.execute(
        "UPDATE account SET totp_secret = NULL, totp_since = NULL, totp_step = 0 WHERE name = %s", (account,)
    )


def replace_codes(connection: Connection, account: str, hashes: Sequence[bytes]) -> None:
    """Let these codes stand in for the generator, once each, and none from before."""
    connection.execute("DELETE FROM recovery_code WHERE account = %s", (account,))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO recovery_code (account, code_sha256) VALUES (%s, %s)", [(account, each) for each in hashes]
        )


def spend_code(connection: Connection, account: str, code_sha256: bytes) -> bool:
    """Whether this code could stand in; from now on it cannot."""
    done = connection.execute(
        "DELETE FROM recovery_code WHERE account = %s AND code_sha256 = %s", (account, code_sha256)
    )
    return done.rowcount > 0


def count_codes(connection: Connection, account: str) -> int:
    """How many codes are left."""
    row = connection.execute("SELECT count(*) FROM recovery_code WHERE account = %s", (account,)).fetchone()
    return row[0] if row else 0

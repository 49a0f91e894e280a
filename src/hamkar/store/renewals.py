"""One-time codes with which somebody chooses new credentials, and who agreed to them."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Renewal:
    """New credentials for an account: who asked, who approved ("" for nobody yet), until when its code counts."""

    account: str
    asked_by: str
    asked_at: datetime
    approved_by: str
    code_sha256: bytes | None
    expires_at: datetime


def put_renewal(connection: Connection, renewal: Renewal) -> None:
    """Keep it in the place of any before it."""
    connection.execute(
        "INSERT INTO renewal (account, asked_by, asked_at, approved_by, code_sha256, expires_at)"
        " VALUES (%s, %s, %s, NULLIF(%s, ''), %s, %s) ON CONFLICT (account) DO UPDATE"
        " SET asked_by = excluded.asked_by, asked_at = excluded.asked_at, approved_by = excluded.approved_by,"
        " code_sha256 = excluded.code_sha256, expires_at = excluded.expires_at",
        (
            renewal.account,
            renewal.asked_by,
            renewal.asked_at,
            renewal.approved_by,
            renewal.code_sha256,
            renewal.expires_at,
        ),
    )


def find_renewal(connection: Connection, account: str, at: datetime) -> Renewal | None:
    """The one that still counts; None where there is none. Its account is to be locked before."""
    with connection.cursor(row_factory=class_row(Renewal)) as cursor:
        return cursor.execute(
            "SELECT account, asked_by, asked_at, coalesce(approved_by, '') AS approved_by, code_sha256, expires_at"
            " FROM renewal WHERE account = %s AND expires_at > %s",
            (account, at),
        ).fetchone()


def list_renewals(connection: Connection, at: datetime) -> list[Renewal]:
    """All that still count, the oldest first."""
    with connection.cursor(row_factory=class_row(Renewal)) as cursor:
        return cursor.execute(
            "SELECT account, asked_by, asked_at, coalesce(approved_by, '') AS approved_by, code_sha256, expires_at"
            " FROM renewal WHERE expires_at > %s ORDER BY asked_at",
            (at,),
        ).fetchall()


def drop_renewal(connection: Connection, account: str) -> None:
    """Let it count no more."""
    connection.execute("DELETE FROM renewal WHERE account = %s", (account,))

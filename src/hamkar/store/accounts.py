"""People who may sign in, and what they may be here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, Cursor
from psycopg.rows import RowMaker, kwargs_row

from hamkar.model.role import Role

_ACCOUNT = (
    "name, roles, password_hash, created_at, failures, paused_until, locked_at, coalesce(locked_by, '') AS locked_by,"
    " totp_secret, totp_since, totp_step, (SELECT count(*) FROM passkey WHERE account = name) AS passkeys,"
    " (SELECT count(*) FROM single_sign_on WHERE account = name) AS bound"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who may sign in, unless an administrator shut the account (``locked_at``).

    After wrong guesses further ones are not looked at before ``paused_until``. ``bound`` counts its accounts of the
    agency's single sign-on.
    """

    name: str
    roles: frozenset[Role]
    password_hash: str | None
    created_at: datetime
    failures: int
    paused_until: datetime | None
    locked_at: datetime | None
    locked_by: str
    totp_secret: str | None
    totp_since: datetime | None
    totp_step: int
    passkeys: int
    bound: int

    @property
    def has_second_factor(self) -> bool:
        """Whether its password is not all that it asks for, or not the only way in."""
        return self.totp_since is not None or self.passkeys > 0 or self.bound > 0


def _row(cursor: Cursor[Any]) -> RowMaker[Account]:
    def make(**values: Any) -> Account:
        return Account(**{**values, "roles": roles_of(values["roles"])})

    return kwargs_row(make)(cursor)


def roles_of(kept: list[str]) -> frozenset[Role]:
    """Roles as they are kept."""
    return frozenset(map(Role, kept))


def add_account(
    connection: Connection, name: str, roles: frozenset[Role], password_hash: str | None, at: datetime, *, by: str
) -> bool:
    """Make an account; False where there is one of that name."""
    done = connection.execute(
        "INSERT INTO account (name, roles, password_hash, created_at, created_by) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (name) DO NOTHING",
        (name, sorted(roles), password_hash, at, by),
    )
    return done.rowcount > 0


def lock_account(connection: Connection, name: str) -> Account | None:
    """The account, locked until the unit of work ends so that failures are counted one by one; None if unknown."""
    with connection.cursor(row_factory=_row) as cursor:
        return cursor.execute(f"SELECT {_ACCOUNT} FROM account WHERE name = %s FOR UPDATE", (name,)).fetchone()


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    with connection.cursor(row_factory=_row) as cursor:
        return cursor.execute(f"SELECT {_ACCOUNT} FROM account ORDER BY name").fetchall()


def set_roles(connection: Connection, name: str, roles: frozenset[Role]) -> None:
    """Give an account these roles and no others."""
    connection.execute("UPDATE account SET roles = %s WHERE name = %s", (sorted(roles), name))


def set_password(connection: Connection, name: str, password_hash: str) -> None:
    """Give an account a new password, and forget the failures before."""
    connection.execute(
        "UPDATE account SET password_hash = %s, failures = 0, paused_until = NULL WHERE name = %s",
        (password_hash, name),
    )


def shut(connection: Connection, name: str, at: datetime, *, by: str) -> None:
    """Let nobody in by this account."""
    connection.execute("UPDATE account SET locked_at = %s, locked_by = %s WHERE name = %s", (at, by, name))


def open_again(connection: Connection, name: str) -> None:
    """Let its person in again, and forget the failures before."""
    connection.execute(
        "UPDATE account SET locked_at = NULL, locked_by = NULL, failures = 0, paused_until = NULL WHERE name = %s",
        (name,),
    )


def other_administrators(connection: Connection, name: str) -> int:
    """How many accounts besides this one administer the node and are not shut."""
    row = connection.execute(
        "SELECT count(*) FROM account WHERE name <> %s AND %s = ANY (roles) AND locked_at IS NULL",
        (name, Role.ADMINISTRATOR),
    ).fetchone()
    return row[0] if row else 0


def note_failure(connection: Connection, name: str, paused_until: datetime | None) -> None:
    """Count a wrong guess, and look at no further ones until then."""
    connection.execute(
        "UPDATE account SET failures = failures + 1, paused_until = %s WHERE name = %s", (paused_until, name)
    )


def note_success(connection: Connection, name: str) -> None:
    """Forget the failures before."""
    connection.execute("UPDATE account SET failures = 0, paused_until = NULL WHERE name = %s", (name,))

"""What an administrator has said that an account may take in a day."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A budget that was set for an account, by whom and when."""

    account: str
    kind: str
    daily: int
    set_by: str
    set_at: datetime


def set_budget(connection: Connection, row: BudgetRow) -> None:
    """Put a budget in the place of what was set before."""
    connection.execute(
        "INSERT INTO budget (account, kind, daily, set_by, set_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (account, kind) DO UPDATE SET daily = excluded.daily, set_by = excluded.set_by,"
        " set_at = excluded.set_at",
        (row.account, row.kind, row.daily, row.set_by, row.set_at),
    )


def budget_set(connection: Connection, account: str, kind: str) -> int | None:
    """What was set for an account; None where its roles decide."""
    row = connection.execute("SELECT daily FROM budget WHERE account = %s AND kind = %s", (account, kind)).fetchone()
    return row[0] if row else None


def budgets_of(connection: Connection, account: str) -> list[BudgetRow]:
    """The budgets that were set for an account."""
    with connection.cursor(row_factory=class_row(BudgetRow)) as cursor:
        return cursor.execute("SELECT * FROM budget WHERE account = %s ORDER BY kind", (account,)).fetchall()

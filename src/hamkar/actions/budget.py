"""How much of the day's budget somebody has taken, and telling the data-protection officer where it is too much."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hamkar.actions.access import require
from hamkar.actions.accounts import require_account
from hamkar.actions.node import Node
from hamkar.model.oversight import Alarm, AlarmKind
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.budget import BASELINE_DAYS, DAILY, BudgetKind, daily_budget, is_unusual
from hamkar.store import alarms, budgets, exports, log, nominal_reads
from hamkar.store.budgets import BudgetRow
from hamkar.store.database import Connection
from hamkar.store.log import Entry

_TAKEN: Final[Mapping[BudgetKind, Callable[[Connection, str, date], Mapping[date, int]]]] = {
    BudgetKind.NOMINAL_READS: nominal_reads.taken_by_day,
    BudgetKind.EXPORTS: exports.exports_by_day,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """What an account may take of one kind in a day, and what it has taken today."""

    kind: BudgetKind
    daily: int
    taken: int

    @property
    def left(self) -> int:
        """What it may still take today."""
        return max(0, self.daily - self.taken)


def budget_line(node: Node, connection: Connection, person: Person, kind: BudgetKind) -> BudgetLine:
    """Where a person's budget stands; nobody else takes from it until the unit of work ends."""
    nominal_reads.lock_account_of(connection, person.name)
    set_to = budgets.budget_set(connection, person.name, kind)
    taken = _TAKEN[kind](connection, person.name, node.today).get(node.today, 0)
    return BudgetLine(kind=kind, daily=daily_budget(kind, person.roles, set_to), taken=taken)


def note_taken(node: Node, connection: Connection, person: Person, kind: BudgetKind) -> None:
    """Raise an alarm where what a person has taken today is far above what they usually take."""
    since = node.today - timedelta(days=BASELINE_DAYS)
    days = dict(_TAKEN[kind](connection, person.name, since))
    today = days.pop(node.today, 0)
    if is_unusual(today, list(days.values())):
        detail = f"{today} {kind.replace('_', ' ')} today, ten times the usual or more"
        sound(node, connection, AlarmKind.UNUSUAL, person.name, subject=kind, detail=detail)


def sound(node: Node, connection: Connection, kind: AlarmKind, account: str, *, subject: str, detail: str) -> None:
    """Tell the data-protection officer, once a day for the same."""
    alarm = Alarm(id=node.new_id(), at=node.now(), kind=kind, account=account, subject=subject, detail=detail)
    if alarms.raise_alarm(connection, alarm):
        log.append(connection, Entry(actor=account, act="alarm", subject=subject, rule=kind, detail=detail), node.now())


def set_budget(node: Node, person: Person, account: str, kind: BudgetKind, daily: int) -> None:
    """Say what an account may take in a day. Raises NotFound where there is no such account."""
    require(person, Act.MANAGE_ACCOUNTS)
    with node.database.transaction() as connection:
        require_account(connection, account)
        row = BudgetRow(account=account, kind=kind, daily=daily, set_by=person.name, set_at=node.now())
        budgets.set_budget(connection, row)
        entry = Entry(actor=person.name, act="budget_set", subject=account, rule=kind, detail=str(daily))
        log.append(connection, entry, node.now())


def budget_of(node: Node, account: str) -> list[BudgetLine]:
    """Where the budgets of an account stand. Raises NotFound."""
    with node.database.transaction() as connection:
        person = Person(name=account, roles=require_account(connection, account).roles)
        return [budget_line(node, connection, person, kind) for kind in DAILY]

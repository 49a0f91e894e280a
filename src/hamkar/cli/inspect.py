"""``hamkar inspect``."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from hamkar.actions import canary, inspect
from hamkar.actions.events import parse_id
from hamkar.actions.inspect import Extent, Listed
from hamkar.cli.here import DAY, json_option, node, operator, show, table
from hamkar.model.role import Person, Role
from hamkar.store.nominal_reads import OversightFilter

F = TypeVar("F", bound=Callable[..., Any])


def inspector() -> Person:
    """Whoever runs the command, as the inspector that whoever holds the node's folder can be."""
    return Person(name=operator(), roles=frozenset({Role.DATA_PROTECTION_OFFICER}), stepped_up=True)


def _extent_options(command: F) -> F:
    limited = click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
    return limited(click.option("--offset", type=click.IntRange(0), default=0, help="How many to pass over.")(command))


def _filter_options(command: F) -> F:
    for add in (
        click.option("--account", default="", help="By this account only."),
        click.option("--record", default="", help="Only this record, or this export."),
        click.option("--case", default="", help="Only for this case number."),
        click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Not before this day."),
        click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Not after this day."),
    ):
        command = add(command)
    return command


def _filter(account: str, record: str, case: str, since: datetime | None, until: datetime | None) -> OversightFilter:
    return OversightFilter(
        account=account,
        record=parse_id(record) if record else None,
        case=case,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )


@click.group("inspect")
def command() -> None:
    """Inspect: who saw what, exports, gate decisions, late recalls, purges, alarms, records held back."""


@command.command("reads")
@_filter_options
@_extent_options
@json_option
def reads(*, limit: int, offset: int, as_json: bool, **wanted: Any) -> None:
    """Show who read or sought which names, for which case and purpose."""
    with node() as here:
        found = inspect.list_readings(here, inspector(), _filter(**wanted), Extent(limit, offset))
    header = ("at (UTC)", "account", "act", "case", "purpose", "shown", "refused by", "sought")
    rows = [
        (
            *(f"{each.at:%Y-%m-%d %H:%M:%S}", each.account, each.act, each.case_number, each.purpose),
            *(str(len(each.entities)), each.refused_by, each.sought),
        )
        for each in found.rows
    ]
    _show(found, header, rows, [each.to_dict() for each in found.rows], as_json=as_json)


@command.command("exports")
@_filter_options
@_extent_options
@json_option
def exports(*, limit: int, offset: int, as_json: bool, **wanted: Any) -> None:
    """Show which files were taken out, by whom and for what."""
    with node() as here:
        found = inspect.list_exports(here, inspector(), _filter(**wanted), Extent(limit, offset))
    header = ("id", "at (UTC)", "account", "purpose", "as", "seizures", "wanted")
    rows = [
        (
            *(str(each.id), f"{each.at:%Y-%m-%d %H:%M:%S}", each.account, each.purpose, each.layout),
            *(str(each.seizures), each.wanted),
        )
        for each in found.rows
    ]
    _show(found, header, rows, [each.to_dict() for each in found.rows], as_json=as_json)


@command.command("gate")
@_extent_options
@json_option
def gate(*, limit: int, offset: int, as_json: bool) -> None:
    """Show what was asked of the gate and decided there."""
    with node() as here:
        found = inspect.list_gate(here, inspector(), Extent(limit, offset))
    header = ("assessment", "asked (UTC)", "by", "record", "decided", "by", "released")
    rows = [
        (
            *(str(each.assessment.id), f"{each.assessment.asked_at:%Y-%m-%d %H:%M}", each.assessment.asked_by),
            str(each.assessment.entity),
            "" if each.decision is None else "granted" if each.decision.granted else "refused",
            each.decision.decided_by if each.decision else "",
            str(each.release or ""),
        )
        for each in found.rows
    ]
    listed = [
        {
            "assessment": each.assessment.to_dict(),
            "decision": each.decision.to_dict() if each.decision else None,
            "release": each.release,
        }
        for each in found.rows
    ]
    _show(found, header, rows, listed, as_json=as_json)


@command.command("recalls")
@_extent_options
@json_option
def recalls(*, limit: int, offset: int, as_json: bool) -> None:
    """Show the recalls to which somebody owes an answer that is overdue."""
    with node() as here:
        found = inspect.list_late_recalls(here, inspector(), Extent(limit, offset))
    rows = [
        (str(each.recall.id), str(each.recall.record), "; ".join(holder.sentence() for holder in each.overdue))
        for each in found.rows
    ]
    _show(found, ("recall", "record", "late"), rows, [each.to_dict() for each in found.rows], as_json=as_json)


@command.command("purges")
@_extent_options
@json_option
def purges(*, limit: int, offset: int, as_json: bool) -> None:
    """Show what will be erased by itself within a month, and why."""
    with node() as here:
        found = inspect.list_purges(here, inspector(), Extent(limit, offset))
    rows = [(str(each.record), str(each.due_on), each.cause) for each in found.rows]
    listed = [
        {"record": each.record, "originator": each.originator, "cause": each.cause, "due_on": each.due_on}
        for each in found.rows
    ]
    _show(found, ("record", "on", "because of"), rows, listed, as_json=as_json)


@command.command("alarms")
@_extent_options
@json_option
def alarms(*, limit: int, offset: int, as_json: bool) -> None:
    """Show what somebody should look into, the unseen first."""
    with node() as here:
        found = inspect.list_alarms(here, inspector(), Extent(limit, offset))
    rows = [
        (
            *(str(each.id), f"{each.at:%Y-%m-%d %H:%M}", each.kind, each.account, each.subject, each.detail),
            each.seen_by,
        )
        for each in found.rows
    ]
    header = ("alarm", "at (UTC)", "kind", "account", "about", "detail", "seen by")
    _show(found, header, rows, [each.to_dict() for each in found.rows], as_json=as_json)


@command.command("seen")
@click.argument("alarm")
@json_option
def seen(*, alarm: str, as_json: bool) -> None:
    """Note that ALARM has been looked into."""
    with node() as here:
        inspect.see_alarm(here, inspector(), parse_id(alarm))
    show({"seen": alarm}, f"Alarm {alarm} has been looked into.", as_json=as_json)


@command.command("holds")
@json_option
def holds(*, as_json: bool) -> None:
    """Show the records that are held back, and which of them are canaries."""
    with node() as here:
        found = canary.holds(here, inspector())
    rows = [(str(e.record), f"{e.held_at:%Y-%m-%d}", e.held_by, "yes" if e.canary else "", e.reason) for e in found]
    listed = [
        {
            "record": each.record,
            "originator": each.originator,
            "canary": each.canary,
            "held_by": each.held_by,
            "held_at": each.held_at,
            "reason": each.reason,
        }
        for each in found
    ]
    show(listed, table(("record", "since", "by", "canary", "why"), rows), as_json=as_json)


@command.command("hold")
@click.argument("record")
@click.option("--reason", required=True, help="Why it is looked into.")
@json_option
def hold(*, record: str, reason: str, as_json: bool) -> None:
    """Let RECORD go nowhere while it is looked into."""
    with node() as here:
        canary.hold(here, inspector(), parse_id(record), reason=reason)
    show({"held": record}, f"Record {record} is not released until `hamkar inspect let-go {record}`.", as_json=as_json)


@command.command("let-go")
@click.argument("record")
@json_option
def let_go(*, record: str, as_json: bool) -> None:
    """Let RECORD be released again, by the rules as they are; a canary is none any more."""
    with node() as here:
        canary.let_go(here, inspector(), parse_id(record))
    show({"let_go": record}, f"Record {record} is not held back any more.", as_json=as_json)


def _show(
    found: Listed[Any], header: tuple[str, ...], rows: Sequence[tuple[str, ...]], listed: list[Any], *, as_json: bool
) -> None:
    total = f"more than {inspect.COUNT_LIMIT:,}" if found.total > inspect.COUNT_LIMIT else f"{found.total:,}"
    show({"total": found.total, "rows": listed}, f"{table(header, rows)}\n{len(rows)} of {total}", as_json=as_json)

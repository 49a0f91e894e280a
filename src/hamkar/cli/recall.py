"""``hamkar recall``."""

from datetime import datetime, timedelta
from uuid import UUID

import click

from hamkar.actions import recall as recalling
from hamkar.actions import take_recall
from hamkar.actions.events import parse_id
from hamkar.actions.recall import WITHDRAWABLE, WITHIN, Ground, Issued, RecallState
from hamkar.cli.here import DAY, choice, json_option, node, operator, show
from hamkar.model.recall import HoldGround, RecallKind
from hamkar.text.counted import counted

FINAL = (
    "A recall cannot be undone: every holder erases its copy. A corrected version can be released again later.\n"
    "It gives proof of duty and of answer; what somebody has read, no software takes back."
)
_HOURS = int(WITHIN / timedelta(hours=1))


class _RecordFirst(click.Group):
    """A group in which what is no subcommand is the record to take back."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["record", *args]
        return super().parse_args(ctx, args)


@click.group("recall", cls=_RecordFirst, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Take an own RECORD back from everybody who holds it, and see who has answered.

    `hamkar recall RECORD --reason TEXT` is short for `hamkar recall record`.
    """


@command.command("record")
@click.argument("record")
@click.option("--reason", required=True, help="Why, in words; its holders read it.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in WITHDRAWABLE]),
    default=RecallKind.WITHDRAWN.value,
    show_default=True,
    help="Why, in kind.",
)
@click.option("--within", type=click.IntRange(1, 8760), default=_HOURS, show_default=True, help="Hours to answer in.")
@click.option("--yes", is_flag=True, help="Do not ask; there is no way back.")
@json_option
def take_back(*, record: str, reason: str, kind: str, within: int, yes: bool, as_json: bool) -> None:
    """Take back RECORD: an own report with its people, a person or thing, or every own record of a seizure."""
    if not yes:
        click.confirm(f"{FINAL}\nTake {record} back?", abort=True, err=True)
    ground = Ground(kind=RecallKind(kind), reason=reason, within=timedelta(hours=within))
    with node() as here:
        issued = recalling.recall(here, parse_id(record), ground, by=operator())
    told = [{**one.recall.to_dict(), "told": list(one.told), "fresh": one.fresh} for one in issued]
    show(told, "\n".join(map(_issued, issued)), as_json=as_json)


def _issued(one: Issued) -> str:
    what = f"{one.recall.kind_of_record} {one.recall.record}"
    if not one.fresh:
        return f"{what}: recalled before, on {one.recall.issued_at:%Y-%m-%d %H:%M} UTC"
    if not one.told:
        return f"{what}: recalled; no partner was given it"
    due = f"{one.recall.due:%Y-%m-%d %H:%M} UTC"
    return f"{what}: recalled; {counted(len(one.told), 'partner')} told, to answer by {due}"


@command.command("list")
@click.option("--overdue", is_flag=True, help="Only those for which somebody is late.")
@json_option
def list_(*, overdue: bool, as_json: bool) -> None:
    """List every recall made or taken here, with every holder and its answer."""
    with node() as here:
        states = recalling.list_recalls(here, overdue=overdue)
    shown = [state.to_dict() for state in states]
    show(shown, "\n".join(map(_state, states)) or ("nobody is late" if overdue else "nothing yet"), as_json=as_json)


def _state(state: RecallState) -> str:
    made = state.recall
    head = f"{made.kind_of_record} {made.record}: {made.kind} by {state.by}, {made.issued_at:%Y-%m-%d %H:%M} UTC"
    lines = [f"{head}: {made.reason}", *(f"  {holder.sentence()}" for holder in state.holders)]
    return "\n".join(lines if state.holders else [*lines, "  nobody else holds it from here"])


@command.command("hold")
@click.argument("record")
@click.option("--ground", type=choice(HoldGround), required=True, help="The ground in law; its originator is told.")
@click.option("--until", type=DAY, required=True, help="The last day, in UTC.")
@json_option
def hold(*, record: str, ground: str, until: datetime, as_json: bool) -> None:
    """Keep another agency's RECORD even if it is recalled, out of use from then on, until a day."""
    with node() as here:
        placed = take_recall.hold(here, parse_id(record), HoldGround(ground), until.date(), by=operator())
    text = f"{placed.record}: held on the ground {placed.ground} until {placed.until}"
    shown = {"record": str(placed.record), "ground": placed.ground, "until": placed.until.isoformat()}
    show(shown, text, as_json=as_json)


@command.command("release-hold")
@click.argument("record")
@json_option
def release_hold(*, record: str, as_json: bool) -> None:
    """End the hold on RECORD; if it was recalled meanwhile it is erased now and its originator is told."""
    with node() as here:
        ended = take_recall.release_hold(here, parse_id(record), by=operator())
    shown: list[dict[str, str | UUID]] = [{"record": one.record, "ground": one.ground} for one in ended]
    show(shown, "\n".join(f"{one.record}: no longer held" for one in ended), as_json=as_json)

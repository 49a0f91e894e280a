"""``hamkar consent``."""

from collections.abc import Sequence
from datetime import datetime

import click

from hamkar.actions.consent import Kept, Leave, consent, list_consents, withdraw
from hamkar.actions.events import parse_id
from hamkar.cli.here import DAY, choice, json_option, node, operator, show, table
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Condition, Handling, HandlingCode


@click.command("consent")
@click.argument("record", required=False)
@click.option("--holder", help="Who may pass it on: name, country or node id.")
@click.option("--to", "recipient", help="To whom: name, country or node id.")
@click.option("--purpose", "purposes", multiple=True, type=choice(Purpose), help="For what; repeat it. Else as agreed.")
@click.option("--until", type=DAY, help="The last day, in UTC; else as long as the agreement.")
@click.option(
    "--condition", "conditions", multiple=True, type=choice(Condition), help="What goes with it besides; repeat it."
)
@click.option("--delete-by", type=DAY, help="The day by which every copy that is passed on is deleted.")
@click.option("--withdraw", "withdrawn", metavar="CONSENT", help="Take a consent back; --reason says why.")
@click.option("--reason", default="", help="Why it is taken back, in words.")
@json_option
def command(
    *,
    record: str | None,
    holder: str | None,
    recipient: str | None,
    purposes: Sequence[str],
    until: datetime | None,
    conditions: Sequence[str],
    delete_by: datetime | None,
    withdrawn: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Allow a holder to pass an own record on to another agency. Without RECORD: list every consent."""
    if withdrawn is not None:
        _withdraw(withdrawn, reason, as_json=as_json)
    elif record is None:
        _list(as_json=as_json)
    elif holder is None or recipient is None:
        msg = "a consent needs --holder and --to"
        raise click.UsageError(msg)
    else:
        leave = Leave(
            holder=holder,
            to=recipient,
            purposes=[Purpose(purpose) for purpose in purposes],
            until=until.date() if until else None,
            handling=Handling(
                code=HandlingCode.H0,
                conditions=tuple(Condition(condition) for condition in conditions),
                delete_by=delete_by.date() if delete_by else None,
            ),
        )
        with node() as here:
            made = consent(here, parse_id(record), leave, by=operator())
        text = f"{made.id}: node {made.holder[:8]} may pass {made.record} on to node {made.to[:8]} until {made.until}"
        show(made.to_dict(), text, as_json=as_json)


def _withdraw(wanted: str, reason: str, *, as_json: bool) -> None:
    with node() as here:
        made = withdraw(here, parse_id(wanted), reason, by=operator())
    text = f"{wanted}: taken back; what was passed on by it is erased there and beyond, see `hamkar recall list`"
    show(made.to_dict(), text, as_json=as_json)


def _list(*, as_json: bool) -> None:
    with node() as here:
        kept = list_consents(here)
    header = ("id", "record", "holder", "to", "until", "state")
    shown = [{**one.consent.to_dict(), "withdrawn": one.withdrawn} for one in kept]
    show(shown, table(header, [_row(one) for one in kept]), as_json=as_json)


def _row(one: Kept) -> tuple[str, ...]:
    made = one.consent
    state = "withdrawn" if one.withdrawn else "given"
    return str(made.id), str(made.record), made.holder[:8], made.to[:8], made.until.isoformat(), state

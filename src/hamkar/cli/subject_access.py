"""``hamkar subject-access``."""

from datetime import datetime

import click

from hamkar.actions import subject_access
from hamkar.actions.events import parse_id
from hamkar.actions.subject_access import AccessRequest, TakenStep
from hamkar.cli.here import DAY, choice, json_option, node, show, table
from hamkar.cli.inspect import inspector
from hamkar.policy.subject_access import AccessGround, AccessStep


@click.group("subject-access")
def command() -> None:
    """People who ask what is held on them: open, identify, search, answer, refuse, extend, show."""


@command.command("open")
@click.argument("name")
@click.option("--contact", default="", help="Where the answer goes.")
@click.option("--received", type=DAY, metavar="YYYY-MM-DD", help="When it came, if not today.")
@json_option
def open_(*, name: str, contact: str, received: datetime | None, as_json: bool) -> None:
    """Take in a request by NAME, and say by when it is due."""
    with node() as here:
        day = received.date() if received else here.today
        made = subject_access.open_access(here, inspector(), name, contact=contact, received_on=day)
    _show(made, as_json=as_json)


@command.command("identify")
@click.argument("request")
@click.option("--how", required=True, help="How it was made sure that the person is who they say.")
@json_option
def identify(*, request: str, how: str, as_json: bool) -> None:
    """Note that the identity of whoever made REQUEST has been verified."""
    _take(request, TakenStep(step=AccessStep.IDENTIFY, detail=how), as_json=as_json)


@command.command("search")
@click.argument("request")
@click.argument("words")
@json_option
def search(*, request: str, words: str, as_json: bool) -> None:
    """Look for WORDS among the people and things on record, for REQUEST; the search is logged and counted."""
    with node() as here:
        found = subject_access.search_for_subject(here, inspector(), parse_id(request), words)
    rows = [(str(each.id), each.schema, each.role or "", "; ".join(each.names)) for each in found]
    text = table(("record", "what", "role", "names"), rows) if rows else "nothing found"
    show([each.to_dict() for each in found], text, as_json=as_json)


@command.command("answer")
@click.argument("request")
@click.option("--part", type=choice(AccessGround), help="Only in part, on this ground.")
@click.option("--told", required=True, help="What was answered, in short.")
@json_option
def answer(*, request: str, part: str | None, told: str, as_json: bool) -> None:
    """Note that REQUEST was answered, in whole or in part."""
    step = AccessStep.ANSWER_IN_PART if part else AccessStep.ANSWER
    ground = AccessGround(part) if part else None
    _take(request, TakenStep(step=step, detail=told, ground=ground), as_json=as_json)


@command.command("refuse")
@click.argument("request")
@click.option("--ground", type=choice(AccessGround), required=True, help="On which ground.")
@click.option("--reason", required=True, help="Why, in words; kept for the supervisory authority.")
@json_option
def refuse(*, request: str, ground: str, reason: str, as_json: bool) -> None:
    """Note that REQUEST was refused."""
    taken = TakenStep(step=AccessStep.REFUSE, detail=reason, ground=AccessGround(ground))
    _take(request, taken, as_json=as_json)


@command.command("extend")
@click.argument("request")
@click.option("--until", type=DAY, required=True, metavar="YYYY-MM-DD", help="The new day.")
@click.option("--reason", required=True, help="Why it takes longer; the person is told.")
@json_option
def extend(*, request: str, until: datetime, reason: str, as_json: bool) -> None:
    """Give REQUEST a later day, with the reason."""
    _take(request, TakenStep(step=AccessStep.EXTEND, detail=reason, until=until.date()), as_json=as_json)


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to pass over.")
@json_option
def list_(*, limit: int, offset: int, as_json: bool) -> None:
    """List the requests, the open ones first by their day."""
    with node() as here:
        found, total = subject_access.list_access(here, inspector(), limit=limit, offset=offset)
    rows = [
        (str(e.row.id), e.row.name, str(e.row.received_on), str(e.row.due_on), e.row.state, "late" if e.overdue else "")
        for e in found
    ]
    text = table(("request", "name", "received", "due", "state", ""), rows)
    show({"total": total, "requests": [_dict(each) for each in found]}, text, as_json=as_json)


@command.command("show")
@click.argument("request")
@json_option
def show_(*, request: str, as_json: bool) -> None:
    """Show REQUEST with every step that was taken."""
    with node() as here:
        found = subject_access.show_access(here, inspector(), parse_id(request))
    _show(found, as_json=as_json)


@command.command("term")
@click.argument("days", type=click.IntRange(1, 366))
@json_option
def term(*, days: int, as_json: bool) -> None:
    """Say within how many DAYS this agency answers requests from now on; a month where nothing is said."""
    with node() as here:
        subject_access.set_term(here, inspector(), days)
    show({"days": days}, f"Requests that come from now on are due after {days} days.", as_json=as_json)


def _take(request: str, taken: TakenStep, *, as_json: bool) -> None:
    with node() as here:
        now = subject_access.take_step(here, inspector(), parse_id(request), taken)
    _show(now, as_json=as_json)


def _show(request: AccessRequest, *, as_json: bool) -> None:
    row = request.row
    lines = [
        f"{row.id}: {row.name}, {row.state}, due {row.due_on}" + (", overdue" if request.overdue else ""),
        *(
            f"{each.at:%Y-%m-%d %H:%M} UTC {each.by}: {' '.join(filter(None, (each.step, each.ground, each.detail)))}"
            for each in request.steps
        ),
        f"possible now: {', '.join(request.possible) or 'nothing, it is closed'}",
    ]
    show(_dict(request), "\n".join(lines), as_json=as_json)


def _dict(request: AccessRequest) -> dict[str, object]:
    row = request.row
    return {
        "id": row.id,
        "name": row.name,
        "contact": row.contact,
        "received_on": row.received_on,
        "due_on": row.due_on,
        "state": row.state,
        "overdue": request.overdue,
        "steps": [
            {"at": each.at, "by": each.by, "step": each.step, "ground": each.ground, "detail": each.detail}
            for each in request.steps
        ],
    }

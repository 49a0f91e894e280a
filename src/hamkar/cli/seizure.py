"""``hamkar seizure``."""

from dataclasses import replace
from datetime import date, datetime

import click

from hamkar.actions import events
from hamkar.actions.going import may_go
from hamkar.actions.seen import note_seen
from hamkar.cli.here import DAY, choice, json_option, node, operator, show, table
from hamkar.model.agreement import Purpose
from hamkar.model.quantity import Qualifier, Quantity
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, Derived, SeizureEvent
from hamkar.seizures.derive import FIELDS
from hamkar.store.events import COUNT_LIMIT, SORTS, EventFilter, EventRow, LineRow
from hamkar.text.counted import counted


@click.group("seizure")
def command() -> None:
    """Seizures: list, show, claims, decide, merge, split."""


@command.command("list")
@click.option("--country", default="", metavar="XX", help="ISO 3166-1 code of the country of seizure.")
@click.option("--substance", default="", help="A substance of the vocabulary, such as heroin.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Not before this day.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Not after this day.")
@click.option("--words", default="", help="Beginnings of words in place, agency, route or substance.")
@click.option("--disputed", is_flag=True, help="Only seizures on which reports contradict one another.")
@click.option(
    "--may-go-to", default="", metavar="NODE", help="Only seizures of which the rules let this partner have a report."
)
@click.option(
    "--purpose",
    type=choice(Purpose),
    default=Purpose.INVESTIGATION.value,
    show_default=True,
    help="For which it may go there.",
)
@click.option("--sort", type=click.Choice([*SORTS]), default="date", show_default=True, help="date: newest first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True, help="How many to show.")
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="How many to pass over.")
@json_option
def list_(
    *,
    as_json: bool,
    sort: str,
    limit: int,
    offset: int,
    since: datetime | None,
    until: datetime | None,
    **wanted: str | bool,
) -> None:
    """List the seizures held here, own and received."""
    chosen = EventFilter(
        country=str(wanted["country"]).upper(),
        substance=str(wanted["substance"]),
        since=since.date() if since else None,
        until=until.date() if until else None,
        words=str(wanted["words"]),
        disputed=bool(wanted["disputed"]),
    )
    with node() as here:
        if wanted["may_go_to"]:
            chosen = replace(chosen, going=may_go(here, str(wanted["may_go_to"]), Purpose(str(wanted["purpose"]))))
        page = events.list_events(here, chosen, sort=sort, limit=limit, offset=offset)
    rows = [_row(row, page.lines[row.id]) for row in page.rows]
    total = f"more than {COUNT_LIMIT:,}" if page.total > COUNT_LIMIT else f"{page.total:,}"
    known = sum(all(line.amount is not None for line in page.lines[row.id]) for row in page.rows)
    foot = (
        f"{len(rows)} of {total} seizures; for {known} of the {len(rows)} shown every quantity is known and undisputed"
    )
    value = {"total": page.total, "seizures": [_dict(row, page.lines[row.id]) for row in page.rows]}
    show(value, f"{table(_HEADER, rows)}\n{foot}", as_json=as_json)


_HEADER = ("id", "date", "place", "substances", "reports", "sources", "disputed")


def _row(row: EventRow, lines: list[LineRow]) -> tuple[str, ...]:
    place = ", ".join(part for part in (row.country, row.place[:30]) if part)
    loads = "; ".join(line_text(line) for line in lines)
    return (
        str(row.id),
        span_text(row.date_earliest, row.date_latest),
        place,
        loads,
        str(row.reports),
        str(row.lineages),
        ", ".join(row.disputed),
    )


def span_text(earliest: date | None, latest: date | None) -> str:
    """The days of an event in words."""
    if earliest is None:
        return "unknown"
    return str(earliest) if earliest == latest else f"{earliest}/{latest}"


def line_text(line: LineRow) -> str:
    """A substance with its quantity as reported."""
    if line.amount is None:
        return f"{line.label} ({line.status})"
    words = "" if line.qualifier == "exact" else f"{line.qualifier.replace('_', ' ')} "
    return f"{line.label} {words}{line.amount} {line.unit_text or line.unit}"


def _dict(row: EventRow, lines: list[LineRow]) -> dict[str, object]:
    named = {name: getattr(row, name) for name in EventRow.__slots__}
    return {**named, "lines": [{name: getattr(line, name) for name in LineRow.__slots__[1:]} for line in lines]}


@command.command("show")
@click.argument("seizure")
@json_option
def show_(*, seizure: str, as_json: bool) -> None:
    """Show what can be said of a seizure: every field, how firmly it stands and by which rule."""
    with node() as here:
        shown = events.show_event(here, events.find_event_id(here, seizure))
        note_seen(here, shown.event.id, operator())
    show(shown.event.to_dict(), event_text(shown.event), as_json=as_json)


@command.command("claims")
@click.argument("seizure")
@json_option
def claims(*, seizure: str, as_json: bool) -> None:
    """Show the reports of a seizure, each as its source gives it."""
    with node() as here:
        shown = events.show_event(here, events.find_event_id(here, seizure))
    show([r.to_dict() for r in shown.reports], "\n\n".join(map(_report_text, shown.reports)), as_json=as_json)


@command.command("seen")
@click.argument("seizure")
@json_option
def seen(*, seizure: str, as_json: bool) -> None:
    """Mark the received reports of a seizure as seen by a person; those who gave them are told the day, not by whom.

    `show` and the seizure's page do it by themselves.
    """
    with node() as here:
        fresh = note_seen(here, events.find_event_id(here, seizure), operator())
    show({"seen": fresh}, f"{counted(fresh, 'report')} not seen before", as_json=as_json)


@command.command("merge")
@click.argument("origin")
@click.argument("into")
@click.option("--reason", required=True, help="Why, for whoever reads the log later.")
@json_option
def merge(*, origin: str, into: str, reason: str, as_json: bool) -> None:
    """Take two seizures to be one: the claims of ORIGIN are filed under INTO. `split` undoes it."""
    with node() as here:
        merged = events.merge(here, events.parse_id(origin), events.parse_id(into), by=operator(), reason=reason)
    show(merged.to_dict(), event_text(merged), as_json=as_json)


@command.command("split")
@click.argument("seizure")
@click.argument("reports", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, for whoever reads the log later.")
@json_option
def split(*, seizure: str, reports: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Take REPORTS out of a seizure: back to where they came from, or into a new one."""
    chosen = [events.parse_id(report) for report in reports]
    with node() as here:
        made = events.split(here, events.parse_id(seizure), chosen, by=operator(), reason=reason)
    show(made.to_dict(), event_text(made), as_json=as_json)


@command.command("decide")
@click.argument("seizure")
@click.argument("field", type=click.Choice([field.name for field in FIELDS]))
@click.argument("value")
@click.option("--reason", required=True, help="Why, for whoever reads the log later.")
@json_option
def decide(*, seizure: str, field: str, value: str, reason: str, as_json: bool) -> None:
    """Decide a disputed FIELD: VALUE is one that some report claims. It goes before every rule."""
    with node() as here:
        decision = Decision(
            event=events.parse_id(seizure), field=field, value=value, by=operator(), at=here.now(), reason=reason
        )
        settled = events.settle_field(here, decision)
    show(settled.to_dict(), event_text(settled), as_json=as_json)


def event_text(event: SeizureEvent) -> str:
    """A seizure in words, one field a line."""
    reports, sources = counted(len(event.reports), "report"), counted(event.lineages, "independent source")
    lines = [f"seizure {event.id}: {reports} of {sources}"]
    day = event.date.value
    lines.append(
        f"  date: {span_text(day.earliest, day.latest) if day else '-'} ({event.date.status}, {event.date.rule})"
    )
    lines += [f"  {field.name}: {_field_text(getattr(event, field.name))}" for field in FIELDS]
    for line in event.lines:
        stands = f"{line.quantity.status}, {line.quantity.rule}{', implausible' if line.doubtful else ''}"
        lines.append(f"  {line.substance or line.substance_text}: {_amounts(line.quantity)} ({stands})")
    return "\n".join([*lines, *(f"  problem: {problem}" for problem in event.problems)])


def _amounts(derived: Derived[Quantity]) -> str:
    stated = [derived.value] if derived.value else list(dict.fromkeys(claim.value for claim in derived.claims))
    return " | ".join(map(quantity_text, stated)) or "-"


def quantity_text(quantity: Quantity) -> str:
    """A quantity as reported."""
    words = "" if quantity.qualifier is Qualifier.EXACT else f"{quantity.qualifier.replace('_', ' ')} "
    return f"{words}{quantity.amount} {quantity.unit_text}"


def _field_text(derived: Derived[str]) -> str:
    others = "" if derived.value else " | ".join(claim.value for claim in derived.claims)
    return f"{derived.value or others or '-'} ({derived.status}, {derived.rule})"


def _report_text(report: Report) -> str:
    plain = {name: value for name, value in report.to_dict().items() if value not in ("", None, [], ())}
    return "\n".join(f"{name}: {value}" for name, value in plain.items())

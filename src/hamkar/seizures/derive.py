"""The one way from reports to an event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hamkar.model.report import Report
from hamkar.model.seizure import Decision, Derived, SeizureEvent, Status
from hamkar.seizures import event_date
from hamkar.seizures.lines import derive_lines
from hamkar.seizures.resolve import Measure, Statement, resolve
from hamkar.seizures.wording import CODE, PLACE_NAME, WORDS


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of an event that reports state in text or code: how to read it and how to compare it."""

    name: str
    read: Callable[[Report], str | None]
    measure: Measure[str]


def _end(report: Report, end: str) -> str | None:
    point = getattr(report.routing, end) if report.routing else None
    return (point.country or point.text) if point else None


FIELDS = (
    TextField("country", lambda r: r.place.country if r.place else None, CODE),
    TextField("admin1", lambda r: (r.place.admin1 or r.place.admin1_text) if r.place else None, PLACE_NAME),
    TextField("place", lambda r: r.place.text if r.place else None, PLACE_NAME),
    TextField("crossing", lambda r: (r.place.crossing or r.place.crossing_text) if r.place else None, PLACE_NAME),
    TextField("agency", lambda r: r.agency, WORDS),
    TextField("departure", lambda r: _end(r, "departure"), PLACE_NAME),
    TextField("destination", lambda r: _end(r, "destination"), PLACE_NAME),
)
"""Every field that is resolved by comparing text; the date and the substances have rules of their own."""


def derive(event: UUID, reports: Sequence[Report], decisions: Sequence[Decision] = ()) -> SeizureEvent:
    """The event that these reports speak of. The same reports in the same order always give the same event.

    A person's decision on a field goes before every rule, if it is still one of the claimed values. Raises ValueError
    for no reports: an event nobody reported does not exist.
    """
    if not reports:
        msg = f"event {event} has no report left, so there is nothing to derive it from"
        raise ValueError(msg)
    bound = event_date.not_after(reports)
    dated, problems = event_date.statements(reports, bound)
    words = {field.name: decide(field.name, _resolve_text(field, reports), decisions) for field in FIELDS}
    return SeizureEvent(
        id=event,
        reports=tuple(report.id for report in reports),
        lineages=len({report.lineage for report in reports}),
        date=resolve(dated, event_date.DATE),
        not_after=bound,
        lines=derive_lines(reports),
        problems=tuple(problems),
        **words,
    )


def _resolve_text(field: TextField, reports: Sequence[Report]) -> Derived[str]:
    stated = ((field.read(report), report) for report in reports)
    statements = [Statement(value, report.lineage, report.id, report.grade) for value, report in stated if value]
    return resolve(statements, field.measure)


def decide(field: str, derived: Derived[str], decisions: Sequence[Decision]) -> Derived[str]:
    """The derived value, or the newest decision of a person on this field where its value is still claimed."""
    for decision in sorted(decisions, key=lambda d: d.at, reverse=True):
        if decision.field == field and any(claim.value == decision.value for claim in derived.claims):
            return replace(
                derived, value=decision.value, status=Status.PREFERRED, rule="decided_by_person", decided_by=decision.by
            )
    return derived


def disputed_fields(event: SeizureEvent) -> tuple[str, ...]:
    """The names of the event's fields on which its reports contradict one another."""
    named = [("date", event.date.status), *((field.name, getattr(event, field.name).status) for field in FIELDS)]
    lines = [(f"quantity:{line.kind}", line.quantity.status) for line in event.lines]
    return tuple(name for name, status in [*named, *lines] if status is Status.DISPUTED)

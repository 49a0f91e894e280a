"""What is owed on releases through the gate, as a list of duties and as counts that can be published."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from hamkar.actions.gate_case import LIFE_SAVING, AtGate
from hamkar.actions.node import Node
from hamkar.model.release import Release
from hamkar.store import assurances
from hamkar.store import gate as papers
from hamkar.store.database import Connection
from hamkar.store.gate import GateReleaseRow
from hamkar.store.log import Entry
from hamkar.text.counted import counted
from hamkar.vocab.jurisdictions import table_version

OUTCOME_WITHIN: Final = timedelta(days=180)
REVIEW_WITHIN: Final = timedelta(days=14)
REVIEW_WITHIN_ALONE: Final = timedelta(hours=72)
EXPIRES_SOON: Final = timedelta(days=30)
_LISTED: Final = 500


def note_release(connection: Connection, at_gate: AtGate, made: Release) -> Entry:
    """Write down what is owed on a release through the gate, in its own unit of work; the entry for the log."""
    row = at_gate.assessed
    if row is None or row.decision is None:
        msg = f"release {made.id} of {made.record} passed the gate without an assessment; that is a fault, report it"
        raise AssertionError(msg)
    within = REVIEW_WITHIN_ALONE if row.decision.unreached else REVIEW_WITHIN
    due = GateReleaseRow(
        release=made.id,
        assessment=row.assessment.id,
        partner=made.partner,
        agreement=made.agreement,
        scope=at_gate.scope,
        released_at=made.decided_at,
        outcome_due=(made.decided_at + OUTCOME_WITHIN).date(),
        outcome_at=None,
        review_due=made.decided_at + within if at_gate.scope == LIFE_SAVING else None,
        reviewed_at=None,
    )
    papers.put_gate_release(connection, due)
    return Entry(
        actor=made.decided_by,
        act="gate_released",
        subject=str(made.record),
        partner=made.partner,
        rule="capital_exposure",
        detail=f"{due.scope}; assessment {due.assessment}; outcome due {due.outcome_due}",
    )


def list_gate_releases(node: Node) -> list[GateReleaseRow]:
    """The releases through the gate with what is owed on them, the newest first."""
    with node.database.transaction() as connection:
        return papers.list_gate_releases(connection, _LISTED)


def owed_on(node: Node, wanted: UUID) -> GateReleaseRow:
    """What is owed on one release, by its own identifier or that of its assessment. Raises NotFound."""
    with node.database.transaction() as connection:
        return papers.find_gate_release(connection, wanted)


def owed(connection: Connection, now: datetime) -> Iterator[str]:
    """Sentences for what is owed at the gate: decisions, reviews, outcomes, assurances that end, breaches."""
    waiting = [row for row in papers.list_assessments(connection, _LISTED) if row.decision is None]
    if waiting:
        yield f"{counted(len(waiting), 'assessment')} at the gate for a senior authoriser to decide"
    for row in papers.releases_owing(connection, _LISTED):
        if row.review_due is not None and row.reviewed_at is None:
            late = " (overdue)" if row.review_due < now else ""
            yield f"life-saving release {row.release} is to be reviewed by {row.review_due:%Y-%m-%d %H:%M} UTC{late}"
        if row.outcome_at is None and row.outcome_due < now.date():
            yield f"the outcome of release {row.release} was due on {row.outcome_due}; ask the partner"
    for kept in assurances.list_assurances(connection):
        if kept.revoked_at is None and now.date() <= kept.assurance.expires_on <= (now + EXPIRES_SOON).date():
            yield f"the assurance {kept.assurance.id} of {kept.assurance.issuer} ends on {kept.assurance.expires_on}"
    for breach in papers.standing_breaches(connection):
        yield f"nothing nominal goes under agreement {breach.agreement[:12]} since the breach {breach.id}"


def yearly_report(node: Node, year: int) -> dict[str, object]:
    """The counts of a year that can be published: decisions of this agency, no names."""
    since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    with node.database.transaction() as connection:
        counts = papers.yearly_counts(connection, since, until, node.now())
    return {
        "agency": node.agency.name,
        "country": node.agency.country,
        "year": year,
        "as_of": node.today,
        "table": table_version(),
        **counts,
    }

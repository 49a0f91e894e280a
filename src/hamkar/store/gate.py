"""The gate's papers as rows: assessments, decisions, releases with what is owed on them, and breaches. All nominal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.assessment import Assessment
from hamkar.model.case_outcome import Breach, CaseOutcome
from hamkar.model.gate_decision import GateDecision, GateReview


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessment with what was decided on it, and the release that it led to; None while there is none."""

    assessment: Assessment
    decision: GateDecision | None
    release: UUID | None


@dataclass(frozen=True, slots=True)
class GateReleaseRow:
    """A release through the gate, and what is still owed on it; ``review_due`` is None where no review is owed."""

    release: UUID
    assessment: UUID
    partner: str
    agreement: str
    scope: str
    released_at: datetime
    outcome_due: date
    outcome_at: datetime | None
    review_due: datetime | None
    reviewed_at: datetime | None


_ASSESSED = (
    "SELECT a.body::text, d.body::text, r.release FROM nominal.assessment a"
    " LEFT JOIN nominal.gate_decision d ON d.assessment = a.id"
    " LEFT JOIN nominal.gate_release r ON r.assessment = a.id"
)
_RELEASED = (
    "SELECT release, assessment, partner, agreement, scope, released_at, outcome_due, outcome_at, review_due,"
    " reviewed_at FROM nominal.gate_release"
)


def put_assessment(connection: Connection, made: Assessment) -> None:
    """Keep an assessment."""
    connection.execute(
        "INSERT INTO nominal.assessment (id, entity, originator, partner, asked_at, saves_life, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            *(made.id, made.entity, made.originator, made.partner, made.asked_at, made.saves_life),
            made.to_json().decode(),
        ),
    )


def lock_assessment(connection: Connection, assessment: UUID) -> AssessmentRow:
    """One assessment, on which nobody else decides until the unit of work ends. Raises NotFound."""
    connection.execute("SELECT 1 FROM nominal.assessment WHERE id = %s FOR UPDATE", (assessment,))
    return find_assessment(connection, assessment)


def find_assessment(connection: Connection, assessment: UUID) -> AssessmentRow:
    """One assessment. Raises NotFound."""
    row = connection.execute(f"{_ASSESSED} WHERE a.id = %s", (assessment,)).fetchone()
    if row is None:
        msg = f"there is no assessment {assessment} here; `hamkar gate list` shows them"
        raise NotFound(msg)
    return _assessed(row)


def newest_assessment(connection: Connection, records: Sequence[UUID], partner: str) -> AssessmentRow | None:
    """The newest assessment on giving a partner a record, under any of the identifiers of its versions."""
    row = connection.execute(
        f"{_ASSESSED} WHERE a.entity = ANY(%s) AND a.partner = %s ORDER BY a.asked_at DESC, a.id DESC LIMIT 1",
        (list(records), partner),
    ).fetchone()
    return None if row is None else _assessed(row)


def list_assessments(connection: Connection, limit: int) -> list[AssessmentRow]:
    """The assessments, those that wait for a decision above, then the newest first."""
    rows = connection.execute(
        f"{_ASSESSED} ORDER BY d.assessment IS NOT NULL, a.asked_at DESC, a.id DESC LIMIT %s", (limit,)
    )
    return [_assessed(row) for row in rows.fetchall()]


def _assessed(row: tuple[Any, ...]) -> AssessmentRow:
    body, decided, release = row
    decision = GateDecision.from_own_json(decided.encode()) if decided else None
    return AssessmentRow(Assessment.from_own_json(body.encode()), decision, release)


def put_decision(connection: Connection, made: GateDecision) -> None:
    """Keep what was decided on an assessment; the first decision stands."""
    connection.execute(
        "INSERT INTO nominal.gate_decision (assessment, granted, decided_at, body) VALUES (%s, %s, %s, %s)",
        (made.assessment, made.granted, made.decided_at, made.to_json().decode()),
    )


def put_gate_release(connection: Connection, row: GateReleaseRow) -> None:
    """Note a release through the gate, with what is owed on it."""
    connection.execute(
        "INSERT INTO nominal.gate_release"
        " (release, assessment, partner, agreement, scope, released_at, outcome_due, review_due)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(row.release, row.assessment, row.partner, row.agreement, row.scope, row.released_at),
            *(row.outcome_due, row.review_due),
        ),
    )


def list_gate_releases(connection: Connection, limit: int) -> list[GateReleaseRow]:
    """The releases through the gate, the newest first."""
    with connection.cursor(row_factory=class_row(GateReleaseRow)) as cursor:
        return cursor.execute(f"{_RELEASED} ORDER BY released_at DESC, release LIMIT %s", (limit,)).fetchall()


def releases_owing(connection: Connection, limit: int) -> list[GateReleaseRow]:
    """Those on which an outcome or a review is still owed, the oldest first."""
    with connection.cursor(row_factory=class_row(GateReleaseRow)) as cursor:
        return cursor.execute(
            f"{_RELEASED} WHERE outcome_at IS NULL OR (review_due IS NOT NULL AND reviewed_at IS NULL)"
            " ORDER BY released_at, release LIMIT %s",
            (limit,),
        ).fetchall()


def find_gate_release(connection: Connection, release: UUID) -> GateReleaseRow:
    """One release through the gate, by its own identifier or that of its assessment. Raises NotFound."""
    with connection.cursor(row_factory=class_row(GateReleaseRow)) as cursor:
        row = cursor.execute(
            f"{_RELEASED} WHERE release = %(id)s OR assessment = %(id)s FOR UPDATE", {"id": release}
        ).fetchone()
    if row is None:
        msg = f"no release {release} went through the gate here; `hamkar gate list` shows those that did"
        raise NotFound(msg)
    return row


def put_outcome(connection: Connection, outcome: CaseOutcome) -> None:
    """Keep what came of a case, in the place of what was told before."""
    connection.execute(
        "UPDATE nominal.gate_release SET outcome = %s, outcome_at = %s WHERE release = %s",
        (outcome.to_json().decode(), outcome.reported_at, outcome.release),
    )


def outcome_of(connection: Connection, release: UUID) -> CaseOutcome | None:
    """What came of a case; None where nothing was told."""
    row = connection.execute("SELECT outcome::text FROM nominal.gate_release WHERE release = %s", (release,)).fetchone()
    return CaseOutcome.from_own_json(row[0].encode()) if row and row[0] else None


def put_review(connection: Connection, review: GateReview) -> None:
    """Keep what a review found."""
    connection.execute(
        "UPDATE nominal.gate_release SET review = %s, reviewed_at = %s WHERE release = %s",
        (review.to_json().decode(), review.reviewed_at, review.release),
    )


def put_breach(connection: Connection, breach: Breach) -> None:
    """Keep a breach, or that it was lifted."""
    connection.execute(
        "INSERT INTO nominal.breach (id, agreement, partner, recorded_at, lifted_at, body)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET lifted_at = excluded.lifted_at, body = excluded.body",
        (
            *(breach.id, breach.agreement, breach.partner, breach.recorded_at, breach.lifted_at),
            breach.to_json().decode(),
        ),
    )


def find_breach(connection: Connection, breach: UUID) -> Breach:
    """One breach, which nobody else lifts until the unit of work ends. Raises NotFound."""
    row = connection.execute("SELECT body::text FROM nominal.breach WHERE id = %s FOR UPDATE", (breach,)).fetchone()
    if row is None:
        msg = f"there is no breach {breach} on record here; `hamkar gate list` shows those that stand"
        raise NotFound(msg)
    return Breach.from_own_json(row[0].encode())


def standing_breaches(connection: Connection) -> list[Breach]:
    """The breaches that have not been lifted, the oldest first."""
    rows = connection.execute("SELECT body::text FROM nominal.breach WHERE lifted_at IS NULL ORDER BY recorded_at, id")
    return [Breach.from_own_json(body.encode()) for (body,) in rows.fetchall()]


def standing_breach(connection: Connection, agreement: str) -> Breach | None:
    """The oldest breach by which nothing nominal goes under an agreement; None where there is none."""
    return next((each for each in standing_breaches(connection) if each.agreement == agreement), None)


COUNTED = {
    "asked": "SELECT count(*) FROM nominal.assessment WHERE asked_at >= %(since)s AND asked_at < %(until)s",
    "refused_by_rule": "SELECT count(*) FROM release WHERE outcome = 'refused' AND rule = 'capital_exposure'"
    " AND decided_at >= %(since)s AND decided_at < %(until)s",
    "refused_by_authoriser": "SELECT count(*) FROM nominal.gate_decision WHERE NOT granted"
    " AND decided_at >= %(since)s AND decided_at < %(until)s",
    "released_general": "SELECT count(*) FROM nominal.gate_release WHERE scope = 'general'"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "released_case": "SELECT count(*) FROM nominal.gate_release WHERE scope = 'case'"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "released_life_saving": "SELECT count(*) FROM nominal.gate_release WHERE scope = 'life_saving'"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "reviews_done": "SELECT count(*) FROM nominal.gate_release WHERE reviewed_at IS NOT NULL"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "reviews_overdue": "SELECT count(*) FROM nominal.gate_release WHERE review_due < %(now)s AND reviewed_at IS NULL"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "outcomes_reported": "SELECT count(*) FROM nominal.gate_release WHERE outcome_at IS NOT NULL"
    " AND released_at >= %(since)s AND released_at < %(until)s",
    "outcomes_overdue": "SELECT count(*) FROM nominal.gate_release WHERE outcome_due < %(now)s::date"
    " AND outcome_at IS NULL AND released_at >= %(since)s AND released_at < %(until)s",
    "breaches": "SELECT count(*) FROM nominal.breach WHERE recorded_at >= %(since)s AND recorded_at < %(until)s",
}
"""What can be published of a year, each with its count: decisions of this agency and no names."""


def yearly_counts(connection: Connection, since: datetime, until: datetime, now: datetime) -> dict[str, int]:
    """The counts of the time from ``since`` to before ``until``, as they stand now."""
    times = {"since": since, "until": until, "now": now}
    return {name: _one(connection.execute(query, times).fetchone()) for name, query in COUNTED.items()}


def _one(row: tuple[int] | None) -> int:
    return row[0] if row else 0

"""What is written down after a release through the gate: what came of the case, and what a review found."""

from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.model.case_outcome import CaseOutcome
from hamkar.model.gate_decision import GateReview
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.store import gate as papers
from hamkar.store import log
from hamkar.store.database import Connection
from hamkar.store.gate import GateReleaseRow
from hamkar.store.log import Entry


def report_outcome(node: Node, wanted: UUID, charge: str, sentence: str, person: Person) -> CaseOutcome:
    """Write down the charge and the sentence that followed a release. Raises BadInput for an empty one."""
    require(person, Act.RELEASE_NOMINAL)
    with node.database.transaction() as connection:
        row = papers.find_gate_release(connection, wanted)
        try:
            made = CaseOutcome(
                release=row.release, charge=charge, sentence=sentence, reported_by=person.name, reported_at=node.now()
            )
        except ValueError as error:
            raise BadInput(str(error)) from error
        papers.put_outcome(connection, made)
        entry = Entry(actor=person.name, act="outcome_reported", subject=str(row.release), partner=row.partner)
        log.append(connection, entry, node.now())
    return made


def review(node: Node, wanted: UUID, finding: str, person: Person, *, justified: bool) -> GateReview:
    """Write down what was found of a life-saving release by somebody who had no part in it. Raises Refused."""
    require(person, Act.AUTHORISE)
    if not finding.strip():
        msg = "a review states its finding in words; write it"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        row = papers.find_gate_release(connection, wanted)
        _check_reviewer(connection, row, person)
        made = GateReview(
            release=row.release, justified=justified, finding=finding, reviewed_by=person.name, reviewed_at=node.now()
        )
        papers.put_review(connection, made)
        said = "justified" if justified else "not justified"
        entry = Entry(
            actor=person.name, act="gate_reviewed", subject=str(row.release), partner=row.partner, detail=said
        )
        log.append(connection, entry, node.now())
    return made


def _check_reviewer(connection: Connection, row: GateReleaseRow, person: Person) -> None:
    if row.review_due is None or row.reviewed_at is not None:
        msg = f"no review is owed on the release {row.release}; only life-saving ones are reviewed, once"
        raise Refused(msg, rule="review_owed")
    assessed = papers.find_assessment(connection, row.assessment)
    took_part = {assessed.assessment.asked_by, assessed.decision.decided_by if assessed.decision else ""}
    if person.name in took_part:
        msg = f"{person.name} asked for or decided this release and cannot review it; another senior authoriser does"
        raise Refused(msg, rule="two_people")

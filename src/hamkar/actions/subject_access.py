"""Somebody asks what is held on them: from receipt to the answer, step by step, with the day by which it is due."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.actions.nominal import search_entities
from hamkar.errors import BadInput
from hamkar.model.entity import Entity
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.look import ReadPurpose
from hamkar.policy.subject_access import CLOSED, STEPS, AccessGround, AccessState, AccessStep, next_state
from hamkar.store import log, subject_access
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.subject_access import AccessRow, StepRow
from hamkar.text.counted import counted


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request with the steps that were taken; ``overdue`` where it is open and its day has passed."""

    row: AccessRow
    steps: list[StepRow]
    overdue: bool

    @property
    def possible(self) -> tuple[AccessStep, ...]:
        """The steps that may follow."""
        return tuple(step for state, step in STEPS if state == self.row.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenStep:
    """What somebody wants to do about a request: the step, its ground and words, and a new day where it is extended."""

    step: AccessStep
    detail: str = ""
    ground: AccessGround | None = None
    until: date | None = None


def open_access(node: Node, person: Person, name: str, *, contact: str, received_on: date) -> AccessRequest:
    """Take a request in. It is due as many days after receipt as the agency has set, or else within a month.

    Raises NotAllowed, and BadInput without a name or for a day that is still to come.
    """
    require(person, Act.INSPECT)
    if not name.strip() or received_on > node.today:
        msg = "a request is somebody's, and came today or before: give the name and the day of receipt"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        row = AccessRow(
            id=node.new_id(),
            name=name.strip(),
            contact=contact,
            received_on=received_on,
            due_on=_due_on(received_on, subject_access.term(connection)),
            state=AccessState.RECEIVED,
        )
        subject_access.put_access(connection, row)
        _note(node, connection, row.id, StepRow(at=node.now(), by=person.name, step="open", ground="", detail=""))
        return _shown(node, connection, row)


def take_step(node: Node, person: Person, request: UUID, taken: TakenStep) -> AccessRequest:
    """Do the next thing about a request.

    Raises NotAllowed, NotFound, Refused for a step that cannot follow, and BadInput for an extension that is none.
    """
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        row = subject_access.lock_access(connection, request)
        state = next_state(AccessState(row.state), taken.step, taken.ground)
        due_on = _extended(row, taken) if taken.step is AccessStep.EXTEND else row.due_on
        subject_access.move_access(connection, request, state=state, due_on=due_on)
        _note(node, connection, request, _step(node, person, taken))
        return _shown(node, connection, subject_access.find_access(connection, request))


def search_for_subject(node: Node, person: Person, request: UUID, words: str) -> Sequence[Entity]:
    """What is held on whoever asks, as a search that is logged like any other. Raises as `take_step` does."""
    taken = TakenStep(step=AccessStep.SEARCH)
    take_step(node, person, request, taken)
    return search_entities(node, person, words, case=f"subject access {request}", purpose=ReadPurpose.SUBJECT_ACCESS)


def show_access(node: Node, person: Person, request: UUID) -> AccessRequest:
    """One request. Raises NotAllowed and NotFound."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        return _shown(node, connection, subject_access.find_access(connection, request))


def list_access(node: Node, person: Person, *, limit: int, offset: int) -> tuple[list[AccessRequest], int]:
    """A page of requests, the open ones first by their day, and how many there are. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        rows = subject_access.list_access(connection, limit=limit, offset=offset)
        return [_shown(node, connection, row) for row in rows], subject_access.count_access(connection)


def set_term(node: Node, person: Person, days: int) -> None:
    """Say within how many days the agency answers requests that come from now on. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        subject_access.set_term(connection, days, by=person.name, at=node.now())
        entry = Entry(actor=person.name, act="subject_access_term", subject="", detail=str(days))
        log.append(connection, entry, node.now())


def overdue_access_sentence(node: Node, connection: Connection) -> str:
    """A sentence if answers to subject-access requests are overdue, without a name; "" where none is."""
    overdue = subject_access.overdue_access(connection, node.today)
    if not overdue:
        return ""
    many = counted(len(overdue), "subject-access request")
    return f"{many} overdue, the oldest since {overdue[0].due_on}: `hamkar subject-access list`"


def _due_on(received_on: date, days: int | None) -> date:
    """That many days later, or else the same day of the next month, or its last where it has no such day."""
    if days is not None:
        return received_on + timedelta(days=days)
    year, month = received_on.year + received_on.month // 12, received_on.month % 12 + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))


def _extended(row: AccessRow, taken: TakenStep) -> date:
    if taken.until is None or taken.until <= row.due_on or not taken.detail.strip():
        msg = f"the request is due on {row.due_on}; an extension names a later day and says why"
        raise BadInput(msg)
    return taken.until


def _step(node: Node, person: Person, taken: TakenStep) -> StepRow:
    ground = taken.ground.value if taken.ground else ""
    detail = f"until {taken.until}: {taken.detail}" if taken.until else taken.detail
    return StepRow(at=node.now(), by=person.name, step=taken.step, ground=ground, detail=detail)


def _note(node: Node, connection: Connection, request: UUID, step: StepRow) -> None:
    """Keep the step; the log names the request and never the person."""
    subject_access.put_step(connection, request, step)
    entry = Entry(actor=step.by, act="subject_access", subject=str(request), rule=step.ground, detail=step.step)
    log.append(connection, entry, node.now())


def _shown(node: Node, connection: Connection, row: AccessRow) -> AccessRequest:
    overdue = row.state not in CLOSED and row.due_on < node.today
    return AccessRequest(row, subject_access.steps_of(connection, row.id), overdue)

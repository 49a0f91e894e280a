"""Taking an own record back from everybody who holds it, and seeing who has answered."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.actions.tell_holders import SignedRecall, tell_holders
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.statement import MAX_RECALL_REASON, recall_id, sign_statement, stored_statement
from hamkar.model.bundle import MessageKind
from hamkar.model.entity import Entity
from hamkar.model.recall import HoldGround, Recall, RecallKind, RecallOutcome
from hamkar.model.record import Record
from hamkar.model.report import Report
from hamkar.store import entities, log, partners, recalls, reports, set_aside
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.marked import seen_among
from hamkar.store.recalls import HolderRow, RecallRow

WITHIN = timedelta(hours=72)
"""How long holders have to answer where nobody says otherwise."""

WITHDRAWABLE = (RecallKind.WITHDRAWN, RecallKind.WRONG, RecallKind.UNLAWFUL)
"""The kinds of recall that a person chooses; the others follow from a correction or a consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why a record is taken back, in kind and in words, and how long its holders have to answer."""

    kind: RecallKind
    reason: str
    within: timedelta = WITHIN

    def __post_init__(self) -> None:
        if not 1 <= len(self.reason.strip()) <= MAX_RECALL_REASON:
            msg = f"say in 1 to {MAX_RECALL_REASON:,} letters why the record is taken back; its holders read it"
            raise BadInput(msg)
        if self.within <= timedelta(0):
            msg = "holders need some time to answer; give them one hour or more"
            raise BadInput(msg)


@dataclass(frozen=True, slots=True)
class Issued:
    """A recall of one record, and the partners that were told; ``fresh`` is false where it was recalled before."""

    recall: Recall
    told: tuple[str, ...]
    fresh: bool


def recall(node: Node, wanted: UUID, ground: Ground, *, by: str) -> list[Issued]:
    """Take back an own report with its people, one person or thing, or every own record of a seizure, for good.

    In one unit of work the record is closed to every release here and the recall is queued for every partner that was
    given it, also where it still waits. Raises NotFound, and Refused for another agency's record.
    """
    with node.database.transaction() as connection:
        recalls.lock(connection)
        chosen = _own_records(node, connection, wanted)
        entries: list[Entry] = []
        issued = [_take_back(node, connection, record, ground, by, entries) for record in chosen]
        log.append_many(connection, entries, node.now())
    return issued


def _take_back(
    node: Node, connection: Connection, record: Report | Entity, ground: Ground, by: str, entries: list[Entry]
) -> Issued:
    before = recalls.recall_in_effect(connection, node.id, record.id)
    if before is not None:
        asked = tuple(row.holder for row in recalls.holders(connection, [before.id]))
        return Issued(stored_statement(before.envelope, Recall), asked, fresh=False)
    made = new_recall(node, record, ground)
    envelope = sign_statement(made, node.keys.signer)
    recalls.put_recall(connection, made, envelope, here=True, at=node.now())
    told = tell_holders(node, connection, SignedRecall(made, envelope), by=by)
    entries += [recall_entry(made, by), *told.entries]
    return Issued(made, told.partners, fresh=True)


def new_recall(
    node: Node, record: Report | Entity, ground: Ground, *, at: str = "", replaced_by: UUID | None = None
) -> Recall:
    """The recall of an own record, to be signed."""
    now = node.now()
    return Recall(
        v=1,
        id=recall_id(node.id, record.id, at, now),
        record=record.id,
        kind_of_record=MessageKind.REPORT if isinstance(record, Report) else MessageKind.ENTITY,
        originator=node.id,
        kind=ground.kind,
        reason=ground.reason.strip(),
        issued_at=now,
        due=now + ground.within,
        at=at,
        replaced_by=replaced_by,
    )


def recall_entry(made: Recall, by: str) -> Entry:
    """What the log says of a recall."""
    return Entry(actor=by, act="recalled", subject=str(made.record), partner=made.at, rule=made.kind)


def _own_records(node: Node, connection: Connection, wanted: UUID) -> list[Report | Entity]:
    """Own records by an identifier, people before the report they belong to."""
    held = [report for report in reports.reports_of(connection, wanted) if report.originator == node.id]
    if not held:
        record = own_record(node, connection, wanted)
        if isinstance(record, Entity):
            return [record]
        held = [record]
    people = entities.entities_of(connection, [report.id for report in held])
    return [*(person for person in people if person.originator == node.id), *held]


def own_record(node: Node, connection: Connection, wanted: UUID) -> Report | Entity:
    """An own report, person or thing. Raises NotFound, and Refused where it is another's or an old version."""
    if set_aside.is_set_aside(connection, node.id, wanted) and seen_among(connection, [wanted], node.sight):
        msg = f"{wanted} has been corrected: recall or correct the newest version, which holders have in its place"
        raise Refused(msg, rule="newest_version")
    found = reports.find_reports(connection, [wanted], prefer=node.id)
    record = found[wanted][0] if found else entities.find_entity(connection, wanted, prefer=node.id)
    if not node.sees(record.handling):
        raise NotFound(entities.not_held(wanted))
    if record.originator != node.id:
        msg = f"{wanted} is another agency's record; only that agency takes it back, corrects or clears it"
        raise Refused(msg, rule="originator_in_control")
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderState(Record):
    """Where a holder stands with a recall. ``asked_by`` is "" for this node; ``overdue`` is since when it is late."""

    node: str
    name: str
    asked_by: str
    delivered: bool | None
    rejected: str
    outcome: RecallOutcome | None
    ground: HoldGround | None
    until: date | None
    answered_at: datetime | None
    overdue: datetime | None

    def sentence(self) -> str:
        """The same in words."""
        late = f"; overdue since {self.overdue:%Y-%m-%d %H:%M} UTC" if self.overdue else ""
        if self.outcome is not None and self.answered_at is not None:
            why = f" on the ground {self.ground} until {self.until}" if self.ground else ""
            return f"{self.name}: {self.outcome}{why}, answered {self.answered_at:%Y-%m-%d %H:%M} UTC"
        if self.asked_by:
            return f"{self.name}: holds it by {self.asked_by}, which asks it; no answer yet{late}"
        if self.rejected:
            return f"{self.name}: its node rejected the recall: {self.rejected}{late}"
        return f"{self.name}: {'delivered, no answer yet' if self.delivered else 'waits to be delivered'}{late}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallState(Record):
    """A recall, made here or taken here, with everybody whom it concerns beyond this node."""

    recall: Recall
    by: str
    here: bool
    holders: tuple[HolderState, ...]

    @property
    def overdue(self) -> tuple[HolderState, ...]:
        """The holders that are late."""
        return tuple(holder for holder in self.holders if holder.overdue)


def list_recalls(node: Node, *, overdue: bool = False) -> list[RecallState]:
    """Every recall made or taken here, the newest first, or those alone for which somebody is late."""
    with node.database.transaction() as connection:
        states = _states(node, connection, recalls.all_recalls(connection))
    return [state for state in states if state.overdue] if overdue else states


def recalls_of_event(node: Node, event: UUID) -> list[RecallState]:
    """The recalls of a seizure's reports, their earlier versions and people, as far as seen, the newest first."""
    with node.database.transaction() as connection:
        held = node.sight.of(reports.reports_of(connection, event))
        concerned = {report.id for report in held}
        concerned |= {person.id for person in entities.entities_of(connection, sorted(concerned))}
        for report in held:
            concerned |= {row.record for row in recalls.corrections_into(connection, report.originator, report.id)}
        seen = seen_among(connection, sorted(concerned), node.sight)
        return _states(node, connection, recalls.recalls_of_records(connection, sorted(seen)))


def _states(node: Node, connection: Connection, rows: list[RecallRow]) -> list[RecallState]:
    names = {row.node: row.name for row in partners.list_partners(connection)} | {node.id: node.agency.name}
    by_recall: dict[UUID, list[HolderState]] = defaultdict(list)
    late = {row.id: row.due for row in rows if row.due < node.now()}
    for holder in recalls.holders(connection, [row.id for row in rows]):
        by_recall[holder.recall].append(_holder_state(node, holder, names, late.get(holder.recall)))
    return [
        RecallState(
            recall=stored_statement(row.envelope, Recall),
            by=names.get(row.originator, row.originator),
            here=row.here,
            holders=tuple(by_recall[row.id]),
        )
        for row in rows
    ]


def _holder_state(node: Node, row: HolderRow, names: Mapping[str, str], late: datetime | None) -> HolderState:
    return HolderState(
        node=row.holder,
        name=names.get(row.holder, row.holder),
        asked_by="" if row.told_by == node.id else names.get(row.told_by, row.told_by),
        delivered=row.acked,
        rejected=row.rejected or "",
        outcome=RecallOutcome(row.outcome) if row.outcome else None,
        ground=HoldGround(row.ground) if row.ground else None,
        until=row.until,
        answered_at=row.answered_at,
        overdue=late if row.answered_at is None else None,
    )


def overdue_sentence(connection: Connection, now: datetime) -> str:
    """How many answers to recalls are overdue, in words; "" where none is."""
    late = recalls.count_overdue(connection, now)
    if not late:
        return ""
    return f"{late} {'answer' if late == 1 else 'answers'} to recalls overdue; see `hamkar recall list --overdue`"

"""Reading who the people and things of reports are: for a case and a purpose, within a budget, and on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.budget import budget_line, note_taken, sound
from hamkar.actions.node import Node
from hamkar.errors import HamkarError, NotFound, Refused
from hamkar.model.entity import Entity
from hamkar.model.oversight import AlarmKind, Reading, ReadingAct
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.ask import Verdict
from hamkar.policy.budget import BudgetKind
from hamkar.policy.look import Look, ReadPurpose, Seen
from hamkar.policy.people import clearance, decide_look, sees_minors, visible
from hamkar.store import canaries, entities, log, nominal_reads, seen
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.row_security import Reader, reading_as

MOST_SHOWN: Final = 50
"""How many people and things one search shows; whoever wants more asks for something narrower."""

WORDS_KEPT: Final = timedelta(days=365)
"""How long an inspector sees what was searched for."""

_FORGOTTEN_AT_ONCE = 1_000
_SAID_OPENLY: Final = frozenset({"case_and_purpose", "inspection_only", "budget_spent", "step_up"})
"""Rules whose refusal says nothing of any record; behind every other one a record is as if it were not held."""


def read_entity(node: Node, person: Person, entity_id: UUID, *, case: str, purpose: ReadPurpose | None) -> Entity:
    """One person or thing, for a case and a purpose; that it was read is logged, and told to whose record it is.

    Raises NotAllowed, Refused by a rule on nominal queries, and NotFound for what is not held or may not be seen.
    """
    require(person, Act.READ_NOMINAL)
    with node.database.transaction() as connection:
        desk = _desk(node, connection, person, case, purpose)
        found = desk.refusal() or desk.read(entity_id)
        desk.keep(ReadingAct.READ, [found] if isinstance(found, Entity) else [], found, sought=str(entity_id))
    if isinstance(found, HamkarError):
        raise found
    return found


def search_entities(node: Node, person: Person, text: str, *, case: str, purpose: ReadPurpose | None) -> list[Entity]:
    """The people and things with words that begin like those of the text, as far as this person may see them.

    No more than the day's budget has left, and than `MOST_SHOWN`. Raises NotAllowed, and Refused as `read_entity` does.
    """
    require(person, Act.READ_NOMINAL)
    with node.database.transaction() as connection:
        desk = _desk(node, connection, person, case, purpose)
        refusal = desk.refusal()
        hits = [] if refusal else desk.search(text)
        desk.keep(ReadingAct.SEARCH, hits, refusal, sought=text)
    if refusal:
        raise refusal
    return hits


def forget_sought_words(node: Node) -> None:
    """Forget what was searched for a year ago: it may name people who are not on record here. The search stays."""
    with node.database.transaction() as connection:
        nominal_reads.forget_words(connection, node.today - WORDS_KEPT, _FORGOTTEN_AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one person reads in one unit of work; whatever comes of it is kept, a refusal too."""

    node: Node
    connection: Connection
    look: Look
    left: int

    def refusal(self) -> Refused | None:
        """What stands against the query whatever it is about; None for nothing."""
        allowed, verdict = decide_look(self.look)
        return None if allowed or verdict.rule not in _SAID_OPENLY else _refused(verdict)

    def read(self, wanted: UUID) -> Entity | HamkarError:
        """The record, or why it is not shown."""
        try:
            with reading_as(self.connection, self._reader()):
                entity = entities.find_entity(self.connection, wanted, prefer=self.node.id)
        except NotFound as error:
            return error
        allowed, verdict = decide_look(self._about(entity))
        if allowed:
            return entity
        if verdict.rule == "quarantined" and self._sees_but_for_quarantine(entity):
            return _refused(verdict)
        return NotFound(entities.not_held(wanted))

    def search(self, text: str) -> list[Entity]:
        """What is found and may be seen."""
        with reading_as(self.connection, self._reader()):
            return entities.search(self.connection, text, visible(self.look), min(MOST_SHOWN, self.left))

    def _reader(self) -> Reader:
        person = self.look.person
        return Reader(person.name, clearance(self.look), sees_minors=sees_minors(person))

    def keep(
        self, act: ReadingAct, shown: Sequence[Entity], outcome: Entity | HamkarError | None, *, sought: str
    ) -> None:
        """Write down what was asked and shown, tell whose records they are, and raise the alarms that follow."""
        refused_by = _rule_of(outcome)
        reading = Reading(
            id=self.node.new_id(),
            at=self.node.now(),
            account=self.look.person.name,
            act=act,
            entities=tuple(entity.id for entity in shown),
            case_number=self.look.case.strip(),
            purpose=self.look.purpose or "",
            sought=sought,
            refused_by=refused_by,
            counted=0 if refused_by else max(1, len(shown)),
        )
        nominal_reads.put_reading(self.connection, reading)
        log.append(self.connection, _entry(reading), reading.at)
        for entity in shown:
            self._tell_originator(entity)
        self._alarm(reading)

    def _alarm(self, reading: Reading) -> None:
        person = self.look.person
        if reading.refused_by == "budget_spent":
            kind, subject = AlarmKind.BUDGET_SPENT, BudgetKind.NOMINAL_READS
            sound(self.node, self.connection, kind, person.name, subject=subject, detail="asked for more than a day's")
        for canary in canaries.canaries_among(self.connection, reading.entities):
            detail = f"{reading.act}, case {reading.case_number}"
            sound(self.node, self.connection, AlarmKind.CANARY, person.name, subject=str(canary), detail=detail)
        note_taken(self.node, self.connection, person, BudgetKind.NOMINAL_READS)

    def _tell_originator(self, entity: Entity) -> None:
        if entity.originator != self.node.id:
            by, on = self.look.person.name, self.node.today
            seen.note_record_seen(self.connection, entity.originator, entity.id, by=by, on=on)

    def _about(self, entity: Entity, *, role_known: bool = False) -> Look:
        record = Seen(
            handling=entity.handling.code.rank,
            author=entities.author_of(self.connection, entity.originator, entity.id),
            role=entity.role,
            minor=entity.minor,
            quarantined=entity.subject.quarantined and not role_known,
        )
        return replace(self.look, record=record)

    def _sees_but_for_quarantine(self, entity: Entity) -> bool:
        return decide_look(self._about(entity, role_known=True))[0]


def _desk(node: Node, connection: Connection, person: Person, case: str, purpose: ReadPurpose | None) -> _Desk:
    left = budget_line(node, connection, person, BudgetKind.NOMINAL_READS).left
    look = Look(person=person, act=Act.READ_NOMINAL, case=case, purpose=purpose, within_budget=left > 0)
    return _Desk(node, connection, look, left)


def _refused(verdict: Verdict) -> Refused:
    return Refused(verdict.sentence, rule=verdict.rule)


def _rule_of(outcome: Entity | HamkarError | None) -> str:
    if isinstance(outcome, Refused):
        return outcome.rule
    return "not_held" if isinstance(outcome, HamkarError) else ""


def _entry(reading: Reading) -> Entry:
    """What is searched for may name somebody, so the log counts it and the words stand elsewhere."""
    shown = f"{len(reading.entities)} shown" if reading.act is ReadingAct.SEARCH else "read"
    return Entry(
        actor=reading.account,
        act=f"nominal_{reading.act}",
        subject=reading.sought if reading.act is ReadingAct.READ else "",
        rule=reading.refused_by,
        detail=f"case {reading.case_number or 'not stated'}, {reading.purpose or 'no purpose'}: {shown}",
    )

"""The people and things of a seizure or report taken out as FollowTheMoney entities: each a nominal read of its own."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.budget import budget_line, note_taken
from hamkar.actions.node import Node
from hamkar.actions.nominal import read_entity
from hamkar.errors import NotFound, Refused
from hamkar.formats.ftm_write import ftm_lines
from hamkar.model.entity import Entity
from hamkar.model.oversight import Export
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.budget import BudgetKind
from hamkar.policy.look import Look, ReadPurpose
from hamkar.policy.people import decide_look
from hamkar.store import entities, exports, log, reports
from hamkar.store.log import Entry
from hamkar.store.marked import seen_among


def entities_about(node: Node, wanted: UUID) -> list[Entity]:
    """The people and things on record with a report, or with every report of a seizure. Raises NotFound.

    For what counts and lists without naming; whoever shows a name asks `read_entity`.
    """
    with node.database.transaction() as connection:
        filed, alone = reports.reports_named(connection, [wanted], prefer=node.id)
        held = filed.get(wanted) or ([alone[wanted][0]] if wanted in alone else [])
        seen = [report.id for report in held if node.sees(report.handling)]
        if not seen:
            raise NotFound(reports.not_held(wanted))
        about = entities.entities_of(connection, seen)
        shown = seen_among(connection, [each.id for each in about], node.sight)
        return [each for each in about if each.id in shown]


@dataclass(frozen=True, slots=True)
class EntitiesExported:
    """The lines, what stands in them, and how many were left out because this person may not see them."""

    data: bytes
    export: Export
    taken: int
    withheld: int


def export_entities(node: Node, person: Person, wanted: UUID, *, case: str, purpose: ReadPurpose) -> EntitiesExported:
    """What this person may read of those, as lines of FollowTheMoney; every one is read, logged and counted by itself.

    Raises NotAllowed, StepUpFirst, NotFound, and Refused without a case or past the day's budget.
    """
    require(person, Act.EXPORT)
    about = entities_about(node.seen_by(person), wanted)
    _check_budget(node, person)
    taken = [found for each in about if (found := _read(node, person, each.id, case, purpose)) is not None]
    made = Export(
        id=node.new_id(),
        at=node.now(),
        account=person.name,
        purpose=purpose,
        layout="ftm",
        wanted=f"{len(taken)} people and things of {wanted}, case {case}",
        seizures=1,
        sha256=hashlib.sha256(ftm_lines(taken)).hexdigest(),
    )
    with node.database.transaction() as connection:
        exports.put_export(connection, made)
        detail = f"{made.wanted} as {made.layout} for {purpose}; {made.sha256}"
        log.append(connection, Entry(actor=person.name, act="exported", subject=str(made.id), detail=detail), made.at)
        note_taken(node, connection, person, BudgetKind.EXPORTS)
    return EntitiesExported(ftm_lines(taken), made, len(taken), len(about) - len(taken))


def _check_budget(node: Node, person: Person) -> None:
    with node.database.transaction() as connection:
        left = budget_line(node, connection, person, BudgetKind.EXPORTS).left
    allowed, verdict = decide_look(Look(person=person, act=Act.EXPORT, within_budget=left > 0))
    if not allowed:
        raise Refused(verdict.sentence, rule=verdict.rule)


def _read(node: Node, person: Person, wanted: UUID, case: str, purpose: ReadPurpose) -> Entity | None:
    """One of them; None where this person may not see it. A refusal that is about the query itself goes through."""
    try:
        return read_entity(node, person, wanted, case=case, purpose=purpose)
    except NotFound:
        return None
    except Refused as error:
        if error.rule == "quarantined":
            return None
        raise

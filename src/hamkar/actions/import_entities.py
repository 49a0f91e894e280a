"""Reading a file of FollowTheMoney entities into people and things of an own report."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.actions.record_entity import check_report, keep, made
from hamkar.errors import BadInput, Refused
from hamkar.formats.ftm_read import FtmEntity, read_ftm
from hamkar.formats.outcome import Rejected
from hamkar.model.entity import Entity, EntityRole, NewEntity
from hamkar.model.handling import FREE, Handling
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.recording import roles_for
from hamkar.store import entities, recalls
from hamkar.store.database import Connection
from hamkar.vocab.ftm import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class ForAll:
    """What holds of every line that does not say otherwise; ``role`` only of those that can have it."""

    role: EntityRole | None = None
    handling: Handling = FREE


@dataclass(slots=True)
class EntitiesImported:
    """What became of a file's lines: kept, held already, rejected with the reason; which properties were left out."""

    made: list[Entity] = field(default_factory=list)
    held_already: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def import_entities(
    node: Node, person: Person, report: UUID, lines: Iterable[bytes], for_all: ForAll
) -> EntitiesImported:
    """Record every line that can be recorded; the others are listed. The same file twice adds nothing.

    Raises NotAllowed, NotFound, and BadInput where the report is another's or the file is too long.
    """
    require(person, Act.RECORD)
    done = EntitiesImported()
    with node.database.transaction() as connection:
        least = check_report(node, connection, report)
        bound = replace(for_all, handling=least.joined(for_all.handling))
        for outcome in read_ftm(lines, report):
            if isinstance(outcome, Rejected):
                done.rejected.append(outcome)
            else:
                _take(node, connection, report, outcome, bound, done)
        keep(node, connection, done.made, person.name)
    return done


def _take(
    node: Node, connection: Connection, report: UUID, read: FtmEntity, for_all: ForAll, done: EntitiesImported
) -> None:
    for name in read.left_out:
        done.left_out[name] = done.left_out.get(name, 0) + 1
    known = {read.known_as, *([read.own_id] if read.own_id else [])}
    if any(entities.holds(connection, node.id, one) for one in known) or read.known_as in {e.id for e in done.made}:
        done.held_already += 1
        return
    try:
        _check_whose(node, connection, read)
        done.made.append(made(node, report, _completed(read.new, for_all), known_as=read.known_as))
    except (BadInput, Refused) as error:
        done.rejected.append(Rejected(row=read.line, reason=str(error)))


def _check_whose(node: Node, connection: Connection, read: FtmEntity) -> None:
    """Raises Refused for another agency's record, and for what this node has taken back."""
    if read.originator not in {"", node.id}:
        msg = "it is another agency's record, which that agency gives by its own decision; ask for it there"
        raise Refused(msg, rule="originator_in_control")
    if recalls.recall_in_effect(connection, node.id, read.known_as) is not None:
        msg = "the record that was made of it has been recalled or corrected; record it by itself if it is right now"
        raise Refused(msg, rule="not_recalled")


def _completed(new: NewEntity, for_all: ForAll) -> NewEntity:
    """The record with what holds of all lines; of two markings the stricter of each part counts."""
    found = schema(new.schema)
    fits = for_all.role if found and for_all.role in roles_for(found.kind) else None
    return replace(new, role=new.role or fits, handling=new.handling.joined(for_all.handling))

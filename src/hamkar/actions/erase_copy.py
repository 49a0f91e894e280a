"""Taking this node's copy of another agency's record out of everything in which it is kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hamkar.model.bundle import MessageKind
from hamkar.model.recall import Recall
from hamkar.seizures.derive import derive
from hamkar.store import decisions, entities, erasure, reports, retention, set_aside
from hamkar.store.database import Connection


def is_held(connection: Connection, recall: Recall) -> bool:
    """Whether a copy of the recalled record is held here, in use or out of it."""
    if set_aside.is_set_aside(connection, recall.originator, recall.record):
        return True
    if recall.kind_of_record is MessageKind.ENTITY:
        return entities.holds(connection, recall.originator, recall.record)
    return bool(reports.find_all_held(connection, recall.originator, [recall.record]))


def erase_copy(connection: Connection, recall: Recall, at: datetime) -> set[UUID]:
    """Erase the record, the people of a report with it, and what was kept of the messages that brought it.

    Returns the events to derive anew. What the record says stays in no table, no evidence and nothing to be sent. The
    people of a report that was corrected are not taken back: they wait, out of use, for the version that comes.
    """
    originator, record = recall.originator, recall.record
    gone = [record]
    touched: set[UUID] = set()
    if recall.kind_of_record is MessageKind.ENTITY:
        erasure.erase_entities(connection, originator, gone)
    else:
        if recall.replaced_by is not None:
            set_aside.set_aside_people(connection, originator, record, at)
        gone += [one.id for one in entities.entities_of(connection, gone) if one.originator == originator]
        touched = erasure.erase_reports(connection, originator, [record])
    erase_traces(connection, originator, gone)
    forget_quotes(connection, touched)
    return touched


def erase_traces(connection: Connection, originator: str, gone: Sequence[UUID]) -> None:
    """Erase what is kept of these records out of use and in messages, and forget that they were held."""
    set_aside.erase_set_aside(connection, originator, gone)
    for giver in {originator, *retention.senders(connection, originator, gone)}:
        erasure.erase_received(connection, giver, gone)
    erasure.erase_sent(connection, originator, gone)
    retention.forget(connection, originator, gone)


def forget_quotes(connection: Connection, touched: Iterable[UUID]) -> None:
    """Erase what people decided for values that no report of these events claims any more."""
    for event in touched:
        held = reports.reports_of(connection, event)
        derived = derive(event, held) if held else None
        for decision in decisions.decisions_on(connection, event):
            claims = getattr(derived, decision.field).claims if derived is not None else ()
            if all(claim.value != decision.value for claim in claims):
                decisions.forget_values(connection, event, decision.field, decision.value)

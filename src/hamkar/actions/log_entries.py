"""Reading the node's own log, and forgetting what an entry says of a person."""

from dataclasses import dataclass

from hamkar.actions.check_log import ERASED
from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound
from hamkar.model.checkpoint import LogEvent
from hamkar.model.record import Record
from hamkar.store import log
from hamkar.store.log import Entry, LogFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine(Record):
    """An entry by its number; ``event`` is None once it has been erased."""

    seq: int
    event: LogEvent | None


def list_log(node: Node, wanted: LogFilter, limit: int) -> list[LogLine]:
    """The entries that are wanted, the newest first."""
    with node.database.transaction() as connection:
        return [
            LogLine(seq=row.seq, event=LogEvent.from_own_json(row.event.encode()) if row.event else None)
            for row in log.entries(connection, wanted, limit)
        ]


def erase_entry(node: Node, seq: int, *, reason: str, by: str) -> None:
    """Forget what an entry says, for good. That it was there stays proved, and the log says who erased it and why.

    Raises NotFound where there is no such entry or nothing is left to erase, BadInput without a reason or for an entry
    that says that another was erased.
    """
    if not reason.strip():
        msg = f"entry {seq} is erased for a reason: give it with --reason"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        log.append(connection, Entry(actor=by, act=ERASED, subject=str(seq), detail=reason), node.now())
        row = log.find(connection, seq)
        if row is None or row.event is None:
            msg = f"there is no entry {seq} in the log, or it has been erased before; `hamkar log list` shows them"
            raise NotFound(msg)
        if LogEvent.from_own_json(row.event.encode()).act == ERASED:
            msg = f"entry {seq} says that another was erased and has to stay; erase no reason that names a person"
            raise BadInput(msg)
        log.erase(connection, seq)

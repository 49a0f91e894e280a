"""From intelligence to evidence: what an originator clears for one holder and one case, and what was cleared."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.actions.recall import own_record
from hamkar.actions.send import Outgoing, send
from hamkar.errors import BadInput, Refused
from hamkar.exchange.statement import is_sound_clearance, sign_statement, stored_statement
from hamkar.model.bundle import MessageKind
from hamkar.model.clearance import Clearance
from hamkar.model.entity import Entity
from hamkar.model.report import Report
from hamkar.store import clearances, log, partners, recalls, releases
from hamkar.store.clearances import ClearanceRow
from hamkar.store.database import Connection
from hamkar.store.log import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """For whom a record is cleared, for which case of theirs, and why; neither names a person."""

    holder: str
    case: str
    reason: str


def clear_evidence(node: Node, wanted: UUID, clearing: Clearing, *, by: str) -> Clearance:
    """Let a partner that was given an own record use it as evidence in one case; the signed clearance is queued.

    Raises Refused for another agency's record, a recalled one, and one that the partner was not given from here.
    """
    with node.database.transaction() as connection:
        recalls.keep_out(connection)
        record = own_record(node, connection, wanted)
        if recalls.recall_in_effect(connection, node.id, record.id) is not None:
            msg = f"{wanted} has been recalled; clear a corrected version instead"
            raise Refused(msg, rule="not_recalled")
        holder = partners.find_partner(connection, clearing.holder).node
        agreement = _under(node, connection, record, holder)
        made = _made(node, record, holder, clearing)
        envelope = sign_statement(made, node.keys.signer)
        clearances.put_clearance(connection, made, envelope, agreement, node.now())
        saying = Outgoing(kind=MessageKind.CLEARANCE, record=str(record.id), agreement=agreement, body=envelope)
        send(node, connection, holder, saying)
        entry = Entry(actor=by, act="evidence_cleared", subject=str(record.id), partner=holder, detail=made.case)
        log.append(connection, entry, node.now())
    return made


def _made(node: Node, record: Report | Entity, holder: str, clearing: Clearing) -> Clearance:
    made = Clearance(
        v=1,
        id=node.new_id(),
        record=record.id,
        kind_of_record=MessageKind.REPORT if isinstance(record, Report) else MessageKind.ENTITY,
        originator=node.id,
        holder=holder,
        case=clearing.case.strip(),
        reason=clearing.reason.strip(),
        issued_at=node.now(),
    )
    if not is_sound_clearance(made):
        msg = "a clearance states the case in a line of up to 200 letters and the reason in up to 2,000; write both"
        raise BadInput(msg)
    return made


def _under(node: Node, connection: Connection, record: Report | Entity, holder: str) -> str:
    """The agreement under which the partner was given the record from here. Raises Refused."""
    for gave in releases.receivers(connection, record.id, node.id):
        if gave.partner == holder:
            return gave.agreement
    msg = f"node {holder} was not given {record.id} from here; release it there first"
    raise Refused(msg, rule="holder_was_given_it")


def list_clearances(node: Node) -> list[Clearance]:
    """Every clearance given or got here, the newest first."""
    with node.database.transaction() as connection:
        return list(map(_read, clearances.list_clearances(connection)))


def cleared(node: Node, records: Sequence[Report | Entity]) -> dict[tuple[UUID, str], list[Clearance]]:
    """What was cleared of each of these records, by its identifier and originator, the oldest first."""
    found: dict[tuple[UUID, str], list[Clearance]] = {(record.id, record.originator): [] for record in records}
    with node.database.transaction() as connection:
        for row in clearances.clearances_on(connection, [record.id for record in records]):
            if (row.record, row.originator) in found:
                found[row.record, row.originator].append(_read(row))
    return found


def _read(row: ClearanceRow) -> Clearance:
    return stored_statement(row.envelope, Clearance)

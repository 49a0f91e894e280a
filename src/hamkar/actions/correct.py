"""Correcting an own record: a new version here, and at everybody who was given the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.erase_copy import forget_quotes
from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.actions.recall import WITHIN, Ground, new_recall, own_record, recall_entry
from hamkar.actions.record_entity import check_recording
from hamkar.actions.tell_holders import SignedRecall, Successor, tell_holders
from hamkar.errors import BadInput
from hamkar.exchange.statement import sign_statement
from hamkar.model.entity import Entity
from hamkar.model.recall import Recall, RecallKind
from hamkar.model.report import Report
from hamkar.seizures.soundness import unsound
from hamkar.store import entities, log, recalls, reports, set_aside
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.reports import Filed
from hamkar.store.set_aside import SetAside

_FIXED = frozenset({"id", "originator", "group", "lineage", "report", "supersedes"})
"""What makes a record the one it is; a correction of these would be another record."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The new version of a record, and the partners that are given it or told to erase the old one.

    ``recall`` is that of the old version, None where it had been recalled before and nobody is left to be told.
    """

    record: Report | Entity
    recall: Recall | None
    told: tuple[str, ...]


def correct(node: Node, wanted: UUID, changes: Mapping[str, object], reason: str, *, by: str) -> Correction:
    """File a new version of an own record and send it where the one before went, as policy allows today.

    The version before stays as history and is a claim no more. Raises NotFound, Refused for another agency's record,
    and BadInput where the changes make no sound record.
    """
    ground = Ground(kind=RecallKind.CORRECTED, reason=reason, within=WITHIN)
    with node.database.transaction() as connection:
        recalls.lock(connection)
        old = own_record(node, connection, wanted)
        successor = _file(node, connection, old, _changed(node, old, changes))
        filed = Entry(actor=by, act="corrected", subject=str(old.id), detail=f"by {successor.record.id}: {reason}")
        made, told, entries = _take_back(node, connection, old, successor, ground, by)
        rederive(connection, {successor.event} if successor.event else ())
        log.append_many(connection, [filed, *entries], node.now())
    return Correction(successor.record, made, told)


def _changed(node: Node, old: Report | Entity, changes: Mapping[str, object]) -> Report | Entity:
    plain = old.to_dict()
    wrong = sorted(set(changes) - (set(plain) - _FIXED))
    if wrong or not changes:
        fields = ", ".join(name for name in plain if name not in _FIXED)
        msg = f"{', '.join(wrong) or 'nothing'} cannot be corrected; name one or more of {fields}"
        raise BadInput(msg)
    identifier = {"id": str(node.new_id())} | ({"supersedes": str(old.id)} if isinstance(old, Report) else {})
    new = type(old).from_dict(plain | dict(changes) | identifier)
    if isinstance(new, Entity):
        check_recording(node, new)
    elif fault := unsound(new):
        raise BadInput(fault)
    return new


def _file(node: Node, connection: Connection, old: Report | Entity, new: Report | Entity) -> Successor:
    """File the new version in the place of the old one, which is set aside."""
    now = node.now()
    if isinstance(new, Entity):
        entities.put_successor(connection, old.id, new)
        set_aside.set_aside_entity(connection, node.id, old.id, SetAside.SUPERSEDED, now)
        return Successor(new, None)
    event = reports.find_report(connection, old.id, prefer=node.id)[1]
    reports.copy_reports(connection, [Filed(new, event, new.id.bytes)], received_at=now)
    entities.move_to(connection, node.id, old.id, new.id)
    set_aside.set_aside_report(connection, node.id, old.id, SetAside.SUPERSEDED, now)
    forget_quotes(connection, [event])
    return Successor(new, event)


def _take_back(
    node: Node,
    connection: Connection,
    old: Report | Entity,
    successor: Successor,
    ground: Ground,
    by: str,
) -> tuple[Recall | None, tuple[str, ...], list[Entry]]:
    if recalls.recall_in_effect(connection, node.id, old.id) is not None:
        return None, (), []
    made = new_recall(node, old, ground, replaced_by=successor.record.id)
    envelope = sign_statement(made, node.keys.signer)
    recalls.put_recall(connection, made, envelope, here=True, at=node.now())
    told = tell_holders(node, connection, SignedRecall(made, envelope), successor=successor, by=by)
    return made, told.partners, [recall_entry(made, by), *told.entries]

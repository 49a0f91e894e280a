"""Corrections: the new version of a record is filed, and the old one is taken back."""

from collections.abc import Callable
from uuid import UUID

from hamkar.actions.accepting.carried import Carried, proven
from hamkar.actions.accepting.desk import Desk, Rejected, read_as
from hamkar.actions.accepting.entity import file_entity
from hamkar.actions.accepting.recall import check_way, note, proven_recall
from hamkar.actions.accepting.report import file_report
from hamkar.actions.take_recall import Asked, take_recall
from hamkar.actions.tell_holders import SignedRecall, Successor
from hamkar.model.bundle import Message, MessageKind
from hamkar.model.consent import NO_CONSENT, Consent, Corrected
from hamkar.model.recall import Recall
from hamkar.store import entities, recalls, reports, set_aside


def take_correction(desk: Desk, message: Message) -> str:
    """File the new version if no rule is against it, and take the old one back in any case.

    The new one is filed first, so that what belongs to the seizure stays together. Raises Rejected also where the old
    one is taken back and the new one is not taken.
    """
    corrected = read_as(Corrected.from_json, bytes(message.body))
    recall = proven_recall(desk, bytes(corrected.recall))
    if recall.replaced_by is None or str(recall.replaced_by) != message.record or recall.originator == desk.node.id:
        raise Rejected("well_formed", "the recall that came along is not that of the version before")
    desk.flush()
    check_way(desk, recall)
    desk.recalled.add((recall.record, recall.originator))
    refusal = _file(desk, message, recall, corrected)
    successor = None if refusal is not None else _successor(desk, recall, recall.replaced_by)
    asked = Asked(SignedRecall(recall, bytes(corrected.recall)), desk.sender, message.agreement)
    said = note(desk, take_recall(desk.node, desk.connection, asked, successor))
    if refusal is not None:
        raise Rejected(refusal.rule, f"{refusal}; the version before it is taken back all the same: {said}")
    return said


def _file(desk: Desk, message: Message, recall: Recall, corrected: Corrected) -> Rejected | None:
    """File the new version; None or why it was not."""
    file: Callable[[Desk, Message, Carried], str] = (
        file_report if recall.kind_of_record is MessageKind.REPORT else file_entity
    )
    try:
        file(desk, message, Carried(bytes(corrected.record), _consent(desk, recall, corrected)))
        desk.flush()
    except Rejected as rejected:
        return rejected
    return None


def _consent(desk: Desk, recall: Recall, corrected: Corrected) -> Consent | None:
    """The originator's consent, for this version or one before it that this node knows of. Raises Rejected."""
    if bytes(corrected.consent) == bytes(NO_CONSENT):
        return None
    consent = proven(desk, bytes(corrected.consent), Consent)
    before = recalls.corrections_into(desk.connection, recall.originator, recall.record)
    if consent.record not in {recall.record, *(row.record for row in before)}:
        raise Rejected("originator_in_control", "the consent that came along is for another record")
    return consent


def _successor(desk: Desk, recall: Recall, new: UUID) -> Successor:
    """The new version as it is filed here, with the people of those before tied to it."""
    if recall.kind_of_record is MessageKind.ENTITY:
        return Successor(entities.find_entity(desk.connection, new, prefer=recall.originator), None)
    before = recalls.corrections_into(desk.connection, recall.originator, recall.record)
    versions = [recall.record, *(row.record for row in before)]
    set_aside.bring_back_people(desk.connection, recall.originator, versions)
    for version in versions:
        entities.move_to(desk.connection, recall.originator, version, new)
    report, event = reports.find_report(desk.connection, new, prefer=recall.originator)
    return Successor(report, event)

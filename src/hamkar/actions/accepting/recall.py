"""Recalls by their originator, and what their holders answer."""

from hamkar.actions.accepting.carried import proven
from hamkar.actions.accepting.desk import Desk, Rejected
from hamkar.actions.erase_copy import is_held
from hamkar.actions.take_recall import Asked, Taken, take_answer, take_recall
from hamkar.actions.tell_holders import SignedRecall
from hamkar.errors import NotFound
from hamkar.model.bundle import Message
from hamkar.model.recall import Recall, RecallAnswer
from hamkar.store import inbox


def take_back(desk: Desk, message: Message) -> str:
    """Do what a recall says with this node's copy and those beyond it, and answer it."""
    recall = proven_recall(desk, bytes(message.body))
    if message.record != str(recall.record):
        raise Rejected("well_formed", "the message names another record than the recall it carries")
    if recall.originator == desk.node.id:
        return "this node's own recall"
    check_way(desk, recall)
    asked = Asked(SignedRecall(recall, bytes(message.body)), desk.sender, message.agreement)
    return note(desk, take_recall(desk.node, desk.connection, asked))


def proven_recall(desk: Desk, envelope: bytes) -> Recall:
    """The recall in these bytes, proven to be its originator's. Raises Rejected."""
    return proven(desk, envelope, Recall)


def check_way(desk: Desk, recall: Recall) -> None:
    """Raises Rejected where the recall of a record held here comes from neither its originator nor who gave it.

    Whoever else has seen a recall could learn by its answer that this node holds the record.
    """
    if desk.sender == recall.originator or not is_held(desk.connection, recall):
        return
    if desk.sender not in {giver for giver, _ in inbox.givers(desk.connection, recall.record)}:
        raise Rejected("originator_in_control", "the recall comes neither from its originator nor from who gave it")


def note(desk: Desk, taken: Taken) -> str:
    """Leave to the desk what is done once the whole bundle is read; what was done, in a few words."""
    desk.touched |= taken.touched
    desk.entries += taken.entries
    return taken.said


def take_recall_answer(desk: Desk, message: Message) -> str:
    """Keep what a holder answers to a recall."""
    envelope = bytes(message.body)
    answer = proven(desk, envelope, RecallAnswer)
    if message.record != str(answer.record):
        raise Rejected("well_formed", "the message names another record than the answer it carries")
    try:
        return note(desk, take_answer(desk.node, desk.connection, answer, envelope, desk.sender))
    except NotFound as error:
        raise Rejected("recall_known", str(error)) from error

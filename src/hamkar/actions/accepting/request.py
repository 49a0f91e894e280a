"""Requests for information from a partner, and its moves about requests of either side."""

from hamkar.actions.accepting.desk import Desk, Rejected, read_as, refuse_unsound
from hamkar.actions.request_moves import restate, tell_again
from hamkar.actions.requests import agency_of, compared_subjects, telling
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import Message
from hamkar.model.handling import Handling
from hamkar.model.request import Request, RequestMove, Side
from hamkar.policy.ask import Terms
from hamkar.policy.question import objection, under
from hamkar.requests.deadlines import PROFILES, due_after
from hamkar.requests.lost import lost_moves
from hamkar.requests.soundness import unsound_move, unsound_request
from hamkar.store import requests
from hamkar.store.requests import Kept, RequestRow


def take_request(desk: Desk, message: Message) -> str:
    """Keep a question that the sender asks this node; one that is held already changes nothing."""
    request = read_as(Request.from_json, bytes(message.body))
    _check_request(desk, message, request)
    if requests.held_request(desk.connection, desk.sender, request.id) is not None:
        return "held already"
    kept = Kept(desk.sender, "", desk.node.now())
    requests.put_request(desk.connection, request, desk.sender, kept, compared_subjects(request.subjects))
    return f"to be answered by {request.due:%Y-%m-%d %H:%M} UTC"


def _check_request(desk: Desk, message: Message, request: Request) -> None:
    if (request.asker, request.asked) != (desk.sender, desk.node.id):
        raise Rejected("request_parties", "the request is not one that its sender asks this node")
    _check_envelope(message, str(request.id), request.handling, request.purpose)
    if request.agreement != message.agreement:
        raise Rejected("well_formed", "the request names another agreement than the message that carries it")
    refuse_unsound(unsound_request(request))
    terms = _check_policy(desk, message, request)
    deadlines = terms.agreement.deadlines
    if deadlines not in PROFILES:
        raise Rejected("deadlines_known", "the agreement names no profile of deadlines that this node knows")
    if (request.deadlines, request.due) != (deadlines, due_after(deadlines, request.urgency, request.asked_at)):
        raise Rejected("deadlines_known", f"the deadline is not the one that the profile {deadlines} gives")


def take_move(desk: Desk, message: Message) -> str:
    """Keep what the sender did about a request, or told of what this node did and has lost since; once.

    Where the sender's move bears a number that another move of its own has here, the sender's node has lost that
    one, by going back to an older state: it is told what it did, and both sides hold the same moves again.
    """
    move = read_as(RequestMove.from_json, bytes(message.body))
    refuse_unsound(unsound_move(move))
    row = _about(desk, move)
    _check_envelope(message, str(move.request), move.handling, row.request.purpose)
    _check_policy(desk, message, row.request)
    held = requests.moves_of(desk.connection, row.request)
    if any(each.move.id == move.id for each in held):
        return "held already"
    kept = Kept(desk.sender, "", desk.node.now())
    requests.put_move(desk.connection, row.request.asker, move, kept)
    lost = lost_moves([each.move for each in held], move) if move.by == desk.sender else []
    tell_again(desk.node, desk.connection, row, lost, message.agreement)
    now = restate(desk.connection, row)
    return f"the request is {now.state.replace('_', ' ')}" + (
        "; what its maker had lost was told again" if lost else ""
    )


def _about(desk: Desk, move: RequestMove) -> RequestRow:
    """The request that a move is about. Raises Rejected where the two nodes have none such, or it is not theirs."""
    if move.by not in (desk.sender, desk.node.id):
        raise Rejected("request_parties", "the move is by neither of the two nodes")
    other = desk.node.id if move.by == desk.sender else desk.sender
    asker = move.by if move.kind.side is Side.ASKER else other
    row = requests.held_request(desk.connection, asker, move.request)
    if row is None or row.partner != desk.sender:
        raise Rejected("request_first", "the request that this is about is not held here")
    return row


def _check_envelope(message: Message, record: str, handling: Handling, purpose: Purpose) -> None:
    if (message.record, message.handling, message.purpose) != (record, handling, purpose):
        raise Rejected("well_formed", "the message's record, handling or purpose is not that of what it carries")


def _check_policy(desk: Desk, message: Message, about: Request) -> Terms:
    """The agreement by which the sender may tell this. Raises Rejected by the rules that the sender had to keep."""
    terms = desk.terms_of(message.agreement)
    sender = agency_of(desk.connection, desk.sender)
    ask = telling(about.id, sender, desk.node.agency, about.purpose, message.handling, desk.node.today)
    against = objection(under(ask, terms, nominal=about.nominal), sender)
    if against is not None:
        raise Rejected(against.rule, against.reason)
    return terms

"""What either side does about a request: acknowledge, answer, refuse, withdraw, remind; and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hamkar.actions.agreements import terms_with
from hamkar.actions.node import Node
from hamkar.actions.release import Decided, release_in
from hamkar.actions.requests import agency_of, seen_request, telling
from hamkar.actions.send import Outgoing, send
from hamkar.errors import BadInput, Refused
from hamkar.model.agreement import AgreementState
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import FREE, Handling
from hamkar.model.release import Outcome
from hamkar.model.request import Ground, MoveKind, Request, RequestMove
from hamkar.policy.ask import Terms
from hamkar.policy.question import choose_terms
from hamkar.requests.deadlines import due_of
from hamkar.requests.soundness import unsound_move
from hamkar.requests.transitions import require_possible, state_after
from hamkar.store import log, outbox, requests
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.requests import Kept, RequestRow

MOST_WAITING = 1_000
"""With more than so many messages waiting, a partner that begins anew is told nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a move says, apart from who makes it and when."""

    kind: MoveKind
    text: str = ""
    ground: Ground | None = None
    to_be_obtained: bool = False
    handling: Handling = FREE


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made, and the decisions on the records that were to go with it, yes and no."""

    move: RequestMove
    decided: Sequence[Decided] = ()


def move(node: Node, wanted: UUID, saying: Saying, *, by: str, records: Sequence[UUID] = ()) -> Moved:
    """Make a move about a request and queue it, in one unit of work with the release of the records that go with it.

    Each record is decided on by the rules of release; the answer names those that went. Raises Refused where the
    request's state or a rule does not allow the move, or where no record may go and the answer says nothing else.
    """
    with node.database.transaction() as connection:
        found = seen_request(node, connection, wanted)
        row = requests.held_request(connection, found.request.asker, wanted) or found
        terms = _terms_for(node, connection, row, saying)
        if records:
            _lock_streams(node, connection, row.partner)
        purpose = row.request.purpose
        decided = [
            one for record in records for one in release_in(node, connection, record, row.partner, purpose, by=by)
        ]
        given = tuple(one.release.record for one in decided if one.release.outcome is Outcome.RELEASED)
        _refuse_empty(saying, decided, given)
        made = _make(node, connection, row, saying, given)
        _tell(node, connection, row, terms, made, by)
    return Moved(made, decided)


def _lock_streams(node: Node, connection: Connection, partner: str) -> None:
    """Lock what a release and the answer may go on before either writes to the log, in the order that releases do."""
    in_force = [each.id for each in terms_with(node, connection, partner) if each.state is AgreementState.IN_FORCE]
    for stream in sorted(map(outbox.stream_of, in_force)):
        outbox.lock_stream(connection, outbox.Address(partner, stream))


def _refuse_empty(saying: Saying, decided: Sequence[Decided], given: Sequence[UUID]) -> None:
    if decided and not given and not saying.text.strip():
        made = decided[0].release
        msg = f"none of the records may go, and the answer says nothing else; record {made.record}: {made.reason}"
        raise Refused(msg, rule=made.rule)


def _terms_for(node: Node, connection: Connection, row: RequestRow, saying: Saying) -> Terms:
    """The agreement under which the move may be told: the request's own if it stands, or another that allows it."""
    require_taken(row)
    require_possible(row.state, row.request.side_of(node.id), saying.kind)
    candidates = terms_with(node, connection, row.partner)
    candidates.sort(key=lambda terms: terms.id != row.request.agreement)
    to, about = agency_of(connection, row.partner), row.request
    question = telling(about.id, node.agency, to, about.purpose, saying.handling, node.today)
    terms, against = choose_terms(question, node.agency, candidates, nominal=row.request.nominal)
    if against is not None or terms is None:
        msg = f"request {row.request.id} cannot be dealt with: {against.reason if against else 'no agreement'}"
        raise Refused(msg, rule=against.rule if against else "no_agreement")
    return terms


def require_taken(row: RequestRow) -> None:
    """Raises Refused for a request that the partner's node did not take: there is nothing to go on with."""
    if row.kept.rejected:
        msg = f"request {row.request.id} was not taken by the partner's node ({row.kept.reason}); ask anew"
        raise Refused(msg, rule="request_taken")


def _make(
    node: Node, connection: Connection, row: RequestRow, saying: Saying, records: tuple[UUID, ...]
) -> RequestMove:
    own = [each.move.number for each in requests.moves_of(connection, row.request) if each.move.by == node.id]
    try:
        made = RequestMove(
            id=node.new_id(),
            request=row.request.id,
            by=node.id,
            number=max(own, default=0) + 1,
            kind=saying.kind,
            at=node.now(),
            text=saying.text,
            ground=saying.ground,
            records=records,
            to_be_obtained=saying.to_be_obtained,
            handling=saying.handling,
        )
    except ValueError as error:
        raise BadInput(str(error)) from error
    fault = unsound_move(made)
    if fault is not None:
        msg = f"this cannot be sent: {fault}"
        raise BadInput(msg)
    return made


def _tell(node: Node, connection: Connection, row: RequestRow, terms: Terms, made: RequestMove, by: str) -> None:
    message = send(node, connection, row.partner, outgoing_move(row.request, made, terms.id))
    requests.put_move(connection, row.request.asker, made, Kept(node.id, by, node.now(), message))
    restate(connection, row)
    entry = Entry(
        actor=by,
        act=f"request_{made.kind}",
        subject=str(made.request),
        partner=row.partner,
        rule=made.ground or "",
    )
    log.append(connection, entry, node.now())


def outgoing_move(about: Request, made: RequestMove, agreement: str) -> Outgoing:
    """The message that tells a move; in the inbox it stands under the request that it is about."""
    return Outgoing(
        kind=MessageKind.REQUEST_MOVE,
        record=str(made.request),
        agreement=agreement,
        body=made.to_json(),
        purpose=about.purpose,
        handling=made.handling,
    )


def tell_again(
    node: Node, connection: Connection, row: RequestRow, lost: Sequence[RequestMove], agreement: str
) -> None:
    """Tell a partner those of its own moves that its node has lost."""
    for each in lost:
        send(node, connection, row.partner, outgoing_move(row.request, each, agreement))


def tell_all_again(node: Node, connection: Connection, partner: str, stream: str) -> None:
    """Tell a partner whose node has begun a stream anew, having lost its end, its own moves about what goes on it.

    What it holds still changes nothing there. Where the request itself is lost, so are the moves. A partner that begins
    anew before it has taken what it was told is not told again.
    """
    if outbox.waiting_on(connection, outbox.Address(partner, stream)) > MOST_WAITING:
        return
    for terms in terms_with(node, connection, partner):
        if outbox.stream_of(terms.id) != stream or terms.state is not AgreementState.IN_FORCE:
            continue
        for row in requests.requests_under(connection, terms.id):
            theirs = [each.move for each in requests.moves_of(connection, row.request) if each.move.by == partner]
            tell_again(node, connection, row, theirs, terms.id)


def restate(connection: Connection, row: RequestRow) -> RequestRow:
    """Work out anew where a request stands, from all moves that count; the request as it stands now."""
    counting = [each.move for each in requests.moves_of(connection, row.request) if not each.kept.rejected]
    state = state_after(each.kind for each in counting)
    due = due_of(row.request, counting)
    finished = None if state.open else min(each.at for each in counting if state_after([each.kind]) is state)
    requests.put_standing(connection, row.request, state, due, finished)
    return replace(row, state=state, due=due, finished_at=finished)

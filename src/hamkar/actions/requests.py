"""Requests for information: asking, and reading what was asked, by whom, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from hamkar.actions.agreements import terms_with
from hamkar.actions.node import Node
from hamkar.actions.send import Outgoing, send
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.card import stored_card
from hamkar.model.agency import Agency
from hamkar.model.agreement import Category, Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import Handling
from hamkar.model.record import Record
from hamkar.model.request import MoveKind, Request, RequestState, Side, Subject, Urgency
from hamkar.policy.ask import Ask, Terms
from hamkar.policy.gate import NOT_AT_RISK
from hamkar.policy.question import choose_terms
from hamkar.requests.deadlines import PROFILES, due_after
from hamkar.requests.soundness import unsound_reason, unsound_request
from hamkar.requests.subjects import compared
from hamkar.requests.tally import Outcome, Tally, tally
from hamkar.requests.transitions import possible
from hamkar.store import log, partners, requests
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.requests import Kept, MoveRow, RequestRow
from hamkar.text.counted import counted

LOOK_BACK: Final = timedelta(days=365)
"""How long an earlier request about the same subject is worth knowing of."""

LIST_LIMIT: Final = 1_000
_SHOWN: Final = 5
_LONGEST_ANSWER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest(Record):
    """A question before it is asked.

    ``agreement`` is its id or the beginning of it, "" for whichever allows it. ``again`` is the reason to ask although
    somebody has asked before, "" where there is none; it stays here.
    """

    partner: str
    question: str
    subjects: tuple[Subject, ...]
    purpose: Purpose
    urgency: Urgency
    agreement: str
    case: str
    why: str
    handling: Handling
    again: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request that asked about one of the same subjects before: by whom, and what was answered ("" for nothing)."""

    row: RequestRow
    asked_by: str
    answer: str

    def sentence(self) -> str:
        """The same in words."""
        asked = self.row.request
        state = self.row.state.replace("_", " ")
        told = f": {_shortened(self.answer)}" if self.answer else ""
        return f"already asked by {self.asked_by} on {asked.asked_at:%Y-%m-%d} ({state}{told}; request {asked.id})"


@dataclass(frozen=True, slots=True)
class Told:
    """A request with everything that was done about it, and what this node may do next."""

    row: RequestRow
    partner: str
    side: Side
    moves: Sequence[MoveRow]
    possible: Sequence[MoveKind]


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list: with whom, and on which side this node stands."""

    row: RequestRow
    partner: str
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRequest(Record):
    """An open request that is due today or overdue; ``side`` is this node's."""

    id: UUID
    partner: str
    side: Side
    due: datetime
    overdue: bool

    def sentence(self) -> str:
        """The same in words."""
        whose = f"{self.partner} waits for an answer" if self.side is Side.ASKED else f"{self.partner} owes an answer"
        when = "overdue since" if self.overdue else "due today,"
        return f"request {self.id}: {whose}, {when} {self.due:%Y-%m-%d %H:%M} UTC"


def ask(node: Node, draft: DraftRequest, *, by: str) -> Request:
    """Ask a partner, with the deadline that the agreement's profile gives, and queue the question.

    Raises Refused where a rule stands against it, or where somebody has asked about the same within a year and the
    draft gives no reason to ask again; BadInput where the question cannot be sent as it stands.
    """
    with node.database.transaction() as connection:
        requests.lock_asking(connection)
        partner = agency_of(connection, draft.partner)
        request = _request(node, draft, partner.node, _terms_for(node, connection, draft, partner))
        _refuse_repeated(node, connection, draft)
        message = send(node, connection, partner.node, outgoing_request(request))
        kept = Kept(node.id, by, node.now(), message)
        requests.put_request(connection, request, partner.node, kept, compared_subjects(request.subjects))
        entry = Entry(actor=by, act="asked", subject=str(request.id), partner=partner.node, detail=draft.again)
        log.append(connection, entry, node.now())
    return request


def agency_of(connection: Connection, partner: str) -> Agency:
    """A partner as its newest card names it. Raises NotFound."""
    return stored_card(partners.find_partner(connection, partner).envelope).card.agency


def _refuse_repeated(node: Node, connection: Connection, draft: DraftRequest) -> None:
    earlier = _earlier(node, connection, draft.subjects)
    if earlier and not draft.again.strip():
        told = "; ".join(each.sentence() for each in earlier[:_SHOWN])
        more = f"; and {counted(len(earlier) - _SHOWN, 'more request')}" if len(earlier) > _SHOWN else ""
        msg = f"{told}{more}. Read what came of it, or say why you ask again"
        raise Refused(msg, rule="already_asked")


def _earlier(node: Node, connection: Connection, subjects: Sequence[Subject]) -> list[Earlier]:
    """Who asked about one of these within a year: this agency anybody, or anybody this agency."""
    names = agency_names(node, connection)
    rows = requests.requests_about(connection, compared_subjects(subjects), node.now() - LOOK_BACK)
    telling = [row for row in rows if not row.kept.rejected and row.state is not RequestState.WITHDRAWN]
    return [
        Earlier(row, _asker(node, names, row), _answer(node, connection, row))
        for row in telling
        if node.sees(row.request.handling)
    ]


def _asker(node: Node, names: Mapping[str, str], row: RequestRow) -> str:
    if row.request.asker != node.id:
        return names[row.partner]
    return f"{node.agency.name} ({row.kept.officer}) of {names[row.partner]}"


def _answer(node: Node, connection: Connection, row: RequestRow) -> str:
    moves = [] if row.open else requests.moves_of(connection, row.request)
    answers = (each.move for each in moves if each.move.kind.answers and not each.kept.rejected)
    return " ".join(move.text for move in answers if node.sees(move.handling))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:_LONGEST_ANSWER]}{'…' if len(line) > _LONGEST_ANSWER else ''}”"


def compared_subjects(subjects: Sequence[Subject]) -> list[tuple[str, str]]:
    """The subjects as kept to be compared: the kind and the value of each."""
    return [(subject.kind, compared(subject)) for subject in subjects]


def _terms_for(node: Node, connection: Connection, draft: DraftRequest, partner: Agency) -> Terms:
    """The agreement under which this may be asked, and which says when the answer is due. Raises Refused."""
    candidates = [terms for terms in terms_with(node, connection, partner.node) if terms.id.startswith(draft.agreement)]
    candidates.sort(key=lambda terms: terms.agreement.deadlines not in PROFILES)
    nominal = any(subject.kind.nominal for subject in draft.subjects)
    question = telling(node.new_id(), node.agency, partner, draft.purpose, draft.handling, node.today)
    terms, against = choose_terms(question, node.agency, candidates, nominal=nominal)
    if against is not None:
        msg = f"this cannot be asked: {against.reason}"
        raise Refused(msg, rule=against.rule)
    assert terms is not None, "without an agreement a rule stands against it"  # noqa: S101 - an invariant
    if terms.agreement.deadlines not in PROFILES:
        msg = (
            f"the agreement “{terms.agreement.title}” names no profile of deadlines known here"
            f" ({', '.join(PROFILES)}), so nobody would know when the answer is due; propose one that does"
        )
        raise Refused(msg, rule="deadlines_known")
    return terms


def telling(about: UUID, holder: Agency, to: Agency, purpose: Purpose, handling: Handling, today: date) -> Ask:
    """What the policy is asked where no record is looked at: before words are told, and for a list."""
    return Ask(
        record=about,
        recalled=False,
        holder=holder.node,
        originator=holder.node,
        partner=to,
        category=Category.PERSON,
        handling=handling,
        purpose=purpose,
        terms=None,
        filled=frozenset(),
        today=today,
        gate=NOT_AT_RISK,  # a request is words, and the gate is for records; an answer's records go through it
    )


def _request(node: Node, draft: DraftRequest, asked: str, terms: Terms) -> Request:
    now = node.now()
    request = Request(
        id=node.new_id(),
        agreement=terms.id,
        asker=node.id,
        asked=asked,
        purpose=draft.purpose,
        urgency=draft.urgency,
        question=draft.question,
        subjects=draft.subjects,
        case=draft.case,
        why=draft.why,
        handling=draft.handling,
        asked_at=now,
        deadlines=terms.agreement.deadlines,
        due=due_after(terms.agreement.deadlines, draft.urgency, now),
    )
    fault = unsound_request(request) or unsound_reason(draft.again)
    if fault is not None:
        msg = f"this request cannot be sent: {fault}"
        raise BadInput(msg)
    return request


def outgoing_request(request: Request) -> Outgoing:
    """The message that carries a request."""
    return Outgoing(
        kind=MessageKind.REQUEST,
        record=str(request.id),
        agreement=request.agreement,
        body=request.to_json(),
        purpose=request.purpose,
        handling=request.handling,
    )


def list_requests(node: Node, *, due: bool = False) -> list[Listed]:
    """The requests of both directions, the newest first; or the open ones alone, the first due first."""
    with node.database.transaction() as connection:
        names = agency_names(node, connection)
        rows = requests.list_requests(connection, only_open=due, limit=LIST_LIMIT)
        return [
            Listed(row, names[row.partner], row.request.side_of(node.id))
            for row in rows
            if node.sees(row.request.handling)
        ]


def show_request(node: Node, wanted: UUID) -> Told:
    """One request, every move about it, and what this node may do next. Raises NotFound."""
    with node.database.transaction() as connection:
        row = seen_request(node, connection, wanted)
        side = row.request.side_of(node.id)
        return Told(
            row,
            agency_names(node, connection)[row.partner],
            side,
            [each for each in requests.moves_of(connection, row.request) if node.sees(each.move.handling)],
            [] if row.kept.rejected else possible(row.state, side),
        )


def seen_request(node: Node, connection: Connection, wanted: UUID) -> RequestRow:
    """The request with this identifier. Raises NotFound, also for one marked above what whoever asks may see."""
    row = requests.find_request(connection, wanted, prefer=node.id)
    if not node.sees(row.request.handling):
        raise NotFound(requests.not_held(wanted))
    return row


def tallies(listed: Sequence[Listed]) -> dict[tuple[str, Side], Tally]:
    """What became of the requests with each partner in each direction, without those that its node did not take."""
    sorted_out: dict[tuple[str, Side], list[Outcome]] = {}
    for each in listed:
        if not each.row.kept.rejected:
            outcome = Outcome(each.row.state, each.row.request.asked_at, each.row.finished_at)
            sorted_out.setdefault((each.partner, each.side), []).append(outcome)
    return {key: tally(outcomes) for key, outcomes in sorted(sorted_out.items())}


def due_requests(node: Node, connection: Connection) -> tuple[DueRequest, ...]:
    """Every open request that is due today or overdue, on either side, the first due first."""
    now = node.now()
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    names = agency_names(node, connection)
    return tuple(
        DueRequest(
            id=row.request.id,
            partner=names[row.partner],
            side=row.request.side_of(node.id),
            due=row.due,
            overdue=row.due < now,
        )
        for row in requests.open_until(connection, tomorrow)
        if node.sees(row.request.handling)
    )


def agency_names(node: Node, connection: Connection) -> dict[str, str]:
    """The agency of each node that this node knows, itself among them."""
    return {node.id: node.agency.name} | {row.node: row.name for row in partners.list_partners(connection)}

"""Requests between real nodes: asked, answered, refused, withdrawn, and the same on both sides whatever crosses."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchanging import new_report, verdicts
from fixtures_node import BY, TERMS, Agencies
from hamkar.actions import agreements, request_moves, requests
from hamkar.actions.attention import attention
from hamkar.actions.events import list_reports
from hamkar.actions.node import Node
from hamkar.actions.request_duties import erase_old_requests, note_verdicts, remind_of_overdue
from hamkar.actions.request_moves import Moved, Saying
from hamkar.actions.requests import DraftRequest
from hamkar.actions.restart_stream import restart_by_hand
from hamkar.actions.send import Outgoing, send
from hamkar.actions.status import status
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.agreement import AgreementState, Category, Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.request import (
    Ground,
    MoveKind,
    Request,
    RequestMove,
    RequestState,
    Side,
    Subject,
    SubjectKind,
    Urgency,
)
from hamkar.store.outbox import stream_of

SEIZURE = Subject(kind=SubjectKind.SEIZURE, value="Synthetic seizure at Astara")


def about(value: str, kind: SubjectKind = SubjectKind.PLACE) -> Subject:
    """A subject of a test's own, so that tests do not ask twice about one thing."""
    return Subject(kind=kind, value=value)


def asked(node: Node, to: Node, *subjects: Subject, **other: Any) -> Request:
    """A request that the node has just sent."""
    draft = DraftRequest(
        partner=to.id,
        question="What is known of it?",
        subjects=subjects or (about(str(node.new_id())),),
        purpose=Purpose.INVESTIGATION,
        urgency=Urgency.NORMAL,
        agreement="",
        case="S-1",
        why="Synthetic",
        handling=FREE,
        again="",
    )
    return requests.ask(node, replace(draft, **other), by=BY)


def moved(node: Node, request: Request, kind: MoveKind, **said: Any) -> Moved:
    """A move that the node has just made."""
    records = said.pop("records", ())
    text = said.pop("text", "Synthetic answer" if kind.answers else "")
    ground = Ground.ONGOING_INVESTIGATION if kind is MoveKind.REFUSE else None
    return request_moves.move(
        node, request.id, Saying(kind=kind, text=text, ground=ground, **said), by=BY, records=records
    )


def state(node: Node, request: Request) -> RequestState:
    """Where the node says that a request stands."""
    return requests.show_request(node, request.id).row.state


def history(node: Node, request: Request) -> list[RequestMove]:
    """What the node holds of what was done."""
    return [row.move for row in requests.show_request(node, request.id).moves]


def plain(node: Node) -> str:
    """The agreement on seizures alone."""
    return next(one.row.id for one in agreements.list_standing(node) if one.signed.agreement.title == TERMS.title)


@pytest.fixture
def pair(agencies: Agencies) -> Iterator[tuple[Node, Node]]:
    """The asker and the asked, with nothing on the way before or after."""
    agencies.exchange()
    yield agencies.iran, agencies.azerbaijan
    agencies.exchange()


@pytest.fixture(scope="module")
def nominal(agencies: Agencies) -> str:
    """An agreement that covers people too, with the deadlines of the directive."""
    terms = replace(TERMS, title="Synthetic agreement on people", categories=tuple(Category), deadlines="eu-2023-977")
    proposed = agreements.propose(agencies.iran, agencies.azerbaijan.id, terms, by=BY)
    agencies.exchange()
    agreements.sign(agencies.azerbaijan, proposed.id, by=BY)
    agencies.exchange()
    return proposed.id


def test_a_request_is_asked_acknowledged_and_answered(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, agreement=plain(iran))
    assert state(iran, request) is RequestState.ASKED
    agencies.exchange()
    told = requests.show_request(azerbaijan, request.id)
    assert told.row.request == request
    assert (told.side, told.partner) == (Side.ASKED, iran.agency.name)
    for kind in (MoveKind.ACKNOWLEDGE, MoveKind.ANSWER_PARTLY, MoveKind.ANSWER_FINALLY):
        moved(azerbaijan, request, kind)
    agencies.exchange()
    assert state(iran, request) is state(azerbaijan, request) is RequestState.ANSWERED
    assert history(iran, request) == history(azerbaijan, request)
    assert [move.number for move in history(iran, request)] == [1, 2, 3]


def test_a_refusal_tells_its_ground(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    moved(azerbaijan, request, MoveKind.REFUSE)
    agencies.exchange()
    assert state(iran, request) is RequestState.REFUSED
    assert history(iran, request)[-1].ground is Ground.ONGOING_INVESTIGATION


def test_records_go_along_with_an_answer_by_the_rules_of_release(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    given, kept = new_report(azerbaijan), new_report(azerbaijan, handling=Handling(code=HandlingCode.H2))
    request = asked(iran, azerbaijan)
    agencies.exchange()
    made = moved(azerbaijan, request, MoveKind.ANSWER_FINALLY, text="", records=[given.id, kept.id])
    assert [one.release.rule for one in made.decided] == ["all_rules_passed", "handling_not_above"]
    agencies.exchange()
    assert history(iran, request)[-1].records == (given.id,)
    held = {report.id for report in list_reports(iran, azerbaijan.id, 1000)}
    assert given.id in held
    assert kept.id not in held


def test_an_answer_of_nothing_but_refused_records_is_none(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    kept = new_report(azerbaijan, handling=Handling(code=HandlingCode.H2))
    request = asked(iran, azerbaijan)
    agencies.exchange()
    with pytest.raises(Refused, match="none of the records may go"):
        moved(azerbaijan, request, MoveKind.ANSWER_FINALLY, text="", records=[kept.id])
    assert state(azerbaijan, request) is RequestState.ASKED


def test_whoever_knows_the_state_cannot_do_what_it_does_not_allow(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    with pytest.raises(Refused, match="the asker cannot answer finally it now"):
        moved(iran, request, MoveKind.ANSWER_FINALLY)
    moved(iran, request, MoveKind.WITHDRAW)
    agencies.exchange()
    with pytest.raises(Refused, match="the request is withdrawn"):
        moved(azerbaijan, request, MoveKind.ANSWER_FINALLY)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from(MoveKind), st.booleans()), max_size=6))
def test_whatever_crosses_both_sides_end_alike(
    agencies: Agencies, pair: tuple[Node, Node], steps: list[tuple[bool, MoveKind, bool]]
) -> None:
    request = asked(*pair)
    agencies.exchange()
    for asker, kind, deliver in steps:
        node = pair[0] if asker else pair[1]
        if kind in requests.show_request(node, request.id).possible:
            moved(node, request, kind)
        if deliver:
            agencies.exchange()
    agencies.exchange()
    assert history(pair[0], request) == history(pair[1], request)
    assert state(pair[0], request) is state(pair[1], request)


def test_a_message_that_comes_again_changes_nothing(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    made = moved(azerbaijan, request, MoveKind.ANSWER_PARTLY).move
    agencies.exchange()
    with iran.database.transaction() as connection:
        send(iran, connection, azerbaijan.id, requests.outgoing_request(request))
    with azerbaijan.database.transaction() as connection:
        send(azerbaijan, connection, iran.id, request_moves.outgoing_move(request, made, request.agreement))
    agencies.exchange()
    assert history(iran, request) == history(azerbaijan, request) == [made]


def forget(node: Node, request: Request, by: Node) -> None:
    """Let a node lose the moves of one side, as a restored one has."""
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM nominal.request_move WHERE request = %s AND made_by = %s", (request.id, by.id))
        connection.execute("UPDATE request SET state = 'asked', finished_at = NULL WHERE id = %s", (request.id,))


def test_a_node_that_lost_its_answer_learns_of_it_with_its_next_move(
    agencies: Agencies, pair: tuple[Node, Node]
) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    answer = moved(azerbaijan, request, MoveKind.ANSWER_FINALLY).move
    agencies.exchange()
    forget(azerbaijan, request, azerbaijan)
    moved(azerbaijan, request, MoveKind.REFUSE)
    agencies.exchange()
    assert state(iran, request) is state(azerbaijan, request) is RequestState.ANSWERED
    assert answer in history(azerbaijan, request)
    assert history(iran, request) == history(azerbaijan, request)


def test_a_node_that_begins_a_stream_anew_is_told_of_the_moves_it_has_lost(
    agencies: Agencies, pair: tuple[Node, Node], nominal: str
) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, agreement=nominal)
    moved(iran, request, MoveKind.WITHDRAW)
    agencies.exchange()
    stream = stream_of(request.agreement)
    forget(iran, request, iran)
    restart_by_hand(iran, azerbaijan.id, stream, reason="restored from a synthetic backup", by=BY)
    asked(iran, azerbaijan, agreement=nominal)
    agencies.exchange()
    assert state(iran, request) is state(azerbaijan, request) is RequestState.WITHDRAWN
    assert history(iran, request) == history(azerbaijan, request)


def test_a_move_that_the_partner_rejects_counts_for_nothing(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    moved(azerbaijan, request, MoveKind.ANSWER_FINALLY)
    with iran.database.transaction() as connection:
        connection.execute("DELETE FROM request WHERE id = %s", (request.id,))
    agencies.exchange()
    note_verdicts(azerbaijan)
    told = requests.show_request(azerbaijan, request.id)
    assert told.row.state is RequestState.ASKED
    assert "is not held here" in told.moves[0].kept.reason


def test_nothing_is_asked_without_an_agreement_that_allows_it(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    phone = about("+98 21 0000", SubjectKind.PHONE)
    for wrong, to, rule in (
        ({"purpose": Purpose.TRAINING}, azerbaijan, "purpose_covered"),
        ({"handling": Handling(code=HandlingCode.H2)}, azerbaijan, "handling_not_above"),
        ({"agreement": "f" * 64}, azerbaijan, "no_agreement"),
        ({"subjects": (phone,), "agreement": plain(iran)}, azerbaijan, "category_covered"),
        ({}, agencies.observer, "purpose_covered"),
    ):
        with pytest.raises(Refused) as refused:
            asked(iran, to, **wrong)
        assert refused.value.rule == rule


def test_neither_does_an_observer_ask_about_a_person_nor_is_it_asked(agencies: Agencies) -> None:
    terms = replace(TERMS, title="Synthetic agreement with everything", categories=tuple(Category))
    proposed = agreements.propose(agencies.iran, agencies.observer.id, terms, by=BY)
    agencies.exchange()
    agreements.sign(agencies.observer, proposed.id, by=BY)
    agencies.exchange()
    person = about("Synthetic Person", SubjectKind.PERSON_NAME)
    for asker, to in ((agencies.observer, agencies.iran), (agencies.iran, agencies.observer)):
        with pytest.raises(Refused) as refused:
            asked(asker, to, person)
        assert refused.value.rule == "observer_gets_nothing_nominal"


def test_a_person_is_asked_about_where_the_agreement_covers_people(
    agencies: Agencies, pair: tuple[Node, Node], nominal: str
) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, about("Synthetic Kargar", SubjectKind.PERSON_NAME), urgency=Urgency.URGENT)
    assert request.agreement == nominal
    assert request.due - request.asked_at == timedelta(hours=8)
    agencies.exchange()
    moved(azerbaijan, request, MoveKind.ACKNOWLEDGE, to_be_obtained=True)
    agencies.exchange()
    due = {requests.show_request(node, request.id).row.due for node in pair}
    assert due == {request.asked_at + timedelta(days=3)}


def test_an_agreement_without_a_known_profile_of_deadlines_carries_no_request(agencies: Agencies) -> None:
    terms = replace(TERMS, title="Synthetic agreement in free words", deadlines="soon")
    proposed = agreements.propose(agencies.azerbaijan, agencies.iran.id, terms, by=BY)
    agencies.exchange()
    agreements.sign(agencies.iran, proposed.id, by=BY)
    agencies.exchange()
    with pytest.raises(Refused, match="nobody would know when the answer is due") as refused:
        asked(agencies.azerbaijan, agencies.iran, agreement=proposed.id)
    assert refused.value.rule == "deadlines_known"


def test_whoever_asks_what_was_asked_before_is_told_by_whom_and_what_came_of_it(
    agencies: Agencies, pair: tuple[Node, Node], nominal: str
) -> None:
    assert nominal
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, about("+994 50 000 00 77", SubjectKind.PHONE))
    agencies.exchange()
    moved(azerbaijan, request, MoveKind.ANSWER_FINALLY, text="It belongs to a synthetic firm")
    agencies.exchange()
    same = about("00994-50-0000077", SubjectKind.PHONE)
    with pytest.raises(
        Refused, match=r"already asked by Synthetic Police of Iran \(admin\) of .*Azerbaijan on 2026"
    ) as own:
        asked(iran, azerbaijan, same)
    assert "answered: “It belongs to a synthetic firm”" in str(own.value)
    with pytest.raises(Refused, match="already asked by Synthetic Police of Iran on") as theirs:
        asked(azerbaijan, iran, same)
    assert {own.value.rule, theirs.value.rule} == {"already_asked"}
    assert asked(iran, azerbaijan, same, again="The firm has been sold").id != request.id


def test_what_was_withdrawn_or_asked_long_ago_may_be_asked_again(pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    subject = about("Synthetic withdrawn place")
    moved(iran, asked(iran, azerbaijan, subject), MoveKind.WITHDRAW)
    asked(iran, azerbaijan, subject)
    with iran.database.transaction() as connection:
        connection.execute("UPDATE request SET asked_at = asked_at - interval '366 days' WHERE state = 'asked'")
    assert asked(iran, azerbaijan, subject)


def at_once(*doings: Callable[[], object]) -> list[str]:
    """Do things at the same time; the rules by which some were refused."""
    refused: list[str] = []

    def do(doing: Callable[[], object]) -> None:
        try:
            doing()
        except Refused as error:
            refused.append(error.rule)

    threads = [threading.Thread(target=do, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_colleagues_who_ask_the_same_at_once_one_is_told_of_the_other(pair: tuple[Node, Node]) -> None:
    subject = about("Synthetic twin place")
    assert at_once(*[lambda: asked(*pair, subject)] * 3) == ["already_asked"] * 2


def test_of_two_final_answers_at_once_one_is_refused(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    request = asked(*pair)
    agencies.exchange()
    record = new_report(pair[1]).id
    answers = [lambda: moved(pair[1], request, MoveKind.ANSWER_FINALLY, records=[record])] * 3
    assert at_once(*answers) == ["move_possible"] * 2
    agencies.exchange()
    assert len(history(pair[0], request)) == 1


def test_what_is_overdue_is_listed_on_both_sides_and_reminded_of_once(
    agencies: Agencies, pair: tuple[Node, Node]
) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, urgency=Urgency.URGENT)
    agencies.exchange()
    remind_of_overdue(iran)
    assert history(iran, request) == []
    agencies.clock.turn(timedelta(days=15))
    for _ in range(2):
        remind_of_overdue(iran)
        remind_of_overdue(azerbaijan)
    agencies.exchange()
    assert [move.kind for move in history(azerbaijan, request)] == [MoveKind.REMIND]
    mine = f"request {request.id}: {azerbaijan.agency.name} owes an answer, overdue since"
    theirs = f"request {request.id}: {iran.agency.name} waits for an answer, overdue since"
    assert any(sentence.startswith(mine) for sentence in status(iran).requests)
    assert any(due.sentence().startswith(theirs) for due in attention(azerbaijan).requests)


def test_what_is_over_is_erased_when_its_time_is_over(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    over, left = asked(iran, azerbaijan, agreement=plain(iran)), asked(iran, azerbaijan, agreement=plain(iran))
    agencies.exchange()
    moved(azerbaijan, over, MoveKind.ANSWER_FINALLY)
    for days in (TERMS.retention_days - 1, TERMS.retention_days + 1):
        assert state(azerbaijan, over) is RequestState.ANSWERED
        with azerbaijan.database.transaction() as connection:
            held_at = azerbaijan.now() - timedelta(days=days)
            connection.execute("UPDATE request SET held_at = %s WHERE id IN (%s, %s)", (held_at, over.id, left.id))
        erase_old_requests(azerbaijan)
    with pytest.raises(NotFound):
        state(azerbaijan, over)
    assert state(azerbaijan, left) is RequestState.ASKED


def test_nothing_is_said_while_the_agreement_is_suspended(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, agreement=plain(iran))
    agencies.exchange()
    in_force = [one.row.id for one in agreements.list_standing(iran) if one.state is AgreementState.IN_FORCE]
    between = [each for each in in_force if agreements.find_standing(iran, each).partner.node == azerbaijan.id]
    for each in between:
        agreements.suspend(iran, each, by=BY)
    agencies.exchange()
    with pytest.raises(Refused, match="suspended"):
        moved(azerbaijan, request, MoveKind.ACKNOWLEDGE)
    for each in between:
        agreements.resume(iran, each, by=BY)
    agencies.exchange()
    assert moved(azerbaijan, request, MoveKind.ACKNOWLEDGE)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"question": " "}, BadInput),
        ({"subjects": ()}, BadInput),
        ({"case": "\x1b"}, BadInput),
        ({"again": "\udcff"}, BadInput),
    ],
)
def test_what_cannot_be_sent_is_not_asked(pair: tuple[Node, Node], wrong: dict[str, Any], error: type) -> None:
    with pytest.raises(error, match="this request cannot be sent"):
        asked(*pair, **({"subjects": (about("Synthetic bad place"),)} | wrong))


def test_the_figures_of_both_sides_agree(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan)
    agencies.exchange()
    moved(azerbaijan, request, MoveKind.ANSWER_FINALLY)
    agencies.exchange()
    ours = requests.tallies(requests.list_requests(iran))[azerbaijan.agency.name, Side.ASKER]
    assert ours.answered >= 1
    assert ours.median_hours is not None


# What a partner that errs or means ill may send


def hostile(sender: Node, to: Node, request: Request, kind: MessageKind = MessageKind.REQUEST, **wrong: Any) -> str:
    """The rule by which the receiver rejects a message that a sender's own rules would never have let go."""
    saying = Outgoing(
        kind=kind,
        record=wrong.pop("record", str(request.id)),
        agreement=wrong.pop("agreement", request.agreement),
        body=wrong.pop("body", request.to_json()),
        purpose=wrong.pop("purpose", Purpose.INVESTIGATION),
        handling=wrong.pop("handling", FREE),
    )
    with sender.database.transaction() as connection:
        send(sender, connection, to.id, saying)
    return saying.agreement


def _body(request: Request, **changed: object) -> bytes:
    return json.dumps({**request.to_dict(), **changed}).encode()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"asked": "somebody else"}, "request_parties"),
        ({"asker": "somebody else"}, "request_parties"),
        ({"question": ""}, "well_formed"),
        ({"subjects": []}, "well_formed"),
        ({"question": "\u202e"}, "well_formed"),
        ({"asked_at": "9999-12-31T23:59:59Z"}, "well_formed"),
        ({"asked_at": "2026-03-02T00:00:00"}, "well_formed"),
        ({"due": "2026-03-02T00:00:00Z"}, "deadlines_known"),
        ({"deadlines": "eu-2023-977"}, "deadlines_known"),
        ({"subjects": [{"kind": "phone", "value": "1"}]}, "category_covered"),
        ({"purpose": "training"}, "well_formed"),
        ({"agreement": "f" * 64}, "well_formed"),
        ({"surprise": 1}, "well_formed"),
    ],
)
def test_a_request_that_breaks_a_rule_is_rejected_by_it(
    agencies: Agencies, pair: tuple[Node, Node], changed: dict[str, object], rule: str
) -> None:
    iran, azerbaijan = pair
    sound = asked(iran, azerbaijan, agreement=plain(iran))
    request = replace(sound, id=iran.new_id())
    agreement = hostile(iran, azerbaijan, request, body=_body(request, **changed))
    agencies.exchange()
    assert verdicts(azerbaijan, stream_of(agreement))[-1] == ("rejected", rule)


def test_a_move_that_breaks_a_rule_is_rejected_by_it(agencies: Agencies, pair: tuple[Node, Node]) -> None:
    iran, azerbaijan = pair
    request = asked(iran, azerbaijan, agreement=plain(iran))
    agencies.exchange()
    move = RequestMove(
        id=iran.new_id(), request=request.id, by=azerbaijan.id, number=1, kind=MoveKind.ACKNOWLEDGE, at=iran.now()
    )
    cases: list[tuple[dict[str, object], str]] = [
        ({"by": "a stranger"}, "request_parties"),
        ({"request": str(UUID(int=5))}, "request_first"),
        ({"by": iran.id}, "request_first"),
        ({"kind": "withdraw"}, "request_first"),
        ({"number": 0}, "well_formed"),
        ({"kind": "refuse"}, "well_formed"),
        ({"kind": "answer_finally", "text": ""}, "well_formed"),
    ]
    for changed, rule in cases:
        body = json.dumps({**move.to_dict(), **changed}).encode()
        stream = stream_of(hostile(azerbaijan, iran, request, MessageKind.REQUEST_MOVE, body=body))
        agencies.exchange()
        assert verdicts(iran, stream)[-1] == ("rejected", rule), changed
    assert history(iran, request) == []

"""Delivery ends whatever partners answer, sends agreements before records, and one failure is one partner's own."""

from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from threading import Event

from fixtures_node import BY, TERMS, Agencies, Straight, file_reports
from hamkar.actions import agreements
from hamkar.actions.deliver import LONGEST_PAUSE, Delivered, deliver, due_partners
from hamkar.actions.deliver_all import keep_delivering
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.actions.status import status
from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import Acknowledged, Answer, Wanted
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import Purpose
from hamkar.model.report import Report
from hamkar.store.outbox import TERMS as TERMS_STREAM
from reports import kilograms, line

ENOUGH = 20
"""Frames after which a sender counts as one that never ends."""


class Answering:
    """A way on which answers are made up; it bears with so many frames and no more."""

    def __init__(self, answer: Callable[[int, bytes], Answer]) -> None:
        self._answer = answer
        self._numbers = count()
        self.frames = 0

    def post_bundle(self, frame: bytes) -> Answer:
        """The next answer."""
        self.frames += 1
        assert self.frames < ENOUGH, "it is sent and sent"
        return self._answer(next(self._numbers), frame)


def waiting_report(node: Node, partner: str) -> None:
    """A new report that waits for the partner."""
    report = Report(
        id=node.new_id(),
        originator=node.id,
        group=node.new_id(),
        lineage="synthetic",
        agency="Synthetic border post",
        lines=(line("heroin", kilograms("12.5")),),
    )
    file_reports(node, report)
    release(node, report.id, partner, Purpose.INVESTIGATION, by=BY)


def propose(node: Node, partner: Node) -> None:
    """An agreement that waits for the partner."""
    agreements.propose(node, partner.id, TERMS, by=BY)


def by_stream(delivered: list[Delivered]) -> tuple[Delivered, Delivered]:
    """What was done for agreements and what for records."""
    (terms,) = [one for one in delivered if one.stream == TERMS_STREAM]
    (records,) = [one for one in delivered if one.stream != TERMS_STREAM]
    return terms, records


def test_a_partner_that_wants_now_this_and_now_that_is_not_sent_to_for_ever(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    for _ in range(3):
        waiting_report(giver, "AZ")
        agencies.exchange()
    waiting_report(giver, "AZ")
    fickle = Answering(lambda number, _: Wanted(1 + number % 2, 1, "synthetic"))
    (delivered,) = deliver(giver, taker.id, fickle)
    assert "still wants message 2" in delivered.stopped
    assert delivered.messages == 0
    agencies.exchange()
    assert not status(giver).waiting


def test_a_partner_that_repeats_an_old_receipt_is_not_sent_to_for_ever(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    receipts: list[Acknowledged] = []

    def keep(_: int, frame: bytes) -> Answer:
        answer = Straight(taker).post_bundle(frame)
        assert isinstance(answer, Acknowledged)
        receipts.append(answer)
        return answer

    for _ in range(2):
        waiting_report(giver, "AZ")
        deliver(giver, taker.id, Answering(keep))
    waiting_report(giver, "AZ")
    (delivered,) = deliver(giver, taker.id, Answering(lambda *_: receipts[0]))
    assert "again and again" in delivered.stopped
    assert delivered.messages == 0
    agencies.exchange()
    assert not status(giver).waiting


def test_records_wait_until_the_agreements_have_arrived(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    waiting_report(giver, "AZ")
    propose(giver, taker)

    def cut_once(number: int, frame: bytes) -> Answer:
        if number == 0:
            msg = "synthetic: the line was cut"
            raise Unreachable(msg)
        return Straight(taker).post_bundle(frame)

    link = Answering(cut_once)
    terms, records = by_stream(deliver(giver, taker.id, link))
    assert link.frames == 1
    assert terms.stopped == "synthetic: the line was cut"
    assert (records.messages, records.stopped) == (
        0,
        f"waits until the agreements have arrived, which stopped: {terms.stopped}",
    )
    assert taker.id not in due_partners(giver), "what waits for the agreements tries them no sooner"
    assert any(records.stopped in waiting.sentence() for waiting in status(giver).waiting)
    terms, records = by_stream(deliver(giver, taker.id, link))
    assert (terms.messages, terms.stopped, records.messages, records.stopped) == (1, "", 1, "")


def test_one_partners_failure_keeps_no_other_waiting(agencies: Agencies) -> None:
    giver = agencies.iran
    failing, served = sorted((agencies.azerbaijan, agencies.observer), key=lambda node: node.id)
    for partner in (failing, served):
        propose(giver, partner)
    agencies.clock.turn(LONGEST_PAUSE)
    stop, complaints = Event(), []

    def connect(card: NodeCard) -> nullcontext[Straight]:
        if card.agency.node == failing.id:
            msg = "synthetic: this card leads nowhere"
            raise ProtocolError(msg)
        return nullcontext(Straight(served))

    def complain(sentence: str) -> None:
        complaints.append(sentence)
        stop.set()

    keep_delivering(giver, connect, stop, complain)
    assert complaints == ["synthetic: this card leads nowhere"], "it is tried again later, and not at once"
    assert [waiting.partner for waiting in status(giver).waiting] == [failing.agency.name]

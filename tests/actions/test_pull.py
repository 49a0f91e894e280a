"""Pulling: one connection does both directions, and whoever asks again gets nothing but sealed bundles."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchanging import agreement_with, held, new_report
from fixtures_node import BY, Agencies, Straight
from hamkar.actions.deliver_all import sync_now
from hamkar.actions.letters import compose, signed
from hamkar.actions.node import Node
from hamkar.actions.pull import answer_pull, pull
from hamkar.actions.release import release
from hamkar.actions.restart_stream import SHORTEST_EPOCH
from hamkar.actions.send import Outgoing, send_all
from hamkar.actions.status import status
from hamkar.crypto import dsse
from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import Declined
from hamkar.exchange.letter import LETTER_TYPE, MAX_FRAMES, PullAnswer, sign_letter
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.letter import Head, Letter
from hamkar.model.report import Report
from hamkar.store import outbox


def released(giver: Node, partner: str) -> Report:
    """A new report that waits for the partner."""
    report = new_report(giver)
    release(giver, report.id, partner, Purpose.INVESTIGATION, by=BY)
    return report


def letter(node: Node, to: Node) -> Letter:
    """Where the node stands, to the other."""
    with node.database.transaction() as connection:
        return compose(node, connection, to.id, {})


_EVERYTHING = (
    "SELECT * FROM stream_out ORDER BY partner, stream",
    "SELECT * FROM stream_in ORDER BY partner, stream",
    "SELECT * FROM inbox ORDER BY partner, stream, epoch, seq",
    "SELECT * FROM receipt ORDER BY sender, receiver, stream, epoch, upto_seq",
    "SELECT max(seq) FROM log",
)


def everything(node: Node) -> list[object]:
    """What a node holds of streams and its log."""
    with node.database.transaction() as connection:
        return [connection.execute(query).fetchall() for query in _EVERYTHING]


def test_what_waits_at_a_partner_comes_by_pulling_and_its_receipts_go_the_same_way(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    report = released(giver, "AZ")
    assert status(giver).waiting
    assert pull(taker, giver.id, Straight(giver)).bundles == 1
    assert held(taker, giver, report.id)
    assert not status(giver).waiting, "its receipt has come back with the next pull"


def test_the_verdicts_come_back_too(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    report = released(giver, "AZ")
    pull(taker, giver.id, Straight(giver))
    with giver.database.transaction() as connection:
        row = connection.execute(
            "SELECT o.verdict FROM nominal.outbox o JOIN release r ON r.id = o.release_id WHERE r.record_id = %s",
            (report.id,),
        ).fetchone()
    assert row == ("accepted",)


def test_a_second_pull_finds_nothing_and_changes_nothing(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    released(giver, "AZ")
    pull(taker, giver.id, Straight(giver))
    before = everything(giver), everything(taker)
    assert pull(taker, giver.id, Straight(giver)).bundles == 0
    assert (everything(giver), everything(taker)) == before


def test_more_than_one_answer_takes_comes_in_several(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    large = Outgoing(
        kind=MessageKind.REPORT,
        record="synthetic",
        agreement=agreement_with(giver, taker),
        body=b'{"synthetic":"%s"}' % (b"x" * 600_000),
    )
    with giver.database.transaction() as connection:
        send_all(giver, connection, taker.id, [large] * (MAX_FRAMES + 1))
    assert pull(taker, giver.id, Straight(giver)).bundles == MAX_FRAMES + 1
    assert not status(giver).waiting


def test_both_directions_go_while_one_node_can_be_reached_by_nobody(agencies: Agencies) -> None:
    behind, open_ = agencies.iran, agencies.azerbaijan
    there, back = released(behind, "AZ"), released(open_, "IR")

    def connect(card: NodeCard) -> nullcontext[Straight]:
        if card.agency.node != open_.id:
            msg = "synthetic: nobody listens there"
            raise Unreachable(msg)
        return nullcontext(Straight(open_))

    assert any(each.stopped for each in sync_now(open_, behind.id, connect).delivered)
    sync_now(behind, open_.id, connect)
    assert held(open_, behind, there.id)
    assert held(behind, open_, back.id)
    assert not status(behind).waiting
    assert not status(open_).waiting


def test_a_pull_that_is_replayed_gets_sealed_bundles_and_changes_nothing(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    old = signed(taker, letter(taker, giver))
    released(giver, "AZ")
    answer_pull(giver, old)
    agencies.exchange()
    released(giver, "AZ")
    before = everything(giver)
    answer = answer_pull(giver, old)
    assert isinstance(answer, PullAnswer)
    assert all(frame.startswith(b"HAMKAR") for frame in answer.frames)
    assert everything(giver) == before
    agencies.exchange()


def test_a_letter_for_another_node_is_declined(agencies: Agencies) -> None:
    misled = signed(agencies.iran, letter(agencies.iran, agencies.observer))
    answer = answer_pull(agencies.azerbaijan, misled)
    assert isinstance(answer, Declined)
    assert "the letter is from" in answer.reason


def test_a_letter_that_claims_absurd_numbers_stops_the_sender_and_begins_nothing(agencies: Agencies) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    honest = letter(taker, giver)
    absurd = replace(honest, heads=tuple(replace(head, next_seq=2**50, chain="ab" * 32) for head in honest.heads))
    before = everything(giver)
    answer_pull(giver, sign_letter(absurd, taker.keys.signer))
    assert everything(giver) == before


def test_a_partner_that_always_claims_more_gets_a_new_epoch_once_a_minute(agencies: Agencies) -> None:
    giver, taker = agencies.observer, agencies.iran

    def claim_more() -> int:
        """One claim to hold more than there is; the highest epoch after it."""
        with giver.database.transaction() as connection:
            streams = [each for each in outbox.streams(connection) if each.partner == taker.id]
        heads = tuple(
            Head(stream=each.stream, epoch=each.epoch, next_seq=each.next_seq + 5, chain="ab" * 32, frozen=False)
            for each in streams
        )
        answer_pull(giver, sign_letter(replace(letter(taker, giver), heads=heads), taker.keys.signer))
        with giver.database.transaction() as connection:
            return max(each.epoch for each in outbox.streams(connection))

    before = claim_more()
    assert [claim_more() for _ in range(3)] == [before] * 3
    agencies.clock.turn(SHORTEST_EPOCH)
    assert claim_more() == before + 1


def test_the_answer_of_a_partner_is_bound_to_it(agencies: Agencies) -> None:
    class Other(Straight):
        """Another node answers."""

        def post_pull(self, letter: bytes) -> PullAnswer:  # noqa: ARG002 - the signature is the port's
            """The letter of another node."""
            with agencies.observer.database.transaction() as connection:
                other = compose(agencies.observer, connection, agencies.iran.id, {})
            return PullAnswer(signed(agencies.observer, other), ())

    with pytest.raises(ProtocolError, match="was asked; call the agency"):
        pull(agencies.iran, agencies.azerbaijan.id, Other(agencies.azerbaijan))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_bytes_get_an_answer_or_are_declined(agencies: Agencies, data: st.DataObject) -> None:
    giver, taker = agencies.iran, agencies.azerbaijan
    good = bytearray(signed(taker, letter(taker, giver)))
    place = data.draw(st.integers(0, len(good) - 1))
    hostile = data.draw(
        st.binary(max_size=200)
        | st.just(bytes(good[:place]))
        | st.just(bytes(good[:place] + bytes([good[place] ^ 1 << data.draw(st.integers(0, 7))]) + good[place + 1 :]))
    )
    before = everything(giver)
    answer = answer_pull(giver, hostile)
    assert isinstance(answer, Declined | PullAnswer)
    assert everything(giver) == before


numbers = st.integers(-1, 2**63) | st.sampled_from([0, 1, 2, 2**31, 2**53])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(epoch=numbers, number=numbers, chain=st.sampled_from(["0" * 64, "ab" * 32, "", "zz"]), name=st.text(max_size=40))
def test_whatever_a_partner_claims_under_its_signature_is_answered_or_declined(
    agencies: Agencies, epoch: int, number: int, chain: str, name: str
) -> None:
    giver, taker = agencies.observer, agencies.iran
    honest = letter(taker, giver)
    claims = [replace(head, epoch=epoch, next_seq=number, chain=chain) for head in honest.heads]
    claims += [replace(head, stream=name) for head in honest.heads[:1]]
    claimed = replace(honest, heads=tuple(claims))
    envelope = dsse.sign(LETTER_TYPE, claimed.to_json(), taker.keys.signer).to_json()
    assert isinstance(answer_pull(giver, envelope), Declined | PullAnswer)

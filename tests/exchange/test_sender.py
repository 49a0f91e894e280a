"""The sending end of a stream: what a receipt or a gap changes."""

from dataclasses import replace

import pytest

from exchange.nodes import NORTH, NOW, SOUTH, STRANGER
from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Wanted
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.checkpoint import SILENT
from hamkar.exchange.sender import Confirmed, SentState, Stale, resume_at, settle
from hamkar.model.bundle import GENESIS
from hamkar.model.receipt import Receipt

CHAINS = dict(enumerate(advance_all(GENESIS, (leaf(b"%d" % number) for number in range(1, 11)))))
NOTHING_KEPT: dict[int, str] = {}
SENT = SentState(sender=NORTH.id, receiver=SOUTH.id, stream="main", epoch=2, last_seq=10, confirmed_seq=4)


def receipt(upto: int, chain: str = "", epoch: int = 2) -> Receipt:
    return Receipt(
        v=1,
        receiver=SOUTH.id,
        sender=NORTH.id,
        stream="main",
        epoch=epoch,
        upto_seq=upto,
        chain=chain or CHAINS[min(upto, 10)],
        issued_at=NOW,
        verdicts=(),
        logs=SILENT,
    )


@pytest.mark.parametrize("upto", [5, 10])
def test_a_receipt_confirms_everything_up_to_its_number(upto: int) -> None:
    assert settle(SENT, receipt(upto), CHAINS.get) == Confirmed(upto)


@pytest.mark.parametrize("upto", [1, 4])
def test_a_receipt_that_comes_late_takes_nothing_back(upto: int) -> None:
    assert settle(SENT, receipt(upto), CHAINS.get) == Stale()
    assert settle(SENT, receipt(upto), NOTHING_KEPT.get) == Stale()


def test_a_receipt_of_an_earlier_epoch_is_stale_whatever_it_says() -> None:
    assert settle(SENT, receipt(10, chain="f" * 64, epoch=1), CHAINS.get) == Stale()


@pytest.mark.parametrize(("upto", "epoch"), [(11, 2), (1, 3)])
def test_a_receipt_for_more_than_was_sent_is_refused(upto: int, epoch: int) -> None:
    with pytest.raises(ProtocolError, match="only 10 of epoch 2 were sent"):
        settle(SENT, receipt(upto, epoch=epoch), CHAINS.get)


@pytest.mark.parametrize("upto", [3, 7])
def test_a_receipt_over_other_messages_is_refused_even_when_it_is_late(upto: int) -> None:
    with pytest.raises(ProtocolError, match="confirms other messages than were sent"):
        settle(SENT, receipt(upto, chain="f" * 64), CHAINS.get)


def test_a_receipt_is_not_believed_about_what_the_sender_cannot_compare() -> None:
    with pytest.raises(ProtocolError, match="confirms other messages"):
        settle(SENT, receipt(7), NOTHING_KEPT.get)


@pytest.mark.parametrize("change", [{"stream": "side"}, {"sender": STRANGER.id}, {"receiver": STRANGER.id}])
def test_a_receipt_for_another_stream_is_refused(change: dict[str, str]) -> None:
    other = replace(SENT, **change)  # type: ignore[arg-type] # one name at a time
    with pytest.raises(ProtocolError, match="not for this stream"):
        settle(other, receipt(7), CHAINS.get)


@pytest.mark.parametrize(
    ("wanted", "start"),
    [(Wanted(5, 2, ""), 5), (Wanted(11, 2, ""), 11), (Wanted(2, 2, ""), 2), (Wanted(99, 1, ""), 1)],
    ids=["the next", "all sent", "the receiver was restored", "the receiver is an epoch behind"],
)
def test_sending_goes_on_where_the_receiver_says_it_lacks_something(wanted: Wanted, start: int) -> None:
    assert resume_at(SENT, wanted) == start


@pytest.mark.parametrize("wanted", [Wanted(12, 2, ""), Wanted(1, 3, "")])
def test_a_receiver_that_holds_more_than_was_sent_means_a_restored_sender_or_a_lie(wanted: Wanted) -> None:
    with pytest.raises(ProtocolError, match="start a new epoch, otherwise call the agency"):
        resume_at(SENT, wanted)

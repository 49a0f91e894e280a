"""Answers to a bundle, as values and as HTTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import MAX_REASON, Acknowledged, Answer, Declined, Halted, Wanted, read_answer, write_answer

reasons = st.text(max_size=100)
answers = st.one_of(
    st.builds(Acknowledged, st.binary()),
    st.builds(Wanted, st.integers(1, 2**53 - 1), st.integers(1, 2**31 - 1), reasons),
    st.builds(Declined, st.sampled_from((400, 403, 413)), reasons),
    st.builds(Halted, reasons),
)


@given(answer=answers)
def test_an_answer_survives_the_trip(answer: Answer) -> None:
    assert read_answer(*write_answer(answer)) == answer


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (Acknowledged(b"{receipt}"), 200, b"{receipt}"),
        (Wanted(7, 2, "7 is missing"), 409, b'{"error":"7 is missing","wanted":7,"epoch":2}'),
        (Declined(403, "unknown key"), 403, b'{"error":"unknown key"}'),
        (Halted("frozen"), 423, b'{"error":"frozen"}'),
    ],
)
def test_answers_are_the_http_of_the_protocol(answer: Answer, status: int, body: bytes) -> None:
    assert write_answer(answer) == (status, body)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_on_the_other_side_means_try_again(status: int) -> None:
    with pytest.raises(Unreachable, match="try again later"):
        read_answer(status, b"<html>")


def test_too_much_in_a_day_is_declined_with_the_reason_of_the_node() -> None:
    declined = Declined(429, "send it again tomorrow")
    assert read_answer(*write_answer(declined)) == declined


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 401, 404, 405, 422])
def test_what_no_node_answers_is_a_protocol_error(status: int) -> None:
    with pytest.raises(ProtocolError, match=f"HTTP status {status}"):
        read_answer(status, b"")


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":"","wanted":0,"epoch":1}',
        b'{"error":"","wanted":1,"epoch":0}',
        b'{"error":"","wanted":9007199254740992,"epoch":1}',
        b'{"error":"","wanted":"1","epoch":1}',
        b'{"wanted":1,"epoch":1}',
    ],
)
def test_a_gap_that_asks_for_an_impossible_number_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_answer(409, body)


def test_an_endless_reason_is_cut() -> None:
    assert read_answer(423, b'{"error":"' + b"x" * 100_000 + b'"}') == Halted("x" * MAX_REASON)


@given(status=st.sampled_from((400, 403, 409, 413, 423)), body=st.binary(max_size=100))
def test_any_bytes_are_an_answer_or_a_protocol_error(status: int, body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_answer(status, body)

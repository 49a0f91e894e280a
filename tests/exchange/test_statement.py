"""Statements: what one node signs and any other can check later; nothing else is taken for one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.nodes import NORTH, SOUTH
from hamkar.errors import ProtocolError
from hamkar.exchange.chain import advance_all, erased, is_erased, leaf
from hamkar.exchange.statement import Statement, read_statement, recall_id, sign_statement, stored_statement
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import GENESIS, MessageKind
from hamkar.model.clearance import Clearance
from hamkar.model.consent import Consent
from hamkar.model.handling import FREE
from hamkar.model.recall import HoldGround, Recall, RecallAnswer, RecallKind, RecallOutcome

NOW = datetime(2026, 3, 2, tzinfo=UTC)
THIRD = "c" * 32


def named(originator: str, at: str = "") -> UUID:
    """The identifier of this originator's recall."""
    return recall_id(originator, UUID(int=2), at, NOW)


RECALL = Recall(
    v=1,
    id=named(SOUTH.id),
    record=UUID(int=2),
    kind_of_record=MessageKind.REPORT,
    originator=SOUTH.id,
    kind=RecallKind.WRONG,
    reason="Synthetic",
    issued_at=NOW,
    due=NOW + timedelta(hours=72),
)
ANSWER = RecallAnswer(
    v=1,
    recall=RECALL.id,
    record=RECALL.record,
    holder=SOUTH.id,
    outcome=RecallOutcome.ERASED,
    ground=None,
    until=None,
    onward=(THIRD,),
    answered_at=NOW,
)
CONSENT = Consent(
    v=1,
    id=UUID(int=3),
    record=RECALL.record,
    kind_of_record=MessageKind.REPORT,
    originator=SOUTH.id,
    holder=NORTH.id,
    to=THIRD,
    purposes=(Purpose.INVESTIGATION,),
    handling=FREE,
    until=date(2026, 12, 31),
    issued_at=NOW,
)

CLEARANCE = Clearance(
    v=1,
    id=UUID(int=4),
    record=RECALL.record,
    kind_of_record=MessageKind.REPORT,
    originator=SOUTH.id,
    holder=NORTH.id,
    case="Synthetic 12/26",
    reason="Synthetic request for legal assistance",
    issued_at=NOW,
)


def cards(node: str) -> list[NodeCard]:
    """The cards that are held of a node."""
    return [each.card for each in (SOUTH, NORTH) if each.id == node]


@pytest.mark.parametrize("stated", [RECALL, ANSWER, CONSENT, CLEARANCE], ids=lambda stated: type(stated).__name__)
def test_what_a_node_states_is_read_as_it_was_signed(stated: Statement) -> None:
    signed = sign_statement(stated, SOUTH.keys.signer)
    assert read_statement(signed, type(stated), cards) == stated
    assert stored_statement(signed, type(stated)) == stated


@pytest.mark.parametrize("stated", [RECALL, ANSWER, CONSENT, CLEARANCE], ids=lambda stated: type(stated).__name__)
def test_what_another_node_signs_in_its_name_proves_nothing(stated: Statement) -> None:
    with pytest.raises(ProtocolError, match="not signed by a key on a card of node"):
        read_statement(sign_statement(stated, NORTH.keys.signer), type(stated), cards)


def test_without_the_authors_card_nothing_is_proved() -> None:
    stranger = sign_statement(replace(RECALL, originator=THIRD, id=named(THIRD)), SOUTH.keys.signer)
    with pytest.raises(ProtocolError, match="whose card is not held here"):
        read_statement(stranger, Recall, cards)


def test_one_kind_of_statement_is_not_read_as_another() -> None:
    with pytest.raises(ProtocolError, match="where a"):
        read_statement(sign_statement(CONSENT, SOUTH.keys.signer), Recall, cards)


@pytest.mark.parametrize(
    "broken",
    [
        replace(RECALL, v=2),
        replace(RECALL, kind_of_record=MessageKind.CONSENT),
        replace(RECALL, reason=""),
        replace(RECALL, reason="x" * 2_001),
        replace(RECALL, due=NOW - timedelta(seconds=1)),
        replace(RECALL, issued_at=NOW.replace(tzinfo=None), due=NOW.replace(tzinfo=None)),
        replace(RECALL, replaced_by=UUID(int=9)),
        replace(RECALL, kind=RecallKind.CORRECTED),
        replace(RECALL, kind=RecallKind.CORRECTED, replaced_by=RECALL.record),
        replace(RECALL, at=THIRD, id=named(SOUTH.id, THIRD)),
        replace(RECALL, kind=RecallKind.CONSENT_WITHDRAWN, at="somewhere", id=named(SOUTH.id, "somewhere")),
        replace(RECALL, id=named(THIRD)),
        replace(ANSWER, ground=HoldGround.LEGAL_DUTY),
        replace(ANSWER, outcome=RecallOutcome.LEGAL_HOLD),
        replace(ANSWER, onward=(THIRD, THIRD)),
        replace(ANSWER, onward=("Synthetic",)),
        replace(CONSENT, to=NORTH.id),
        replace(CONSENT, holder="Synthetic"),
        replace(CONSENT, purposes=()),
        replace(CLEARANCE, holder=SOUTH.id),
        replace(CLEARANCE, holder="Synthetic"),
        replace(CLEARANCE, case=" "),
        replace(CLEARANCE, case="Synthetic\u202e 12/26"),
        replace(CLEARANCE, case="x" * 201),
        replace(CLEARANCE, reason=""),
        replace(CLEARANCE, kind_of_record=MessageKind.CLEARANCE),
    ],
    ids=str,
)
def test_a_statement_that_does_not_hold_together_is_refused_whoever_signed_it(broken: Statement) -> None:
    with pytest.raises(ProtocolError):
        read_statement(sign_statement(broken, SOUTH.keys.signer), type(broken), cards)


@given(st.data(), st.sampled_from([RECALL, ANSWER, CONSENT, CLEARANCE]))
def test_whatever_the_bytes_they_give_a_statement_or_a_protocol_error(data: st.DataObject, stated: Statement) -> None:
    signed = bytearray(sign_statement(stated, SOUTH.keys.signer))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(signed) - 1))
        signed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        assert read_statement(bytes(signed), type(stated), cards) == stated
    except ProtocolError:
        return


@given(st.lists(st.binary(max_size=120), max_size=8), st.sets(st.integers(0, 7)))
def test_erasing_messages_changes_no_leaf_and_no_chain(messages: list[bytes], gone: set[int]) -> None:
    left = [erased(message) if place in gone else message for place, message in enumerate(messages)]
    assert [leaf(message) for message in left] == [leaf(message) for message in messages]
    assert advance_all(GENESIS, map(leaf, left)) == advance_all(GENESIS, map(leaf, messages))
    assert all(is_erased(left[place]) for place in gone if place < len(left))


@given(st.binary(max_size=120))
def test_what_is_erased_twice_is_erased_once(message: bytes) -> None:
    assert erased(erased(message)) == erased(message)

"""Deadlines, subjects, grounds, bounds and figures of requests."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.model.agreement import Purpose
from hamkar.model.handling import FREE, Condition, Handling, HandlingCode
from hamkar.model.request import (
    Ground,
    MoveKind,
    Request,
    RequestMove,
    RequestState,
    Subject,
    SubjectKind,
    Urgency,
)
from hamkar.requests.deadlines import due_after, due_of
from hamkar.requests.grounds import GROUNDS
from hamkar.requests.soundness import LONGEST_TEXT, MOST_MOVES, MOST_SUBJECTS, unsound_move, unsound_request
from hamkar.requests.subjects import compared
from hamkar.requests.tally import Outcome, tally

ASKED_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TO_BE_OBTAINED = {"to_be_obtained": True}
PHONE = Subject(kind=SubjectKind.PHONE, value="+994 50 000 00 01")


def request(urgency: Urgency = Urgency.URGENT, deadlines: str = "eu-2023-977", **other: object) -> Request:
    """A sound request."""
    fields = {
        "id": UUID(int=1),
        "agreement": "a" * 64,
        "asker": "synthetic-asker",
        "asked": "synthetic-asked",
        "purpose": Purpose.INVESTIGATION,
        "urgency": urgency,
        "question": "Is the number known?\nIn what case?",
        "subjects": (PHONE,),
        "case": "S-1",
        "why": "Found in a synthetic seizure",
        "handling": FREE,
        "asked_at": ASKED_AT,
        "deadlines": deadlines,
        "due": due_after(deadlines, urgency, ASKED_AT),
    }
    return Request(**fields | other)  # type: ignore[arg-type] # each test changes one field


def move(kind: MoveKind, **other: object) -> RequestMove:
    """A sound move."""
    ground = Ground.RIGHTS if kind is MoveKind.REFUSE else None
    fields = {"id": UUID(int=2), "request": UUID(int=1), "by": "n", "number": 1, "kind": kind, "at": ASKED_AT}
    return RequestMove(**fields | {"text": "said", "ground": ground} | other)  # type: ignore[arg-type] # the same


@pytest.mark.parametrize(
    ("deadlines", "urgency", "more", "hours"),
    [
        ("eu-2023-977", Urgency.URGENT, {}, 8),
        ("eu-2023-977", Urgency.URGENT, TO_BE_OBTAINED, 3 * 24),
        ("eu-2023-977", Urgency.NORMAL, {}, 7 * 24),
        ("eu-2023-977", Urgency.NORMAL, TO_BE_OBTAINED, 7 * 24),
        ("bilateral", Urgency.URGENT, {}, 24),
        ("bilateral", Urgency.URGENT, TO_BE_OBTAINED, 5 * 24),
        ("bilateral", Urgency.NORMAL, {}, 14 * 24),
    ],
)
def test_an_answer_is_due_when_the_profile_says(
    deadlines: str,
    urgency: Urgency,
    more: dict[str, object],
    hours: int,
) -> None:
    moves = [move(MoveKind.ACKNOWLEDGE, **more)]
    assert due_of(request(urgency, deadlines), moves) == ASKED_AT + timedelta(hours=hours)


def test_every_ground_says_what_it_means_and_where_it_stands() -> None:
    assert set(GROUNDS) == set(Ground)
    assert all(meaning and source for meaning, source in GROUNDS.values())


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("phone", "+994 50 000-00-01", "00994500000001"),
        ("phone", "۰۰۹۸ ۲۱ ۰۰۰۰", "+98(21)0000"),
        ("vehicle", "10-AA-001", "10 aa 001"),
        ("person_name", "Synthetic  KĀRGAR", "synthetic kargar"),
        ("person_name", "كارگر ساختگي", "کارگر ساختگی"),
        ("place", "Bilāsuvar", "Biləsuvar"),
    ],
)
def test_habits_of_spelling_do_not_hide_that_two_ask_about_the_same(kind: str, first: str, second: str) -> None:
    one, other = (compared(Subject(kind=SubjectKind(kind), value=value)) for value in (first, second))
    assert one == other


def test_a_number_with_nothing_to_compare_is_compared_as_it_stands() -> None:
    assert compared(Subject(kind=SubjectKind.PHONE, value="+ +")) == "+ +"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"subjects": ()}, "1 to 50 subjects"),
        ({"subjects": (PHONE,) * (MOST_SUBJECTS + 1)}, "1 to 50 subjects"),
        ({"question": " "}, "the question"),
        ({"question": "x" * (LONGEST_TEXT + 1)}, "the question"),
        ({"question": "turned \u202e round"}, "the question"),
        ({"why": "a\0b"}, "why it is needed"),
        ({"case": "two\nlines"}, "the case"),
        ({"subjects": (Subject(kind=SubjectKind.FIRM, value=" "),)}, "each subject"),
        ({"handling": Handling(code=HandlingCode.H3, restriction="\x1b[31m")}, "the restriction"),
        ({"handling": Handling(code=HandlingCode.H0, conditions=(Condition.NO_ONWARD,) * 99)}, "the restriction"),
    ],
)
def test_a_request_that_is_out_of_bounds_is_named_for_what_is_wrong(wrong: dict[str, object], told: str) -> None:
    assert told in (unsound_request(request(**wrong)) or "")  # type: ignore[arg-type] # one field at a time
    assert unsound_request(request()) is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (move(MoveKind.ACKNOWLEDGE, number=0), "this is number 0"),
        (move(MoveKind.ACKNOWLEDGE, number=MOST_MOVES + 1), "at most 200 moves"),
        (move(MoveKind.ANSWER_FINALLY, text=""), "an answer says something"),
        (move(MoveKind.ANSWER_PARTLY, text="\x07"), "plain text"),
        (move(MoveKind.ANSWER_PARTLY, records=(UUID(int=3),) * 201), "at most 200 records"),
        (move(MoveKind.WITHDRAW, handling=Handling(code=HandlingCode.H1)), "nothing that a handling code"),
    ],
)
def test_a_move_that_is_out_of_bounds_is_named_for_what_is_wrong(wrong: RequestMove, told: str) -> None:
    assert told in (unsound_move(wrong) or "")


@pytest.mark.parametrize("kind", MoveKind)
def test_a_sound_move_survives_the_way_there_and_back(kind: MoveKind) -> None:
    assert unsound_move(move(kind)) is None
    assert RequestMove.from_json(move(kind).to_json()) == move(kind)


def test_a_request_survives_the_way_there_and_back() -> None:
    assert Request.from_json(request().to_json()) == request()


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (MoveKind.REFUSE, {"ground": None}),
        (MoveKind.WITHDRAW, {"ground": Ground.RIGHTS}),
        (MoveKind.ACKNOWLEDGE, {"records": (UUID(int=3),)}),
        (MoveKind.REFUSE, {"to_be_obtained": True}),
        (MoveKind.REMIND, {"at": datetime(2026, 3, 2)}),  # noqa: DTZ001 - what must not be
        (MoveKind.REMIND, {"at": datetime(9999, 12, 31, tzinfo=UTC)}),
    ],
)
def test_a_move_that_contradicts_itself_cannot_be_made(kind: MoveKind, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"refus|records|obtained|moment"):
        move(kind, **wrong)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_move_or_bad_input(data: bytes) -> None:
    try:
        RequestMove.from_json(data)
    except BadInput:
        return


def test_the_figures_count_what_was_asked_and_how_long_a_final_answer_took() -> None:
    def after(hours: int, state: RequestState) -> Outcome:
        return Outcome(state, ASKED_AT, ASKED_AT + timedelta(hours=hours))

    made = tally(
        [
            after(2, RequestState.ANSWERED),
            after(9, RequestState.ANSWERED),
            after(-1, RequestState.ANSWERED),
            after(1, RequestState.REFUSED),
            after(1, RequestState.WITHDRAWN),
            Outcome(RequestState.PARTLY_ANSWERED, ASKED_AT, None),
        ]
    )
    assert (made.asked, made.answered, made.refused, made.withdrawn, made.open) == (6, 3, 1, 1, 1)
    assert made.median_hours == 2
    assert tally([]).median_hours is None

"""What a request or a move must be before it is sent or kept: complete, of plain text, within bounds."""

import unicodedata
from typing import Final

from hamkar.model.handling import Handling
from hamkar.model.request import MoveKind, Request, RequestMove
from hamkar.text.bidi import strip_bidi

LONGEST_TEXT: Final = 10_000
LONGEST_LINE: Final = 200
MOST_SUBJECTS: Final = 50
MOST_RECORDS: Final = 200
MOST_MOVES: Final = 200
"""Of one side, about one request."""

_BREAKS: Final = frozenset("\n\r\t")
_HIDDEN: Final = frozenset({"Cc", "Cs"})


def unsound_request(request: Request) -> str | None:
    """Why this request can be neither sent nor kept, in a sentence; None where it can."""
    if not 1 <= len(request.subjects) <= MOST_SUBJECTS:
        return f"a request names 1 to {MOST_SUBJECTS} subjects that it is about; this one names {len(request.subjects)}"
    if not _is_text(request.question) or not request.question.strip():
        return f"the question is plain text of 1 to {LONGEST_TEXT:,} characters"
    if not _is_text(request.why):
        return f"why it is needed is plain text of up to {LONGEST_TEXT:,} characters"
    if not _is_line(request.case):
        return f"the case is named in one plain line of up to {LONGEST_LINE} characters"
    if not all(_is_line(subject.value) and subject.value.strip() for subject in request.subjects):
        return f"each subject is one plain line of 1 to {LONGEST_LINE} characters"
    return _unsound_handling(request.handling)


def unsound_reason(reason: str) -> str | None:
    """Why this reason to ask again cannot be kept, in a sentence; None where it can."""
    return None if _is_text(reason) else f"the reason to ask again is plain text of up to {LONGEST_TEXT:,} characters"


def unsound_move(move: RequestMove) -> str | None:
    """Why this move can be neither sent nor kept, in a sentence; None where it can."""
    if not 1 <= move.number <= MOST_MOVES:
        return f"a side makes at most {MOST_MOVES} moves about a request; this is number {move.number}"
    if len(move.records) > MOST_RECORDS:
        return f"at most {MOST_RECORDS} records go with an answer; these are {len(move.records)}"
    if not _is_text(move.text):
        return f"what is said is plain text of up to {LONGEST_TEXT:,} characters"
    if move.kind.answers and not (move.text.strip() or move.records):
        return "an answer says something, if only that nothing is held, or comes with records"
    if move.kind in (MoveKind.WITHDRAW, MoveKind.REMIND) and move.handling.code.rank:
        return f"to {move.kind} says nothing that a handling code could restrict"
    return _unsound_handling(move.handling)


def _unsound_handling(handling: Handling) -> str | None:
    if _is_text(handling.restriction) and len(handling.conditions) <= MOST_SUBJECTS:
        return None
    return f"the restriction in words is plain text of up to {LONGEST_TEXT:,} characters"


def _is_text(text: str) -> bool:
    """Whether it is text that shows as what it is: no control characters but line breaks, no changes of direction."""
    hidden = (unicodedata.category(char) in _HIDDEN and char not in _BREAKS for char in text)
    return len(text) <= LONGEST_TEXT and strip_bidi(text) == text and not any(hidden)


def _is_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and _is_text(text) and not _BREAKS & set(text)

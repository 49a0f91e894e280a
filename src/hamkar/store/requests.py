"""Requests and the moves of both sides about them; the words in the nominal schema, where they stand outside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.request import Request, RequestMove, RequestState

_ASKING = 0x68616D6B61726171
"""Advisory lock that lets one request go out at a time, so that of two about one subject the second sees the first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a request or move came here: who told it and when, the officer where it is own, and the partner's verdict.

    ``message`` is the message by which an own one went; ``verdict`` is "" until the partner's receipt is here.
    """

    told_by: str
    officer: str
    held_at: datetime
    message: UUID | None = None
    verdict: str = ""
    reason: str = ""

    @property
    def rejected(self) -> bool:
        """Whether the partner's node did not take it, so that it counts for nothing."""
        return self.verdict == "rejected"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as held, and where it stands; ``due`` is what it is by now, ``finished_at`` None while it is open."""

    request: Request
    partner: str
    state: RequestState
    due: datetime
    finished_at: datetime | None
    kept: Kept

    @property
    def open(self) -> bool:
        """Whether an answer is still to come; never where the partner's node did not take the request."""
        return self.state.open and not self.kept.rejected


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move as held."""

    move: RequestMove
    kept: Kept


@dataclass(frozen=True, slots=True)
class _Columns:
    body: str
    partner: str
    state: str
    due: datetime
    finished_at: datetime | None
    held_at: datetime
    asked_by: str
    message_id: UUID | None
    verdict: str | None
    reason: str | None

    def row(self) -> RequestRow:
        request = Request.from_own_json(self.body.encode())
        kept = Kept(request.asker, self.asked_by, self.held_at, self.message_id, self.verdict or "", self.reason or "")
        return RequestRow(request, self.partner, RequestState(self.state), self.due, self.finished_at, kept)


_SELECT = (
    "SELECT t.body::text AS body, r.partner, r.state, r.due, r.finished_at, r.held_at, r.asked_by, r.message_id,"
    " r.verdict, r.reason FROM request r JOIN nominal.request_text t USING (asker, id)"
)


def lock_asking(connection: Connection) -> None:
    """Let nobody else ask until the unit of work ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ASKING,))


def put_request(
    connection: Connection, request: Request, partner: str, kept: Kept, subjects: Iterable[tuple[str, str]]
) -> None:
    """Keep a request; ``subjects`` are the kinds of what it is about, with their values as compared."""
    connection.execute(
        "INSERT INTO request (asker, id, partner, agreement, state, asked_at, due, held_at, asked_by, message_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            request.asker,
            request.id,
            partner,
            request.agreement,
            RequestState.ASKED,
            request.asked_at,
            request.due,
            kept.held_at,
            kept.officer,
            kept.message,
        ),
    )
    connection.execute(
        "INSERT INTO nominal.request_text (asker, id, body) VALUES (%s, %s, %s)",
        (request.asker, request.id, request.to_json().decode()),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO nominal.request_subject (asker, id, kind, compared) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(request.asker, request.id, kind, compared) for kind, compared in subjects],
        )


def held_request(connection: Connection, asker: str, request: UUID) -> RequestRow | None:
    """An asker's request, locked until the unit of work ends; None where it is not held."""
    connection.execute("SELECT FROM request WHERE asker = %s AND id = %s FOR UPDATE", (asker, request))
    return next(iter(_rows(connection, f"{_SELECT} WHERE r.asker = %s AND r.id = %s", (asker, request))), None)


def find_request(connection: Connection, wanted: UUID, *, prefer: str) -> RequestRow:
    """The request with this identifier, of two the one that ``prefer`` asked or that came first. Raises NotFound."""
    rows = _rows(
        connection, f"{_SELECT} WHERE r.id = %s ORDER BY r.asker = %s DESC, r.held_at LIMIT 1", (wanted, prefer)
    )
    if not rows:
        raise NotFound(not_held(wanted))
    return rows[0]


def not_held(request: UUID) -> str:
    """What is said of a request that is not here, or that whoever asks may not see."""
    return f"no request has the identifier {request}; see `hamkar request list`"


def list_requests(connection: Connection, *, only_open: bool, limit: int) -> list[RequestRow]:
    """Requests, the newest first; or the open ones alone, the first due first."""
    if only_open:
        return _rows(connection, f"{_SELECT} WHERE r.finished_at IS NULL ORDER BY r.due, r.id LIMIT %s", (limit,))
    return _rows(connection, f"{_SELECT} ORDER BY r.asked_at DESC, r.id LIMIT %s", (limit,))


def requests_under(connection: Connection, agreement: str) -> list[RequestRow]:
    """Every request under an agreement, the oldest first."""
    return _rows(connection, f"{_SELECT} WHERE r.agreement = %s ORDER BY r.asked_at, r.id", (agreement,))


def open_until(connection: Connection, until: datetime) -> list[RequestRow]:
    """Every open request that is due before this moment, the first due first."""
    return _rows(connection, f"{_SELECT} WHERE r.finished_at IS NULL AND r.due < %s ORDER BY r.due, r.id", (until,))


def requests_about(connection: Connection, subjects: Sequence[tuple[str, str]], since: datetime) -> list[RequestRow]:
    """Requests of anybody about one of these subjects that were asked since then, the newest first."""
    kinds, values = [kind for kind, _ in subjects], [value for _, value in subjects]
    return _rows(
        connection,
        f"{_SELECT} WHERE r.asked_at >= %s AND EXISTS (SELECT FROM nominal.request_subject s"
        " JOIN unnest(%s::text[], %s::text[]) AS w (kind, compared) USING (kind, compared)"
        " WHERE s.asker = r.asker AND s.id = r.id) ORDER BY r.asked_at DESC, r.id",
        (since, kinds, values),
    )


def put_move(connection: Connection, asker: str, move: RequestMove, kept: Kept) -> None:
    """Keep a move about a request of this asker."""
    connection.execute(
        "INSERT INTO nominal.request_move"
        " (asker, request, id, made_by, number, body, officer, told_by, held_at, message_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            asker,
            move.request,
            move.id,
            move.by,
            move.number,
            move.to_json().decode(),
            kept.officer,
            kept.told_by,
            kept.held_at,
            kept.message,
        ),
    )


def moves_of(connection: Connection, of: Request) -> list[MoveRow]:
    """Every move about a request, in the order in which both sides list them: by time, then side and number."""
    rows = connection.execute(
        "SELECT body::text, told_by, officer, held_at, message_id, coalesce(verdict, ''), coalesce(reason, '')"
        " FROM nominal.request_move WHERE asker = %s AND request = %s",
        (of.asker, of.id),
    ).fetchall()
    moves = [MoveRow(RequestMove.from_own_json(body.encode()), Kept(*kept)) for body, *kept in rows]
    return sorted(moves, key=lambda row: (row.move.at, row.move.by, row.move.number, row.move.id))


def put_standing(
    connection: Connection, of: Request, state: RequestState, due: datetime, finished_at: datetime | None
) -> None:
    """Note where a request stands."""
    connection.execute(
        "UPDATE request SET state = %s, due = %s, finished_at = %s WHERE asker = %s AND id = %s",
        (state, due, finished_at, of.asker, of.id),
    )


def erase_over(connection: Connection, agreement: str, before: datetime) -> list[tuple[UUID, str]]:
    """Erase the finished requests under an agreement that came here before this moment; each with its partner."""
    return connection.execute(
        "DELETE FROM request WHERE agreement = %s AND finished_at IS NOT NULL AND held_at < %s RETURNING id, partner",
        (agreement, before),
    ).fetchall()


def note_verdicts(connection: Connection, at: datetime) -> list[tuple[str, UUID]]:
    """Note what partners said of own requests and moves; those requests of which something was rejected.

    A request that was rejected itself is over.
    """
    answered = (
        "o.message_id = {0}.message_id AND o.release_id IS NULL AND o.verdict IS NOT NULL AND {0}.verdict IS NULL"
    )
    connection.execute(
        "UPDATE request r SET verdict = o.verdict, reason = o.reason,"
        " finished_at = CASE o.verdict WHEN 'rejected' THEN %s ELSE r.finished_at END"
        f" FROM nominal.outbox o WHERE r.message_id IS NOT NULL AND {answered.format('r')}",
        (at,),
    )
    changed = connection.execute(
        "UPDATE nominal.request_move m SET verdict = o.verdict, reason = o.reason"
        f" FROM nominal.outbox o WHERE m.message_id IS NOT NULL AND {answered.format('m')}"
        " RETURNING m.asker, m.request, m.verdict"
    ).fetchall()
    return sorted({(asker, request) for asker, request, verdict in changed if verdict == "rejected"})


def _rows(connection: Connection, query: str, values: tuple[object, ...]) -> list[RequestRow]:
    with connection.cursor(row_factory=class_row(_Columns)) as cursor:
        return [columns.row() for columns in cursor.execute(query, values).fetchall()]

"""What this node has seen of its partners' logs, and what they have seen of its own.

One row a partner. Whoever changes one has written an entry to the log before, so the lock of the log orders them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.crypto.dsse import Envelope, Signature
from hamkar.exchange.bundle import BUNDLE_TYPE
from hamkar.exchange.checkpoint import Finding, Seen, compare
from hamkar.model.checkpoint import Checkpoint, LogProgress, LogWord
from hamkar.store import log
from hamkar.store.ask import ask
from hamkar.store.log import Entry
from hamkar.store.rows import Writer
from hamkar.text.counted import counted

IN_BUNDLE = "bundle"
IN_RECEIPT = "receipt"
SHOWN_BY_OTHERS = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Where a partner has signed what it says of its log, and the whole signed document, made when it is asked for.

    ``number`` is that of a bundle's first message, or of the last that a receipt covers.
    """

    kind: str
    stream: str
    epoch: int
    number: int
    issued_at: datetime
    signed: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """What is kept for one partner; the migration explains each."""

    partner: str
    size: int | None
    root: str | None
    issued_at: datetime | None
    kind: str | None
    stream: str | None
    epoch: int | None
    number: int | None
    told_at: int
    also_size: int | None
    also_root: str | None
    also_issued_at: datetime | None
    also_statement: bytes | None
    unproved: int
    unproved_since: datetime | None
    forked: str | None
    cosigned: int
    cosigned_root: str
    cosigned_at: datetime | None
    prove_from: list[int]
    withheld_at: datetime | None

    @property
    def seen(self) -> Seen | None:
        """The newest checkpoint of the partner's log that goes on from all before."""
        return _seen(self.size, self.root, self.issued_at)

    @property
    def also(self) -> Seen | None:
        """A checkpoint of the partner's log that somebody else was shown and that is not linked to ours yet."""
        return _seen(self.also_size, self.also_root, self.also_issued_at)


_COLUMNS = ", ".join(WitnessRow.__slots__)
_SIZE = "(SELECT coalesce(max(seq), 0) FROM log)"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be kept for a partner in the place of ``before``, and how many entries this node's own log has."""

    before: WitnessRow
    row: WitnessRow
    size: int

    def keep(self, to: Writer) -> None:
        """Write what has changed. From the log as it is now on, the partner is told what is seen of its own."""
        names = WitnessRow.__slots__
        changed = {name: new for name in names if (new := getattr(self.row, name)) != getattr(self.before, name)}
        if "size" in changed:
            changed["told_at"] = self.size
        if changed:
            moved = ", ".join(f"{name} = %s" for name in changed)
            to.execute(f"UPDATE witness SET {moved} WHERE partner = %s", (*changed.values(), self.row.partner))


def take_word(connection: Connection, partner: str, word: LogWord, stated: Stated, at: datetime) -> Heard:
    """Take what a partner says of both logs, to be kept by whoever asks.

    A contradiction in its own refuses nothing: both signed documents are kept, it is logged, and nothing is cosigned
    any more. What it says of this node's log counts where it is its newest word. Who has no log says nothing.
    """
    row, size = _row_of(connection, partner)
    if not word.own.size:
        return Heard(row, row, size)
    more = _seen_more(connection, row, word, stated, at)
    if more.forked != row.forked:
        size = log.size(connection)
    return Heard(row, _heard(more, word, stated, at), size)


def answer(connection: Connection, heard: Heard) -> LogWord:
    """What to say of both logs to a partner; nothing of its own is cosigned while a contradiction is open."""
    return _word(connection, heard.row, heard.size)


def _word(connection: Connection, row: WitnessRow, size: int) -> LogWord:
    own = log.progress(connection, row.prove_from, size)
    if row.forked is not None:
        return LogWord(cosigned=None, prove_from=(), own=own)
    sizes = {held.checkpoint.size for held in (row.seen, row.also) if held}
    return LogWord(cosigned=row.seen.checkpoint if row.seen else None, prove_from=tuple(sorted(sizes)), own=own)


def word_for(connection: Connection, partner: str) -> LogWord:
    """The same to a partner from which nothing has just come."""
    rows = ask(connection, f"SELECT {_COLUMNS}, {_SIZE} FROM witness WHERE partner = %s", (partner,))
    if not rows:
        return LogWord(cosigned=None, prove_from=(), own=log.progress(connection, (), log.size(connection)))
    return _word(connection, WitnessRow(*rows[0][:-1]), rows[0][-1])


def note_shown(connection: Connection, partner: str, shown: Seen, signed: bytes, at: datetime) -> tuple[Finding, str]:
    """What a checkpoint that a partner signed for somebody else means against the one held here, and why.

    Where their sizes differ, receipts ask the partner from now on to prove its log from both. Call it with the log
    locked, by an entry that says so.
    """
    row, size = _row_of(connection, partner)
    if row.forked is not None:
        return Finding.FORKED, row.forked
    if row.seen is not None and shown.checkpoint.size == row.seen.checkpoint.size:
        progress = LogProgress(size=shown.checkpoint.size, root=shown.checkpoint.root, proofs=())
        finding, why = compare(row.seen, progress, shown.issued_at)
        if finding is Finding.FORKED:
            stated = Stated(
                kind=SHOWN_BY_OTHERS, stream="", epoch=0, number=0, issued_at=shown.issued_at, signed=lambda: signed
            )
            _note_fork(connection, row, _Fork(row.seen, why), progress, stated, at)
            Heard(row, replace(row, forked=why), size).keep(connection)
        return finding, why
    connection.execute(
        "UPDATE witness SET also_size = %s, also_root = %s, also_issued_at = %s, also_statement = %s,"
        " told_at = (SELECT max(seq) FROM log) WHERE partner = %s",
        (shown.checkpoint.size, shown.checkpoint.root, shown.issued_at, signed, partner),
    )
    return Finding.UNPROVED, ""


def newest_statement(connection: Connection, partner: str) -> bytes | None:
    """The newest receipt of a partner, in which it states its own log; None where it has given none."""
    row = connection.execute(
        "SELECT envelope FROM receipt WHERE receiver = %s ORDER BY issued_at DESC LIMIT 1", (partner,)
    ).fetchone()
    return row[0] if row else None


def receipts_of(connection: Connection, partner: str) -> Iterator[bytes]:
    """Every receipt kept of a partner, the newest first: each cosigns this node's log."""
    with connection.cursor("cosignatures") as cursor:
        cursor.execute("SELECT envelope FROM receipt WHERE receiver = %s ORDER BY issued_at DESC", (partner,))
        for (envelope,) in cursor:
            yield envelope


def settle(connection: Connection, partner: str, *, by: str, reason: str, at: datetime) -> bool:
    """Close a contradiction: the partner's log is taken from its next statement on. False where none was open."""
    row, _ = _row_of(connection, partner)
    if row.forked is None:
        return False
    connection.execute(
        "UPDATE witness SET size = NULL, root = NULL, issued_at = NULL, also_size = NULL, also_root = NULL,"
        " also_issued_at = NULL, also_statement = NULL, unproved = 0, unproved_since = NULL, forked = NULL"
        " WHERE partner = %s",
        (partner,),
    )
    connection.execute(
        "UPDATE nominal.log_contradiction SET settled_at = %s, settled_by = %s, settled = %s"
        " WHERE partner = %s AND settled_at IS NULL",
        (at, by, reason, partner),
    )
    return True


def rows(connection: Connection) -> list[WitnessRow]:
    """What is kept for every partner."""
    with connection.cursor(row_factory=class_row(WitnessRow)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM witness ORDER BY partner").fetchall()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of a partner about its log that cannot both be true, as signed documents (DSSE envelopes).

    ``held`` is None where the older one had to be erased for the records in it.
    """

    partner: str
    found_at: datetime
    why: str
    held_size: int
    held_root: str
    held: bytes | None
    shown_size: int
    shown_root: str
    shown: bytes
    settled_at: datetime | None
    settled_by: str | None
    settled: str | None


def evidence(connection: Connection, partner: str) -> list[Contradiction]:
    """Every contradiction that was ever found in what a partner says of its log, the newest first."""
    with connection.cursor(row_factory=class_row(Contradiction)) as cursor:
        return cursor.execute(
            f"SELECT {', '.join(Contradiction.__slots__)} FROM nominal.log_contradiction WHERE partner = %s"
            " ORDER BY found_at DESC",
            (partner,),
        ).fetchall()


def contradictions(connection: Connection, names: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for everything about logs that people have to look at; ``names`` are agencies by node."""
    size = log.size(connection)
    return tuple(sentence for row in rows(connection) for sentence in _sentences(row, names.get(row.partner, ""), size))


def _sentences(row: WitnessRow, name: str, size: int) -> list[str]:
    who = name or row.partner
    found = []
    if row.forked is not None:
        found.append(
            f"the log of {who} contradicts itself: {row.forked}; both signed statements are kept; call the agency,"
            " then close it with `hamkar log settle`"
        )
    if row.unproved_since is not None:
        found.append(
            f"{who} was asked and has not proved since {row.unproved_since:%Y-%m-%d %H:%M} UTC that its log goes on"
            f" from the {counted(row.size or 0, 'entry', 'entries')} seen before; call the agency"
        )
    if row.cosigned > size:
        found.append(
            f"{who} has cosigned {counted(row.cosigned, 'entry', 'entries')} of this node's log, which has {size:,}:"
            " it was cut, or restored from a backup; tell the partners which"
        )
    if row.withheld_at is not None:
        found.append(
            f"{who} does not cosign this node's log since {row.withheld_at:%Y-%m-%d %H:%M} UTC: it has seen another"
            " one; call the agency"
        )
    return found


def _seen_more(connection: Connection, row: WitnessRow, word: LogWord, stated: Stated, at: datetime) -> WitnessRow:
    """The row once the partner's log has been held against what it said before, gone on where the two agree."""
    shown = word.own
    if row.forked is not None:
        return row
    match _judge(row, shown, stated.issued_at):
        case Finding.GOES_ON:
            return _gone_on(row, shown, stated)
        case Finding.UNPROVED if _was_told(row, word):
            return replace(row, unproved=row.unproved + 1, unproved_since=row.unproved_since or at)
        case _Fork() as fork:
            _note_fork(connection, row, fork, shown, stated, at)
            return replace(row, forked=fork.why)
        case _:
            return row


def _heard(row: WitnessRow, word: LogWord, stated: Stated, at: datetime) -> WitnessRow:
    """The row once the partner's word on this node's log is taken, where it is its newest."""
    if row.cosigned_at is not None and row.cosigned_at > stated.issued_at:
        return row
    seen = word.cosigned
    return replace(
        row,
        cosigned=seen.size if seen else row.cosigned,
        cosigned_root=seen.root if seen else row.cosigned_root,
        cosigned_at=stated.issued_at,
        prove_from=list(word.prove_from),
        withheld_at=None if seen or not row.cosigned else row.withheld_at or at,
    )


@dataclass(frozen=True, slots=True)
class _Fork:
    """The checkpoint held that a statement contradicts, and why."""

    held: Seen
    why: str


def _judge(row: WitnessRow, shown: LogProgress, issued_at: datetime) -> Finding | _Fork:
    """The worst of what it means against each checkpoint held; the first of a partner is taken as it comes."""
    findings = []
    for held in filter(None, (row.seen, row.also)):
        finding, why = compare(held, shown, issued_at)
        if finding is Finding.FORKED:
            return _Fork(held, why)
        findings.append(finding)
    if Finding.UNPROVED in findings:
        return Finding.UNPROVED
    return Finding.SAME if findings == [Finding.SAME] and row.also is None else Finding.GOES_ON


def _was_told(row: WitnessRow, word: LogWord) -> bool:
    """Whether the partner knew where its proof should start: it has seen this node's log as it was when told so.

    A proof from beyond what is held means that this node told it more, and has lost it to a restored backup.
    """
    beyond = any(row.size is not None and proof.since > row.size for proof in word.own.proofs)
    return not beyond and word.cosigned is not None and word.cosigned.size >= row.told_at > 0


def _gone_on(row: WitnessRow, shown: LogProgress, stated: Stated) -> WitnessRow:
    return replace(
        row,
        size=shown.size,
        root=shown.root,
        issued_at=stated.issued_at,
        kind=stated.kind,
        stream=stated.stream,
        epoch=stated.epoch,
        number=stated.number,
        also_size=None,
        also_root=None,
        also_issued_at=None,
        also_statement=None,
        unproved=0,
        unproved_since=None,
    )


def _note_fork(
    connection: Connection, row: WitnessRow, fork: _Fork, shown: LogProgress, stated: Stated, at: datetime
) -> None:
    connection.execute(
        "INSERT INTO nominal.log_contradiction"
        " (partner, found_at, why, held_size, held_root, held, shown_size, shown_root, shown)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            row.partner,
            at,
            fork.why,
            fork.held.checkpoint.size,
            fork.held.checkpoint.root,
            row.also_statement if fork.held == row.also else _statement_held(connection, row),
            shown.size,
            shown.root,
            stated.signed(),
        ),
    )
    entry = Entry(actor=row.partner, act="log_forked", subject=row.partner, partner=row.partner, detail=fork.why)
    log.append(connection, entry, at)


def _statement_held(connection: Connection, row: WitnessRow) -> bytes | None:
    """The signed document in which the partner stated what is held; None where it is kept no longer."""
    if row.kind == IN_RECEIPT:
        receipt = connection.execute(
            "SELECT envelope FROM receipt WHERE receiver = %s AND stream = %s AND epoch = %s AND upto_seq = %s",
            (row.partner, row.stream, row.epoch, row.number),
        ).fetchone()
        return receipt[0] if receipt else None
    bundle = connection.execute(
        "SELECT body, key_id, signature FROM nominal.bundle_in WHERE partner = %s AND stream = %s AND epoch = %s"
        " AND first_seq = %s ORDER BY received_at DESC LIMIT 1",
        (row.partner, row.stream, row.epoch, row.number),
    ).fetchone()
    return in_envelope(*bundle) if bundle else None


def in_envelope(body: bytes, key_id: str, signature: bytes) -> bytes:
    """A bundle's signed body as a signed document like all others."""
    return Envelope(BUNDLE_TYPE, body, (Signature(key_id, signature),)).to_json()


def _row_of(connection: Connection, partner: str) -> tuple[WitnessRow, int]:
    """The partner's row, made where new, and the size of this node's log. Who changes the row holds the log's lock."""
    query = f"SELECT {_COLUMNS}, {_SIZE} FROM witness WHERE partner = %s"
    rows = ask(connection, query, (partner,))
    if not rows:
        connection.execute("INSERT INTO witness (partner) VALUES (%s) ON CONFLICT DO NOTHING", (partner,))
        rows = ask(connection, query, (partner,))
    return WitnessRow(*rows[0][:-1]), rows[0][-1]


def _seen(size: int | None, root: str | None, issued_at: datetime | None) -> Seen | None:
    if size is None or root is None or issued_at is None:
        return None
    return Seen(Checkpoint(size=size, root=root), issued_at)

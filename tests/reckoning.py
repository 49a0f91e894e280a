"""What has to be true of agencies that exchange, whatever happened to them: nothing lost, doubled, foreign or torn.

Each check gives sentences about what is wrong, none where all is well. They read the databases directly, and know
nothing of how things got there.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hamkar.actions.agreements import list_standing
from hamkar.actions.check_log import check_log
from hamkar.model.agreement import AgreementState
from simulator import Member, Simulation


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream as one side has it: its epoch, the number of the last message, and the SHA-256 of each message."""

    epoch: int
    last: int
    acked: int
    problem: str
    leaves: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Books:
    """What stands in a node's database, by partner."""

    who: Member
    out: Mapping[str, Mapping[str, _Stream]]
    into: Mapping[str, Mapping[str, _Stream]]
    frozen: Mapping[tuple[str, str], str]
    records: Mapping[str, Counter[str]]
    """The records of each originator."""
    said: Mapping[str, Mapping[str, str]]
    """What the node said of each record it was sent; "accepted" if ever it was."""


Everybody = Mapping[str, Books]


def nothing_stands_still(all_books: Everybody) -> Iterator[str]:
    """No stream is frozen: nobody here ever signed two histories on purpose."""
    for books in all_books.values():
        for (partner, stream), why in books.frozen.items():
            yield f"{books.who.code} has frozen {stream} of {all_books[partner].who.code}: {why}"


def logs_hold(all_books: Everybody) -> Iterator[str]:
    """Every log follows from its first entry, and is what partners have cosigned unless its node was put back."""
    for books in all_books.values():
        checked = check_log(books.who.node)
        if checked.broken_at is not None and not (books.who.put_back and "cosigned" in checked.why):
            yield f"the log of {books.who.code} breaks at entry {checked.broken_at}: {checked.why}"


def nothing_lost_or_doubled(all_books: Everybody) -> Iterator[str]:
    """What is acknowledged is held, as it was sent, under its number; numbers have no gaps.

    A node that was put back to a backup, and has heard from nobody since, is left out until it has.
    """
    for sender, receiver in itertools.permutations(all_books.values(), 2):
        for name, stream in sender.out.get(receiver.who.id, {}).items():
            held = receiver.into.get(sender.who.id, {}).get(name)
            where = f"{sender.who.code} to {receiver.who.code}, {name}"
            if not (sender.who.restored or receiver.who.restored):
                yield from _compare(where, stream, held or _Stream(stream.epoch, 0, 0, "", {}))


def _compare(where: str, sent: _Stream, held: _Stream) -> Iterator[str]:
    if sorted(held.leaves) != list(range(1, held.last + 1)):
        yield f"{where}: the numbers held have gaps: {sorted(held.leaves)}"
    if sent.epoch != held.epoch:
        if sent.acked:
            yield f"{where}: epoch {sent.epoch} is acknowledged and epoch {held.epoch} is held"
        return
    if sent.acked > held.last:
        yield f"{where}: {sent.acked} are acknowledged and {held.last} are held"
    differ = [seq for seq, leaf in held.leaves.items() if sent.leaves.get(seq, leaf) != leaf]
    if differ:
        yield f"{where}: {differ} are held otherwise than they were sent"


def nothing_came_undecided(all_books: Everybody, decided: AbstractSet[tuple[str, str]]) -> Iterator[str]:
    """Every record held of another agency was given to this one by a decision."""
    for receiver in all_books.values():
        for originator, records in receiver.records.items():
            if originator != receiver.who.id:
                undecided = [record for record in records if (record, receiver.who.id) not in decided]
                if undecided:
                    yield f"{receiver.who.code} holds {undecided}, which nobody decided to give to it"


def everything_given_arrived(all_books: Everybody, gone: AbstractSet[str]) -> Iterator[str]:
    """Once all links are good: what was given under an agreement that stands is held, or rejected with a reason.

    ``gone`` are records of which no copy has to be left.
    """
    for sender, receiver in itertools.permutations(all_books.values(), 2):
        waiting = _held_back(sender.who, receiver.who)
        said = receiver.said.get(sender.who.id, {})
        held = receiver.records.get(sender.who.id, Counter())
        for record in sorted(sender.who.known.granted.get(receiver.who.id, ())):
            if record not in said and record not in waiting | gone:
                yield f"{receiver.who.code} never got {record}, which {sender.who.code} gave to it"
            if said.get(record) == "accepted" and held[record] != 1 and not (record in gone and held[record] == 0):
                yield f"{receiver.who.code} accepted {record} of {sender.who.code} and holds it {held[record]} times"


def nothing_recalled_stays(all_books: Everybody) -> Iterator[str]:
    """Once all links are good: what was taken back is in use nowhere, whatever became of its corrected version."""
    for originator in all_books.values():
        for holder in all_books.values():
            left = originator.who.known.recalled & set(holder.records.get(originator.who.id, ()))
            if left and holder is not originator:
                yield f"{holder.who.code} still holds {sorted(left)}, which {originator.who.code} has recalled"


def nothing_waits_that_could_go(all_books: Everybody) -> Iterator[str]:
    """Once all links are good: what has no receipt yet is held back by its agreement and by nothing else."""
    for sender in all_books.values():
        standing = list_standing(sender.who.node)
        stopped = {f"a{one.row.id[:31]}" for one in standing if one.state is not AgreementState.IN_FORCE}
        for partner, streams in sender.out.items():
            for name, stream in streams.items():
                if stream.acked < stream.last and name not in stopped:
                    where = f"{sender.who.code} to {all_books[partner].who.code}, {name}"
                    yield f"{where}: {stream.last - stream.acked} wait: {stream.problem}"


def both_sides_agree(all_books: Everybody) -> Iterator[str]:
    """Once all links are good: both parties of an agreement hold it with the same signatures and suspensions."""
    states = {
        (books.who.id, one.row.id): (one.signed.signers, frozenset(one.row.suspended_by), one.state)
        for books in all_books.values()
        for one in list_standing(books.who.node)
    }
    for one, two in itertools.combinations([books.who for books in all_books.values()], 2):
        for agreement in sorted({name for node, name in states if node in {one.id, two.id}}):
            sides = states.get((one.id, agreement)), states.get((two.id, agreement))
            if all(sides) and sides[0] != sides[1]:
                yield f"{one.code} and {two.code} see the agreement {agreement[:12]} differently: {sides}"


def wrong_now(world: Simulation) -> list[str]:
    """What is wrong that must never be."""
    all_books = {member.id: _books(member) for member in world.members.values()}
    always = (nothing_stands_still, nothing_lost_or_doubled)
    said = [str(finding) for finding in world.findings] + [each for check in always for each in check(all_books)]
    return said + list(nothing_came_undecided(all_books, world.oracle.decided))


def wrong_at_rest(world: Simulation) -> list[str]:
    """What is wrong once links are good, clocks are right and everything has been delivered."""
    all_books = {member.id: _books(member) for member in world.members.values()}
    tomorrow = next(iter(world.members.values())).clock().date() + timedelta(days=1)
    gone = world.oracle.ended(tomorrow) | world.oracle.with_people(world.ever_recalled)
    return [
        *wrong_now(world),
        *logs_hold(all_books),
        *everything_given_arrived(all_books, gone),
        *nothing_recalled_stays(all_books),
        *nothing_waits_that_could_go(all_books),
        *both_sides_agree(all_books),
    ]


def _books(member: Member) -> Books:
    with member.node.database.transaction() as connection:
        sent = connection.execute(
            "SELECT partner, stream, epoch, seq, CASE WHEN message LIKE convert_to('{\"erased\":%%', 'UTF8')"
            " THEN convert_from(substring(message FROM 12 FOR 64), 'UTF8') ELSE encode(sha256(message), 'hex') END"
            " FROM nominal.outbox"
        ).fetchall()
        out = connection.execute(
            "SELECT partner, stream, epoch, next_seq - 1, acked_seq, last_error FROM stream_out"
        ).fetchall()
        came = connection.execute("SELECT partner, stream, epoch, seq, leaf, record, acceptance FROM inbox").fetchall()
        into = connection.execute("SELECT partner, stream, epoch, next_seq - 1, 0, frozen FROM stream_in").fetchall()
        records = connection.execute(
            "SELECT originator, id::text FROM report UNION ALL SELECT originator, id::text FROM nominal.entity"
        ).fetchall()
    held: dict[str, Counter[str]] = {}
    for originator, record in records:
        held.setdefault(originator, Counter())[record] += 1
    said: dict[str, dict[str, str]] = {}
    for partner, *_, record, acceptance in came:
        about = said.setdefault(partner, {})
        about[record] = min(acceptance, about.get(record, acceptance))
    return Books(
        member,
        _streams(out, sent),
        _streams(into, [row[:5] for row in came]),
        {(partner, stream): why for partner, stream, *_, why in into if why is not None},
        held,
        said,
    )


def _streams(heads: Iterable[tuple[Any, ...]], leaves: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, _Stream]]:
    by_epoch: dict[tuple[str, str, int], dict[int, str]] = {}
    for partner, stream, epoch, seq, leaf in leaves:
        by_epoch.setdefault((partner, stream, epoch), {})[seq] = leaf
    found: dict[str, dict[str, _Stream]] = {}
    for partner, stream, epoch, last, acked, problem in heads:
        of_epoch = by_epoch.get((partner, stream, epoch), {})
        found.setdefault(partner, {})[stream] = _Stream(epoch, last, acked, problem or "", of_epoch)
    return found


def _held_back(sender: Member, receiver: Member) -> set[str]:
    """The records that wait in a stream of the sender without a receipt."""
    with sender.node.database.transaction() as connection:
        rows = connection.execute(
            "SELECT convert_from(o.message, 'UTF8')::json->>'record' FROM nominal.outbox o"
            " JOIN stream_out s USING (partner, stream, epoch) WHERE partner = %s AND o.seq > s.acked_seq",
            (receiver.id,),
        ).fetchall()
    return {record for (record,) in rows}

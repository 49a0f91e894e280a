"""Agencies over bad links, in memory: real nodes and databases, clocks turned by hand, and a judge at every exit.

One seed decides everything the links do. Nothing sleeps: an hour, or thirty days of silence, pass at once.
"""

import hashlib
import itertools
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

from psycopg import sql

from fixtures_node import BY, PASSWORD, START, TERMS, HandClock
from hamkar.actions import agreements
from hamkar.actions.deliver_all import Synced, sync_now
from hamkar.actions.duties import do_duties
from hamkar.actions.exchange_cards import receive_card
from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.node import NODE_KEYS, ROOT_KEY, Node, open_node
from hamkar.actions.partners import add_partner, current_card
from hamkar.actions.pull import answer_pull
from hamkar.actions.receive_bundle import receive
from hamkar.actions.renew_card import renew_card
from hamkar.actions.retention import believe_clock
from hamkar.actions.take_back_card import take_back_card
from hamkar.crypto.keys import NodeKeys, root_to_bytes
from hamkar.crypto.sealing import DEFAULT_SUITE, SealingKey
from hamkar.crypto.signing import SigningKey
from hamkar.errors import ProtocolError, Unreachable
from hamkar.exchange.answer import Acknowledged, Answer, Declined
from hamkar.exchange.letter import PullAnswer
from hamkar.model.agency import NodeCard, Standing
from hamkar.model.agreement import Category, Purpose, ReportField
from hamkar.model.entity import Entity
from hamkar.model.handling import HandlingCode
from hamkar.model.report import Report
from hamkar.settings import Settings
from hamkar.store import partners
from hamkar.store.database import Connection, Database
from hamkar.store.keyfile import write_secret
from hamkar.store.postgres.cluster import Cluster
from oracle import Finding, Oracle, Told

_CAST = (
    ("IR", "Synthetic Police of Iran", Standing.AGENCY),
    ("AZ", "Synthetic Police of Azerbaijan", Standing.AGENCY),
    ("TR", "Synthetic Police of Türkiye", Standing.AGENCY),
    ("UN", "Synthetic UN office", Standing.OBSERVER),
)
NAMES = tuple(name for name, _, _ in _CAST)
_NOMINAL = replace(
    TERMS,
    title="Synthetic agreement on people",
    categories=(Category.DRUG_SEIZURE, Category.PRECURSOR_SEIZURE, Category.PERSON),
    purposes=tuple(Purpose),
    fields=tuple(ReportField),
    highest_handling=HandlingCode.H3,
)
_FEW = replace(
    TERMS,
    title="Synthetic agreement on statistics",
    purposes=(Purpose.STATISTICS, Purpose.INVESTIGATION),
    fields=(ReportField.DATES, ReportField.LINES),
)
_AGREED = (("IR", "AZ", _NOMINAL), ("IR", "TR", TERMS), ("AZ", "TR", _NOMINAL), ("IR", "UN", _FEW), ("TR", "UN", _FEW))
KEYS = ("root", "signing", "sealing")
_CONNECTIONS = 2
_numbers = itertools.count(1)

Done = TypeVar("Done")


class Ticking(HandClock):
    """A clock by which no two readings fall into one millisecond, so that identifiers sort as they were made."""

    def __call__(self) -> datetime:
        """The time."""
        self.turn(timedelta(milliseconds=1))
        return super().__call__()


class Killed(Exception):
    """The process died in the middle of a unit of work; nobody catches this but who lit the fuse."""


@dataclass(slots=True)
class Fuse:
    """Lets so many steps of a process happen and no more."""

    left: int

    def burn(self) -> None:
        """One step more."""
        self.left -= 1
        if self.left < 0:
            raise Killed


class _Mortal:
    """A connection of a process that may die before any statement."""

    def __init__(self, connection: Connection, fuse: Fuse) -> None:
        self._connection = connection
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        if name in {"execute", "cursor"}:
            self._fuse.burn()
        return getattr(self._connection, name)


class MortalDatabase(Database):
    """A database whose user may die before each statement, before a commit, and right after one."""

    def __init__(self, whole: Database, fuse: Fuse) -> None:
        self.name = whole.name
        self._whole = whole
        self._fuse = fuse

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One unit of work, as far as the fuse reaches."""
        with self._whole.transaction() as connection:
            yield cast("Connection", _Mortal(connection, self._fuse))
            self._fuse.burn()
        self._fuse.burn()


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A world that was made once: a database and a folder for each agency, to be copied."""

    postgres: Cluster
    folder: Path
    databases: dict[str, str]

    def copy_database(self, source: str, name: str) -> None:
        """Make a database that holds what another holds, to which nobody may be connected."""
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        with Database(self.postgres, "postgres").administration() as connection:
            connection.execute(copy)

    def drop_database(self, name: str) -> None:
        """Take a database away."""
        with Database(self.postgres, "postgres").administration() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(slots=True)
class Knowledge:
    """What a node knows of its agreements by what it did and what reached it; goes back when it is restored."""

    suspended: dict[str, frozenset[str]] = field(default_factory=dict)
    taken: dict[str, tuple[int, int]] = field(default_factory=dict)
    granted: dict[str, frozenset[str]] = field(default_factory=dict)
    """The records it decided to give each partner."""
    recalled: frozenset[str] = frozenset()
    """The records that it took back, or replaced by corrected ones."""
    filed: tuple[Report | Entity, ...] = ()

    def copy(self) -> "Knowledge":
        """The same, apart."""
        return replace(self, suspended=dict(self.suspended), taken=dict(self.taken), granted=dict(self.granted))

    def suspend(self, agreement: str, by: str, *, on: bool) -> None:
        """Note that a party has suspended the agreement, or takes that back."""
        before = self.suspended.get(agreement, frozenset())
        self.suspended[agreement] = before | {by} if on else before - {by}

    def grant(self, record: str, partner: str) -> None:
        """Note that the record goes to the partner."""
        self.granted[partner] = self.granted.get(partner, frozenset()) | {record}


@dataclass(frozen=True, slots=True)
class Backup:
    """A node as it stood: its database, and what it knew. Its keys are kept apart, and are the newest."""

    database: str
    known: Knowledge


@dataclass(slots=True)
class Member:
    """One agency; its node can be closed, opened, saved and put back at any time."""

    code: str
    blueprint: Blueprint
    home: Path
    database: str
    clock: HandClock
    known: Knowledge = field(default_factory=Knowledge)
    off_by: timedelta = timedelta(0)
    restored: bool = False
    """Whether it was put back to a backup and has not yet heard from everybody since."""
    put_back: bool = False
    """Whether it ever was: its log is then shorter than what partners have cosigned of it."""
    backups: list[Backup] = field(default_factory=list)
    _node: Node | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def node(self) -> Node:
        """The node, opened."""
        if self._node is None:
            database = Database(self.blueprint.postgres, self.database)
            opened = self._open.enter_context(
                open_node(Settings(home=self.home, database_url=database.conninfo()), self.clock)
            )
            pool = self._open.enter_context(opened.database.pooled(_CONNECTIONS))
            self._node = replace(opened, database=pool)
        return self._node

    @property
    def id(self) -> str:
        """The node's id."""
        return self.node.id

    def close(self) -> None:
        """Let go of the database and everything that is only in memory."""
        self._open.close()
        self._node = None

    def save(self) -> Backup:
        """A backup of the node as it stands."""
        name = f"{self.database}_{next(_numbers)}"
        self.close()
        self.blueprint.copy_database(self.database, name)
        self.backups.append(Backup(name, self.known.copy()))
        return self.backups[-1]

    def restore(self, backup: Backup) -> None:
        """Put the node back to a backup; everything since is lost to it but its folder."""
        self.close()
        self.blueprint.drop_database(self.database)
        self.blueprint.copy_database(backup.database, self.database)
        self.known = backup.known.copy()
        self.restored = self.put_back = True

    def remove(self) -> None:
        """Take the node and its backups away."""
        self.close()
        for name in (self.database, *(backup.database for backup in self.backups)):
            self.blueprint.drop_database(name)


LONGEST_STEP = timedelta(days=10)
"""How far time goes on without the duties of nodes being done; a node that stood still for longer doubts its clock."""

ENOUGH_QUIET = 2
"""After so many rounds in which nothing moved, nothing will."""

FAULTS = ("request lost", "answer lost", "answer bent", "repeated", "late", "cut", "bent", "slow")
"""What a bad link does to a frame, besides carrying it."""


@dataclass(slots=True)
class Simulation:
    """Agencies with agreements in force, and links that do what the seed says; every frame passes the judge."""

    seed: int
    members: dict[str, Member]
    oracle: Oracle
    random: Random
    findings: list[Finding] = field(default_factory=list)
    frames: int = 0
    faults: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    ever_recalled: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    pulled: list[tuple[str, bytes]] = field(default_factory=list)
    """Frames that were fetched and may or may not have been taken, with who gave them."""
    cut: set[tuple[str, str]] = field(default_factory=set)
    late: list[tuple[str, str, bytes]] = field(default_factory=list)
    sent: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    fuses: dict[str, int] = field(default_factory=dict)
    """How many steps the process of a receiver lives on, by node; those that are not named live."""
    badness: float = 0.0

    def turn(self, by: timedelta) -> None:
        """Let time pass for everybody; nodes do their duties before a day passes, and none when it has."""
        while by > timedelta(0):
            step = min(by, LONGEST_STEP)
            by -= step
            for member in self.members.values():
                if step >= timedelta(days=1):
                    do_duties(member.node, self.complaints.append)
                member.clock.turn(step)

    def jump(self, code: str, by: timedelta) -> None:
        """Let the clock of one node be wrong."""
        self.members[code].clock.turn(by)
        self.members[code].off_by += by

    def set_clocks_right(self) -> None:
        """Take all jumps back; people confirm that the clocks are right now."""
        for code, member in self.members.items():
            self.jump(code, -member.off_by)
            believe_clock(member.node, BY)

    def pairs(self) -> Iterator[tuple[Member, Member]]:
        """Everybody as a sender to everybody else."""
        return itertools.permutations(self.members.values(), 2)

    def sync(self, sender: str, receiver: str | None = None, steps: int | None = None) -> Synced | None:
        """Let a node do its duties, fetch what waits for it at one other or at all, and send what waits for them.

        None where its process died after so many steps.
        """
        partner = self.members[receiver].id if receiver else None

        def work(node: Node) -> Synced:
            do_duties(node, self.complaints.append)
            return sync_now(node, partner, self.connect(sender))

        done = self.mortally(sender, steps, work)
        pulled, self.pulled = self.pulled, []
        for giver, frame in pulled:
            self._learn(self.members[giver].id, self.members[sender], frame)
        return done

    def connect(self, sender: str) -> Callable[[NodeCard], AbstractContextManager["Line"]]:
        """How a node opens the way to the node of a card."""

        @contextmanager
        def opened(card: NodeCard) -> Iterator[Line]:
            yield Line(self, sender, next(m.code for m in self.members.values() if m.id == card.agency.node))

        return opened

    def mortally(self, code: str, steps: int | None, work: Callable[[Node], Done]) -> Done | None:
        """Let a node's process do something and die after so many steps; None where it did, and a new one took over."""
        member = self.members[code]
        if steps is None:
            return work(member.node)
        mortal = replace(member.node, database=MortalDatabase(member.node.database, Fuse(steps)))
        try:
            return work(mortal)
        except Killed:
            self.faults["killed"] += 1
            member.close()
            return None

    def leaves(self, sender: str, receiver: str, frame: bytes) -> None:
        """Show the judge what a node lets out, with how its agreements stand.

        The day is that of the node's clock, or the true one where the clock is ahead: late is no excuse, early is.
        """
        member = self.members[sender]
        self._catch_up(sender)
        with member.node.database.transaction() as connection:
            held = connection.execute("SELECT id, envelope FROM agreement").fetchall()
        told = {name: Told(envelope, member.known.suspended.get(name, frozenset())) for name, envelope in held}
        self.frames += 1
        right = member.clock() - max(member.off_by, timedelta(0))
        self.findings += self.oracle.judge(frame, right, told)
        self.sent.setdefault((sender, receiver), []).append(frame)

    def arrives(self, sender: str, receiver: str, frame: bytes) -> Answer:
        """Let a frame reach a node; what it says of agreements is known there from then on."""
        to = self.members[receiver]
        answer = self.mortally(receiver, self.fuses.get(receiver), lambda node: receive(node, frame))
        if answer is None or isinstance(answer, Acknowledged):
            self._learn(self.members[sender].id, to, frame)
        if isinstance(answer, Acknowledged):
            self.findings += self.oracle.judge_receipt(answer.receipt)
        if answer is None:
            raise silence(receiver)
        return answer

    def _catch_up(self, code: str) -> None:
        """Let a node know what has reached it by now: it may act on a frame before whoever brought it has told us."""
        for (origin, receiver), frames in self.sent.items():
            if receiver == code:
                for frame in frames[-3:]:
                    self._learn(self.members[origin].id, self.members[code], frame)

    def _learn(self, sender: str, to: Member, frame: bytes) -> None:
        opened = self.oracle.opened(frame)
        if opened.head["stream"] != "terms":
            return
        epoch, first = opened.head["epoch"], opened.head["first_seq"]
        reached = _reached(to, sender)
        for seq, (_, message) in enumerate(opened.messages, first):
            kind = message["kind"]
            if reached >= (epoch, seq) > to.known.taken.get(sender, (0, 0)):
                to.known.taken[sender] = epoch, seq
                if kind in {"agreement_suspended", "agreement_resumed"}:
                    to.known.suspend(message["agreement"], sender, on=kind == "agreement_suspended")

    def deliver_late(self) -> None:
        """Let every frame that was held up arrive now, in any order; nobody waits for the answers any more."""
        waiting, self.late = self.late, []
        self.random.shuffle(waiting)
        for sender, receiver, frame in waiting:
            self.arrives(sender, receiver, frame)

    def restore(self, code: str, number: int) -> None:
        """Put a node back to one of its backups; what it recalled since, it knows nothing of."""
        member = self.members[code]
        self.faults["restored"] += 1
        before = member.known.recalled
        member.restore(member.backups[number % len(member.backups)])
        for record in before - member.known.recalled:
            self.oracle.forget_recall(record)

    def take_back(self, code: str, record: str) -> None:
        """Note that a node has recalled a record."""
        member = self.members[code]
        member.known.recalled |= {record}
        self.ever_recalled.add(record)
        self.oracle.learn_recall(record)

    def learn_keys(self, code: str) -> None:
        """Let the judge know a node's newest card and keys."""
        node = self.members[code].node
        self.oracle.learn_card(current_card(node).envelope)
        for key in node.keys.sealing:
            self.oracle.learn_seed(int(key.suite), key.seed)

    def heal(self) -> None:
        """Let the links be good and the clocks right from now on, and everybody's card be current and known."""
        self.cut.clear()
        self.badness = 0.0
        self.set_clocks_right()
        self.deliver_late()
        self.renew_cards()

    def renew_cards(self) -> None:
        """Renew every card and give it to everybody."""
        for member in self.members.values():
            self.give_back_cards(member)
            renew_card(member.node, member.home / ROOT_KEY, by=BY)
            member.close()
        for member, other in self.pairs():
            card = current_card(other.node)
            self.oracle.learn_card(card.envelope)
            add_partner(member.node, card.envelope, fingerprint=other.id, by=BY)

    def give_back_cards(self, member: Member) -> None:
        """Let a node that was put back know its newest card again, as people do before they have another one signed."""
        for other in self.members.values():
            if other is not member:
                with other.node.database.transaction() as connection:
                    held = partners.find_partner(connection, member.id).envelope
                take_back_card(member.node, held, other.id)

    def drain(self, most: int = 12) -> None:
        """Let everything that waits arrive, as far as agreements let it."""
        quiet = 0
        for _ in range(most):
            done = [self.sync(code) for code in self.members]
            moved = any(each.messages for one in done if one for each in one.delivered)
            moved |= any(each.bundles for one in done if one for each in one.pulled)
            quiet = 0 if moved else quiet + 1
            if quiet == ENOUGH_QUIET:
                break
            self.turn(timedelta(minutes=6))  # what was declined, or begun anew, waits a few minutes
        for member in self.members.values():
            member.restored = False


@dataclass(frozen=True, slots=True)
class Line:
    """The link from one node to another."""

    simulation: Simulation
    sender: str
    receiver: str

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer, if the link lets frame and answer through. Raises Unreachable."""
        at, fault = self.simulation, self._fault()
        at.leaves(self.sender, self.receiver, frame)
        answer = self._carry(frame, fault)
        self._back(fault)
        if fault == "answer bent" and isinstance(answer, Acknowledged):
            return Acknowledged(bent(answer.receipt, at.random))
        return answer

    def post_pull(self, letter: bytes) -> PullAnswer:
        """What waits there, if the link lets letter and answer through. Raises Unreachable or ProtocolError."""
        at, fault = self.simulation, self._fault()
        at.findings += at.oracle.judge_letter(letter)
        if fault in {"cut", "bent"}:
            letter = letter[: at.random.randrange(len(letter))] if fault == "cut" else bent(letter, at.random)
        if fault == "repeated":
            answer_pull(at.members[self.receiver].node, letter)
        answer = at.mortally(self.receiver, at.fuses.get(self.receiver), lambda node: answer_pull(node, letter))
        if answer is None:
            raise silence(self.receiver)
        if isinstance(answer, Declined):
            raise ProtocolError(answer.reason)
        at.findings += at.oracle.judge_letter(answer.letter)
        for frame in answer.frames:
            at.leaves(self.receiver, self.sender, frame)
        self._back("answer lost" if fault == "late" else fault)
        if fault == "answer bent":
            return replace(answer, letter=bent(answer.letter, at.random))
        at.pulled += [(self.receiver, frame) for frame in answer.frames]
        return answer

    def post_card(self, card: bytes) -> None:
        """Give a card. Raises Unreachable or ProtocolError."""
        fault = self._fault()
        answer = receive_card(self.simulation.members[self.receiver].node, card)
        self._back(fault)
        if isinstance(answer, Declined):
            raise ProtocolError(answer.reason)

    def get_card(self) -> bytes:
        """The partner's card. Raises Unreachable."""
        self._back(self._fault())
        return current_card(self.simulation.members[self.receiver].node).envelope

    def _fault(self) -> str:
        """What happens to the next request on its way. Raises Unreachable where it does not even leave, or is lost."""
        at = self.simulation
        if (self.sender, self.receiver) in at.cut:
            raise silence(self.receiver)
        fault = at.random.choice(FAULTS) if at.random.random() < at.badness else ""
        at.faults[fault or "none"] += 1
        if fault == "slow":
            at.turn(timedelta(seconds=at.random.randint(1, 3600)))
        return fault

    def _back(self, fault: str) -> None:
        """Let an answer come back, if it does. Raises Unreachable."""
        if fault in {"answer lost", "request lost"} or (self.receiver, self.sender) in self.simulation.cut:
            raise silence(self.receiver)

    def _carry(self, frame: bytes, fault: str) -> Answer:
        at = self.simulation
        match fault:
            case "request lost":
                raise silence(self.receiver)
            case "late":
                at.late.append((self.sender, self.receiver, frame))
                raise silence(self.receiver)
            case "cut":
                return receive(at.members[self.receiver].node, frame[: at.random.randrange(len(frame))])
            case "bent":
                return receive(at.members[self.receiver].node, bent(frame, at.random))
            case "repeated":
                at.arrives(self.sender, self.receiver, at.random.choice(at.sent[self.sender, self.receiver]))
        return at.arrives(self.sender, self.receiver, frame)


def silence(receiver: str) -> Unreachable:
    """What a sender sees where no answer comes."""
    return Unreachable(f"nothing comes back from {receiver}: try again later")


def _reached(to: Member, sender: str) -> tuple[int, int]:
    """Epoch and number of the last message about agreements that a node has taken, whether or not its answer left."""
    with to.node.database.transaction() as connection:
        row = connection.execute(
            "SELECT epoch, next_seq - 1 FROM stream_in WHERE partner = %s AND stream = 'terms'", (sender,)
        ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def bent(data: bytes, random: Random) -> bytes:
    """The bytes with one bit of them turned."""
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]


@contextmanager
def blueprint(postgres: Cluster, folder: Path) -> Iterator[Blueprint]:
    """A world of four agencies that know one another, five agreements in force, made once to be copied often."""
    made = Blueprint(postgres, folder, {code: f"world_{next(_numbers)}_{code.lower()}" for code in NAMES})
    for code, name, standing in _CAST:
        _init(made, code, name, standing)
    with simulation(made, 0, copied=False, start=START + timedelta(hours=1)) as world:
        for member, other in world.pairs():
            add_partner(member.node, other.node.signed_card.envelope, fingerprint=other.id, by=BY)
        for one, two, terms in _AGREED:
            proposed = agreements.propose(world.members[one].node, world.members[two].id, terms, by=BY)
            world.drain()
            agreements.sign(world.members[two].node, proposed.id, by=BY)
        world.drain()
    yield made
    for database in made.databases.values():
        made.drop_database(database)


def _init(made: Blueprint, code: str, name: str, standing: Standing) -> None:
    database = Database(made.postgres, made.databases[code])
    wanted = NewNode(
        name=name, country=code, standing=standing, endpoint="https://127.0.0.1:1", host="127.0.0.1", password=PASSWORD
    )
    home = made.folder / code
    home.mkdir()
    # The same keys each time: order by node id is part of what a seed has to reproduce.
    root, signing, sealing = (hashlib.sha256(f"synthetic {what} key of {code}".encode()).digest() for what in KEYS)
    write_secret(home / ROOT_KEY, root_to_bytes(SigningKey(root)))
    keys = NodeKeys((SigningKey(signing),), (SealingKey(DEFAULT_SUITE, sealing),))
    write_secret(home / NODE_KEYS, keys.to_bytes())
    init_node(Settings(home=home, database_url=database.conninfo()), wanted, Ticking())


@contextmanager
def simulation(
    made: Blueprint, seed: int, *, copied: bool = True, start: datetime = START + timedelta(hours=6)
) -> Iterator[Simulation]:
    """A world of its own for as long as the block lasts."""
    members = {}
    number = next(_numbers)
    for code, source in made.databases.items():
        database, home = (
            (f"sim_{number}_{code.lower()}", made.folder / f"{number}_{code}")
            if copied
            else (source, made.folder / code)
        )
        if copied:
            made.copy_database(source, database)
            shutil.copytree(made.folder / code, home)
        members[code] = Member(code, made, home, database, Ticking(start))
    world = Simulation(seed, members, Oracle(), Random(seed))  # noqa: S311 - it chooses faults, not keys
    for code in members:
        world.learn_keys(code)
    try:
        yield world
    finally:
        for member in members.values():
            member.remove() if copied else member.close()

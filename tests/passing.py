"""A line of agencies, each with an agreement with the next that lets records be passed on by consent; all invented."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from fixtures_node import BY, TERMS, HandClock, Straight, new_database, new_node
from hamkar.actions import agreements
from hamkar.actions.consent import Leave, consent
from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.partners import add_partner
from hamkar.actions.recall import RecallState, list_recalls
from hamkar.actions.release import release
from hamkar.model.agreement import Category, Onward, Purpose
from hamkar.model.release import Outcome
from hamkar.store import entities, reports
from hamkar.store.postgres.cluster import Cluster

COUNTRIES = ("IR", "AZ", "GE", "TR")
ONWARD = replace(
    TERMS,
    title="Synthetic agreement with passing on",
    onward=Onward.WITH_CONSENT,
    categories=(Category.DRUG_SEIZURE, Category.PERSON),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Agencies that all hold one another's cards; each has an agreement with the next."""

    nodes: tuple[Node, ...]
    clock: HandClock

    def exchange(self, *, without: frozenset[str] = frozenset(), rounds: int = 4) -> None:
        """Let everything that waits arrive, as often as answers go back and forth; some nodes may be away."""
        there = [node for node in self.nodes if node.agency.country not in without]
        for _ in range(rounds):
            for sender, receiver in itertools.permutations(there, 2):
                deliver(sender, receiver.id, Straight(receiver))

    def agreement(self, first: int, second: int) -> str:
        """The agreement between two of them."""
        between = {self.nodes[first].id, self.nodes[second].id}
        standing = agreements.list_standing(self.nodes[first])
        return next(s.row.id for s in standing if {p.node for p in s.signed.agreement.parties} == between)

    def pass_down(self, record: UUID, upto: int) -> None:
        """Release a record of the first to the second, and let each pass it on to the next by consent, up to one."""
        origin = self.nodes[0]
        released(origin, record, self.nodes[1])
        self.exchange()
        for holder, recipient in itertools.pairwise(self.nodes[1 : upto + 1]):
            consent(origin, record, Leave(holder=holder.id, to=recipient.id), by=BY)
            self.exchange()
            released(holder, record, recipient)
            self.exchange()


def released(node: Node, record: UUID, to: Node) -> None:
    """Release a record, which has to be allowed."""
    decided = release(node, record, to.id, Purpose.INVESTIGATION, by=BY)
    assert [one.release.outcome for one in decided] == [Outcome.RELEASED], decided[0].release.reason


@contextmanager
def open_line(postgres: Cluster, folder: Path, length: int = len(COUNTRIES)) -> Iterator[Line]:
    """A line of agencies, every agreement in force."""
    clock = HandClock()
    with ExitStack() as stack:
        nodes = []
        for country in COUNTRIES[:length]:
            database = stack.enter_context(new_database(postgres, f"line_{country.lower()}"))
            name = f"Synthetic Police {country}"
            made = new_node(database, folder / country, name=name, country=country, clock=clock)
            nodes.append(stack.enter_context(made))
        for node, other in itertools.permutations(nodes, 2):
            add_partner(node, other.signed_card.envelope, fingerprint=other.id, by=BY)
        line = Line(tuple(nodes), clock)
        for first, second in itertools.pairwise(nodes):
            proposed = agreements.propose(first, second.id, ONWARD, by=BY)
            line.exchange(rounds=1)
            agreements.sign(second, proposed.id, by=BY)
            line.exchange(rounds=1)
        yield line


def holds(node: Node, originator: Node, record: UUID) -> bool:
    """Whether the node has this report, person or thing in use."""
    with node.database.transaction() as connection:
        found = reports.find_all_held(connection, originator.id, [record])
        return bool(found) or entities.holds(connection, originator.id, record)


def standing(node: Node, record: UUID) -> RecallState:
    """How the newest recall of a record stands at a node."""
    return next(state for state in list_recalls(node) if state.recall.record == record)


def outcomes(node: Node, record: UUID) -> dict[str, str | None]:
    """What each holder answered, by its agency's name without what they all share."""
    return {holder.name.removeprefix("Synthetic Police "): holder.outcome for holder in standing(node, record).holders}


def kept_bytes(node: Node) -> bytes:
    """Everything that the node keeps of messages, sent and received, and of records, in one string of bytes."""
    queries = (
        "SELECT body FROM nominal.bundle_in",
        "SELECT message FROM nominal.outbox",
        "SELECT convert_to(body::text, 'UTF8') FROM report",
        "SELECT convert_to(body::text, 'UTF8') FROM nominal.entity",
        "SELECT convert_to(body::text, 'UTF8') FROM nominal.set_aside",
        "SELECT convert_to(event::text, 'UTF8') FROM event",
        "SELECT convert_to(event_line::text, 'UTF8') FROM event_line",
        "SELECT convert_to(decision::text, 'UTF8') FROM decision",
    )
    with node.database.transaction() as connection:
        return b"\n".join(bytes(value) for query in queries for (value,) in connection.execute(query).fetchall())

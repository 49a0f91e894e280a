"""Real nodes for tests: their own keys, cards and databases, a clock that is turned by hand, and no network.

Every agency, person and agreement in them is synthetic.
"""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import sql

from hamkar.actions import agreements
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.deliver import deliver
from hamkar.actions.events import rederive
from hamkar.actions.exchange_cards import due_cards, exchange_cards, receive_card
from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.invite import receive_introduction
from hamkar.actions.node import Node, open_node
from hamkar.actions.partners import add_partner, current_card
from hamkar.actions.pull import answer_pull
from hamkar.actions.receive_bundle import receive
from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Answer, Declined
from hamkar.exchange.letter import PullAnswer
from hamkar.model.agency import Standing
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.handling import HandlingCode
from hamkar.model.report import Report
from hamkar.model.role import ALONE, Role
from hamkar.settings import Settings
from hamkar.store import reports
from hamkar.store.database import Database, database_in
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.reports import Filed

PASSWORD = "a long synthetic password"  # noqa: S105 - of nodes that live as long as a test
BY = "admin"
EVERY_WORK = frozenset(Role) - ALONE
"""What BY may be, so that one account can play everybody who works at a node."""
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
_CONNECTIONS = 4
_numbers = itertools.count(1)


class HandClock:
    """A clock that moves only when it is told to, and a microsecond each time it is read, so that order is kept."""

    def __init__(self, start: datetime = START) -> None:
        self._time = start

    def __call__(self) -> datetime:
        """The time."""
        self._time += timedelta(microseconds=1)
        return self._time

    def turn(self, by: timedelta) -> None:
        """Move on."""
        self._time += by


@dataclass(frozen=True, slots=True)
class Straight:
    """The way to a partner without a network between: its own use case takes the frame."""

    to: Node

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer."""
        return receive(self.to, frame)

    def post_pull(self, letter: bytes) -> PullAnswer:
        """What waits at the partner."""
        answer = answer_pull(self.to, letter)
        if isinstance(answer, Declined):
            raise ProtocolError(answer.reason)
        return answer

    def post_card(self, card: bytes) -> None:
        """Give a card."""
        _require_taken(receive_card(self.to, card))

    def get_card(self) -> bytes:
        """The partner's card."""
        return current_card(self.to).envelope

    def post_introduction(self, introduction: bytes) -> bytes:
        """The partner's answer to an introduction."""
        return _require_taken(receive_introduction(self.to, introduction))


def _require_taken(answer: bytes | Declined) -> bytes:
    if isinstance(answer, Declined):
        raise ProtocolError(answer.reason)
    return answer


@contextmanager
def new_database(postgres: Cluster, name: str) -> Iterator[Database]:
    """An empty database that is gone afterwards."""
    unique = f"{name}_{next(_numbers)}"
    yield database_in(postgres, unique)
    with Database(postgres, "postgres").administration() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(unique)))


@contextmanager
def new_node(
    database: Database, home: Path, *, name: str, country: str, standing: Standing = Standing.AGENCY, clock: HandClock
) -> Iterator[Node]:
    """A node that is made and opened as any other is."""
    settings = Settings(home=home, database_url=database.conninfo())
    wanted = NewNode(
        name=name,
        country=country,
        standing=standing,
        endpoint="https://127.0.0.1:1",
        host="127.0.0.1",
        password=PASSWORD,
        roles=EVERY_WORK,
    )
    init_node(settings, wanted, clock)
    with open_node(settings, clock) as node, node.database.pooled(_CONNECTIONS) as pool:
        yield replace(node, database=pool)


@dataclass(frozen=True, slots=True)
class Agencies:
    """Two agencies with an agreement in force, and an observer with one that grants less."""

    iran: Node
    azerbaijan: Node
    observer: Node
    clock: HandClock

    def exchange(self) -> None:
        """Let everything that waits between the three arrive."""
        three = (self.iran, self.azerbaijan, self.observer)
        for _ in range(2):
            for sender, receiver in itertools.permutations(three, 2):
                if receiver.id in due_cards(sender):
                    exchange_cards(sender, receiver.id, Straight(receiver))
                deliver(sender, receiver.id, Straight(receiver))


TERMS = DraftTerms(
    title="Synthetic agreement on drug seizures",
    legal_basis="Synthetic memorandum for tests",
    rights_clause="No capital use; correction and deletion on request",
    purposes=(Purpose.PREVENTION, Purpose.INVESTIGATION),
    categories=(Category.DRUG_SEIZURE,),
    fields=(ReportField.DATES, ReportField.PLACE, ReportField.AGENCY, ReportField.LINES, ReportField.ROUTING),
    highest_handling=HandlingCode.H1,
    onward=Onward.NEVER,
    retention_days=1095,
    deadlines="bilateral",
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 12, 31),
)


def file_reports(node: Node, *filed: Report) -> None:
    """File reports at a node, each under the event its group names."""
    with node.database.transaction() as connection:
        rows = [Filed(report, report.group, report.id.bytes) for report in filed]
        reports.copy_reports(connection, rows, received_at=node.now())
        rederive(connection, {report.group for report in filed})


@contextmanager
def open_agencies(postgres: Cluster, folder: Path) -> Iterator[Agencies]:
    """Three nodes that know one another, two agreements in force."""
    clock = HandClock()
    cast = (
        ("Synthetic Police of Iran", "IR", Standing.AGENCY),
        ("Synthetic Police of Azerbaijan", "AZ", Standing.AGENCY),
        ("Synthetic UN office", "UN", Standing.OBSERVER),
    )
    with ExitStack() as stack:
        nodes = []
        for name, country, standing in cast:
            database = stack.enter_context(new_database(postgres, f"node_{country.lower()}"))
            made = new_node(database, folder / country, name=name, country=country, standing=standing, clock=clock)
            nodes.append(stack.enter_context(made))
        for node, other in itertools.permutations(nodes, 2):
            add_partner(node, other.signed_card.envelope, fingerprint=other.id, by=BY)
        iran, azerbaijan, observer = nodes
        agencies = Agencies(iran, azerbaijan, observer, clock)
        _agree(agencies)
        yield agencies


def _agree(agencies: Agencies) -> None:
    less = replace(
        TERMS,
        title="Synthetic agreement on statistics",
        purposes=(Purpose.STATISTICS,),
        fields=(ReportField.DATES, ReportField.LINES),
    )
    for partner, terms in ((agencies.azerbaijan, TERMS), (agencies.observer, less)):
        proposed = agreements.propose(agencies.iran, partner.id, terms, by=BY)
        agencies.exchange()
        agreements.sign(partner, proposed.id, by=BY)
    agencies.exchange()


@pytest.fixture(scope="module")
def agencies(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    """Three nodes of this test module's own."""
    with open_agencies(postgres, tmp_path_factory.mktemp("agencies")) as opened:
        yield opened

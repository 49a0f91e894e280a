"""What a decision costs, and a list of 311,038 rows for every role where a quarter of the records has each marking.

The floor of a list is the same page without any rule of who may see what. Needs the corpus.
``PYTHONPATH=tests python benchmarks/policy.py``
"""

import os
import time
import timeit
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from hamkar.actions.events import list_events
from hamkar.actions.import_file import Wanted, import_file
from hamkar.actions.node import Node, open_node
from hamkar.actions.release import explain
from hamkar.model.agency import Agency
from hamkar.model.agreement import Agreement, AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.handling import FREE, Condition, HandlingCode
from hamkar.model.role import Person, Role
from hamkar.policy.act import Act
from hamkar.policy.ask import Ask, Terms
from hamkar.policy.decide import decide
from hamkar.policy.look import Look, Seen
from hamkar.policy.people import decide_look
from hamkar.store.events import EventFilter
from real_nodes import file_new, in_agreement, new_reports
from scratch import CORPUS, scratch_node, write_result

ROUNDS = 40
FILTERS = (
    EventFilter(),
    EventFilter(country="AZ"),
    EventFilter(country="CO"),
    EventFilter(substance="heroin"),
    EventFilter(substance="opium", country="AF"),
    EventFilter(since=date(2014, 1, 1), until=date(2014, 12, 31)),
    EventFilter(words="astara"),
    EventFilter(words="poli"),
)
MARK = (
    "UPDATE event SET from_rank = abs(hashtext(id::text)) % 4",
    "UPDATE event_line SET from_rank = abs(hashtext(event_id::text)) % 4",
    "UPDATE report SET handling = abs(hashtext(event_id::text)) % 4",
)


def main() -> None:
    """Measure and write the table."""
    lines = [
        "# Deciding who may see what",
        "",
        f"{os.cpu_count()} cores for everything, command: `PYTHONPATH=tests python benchmarks/policy.py`",
        "",
        "| what | measured | bar |",
        "|---|---|---|",
        f"| `decide`, one record of ten fields and one partner | {micro(a_release()):.0f} µs | ≤ 50 µs |",
        f"| `decide_look`, one record and one person | {micro(a_look()):.0f} µs | ≤ 50 µs |",
        f"| explain 40 fields (four reports of ten), with everything looked up | {explaining():.1f} ms | ≤ 50 ms |",
        "",
        "## A filtered list over 311,038 rows, by role",
        "",
        f"{ROUNDS} times {len(FILTERS)} filters mixed, 25 rows a page with lines and count, one after the other.",
        "",
        "| role | p50 ms | p95 ms | of no rule at all | bar |",
        "|---|---|---|---|---|",
        *listing(),
    ]
    write_result("policy", "\n".join(lines))


def micro(call: Callable[[], object]) -> float:
    """Microseconds of a call, the best of seven rounds."""
    return min(timeit.repeat(call, number=5_000, repeat=7)) / 5_000 * 1e6


def a_release() -> Callable[[], object]:
    """A decision that is yes, so that every rule is asked."""
    here, there = (Agency(node=letter * 32, name="Synthetic police", country="AZ") for letter in "ab")
    agreement = Agreement(
        v=1,
        title="Synthetic",
        parties=(here, there),
        legal_basis="synthetic",
        purposes=tuple(Purpose),
        categories=tuple(Category),
        fields=tuple(ReportField),
        highest_handling=HandlingCode.H3,
        conditions=tuple(Condition),
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="bilateral",
        rights_clause="synthetic",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    ask = Ask(
        record=UUID(int=1),
        recalled=False,
        holder=here.node,
        originator=here.node,
        partner=there,
        category=Category.DRUG_SEIZURE,
        handling=FREE,
        purpose=Purpose.INVESTIGATION,
        terms=Terms(id="1", agreement=agreement, state=AgreementState.IN_FORCE),
        filled=frozenset(ReportField),
        today=date(2026, 6, 1),
    )
    return lambda: decide(ask)


def a_look() -> Callable[[], object]:
    """A nominal query that is allowed."""
    person = Person(name="somebody", roles=frozenset({Role.LIAISON_OFFICER}), stepped_up=True)
    look = Look(person=person, act=Act.READ_SEIZURE, record=Seen(handling=2, role="suspect"))
    return lambda: decide_look(look)


def explaining() -> float:
    """Milliseconds to explain a seizure of four reports to a partner, the middle of fifty."""
    with in_agreement() as (giver, taker):
        made = new_reports(giver.node, 4)
        event = made[0].group
        file_new(giver.node, [replace(report, group=event) for report in made])
        return sorted(
            timed(lambda: explain(giver.node, event, taker.node.id, Purpose.INVESTIGATION)) for _ in range(50)
        )[25]


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e3


def listing() -> Iterator[str]:
    """One row a role."""
    with scratch_node() as settings, open_node(settings) as node:
        import_file(node, Wanted(path=CORPUS / "unodc_ids" / "ids_2011_2016.zip"), by="benchmark")
        with node.database.administration() as connection:
            for statement in MARK:
                connection.execute(statement)
            connection.execute("VACUUM ANALYZE")
        with node.database.pooled(2) as pool:
            here = replace(node, database=pool)
            floor = paged(here)
            yield f"| no rule: the node's own work | {floor[len(floor) // 2]:.1f} | {p95(floor):.1f} | 1.0 |  |"
            for role in Role:
                took = paged(here.seen_by(Person(name="somebody", roles=frozenset({role}))))
                ratio = p95(took) / p95(floor)
                yield f"| {role} | {took[len(took) // 2]:.1f} | {p95(took):.1f} | {ratio:.1f} | ≤ 80 ms |"


def paged(node: Node) -> list[float]:
    """Milliseconds of every list, in order."""
    return sorted(
        timed(lambda wanted=wanted: list_events(node, wanted, sort="date", limit=25, offset=0))  # type: ignore[misc] # bound now
        for _ in range(ROUNDS)
        for wanted in FILTERS
    )


def p95(took: list[float]) -> float:
    """What all but one in twenty stay below."""
    return took[int(len(took) * 0.95)]


if __name__ == "__main__":
    main()

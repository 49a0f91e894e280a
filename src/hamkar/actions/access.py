"""Whether somebody may do an act here; the one place that the pages, the API and the commands ask."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hamkar.actions.access_person import StepUpFirst
from hamkar.actions.node import Node
from hamkar.errors import NotAllowed
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.look import Look
from hamkar.policy.people import decide_look, ever
from hamkar.store import entities


def require_release(node: Node, person: Person, records: Sequence[UUID]) -> None:
    """Return where the person may release these records, which takes a fresh proof where one names somebody."""
    with node.database.transaction() as connection:
        nominal = entities.held_among(connection, records)
    require(person, Act.RELEASE_NOMINAL if nominal else Act.RELEASE)


def require(person: Person, act: Act) -> None:
    """Return where the person's roles allow the act with some record.

    Raises NotAllowed with the rule and what to do, and StepUpFirst where only a fresh proof is missing.
    """
    if ever(person, act):
        return
    if ever(replace(person, stepped_up=True), act):
        raise StepUpFirst
    _, verdict = decide_look(Look(person=person, act=act))
    raise NotAllowed(verdict.sentence, rule=verdict.rule)

"""``hamkar gate``."""

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from hamkar.actions.act_as import act_as
from hamkar.actions.assurances import state_facts
from hamkar.actions.breaches import lift_breach, list_breaches, record_breach
from hamkar.actions.events import parse_id
from hamkar.actions.gate_afterwards import report_outcome, review
from hamkar.actions.gate_ask import MOST_HOURS, DraftAssessment, ask, check, find_assessment, list_assessments
from hamkar.actions.gate_decide import authorise, refuse
from hamkar.actions.gate_owed import list_gate_releases
from hamkar.actions.node import Node
from hamkar.actions.sign_in import Given
from hamkar.cli.gate_assurance import assurance
from hamkar.cli.gate_text import (
    HONEST,
    assessment_facts,
    assessment_text,
    checked_facts,
    checked_text,
    law_facts,
    law_row,
    listed_text,
    release_facts,
)
from hamkar.cli.here import choice, json_option, node, operator_person, show, table
from hamkar.model.agreement import Purpose
from hamkar.model.role import Person
from hamkar.vocab.jurisdictions import Aggravator, capital_laws

F = TypeVar("F", bound=Callable[..., Any])


def _as_option(command: F) -> F:
    stdin = click.option(
        "--password-stdin", is_flag=True, help="Read that account's password, and its code, as two lines of input."
    )
    named = click.option("--as", "account", help="The account that acts, by its password; else whoever runs this.")
    return named(stdin(command))


def _reason_option(command: F) -> F:
    return click.option("--reason", required=True, help="Why, in words; it is kept.")(command)


@click.group("gate")
def command() -> None:
    """The gate for names that could put a life at risk: check, ask, authorise, refuse, and what is owed."""


command.add_command(assurance)


@command.command("check")
@click.argument("entity")
@click.option("--to", "partner", required=True, help="The partner: name, country or node id.")
@click.option(
    "--purpose", type=choice(Purpose), default=Purpose.INVESTIGATION.value, show_default=True, help="For what it is."
)
@json_option
def check_(*, entity: str, partner: str, purpose: str, as_json: bool) -> None:
    """Say whether giving ENTITY to a partner could put a life at risk, why, and what is lacking. Gives nothing."""
    with node() as here:
        checked = check(here, parse_id(entity), partner, Purpose(purpose))
    show(checked_facts(checked), checked_text(checked), as_json=as_json)


@command.command("facts")
@click.argument("entity")
@click.option("--yes", "present", multiple=True, type=choice(Aggravator), help="What applies; repeat it.")
@click.option("--no", "absent", multiple=True, type=choice(Aggravator), help="What does not apply; repeat it.")
@click.option("--basis", required=True, help="The file, search or register that shows it, in words.")
@json_option
def facts(*, entity: str, present: Iterable[str], absent: Iterable[str], basis: str, as_json: bool) -> None:
    """State which aggravating facts apply in the case of ENTITY and which do not; unstated ones count as a risk."""
    stated = dict.fromkeys(map(Aggravator, absent), False) | dict.fromkeys(map(Aggravator, present), True)
    with node() as here:
        state_facts(here, parse_id(entity), stated, basis, operator_person())
    shown = {"entity": entity, "stated": {str(mark): applies for mark, applies in stated.items()}}
    said = ", ".join(f"{mark} {'applies' if applies else 'does not apply'}" for mark, applies in stated.items())
    show(shown, f"{entity}: {said}", as_json=as_json)


@command.command("ask")
@click.argument("entity")
@click.option("--to", "partner", required=True, help="The partner: name, country or node id.")
@click.option("--purpose", type=choice(Purpose), required=True, help="What the partner may use it for.")
@click.option("--necessity", required=True, help="Why it has to be this name, and this partner, in your own words.")
@click.option("--risk", required=True, help="What could come of it for a person, and what speaks against that.")
@click.option("--assurance", "assurances", multiple=True, help="The assurance that it rests on; repeat it.")
@click.option("--threat-to-life", "threat", default="", help="Whose life is under threat now; asks for the exception.")
@click.option("--part", "minimum", multiple=True, help="With a threat: a property that must go; repeat it.")
@click.option("--hours", type=int, default=0, help=f"With a threat: in how many hours, up to {MOST_HOURS}.")
@json_option
def ask_(
    *,
    entity: str,
    partner: str,
    purpose: str,
    necessity: str,
    risk: str,
    assurances: Iterable[str],
    threat: str,
    minimum: Iterable[str],
    hours: int,
    as_json: bool,
) -> None:
    """Write the assessment of giving ENTITY to a partner, for a senior authoriser to decide on."""
    draft = DraftAssessment(
        entity=parse_id(entity),
        partner=partner,
        purpose=Purpose(purpose),
        necessity=necessity,
        risk=risk,
        assurances=[parse_id(each) for each in assurances],
        threat=threat,
        minimum=tuple(minimum),
        hours=hours,
    )
    with node() as here:
        made = ask(here, draft, operator_person())
    text = f"{made.id}: written; a senior authoriser who neither recorded it nor asked decides\n{HONEST}"
    show(made.to_dict(), text, as_json=as_json)


@command.command("authorise")
@click.argument("assessment")
@_reason_option
@click.option("--unreached", default="", help="With a threat to life: who was tried, where one has to decide alone.")
@_as_option
@json_option
def authorise_(
    *, assessment: str, reason: str, unreached: str, account: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Say yes to ASSESSMENT as the second, senior person; the record may then be released once."""
    with node() as here:
        person = _person(here, account, password_stdin=password_stdin)
        made = authorise(here, parse_id(assessment), reason, person, unreached=unreached)
    until = f"{made.until:%Y-%m-%d %H:%M} UTC"
    show(made.to_dict(), f"{assessment}: authorised by {made.decided_by} until {until}\n{HONEST}", as_json=as_json)


@command.command("refuse")
@click.argument("assessment")
@_reason_option
@_as_option
@json_option
def refuse_(*, assessment: str, reason: str, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """Say no to ASSESSMENT; another may be written."""
    with node() as here:
        made = refuse(here, parse_id(assessment), reason, _person(here, account, password_stdin=password_stdin))
    show(made.to_dict(), f"{assessment}: refused by {made.decided_by}", as_json=as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the assessments, the releases with what is owed on them, and the breaches that stand."""
    with node() as here:
        assessed, released, breaches = list_assessments(here), list_gate_releases(here), list_breaches(here)
    shown = {
        "assessments": [assessment_facts(row) for row in assessed],
        "releases": [release_facts(row) for row in released],
        "breaches": [breach.to_dict() for breach in breaches],
    }
    show(shown, listed_text(assessed, released, breaches), as_json=as_json)


@command.command("show")
@click.argument("assessment")
@json_option
def show_(*, assessment: str, as_json: bool) -> None:
    """Show ASSESSMENT in full: the grounds, the words, and what was decided."""
    with node() as here:
        row = find_assessment(here, parse_id(assessment))
    show(assessment_facts(row), assessment_text(row), as_json=as_json)


@command.command("outcome")
@click.argument("release")
@click.option("--charge", required=True, help="The charge that followed; “none” where there was none.")
@click.option("--sentence", required=True, help="The sentence that followed; “none” where there was none.")
@json_option
def outcome(*, release: str, charge: str, sentence: str, as_json: bool) -> None:
    """Write down what came of a case after RELEASE, as the partner told it."""
    with node() as here:
        made = report_outcome(here, parse_id(release), charge, sentence, operator_person())
    show(made.to_dict(), f"{made.release}: {charge}; {sentence}", as_json=as_json)


@command.command("review")
@click.argument("release")
@click.option("--finding", required=True, help="What was found, in words.")
@click.option("--justified/--not-justified", default=None, required=True, help="Whether it was right to give it.")
@_as_option
@json_option
def review_(
    *, release: str, finding: str, justified: bool, account: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Review the life-saving RELEASE, as somebody senior who had no part in it."""
    with node() as here:
        person = _person(here, account, password_stdin=password_stdin)
        made = review(here, parse_id(release), finding, person, justified=justified)
    said = "justified" if justified else "not justified"
    show(made.to_dict(), f"{made.release}: {said}, says {made.reviewed_by}", as_json=as_json)


@command.command("breach")
@click.argument("agreement")
@click.option("--what", required=True, help="What was done against which condition, in words.")
@json_option
def breach_(*, agreement: str, what: str, as_json: bool) -> None:
    """Write down that a partner broke a condition; nothing nominal goes under AGREEMENT from now on."""
    with node() as here:
        made = record_breach(here, agreement, what, operator_person())
    show(made.to_dict(), f"{made.id}: recorded; nothing nominal goes under {made.agreement[:12]}", as_json=as_json)


@command.command("lift")
@click.argument("breach")
@_reason_option
@_as_option
@json_option
def lift(*, breach: str, reason: str, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """Let nominal records go again after BREACH, as somebody senior who did not record it."""
    with node() as here:
        made = lift_breach(here, parse_id(breach), reason, _person(here, account, password_stdin=password_stdin))
    show(made.to_dict(), f"{made.id}: lifted by {made.lifted_by}", as_json=as_json)


@command.command("law")
@click.argument("country", required=False)
@json_option
def law(*, country: str | None, as_json: bool) -> None:
    """Print the table of jurisdictions, with the source of every line; one that is not in it counts as a risk."""
    laws = [each for each in capital_laws() if country in (None, each.country)]
    header = ("country", "status", "class", "from kg", "since", "verified", "source")
    text = table(header, [law_row(one) for one in laws])
    show([law_facts(one) for one in laws], f"version {capital_laws()[0].version}\n{text}", as_json=as_json)


def _person(here: Node, account: str | None, *, password_stdin: bool) -> Person:
    if account is None:
        return operator_person()
    if password_stdin:
        password, code = (sys.stdin.readline().rstrip("\n") for _ in range(2))
    else:
        password = click.prompt(f"Password of {account}", hide_input=True, err=True)
        code = click.prompt("Code, if the account asks for one", default="", show_default=False, err=True)
    return act_as(here, Given(account, password, code))

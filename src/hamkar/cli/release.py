"""``hamkar release``."""

import sys

import click

from hamkar.actions.events import parse_id
from hamkar.actions.release import Considered, Decided, explain, release
from hamkar.cli.here import choice, json_option, node, operator, show
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Use
from hamkar.model.release import FieldVerdict, Outcome
from hamkar.vocab.grades import grid

HONEST = "After release, software cannot prevent misuse: what has been read can be copied."


@click.command("release")
@click.argument("record")
@click.option("--to", "partner", required=True, help="The partner: name, country or node id.")
@click.option("--purpose", type=choice(Purpose), required=True, help="What the partner may use it for.")
@click.option(
    "--explain", "only_explain", is_flag=True, help="Show field by field what would go and why; give nothing."
)
@json_option
def command(*, record: str, partner: str, purpose: str, only_explain: bool, as_json: bool) -> None:
    """Decide on giving RECORD (a seizure, a report, a person or a thing) to a partner. Exit 1 where nothing goes."""
    with node() as here:
        if only_explain:
            considered = explain(here, parse_id(record), partner, Purpose(purpose))
            show([_considered(one) for one in considered], "\n".join(map(_text, considered)), as_json=as_json)
            return
        decided = release(here, parse_id(record), partner, Purpose(purpose), by=operator())
    nothing = all(one.release.outcome is Outcome.REFUSED for one in decided)
    text = "\n".join([*map(_decided, decided), *([] if nothing else [HONEST])])
    show([one.release.to_dict() for one in decided], text, as_json=as_json)
    if nothing:
        sys.exit(1)


def _considered(one: Considered) -> dict[str, object]:
    return {
        "record": str(one.record.id),
        "kind": one.kind,
        "partner": one.partner.to_dict(),
        "purpose": one.purpose,
        "agreement": one.agreement,
        "outcome": one.answer.outcome,
        "rule": one.answer.verdict.rule,
        "reason": one.answer.verdict.reason,
        "remedy": one.answer.verdict.remedy,
        "grade": one.record.grade.to_dict(),
        "handling": one.handling.to_dict(),
        "fields": [field.to_dict() for field in one.answer.fields],
    }


def _text(one: Considered) -> str:
    head = f"{one.kind} {one.record.id} to {one.partner.name} for {one.purpose}: would be {one.answer.outcome}"
    decided = f"{head} ({one.answer.verdict.rule}): {one.answer.verdict.sentence}"
    return "\n".join([decided, _marking(one), *map(_field, one.answer.fields)])


def _marking(one: Considered) -> str:
    """What would go with the record whatever goes of it."""
    grade, known = one.record.grade, grid(one.record.grade.grid)
    meaning = f"{known.source[grade.source]}; {known.information[grade.information]}" if known else ""
    view = "" if grade.view == grade else f", reads as {grade.view} in the 4x4"
    handling = one.handling
    conditions = "".join(f", {each}" for each in handling.conditions)
    deletion = f", to be deleted by {handling.delete_by}" if handling.delete_by else ""
    restriction = f": {handling.restriction}" if handling.restriction else ""
    use = Use.INTELLIGENCE_ONLY.replace("_", " ")
    marked = f"  marked    {handling.code}{restriction}{conditions}{deletion}; {use}"
    return f"{marked}\n  graded    {grade} ({grade.grid}{view}): {meaning}"


def _field(field: FieldVerdict) -> str:
    return f"  {'goes    ' if field.given else 'withheld'}  {field.field}: {field.reason} ({field.rule})"


def _decided(one: Decided) -> str:
    made = one.release
    if not one.fresh:
        return f"{made.kind} {made.record}: released before, on {made.decided_at:%Y-%m-%d %H:%M} UTC; not sent again"
    return f"{made.kind} {made.record}: {made.outcome} ({made.rule}): {made.reason}"

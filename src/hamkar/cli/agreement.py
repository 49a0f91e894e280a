"""``hamkar agreement``."""

from datetime import date, datetime, timedelta
from typing import get_origin, get_type_hints

import click

from hamkar.actions import agreements
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.agreements import Standing as Standing_
from hamkar.cli.here import DAY, choice, json_option, node, operator, show, table
from hamkar.errors import BadInput
from hamkar.exchange.agreement import SignedAgreement
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.handling import Condition, HandlingCode
from hamkar.requests.deadlines import PROFILES
from hamkar.text.counted import counted


@click.group("agreement")
def command() -> None:
    """Agreements: propose, sign, amend, list, show, suspend, resume."""


@command.command("propose")
@click.option("--to", "partner", required=True, help="The partner: name, country or node id.")
@click.option("--title", required=True, help="What both sides will call it.")
@click.option("--legal-basis", required=True, help="The treaty, memorandum or law it rests on.")
@click.option("--rights-clause", required=True, help="The safeguards both sides accept, in words.")
@click.option("--purpose", "purposes", multiple=True, type=choice(Purpose), required=True, help="Repeat it.")
@click.option("--category", "categories", multiple=True, type=choice(Category), required=True, help="Repeat it.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=choice(ReportField),
    help="A field of reports that may go; repeat it. Without any: all but people, partners, sources and notes.",
)
@click.option(
    "--highest-handling",
    type=choice(HandlingCode),
    default="H1",
    show_default=True,
    help="The highest handling code of a record that may go.",
)
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    type=choice(Condition),
    default=[each.value for each in Condition],
    show_default=True,
    help="A condition of records that both sides promise to honour; repeat it. A record that bears another stays.",
)
@click.option(
    "--onward", type=choice(Onward), default="never", show_default=True, help="Whether a recipient may pass it on."
)
@click.option(
    "--retention-days",
    type=click.IntRange(1, 36_500),
    default=1095,
    show_default=True,
    help="Days after receipt for which a record may be kept.",
)
@click.option(
    "--deadlines",
    type=click.Choice(list(PROFILES)),
    default=agreements.USUAL_DEADLINES,
    show_default=True,
    help="The profile of deadlines for requests.",
)
@click.option("--from", "valid_from", type=DAY, metavar="YYYY-MM-DD", help="First day (today by default).")
@click.option(
    "--until", "valid_until", type=DAY, metavar="YYYY-MM-DD", help="Last day (two years from the first by default)."
)
@json_option
def propose(
    *, partner: str, as_json: bool, valid_from: datetime | None, valid_until: datetime | None, **terms: object
) -> None:
    """Sign an agreement with a partner and send it to be counter-signed."""
    with node() as here:
        first = valid_from.date() if valid_from else here.today
        last = valid_until.date() if valid_until else _usual_end(first)
        draft = _draft({**terms, "valid_from": first.isoformat(), "valid_until": last.isoformat()})
        signed = agreements.propose(here, partner, draft, by=operator())
    _show(signed, "proposed; it is in force once the partner has signed it", as_json=as_json)


def _usual_end(first: date) -> date:
    try:
        return first + timedelta(days=730)
    except OverflowError as error:
        msg = f"two years from {first} there is no calendar any more; give --until, or an earlier --from"
        raise BadInput(msg) from error


def _draft(terms: dict[str, object]) -> DraftTerms:
    return DraftTerms.from_dict({**terms, "fields": terms["fields"] or agreements.USUAL_FIELDS})


@command.command("sign")
@click.argument("agreement")
@json_option
def sign(*, agreement: str, as_json: bool) -> None:
    """Counter-sign an agreement that a partner proposed."""
    with node() as here:
        signed = agreements.sign(here, agreement, by=operator())
    _show(signed, "signed by both sides", as_json=as_json)


@command.command("amend")
@click.argument("agreement")
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="TERM=VALUE",
    help="A term and its new value, as `agreement show --json` names it; lists with commas. Repeat it.",
)
@json_option
def amend(*, agreement: str, changes: tuple[str, ...], as_json: bool) -> None:
    """Propose an agreement in the place of AGREEMENT; the old one stands until both have signed the new."""
    with node() as here:
        signed = agreements.amend(here, agreement, dict(map(_change, changes)), by=operator())
    _show(signed, "proposed; it takes the old one's place once the partner has signed it", as_json=as_json)


def _change(text: str) -> tuple[str, object]:
    name, given, value = text.partition("=")
    kinds = get_type_hints(DraftTerms)
    if not given or name not in kinds or name == "supersedes":
        known = ", ".join(kind for kind in kinds if kind != "supersedes")
        msg = f"--set {text!r} is not TERM=VALUE with one of {known}; mend it"
        raise BadInput(msg)
    if get_origin(kinds[name]) is tuple:
        return name, [part.strip() for part in value.split(",") if part.strip()]
    return name, int(value) if kinds[name] is int and value.isdecimal() else value


@command.command("suspend")
@click.argument("agreement")
@json_option
def suspend(*, agreement: str, as_json: bool) -> None:
    """Stop everything that flows under an agreement, in both directions; `resume` takes it back."""
    with node() as here:
        signed = agreements.suspend(here, agreement, by=operator())
    _show(signed, "suspended", as_json=as_json)


@command.command("resume")
@click.argument("agreement")
@json_option
def resume(*, agreement: str, as_json: bool) -> None:
    """Take this node's suspension of an agreement back."""
    with node() as here:
        signed = agreements.resume(here, agreement, by=operator())
    _show(signed, "resumed by this node", as_json=as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the agreements and where each stands today."""
    with node() as here:
        standing = agreements.list_standing(here)
    show([_dict(one) for one in standing], table(_HEADER, [_row(one) for one in standing]), as_json=as_json)


@command.command("show")
@click.argument("agreement")
@json_option
def show_(*, agreement: str, as_json: bool) -> None:
    """Print the terms of an agreement."""
    with node() as here:
        one = agreements.find_standing(here, agreement)
    show(_dict(one), _terms_text(one), as_json=as_json)


def _terms_text(one: Standing_) -> str:
    terms = one.signed.agreement
    names = {party.node: party.name for party in terms.parties}
    shown = {
        "id": one.row.id,
        "state": one.state.replace("_", " "),
        "between": " and ".join(names.values()),
        "signed by": ", ".join(names[node] for node in sorted(one.signed.signers)),
        "suspended by": ", ".join(names[node] for node in one.row.suspended_by) or "nobody",
        "takes the place of": terms.supersedes[:12] or "none",
        "its place is taken by": (one.row.superseded_by or "")[:12] or "none",
        "legal basis": terms.legal_basis,
        "rights clause": terms.rights_clause,
        "purposes": ", ".join(terms.purposes),
        "categories": ", ".join(terms.categories),
        "fields": ", ".join(terms.fields),
        "highest handling": terms.highest_handling,
        "conditions": ", ".join(terms.conditions) or "none",
        "onward": terms.onward.replace("_", " "),
        "retention": counted(terms.retention_days, "day"),
        "deadlines": terms.deadlines,
        "valid": f"{terms.valid_from} to {terms.valid_until}",
    }
    return "\n".join([terms.title, *(f"  {name}: {value}" for name, value in shown.items())])


_HEADER = ("id", "state", "partner", "until", "title")


def _row(one: Standing_) -> tuple[str, ...]:
    terms = one.signed.agreement
    return one.row.id[:12], one.state.replace("_", " "), one.partner.name, str(terms.valid_until), terms.title


def _dict(one: Standing_) -> dict[str, object]:
    return {
        "id": one.row.id,
        "state": one.state,
        "partner": one.partner.to_dict(),
        "signed_by": sorted(one.signed.signers),
        "suspended_by": one.row.suspended_by,
        "terms": one.signed.agreement.to_dict(),
    }


def _show(signed: SignedAgreement, what: str, *, as_json: bool) -> None:
    value = {"id": signed.id, "title": signed.agreement.title, "signed_by": sorted(signed.signers)}
    show(value, f"{signed.agreement.title} ({signed.id[:12]}): {what}.", as_json=as_json)

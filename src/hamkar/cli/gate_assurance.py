"""``hamkar gate assurance``."""

from datetime import datetime

import click

from hamkar.actions.assurances import DraftAssurance, add_assurance, list_assurances, revoke_assurance
from hamkar.actions.events import parse_id
from hamkar.cli.here import DAY, json_option, node, operator_person, show, table
from hamkar.store.assurances import AssuranceRow


@click.group("assurance")
def assurance() -> None:
    """Assurances against capital use: add, list, revoke."""


@assurance.command("add")
@click.option("--from", "partner", required=True, help="The partner that it binds: name, country or node id.")
@click.option("--issuer", required=True, help="Who signed it: office, name, rank.")
@click.option("--authority", required=True, help="By what power that binds the prosecutors and courts there.")
@click.option("--text", required=True, help="What is promised, word for word.")
@click.option("--given", "given_on", type=DAY, required=True, help="The day it was given, in UTC.")
@click.option("--expires", "expires_on", type=DAY, required=True, help="Its last day, in UTC.")
@click.option("--evidence", required=True, help="How earlier promises were kept; say so where there were none.")
@click.option("--for", "entity", help="The one record that it is for; else it is general.")
@json_option
def add(
    *,
    partner: str,
    issuer: str,
    authority: str,
    text: str,
    given_on: datetime,
    expires_on: datetime,
    evidence: str,
    entity: str | None,
    as_json: bool,
) -> None:
    """Write down an assurance that a partner has given on paper."""
    draft = DraftAssurance(
        partner=partner,
        issuer=issuer,
        authority=authority,
        text=text,
        given_on=given_on.date(),
        expires_on=expires_on.date(),
        evidence=evidence,
        entity=parse_id(entity) if entity else None,
    )
    with node() as here:
        made = add_assurance(here, draft, operator_person())
    show(made.to_dict(), f"{made.id}: {made.scope} assurance of {issuer} until {made.expires_on}", as_json=as_json)


@assurance.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the assurances, that which ends first above."""
    with node() as here:
        rows, today = list_assurances(here), here.today
    shown = [{**row.assurance.to_dict(), "revoked_by": row.revoked_by, "revoked_why": row.revoked_why} for row in rows]
    header = ("id", "partner", "scope", "issuer", "until", "state")
    lines = [
        (
            *(str(row.assurance.id), row.assurance.partner[:8], row.assurance.scope, row.assurance.issuer),
            *(row.assurance.expires_on.isoformat(), _state(row, today=today.isoformat())),
        )
        for row in rows
    ]
    show(shown, table(header, lines), as_json=as_json)


@assurance.command("revoke")
@click.argument("wanted", metavar="ASSURANCE")
@click.option("--reason", required=True, help="Why it is not relied on any more, in words.")
@json_option
def revoke(*, wanted: str, reason: str, as_json: bool) -> None:
    """Rely on ASSURANCE no more: it was taken back, or was not kept."""
    with node() as here:
        revoke_assurance(here, parse_id(wanted), reason, operator_person())
    show({"assurance": wanted, "reason": reason}, f"{wanted}: not relied on any more", as_json=as_json)


def _state(row: AssuranceRow, *, today: str) -> str:
    if row.revoked_at is not None:
        return f"revoked by {row.revoked_by}"
    return "ended" if row.assurance.expires_on.isoformat() < today else "in force"

"""``hamkar partner compare`` and ``hamkar partner limit``: what a partner holds, and how much it may send."""

from collections.abc import Sequence
from dataclasses import replace

import click

from hamkar.actions import compare_holdings
from hamkar.actions.quota import limit_of, set_limit
from hamkar.cli.here import json_option, node, operator, show
from hamkar.store.holdings import Comparison
from hamkar.store.quota import Limit
from hamkar.text.counted import counted


@click.command("compare")
@click.argument("partner")
@click.option("--last", "only_last", is_flag=True, help="Only show the outcome that is known; begin no comparison.")
@json_option
def compare(*, partner: str, only_last: bool, as_json: bool) -> None:
    """Compare what PARTNER holds of this node's records with what it may hold; differences are listed by record.

    It begins a comparison under every agreement, to be answered by the partner's node, and shows the outcome of the
    last. Exit status 0 whatever they say.
    """
    with node() as here:
        if only_last:
            known = compare_holdings.last(here, partner)
        else:
            known = compare_holdings.begin(here, partner, by=operator())
    show([_value(one) for one in known], _text(known), as_json=as_json)


def _value(one: Comparison) -> dict[str, object]:
    found = None if one.differences is None else [difference.to_dict() for difference in one.differences]
    named = {name: getattr(one, name) for name in Comparison.__slots__}
    return {**named, "differences": found}


def _text(known: Sequence[Comparison]) -> str:
    return "\n".join(map(_lines, known)) or "nothing to compare: there is no agreement that both have signed"


def _lines(one: Comparison) -> str:
    head = f"agreement {one.agreement[:12]}, {counted(one.records, 'record')}, begun {one.started_at:%Y-%m-%d %H:%M}"
    if one.differences is None:
        return f"{head}: waits for the partner's answer; see again with --last"
    differ = [
        f"  {each.differs.replace('_', ' ')}: {each.kind} {each.record}: {each.reason}" for each in one.differences
    ]
    outcome = f"differs in {compare_holdings.in_numbers(one.differences)}" if differ else "the same on both sides"
    return "\n".join([f"{head}: {outcome}", *differ])


@click.command("limit")
@click.argument("partner")
@click.option("--bytes", "most_bytes", type=click.IntRange(1), help="Most bytes of bundles in a day.")
@click.option("--messages", type=click.IntRange(1), help="Most messages in a day.")
@click.option("--rejected", type=click.IntRange(1), help="Most rejected messages, which are kept, in a day.")
@json_option
def limit(*, partner: str, most_bytes: int | None, messages: int | None, rejected: int | None, as_json: bool) -> None:
    """Show what PARTNER may send in a day (UTC), or set it. Beyond that it is told to send again tomorrow."""
    wanted = {"bytes": most_bytes, "messages": messages, "rejected": rejected}
    given = {name: value for name, value in wanted.items() if value is not None}
    with node() as here:
        now = replace(limit_of(here, partner), **given)
        if given:
            set_limit(here, partner, now, by=operator())
    show({name: getattr(now, name) for name in Limit.__slots__}, _limit_text(now), as_json=as_json)


def _limit_text(now: Limit) -> str:
    return f"{now.bytes:,} bytes, {now.messages:,} messages, {now.rejected:,} rejected messages a day"

"""A person's word on what belongs together and what is so; merging is reversible."""

from datetime import UTC, datetime

import pytest

from exchanging import filed, listed
from fixtures_node import BY, Agencies, file_reports
from hamkar.actions.events import find_event_id, list_events, merge, settle_field, show_event, split
from hamkar.errors import BadInput, NotFound
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, Status
from hamkar.store.events import EventFilter


def test_merging_and_splitting_again_gives_back_what_was(agencies: Agencies) -> None:
    node = agencies.iran
    one, other = filed(node, "Customs", "927.6"), filed(node, "Police", "850")
    before = (show_event(node, one.group).event, show_event(node, other.group).event)
    merged = merge(node, other.group, one.group, by=BY, reason="same lorry, same day")
    assert (len(merged.reports), merged.lines[0].quantity.status) == (2, Status.DISPUTED)
    assert other.group not in listed(node)
    back = split(node, one.group, [other.id], by=BY, reason="another lorry after all")
    assert back.id == other.group
    assert (show_event(node, one.group).event, show_event(node, other.group).event) == before


def test_a_claim_that_never_stood_alone_is_split_into_a_new_event(agencies: Agencies) -> None:
    node = agencies.iran
    one = filed(node, "Customs", "10")
    second = Report(id=node.new_id(), originator=node.id, group=one.group, lineage="Police", agency="Police")
    file_reports(node, second)
    made = split(node, one.group, [second.id], by=BY, reason="another case")
    assert made.id not in {one.group, second.id}
    assert find_event_id(node, str(second.id)) == made.id


def test_all_or_none_of_the_claims_cannot_be_split_off(agencies: Agencies) -> None:
    one = filed(agencies.iran, "Customs", "10")
    for chosen in ([], [one.id], [one.group]):
        with pytest.raises(BadInput, match="some but not all"):
            split(agencies.iran, one.group, chosen, by=BY, reason="a slip")


def test_an_event_cannot_be_merged_with_itself_or_with_nothing(agencies: Agencies) -> None:
    one = filed(agencies.iran, "Customs", "10")
    with pytest.raises(BadInput, match="itself"):
        merge(agencies.iran, one.group, one.group, by=BY, reason="a slip")
    with pytest.raises(NotFound):
        merge(agencies.iran, one.group, agencies.iran.new_id(), by=BY, reason="a slip")


def decision(event: Report, value: str, field: str = "agency") -> Decision:
    """A person's word."""
    return Decision(
        event=event.group, field=field, value=value, by=BY, at=datetime(2026, 1, 1, tzinfo=UTC), reason="protocol"
    )


def test_a_decided_field_shows_in_the_list(agencies: Agencies) -> None:
    node = agencies.iran
    one, other = filed(node, "Customs", "5"), filed(node, "Police", "5")
    merge(node, other.group, one.group, by=BY, reason="same")
    settled = settle_field(node, decision(one, "Police"))
    assert (settled.agency.value, settled.agency.rule) == ("Police", "decided_by_person")
    page = list_events(node, EventFilter(words="police"), sort="date", limit=100, offset=0)
    assert next(row.agency for row in page.rows if row.id == one.group) == "Police"


@pytest.mark.parametrize(("value", "field"), [("Navy", "agency"), ("Customs", "colour")])
def test_only_a_claimed_value_of_a_real_field_can_be_decided(agencies: Agencies, value: str, field: str) -> None:
    with pytest.raises(BadInput):
        settle_field(agencies.iran, decision(filed(agencies.iran, "Customs", "5"), value, field))


def test_what_is_no_identifier_is_said_to_be_none(agencies: Agencies) -> None:
    with pytest.raises(BadInput, match="seizure list"):
        find_event_id(agencies.iran, "the big one")
    with pytest.raises(NotFound):
        find_event_id(agencies.iran, str(agencies.iran.new_id()))

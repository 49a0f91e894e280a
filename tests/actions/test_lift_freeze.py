"""A freeze is lifted by people, the stream goes on in a new epoch, and both sides of the contradiction stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backups import Backups
from exchanging import held, new_report
from fixtures_node import BY, Agencies, Straight, open_agencies
from hamkar.actions.courier_export import export
from hamkar.actions.courier_import import import_
from hamkar.actions.deliver import deliver
from hamkar.actions.lift_freeze import Evidence, evidence, lift_freeze
from hamkar.actions.node import Node
from hamkar.actions.pull import pull
from hamkar.actions.release import release
from hamkar.actions.restart_stream import restart_by_hand
from hamkar.actions.status import status
from hamkar.crypto.dsse import read_envelope
from hamkar.errors import BadInput, NotFound
from hamkar.exchange.bundle import BUNDLE_TYPE
from hamkar.exchange.public_key import raw_bytes
from hamkar.model.agreement import Purpose
from hamkar.model.report import Report
from hamkar.store import outbox
from hamkar.store.postgres.cluster import Cluster


@pytest.fixture
def frozen(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """A sender that was restored and sent without having asked; its stream of records is frozen at the other."""
    with open_agencies(postgres, tmp_path) as agencies:
        giver, taker = agencies.iran, agencies.azerbaijan
        backups = Backups(postgres)
        old = backups.take(giver)
        released(giver)
        deliver(giver, taker.id, Straight(taker))
        backups.restore(giver, old)
        released(giver)
        (delivered,) = deliver(giver, taker.id, Straight(taker))
        assert "frozen" in delivered.stopped
        yield agencies


def released(giver: Node) -> Report:
    """A new report that waits for the partner."""
    report = new_report(giver)
    release(giver, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    return report


def records_stream(giver: Node, taker: Node) -> str:
    """The stream of records to the other."""
    with giver.database.transaction() as connection:
        (name,) = [
            each.stream
            for each in outbox.streams(connection)
            if each.partner == taker.id and each.stream != outbox.TERMS
        ]
    return name


def both_bundles(node: Node, partner: Node) -> tuple[Evidence, Evidence]:
    """The evidence: what came first, and what contradicts it."""
    first, second = evidence(node, partner.id)
    return first, second


def test_a_lifted_stream_goes_on_in_the_next_epoch_with_all_that_has_no_receipt(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    more = released(giver)
    lift_freeze(taker, "IR", records_stream(giver, taker), reason="synthetic: restored", by=BY)
    (delivered,) = deliver(giver, taker.id, Straight(taker))
    assert (delivered.stopped, delivered.messages) == ("", 2)
    assert held(taker, giver, more.id)
    assert (status(giver).waiting, status(taker).frozen) == ((), ())


def test_the_sender_learns_it_from_a_pull_too(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    lift_freeze(taker, "IR", records_stream(giver, taker), reason="synthetic", by=BY)
    assert pull(taker, giver.id, Straight(giver)).bundles == 1
    assert not status(giver).waiting


def test_and_from_a_stick(frozen: Agencies, tmp_path: Path) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    lift_freeze(taker, "IR", records_stream(giver, taker), reason="synthetic", by=BY)
    export(taker, giver.id, tmp_path / "back", most_bytes=None, again=False)
    import_(giver, [tmp_path / "back"])
    export(giver, taker.id, tmp_path / "there", most_bytes=None, again=False)
    came = import_(taker, [tmp_path / "there"])
    assert (came.bundles, came.refused) == (1, ())


def test_while_it_is_frozen_a_pull_brings_nothing_of_it(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    assert pull(taker, giver.id, Straight(giver)).bundles == 0
    assert any("has frozen the stream" in waiting.why for waiting in status(giver).waiting)


def test_both_bundles_stay_and_anyone_with_the_card_can_check_them(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    lift_freeze(taker, "IR", records_stream(giver, taker), reason="synthetic", by=BY)
    (key,) = giver.signed_card.card.signing_keys
    for each in both_bundles(taker, giver):
        assert read_envelope(each.signed.encode(), BUNDLE_TYPE, 10_000_000).signed_by(key.id, raw_bytes(key))
    first, second = both_bundles(taker, giver)
    assert (first.contradicts, second.contradicts) == (False, True)
    assert first.file_name != second.file_name


def test_it_needs_a_reason_and_a_frozen_stream(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    with pytest.raises(BadInput, match="--reason"):
        lift_freeze(taker, "IR", records_stream(giver, taker), reason=" ", by=BY)
    with pytest.raises(NotFound, match="no single frozen stream"):
        lift_freeze(taker, "IR", "terms", reason="synthetic", by=BY)


def test_the_sender_may_begin_anew_by_hand(frozen: Agencies) -> None:
    giver, taker = frozen.iran, frozen.azerbaijan
    begun = restart_by_hand(giver, "AZ", records_stream(giver, taker), reason="synthetic", by=BY)
    assert (begun.epoch, begun.waiting) == (2, 1)
    lift_freeze(taker, "IR", records_stream(giver, taker), reason="synthetic", by=BY)
    (delivered,) = deliver(giver, taker.id, Straight(taker))
    assert delivered.stopped == ""

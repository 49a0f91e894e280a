"""A node that nobody can reach exchanges in both directions all the same: it asks, on connections that it opens."""

from hamkar.actions.release import release_many
from hamkar.actions.status import status
from hamkar.model.agreement import Purpose
from hamkar.model.report import Report
from hamkar.store import reports
from hamkar.store.reports import Filed
from real_nodes import LISTENS, Running, drained, in_agreement, new_reports, wait_until

NOBODY_LISTENS = "127.0.0.9"


def release_new(running: Running, partner: Running, count: int) -> list[Report]:
    """New reports that wait for the partner."""
    node, made = running.node, new_reports(running.node, count)
    with node.database.transaction() as connection:
        filed = [Filed(report, report.group, report.id.bytes) for report in made]
        reports.copy_reports(connection, filed, received_at=node.now())
    release_many(node, [report.id for report in made], partner.node.id, Purpose.INVESTIGATION, by="test")
    return made


def received(running: Running) -> int:
    """How many records a node has taken."""
    return status(running.node).received


def test_records_and_receipts_go_both_ways_though_one_side_can_never_connect() -> None:
    hosts = iter((NOBODY_LISTENS, LISTENS))
    with in_agreement(lambda port: f"https://{next(hosts)}:{port}") as (behind, open_):
        release_new(behind, open_, 20)
        release_new(open_, behind, 30)
        wait_until(lambda: received(open_) == 20, "the open node takes what is posted to it")
        wait_until(lambda: received(behind) == 30, "the node behind the firewall pulls what waits for it")
        wait_until(lambda: drained(behind.node, open_.node), "the receipts go both ways too")

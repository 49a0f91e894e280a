"""The reports that one bundle brings: filed one by one, written together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.model.report import Report
from hamkar.policy.redact import filled
from hamkar.seizures.summary import summarise_reports
from hamkar.store import events, reports
from hamkar.store.database import Connection
from hamkar.store.reports import Filed


@dataclass(slots=True)
class Filing:
    """New reports wait until `write`; a report of this sender is held once, in the fullest form in which it came."""

    node: Node
    connection: Connection
    sender: str
    held: dict[UUID, tuple[Report, UUID]] = field(default_factory=dict)
    waiting: dict[UUID, Report] = field(default_factory=dict)

    def look_up(self, offered: Sequence[UUID]) -> None:
        """Find out at once which of these reports are held."""
        if offered:
            self.held |= reports.find_all_held(self.connection, self.sender, offered)

    def file(self, report: Report) -> tuple[str, UUID | None]:
        """Take in a report; what became of it, and the event to derive anew where it was held in a poorer form."""
        before = self.waiting.get(report.id)
        if before is not None:
            if not filled(report) > filled(before):
                return "held already", None
            self.waiting[report.id] = report
            return "held already, and now with more fields", None
        if report.id not in self.held:
            self.waiting[report.id] = report
            return "filed", None
        before, event = self.held[report.id]
        if not filled(report) > filled(before):
            return "held already", None
        reports.replace_body(self.connection, report)
        self.held[report.id] = report, event
        return "held already, and now with more fields", event

    def form_of(self, report: Report) -> Report:
        """The form in which a report that was taken in stays."""
        return self.waiting.get(report.id) or self.held[report.id][0]

    def write(self) -> set[UUID]:
        """Write what waits, with the events that are new and whole in it; the other events, to be derived anew."""
        if not self.waiting:
            return set()
        new = list(self.waiting.values())
        known = reports.events_of_groups(self.connection, self.sender, list({report.group for report in new}))
        fresh: dict[UUID, list[Report]] = {}
        where = dict(known)
        for report in new:
            event = where.setdefault(report.group, self.node.new_id())
            if report.group not in known:
                fresh.setdefault(event, []).append(report)
            self.held[report.id] = report, event
        filed = [Filed(report, where[report.group], report.id.bytes) for report in new]
        reports.copy_reports(self.connection, filed, received_at=self.node.now())
        events.copy_events(self.connection, [summarise_reports(event, claims) for event, claims in fresh.items()])
        self.waiting.clear()
        return {known[report.group] for report in new if report.group in known}

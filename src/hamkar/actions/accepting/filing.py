"""The reports that one bundle brings: filed one by one, written together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.model.report import Report
from hamkar.policy.redact import filled
from hamkar.seizures.summary import summaries
from hamkar.store import events, reports
from hamkar.store.database import Connection
from hamkar.store.reports import Filed
from hamkar.store.rows import Writer


def _both(before: Report, report: Report) -> tuple[Report, str]:
    """The fuller form of a report under whatever either came under, and what became of it.

    An originator adds restrictions later, and takes none away by sending a report once more.
    """
    handling = before.handling.joined(report.handling)
    if filled(report) > filled(before):
        return replace(report, handling=handling), "held already, and now with more fields"
    what = "held already" if handling == before.handling else "held already, and now more restricted"
    return replace(before, handling=handling), what


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
            kept, what = _both(before, report)
            self.waiting[report.id] = kept
            return what, None
        if report.id not in self.held:
            self.waiting[report.id] = report
            return "filed", None
        before, event = self.held[report.id]
        kept, what = _both(before, report)
        if kept == before:
            return what, None
        reports.replace_body(self.connection, kept)
        self.held[report.id] = kept, event
        return what, event

    def form_of(self, report: Report) -> Report:
        """The form in which a report that was taken in stays."""
        return self.waiting.get(report.id) or self.held[report.id][0]

    def write(self, to: Writer) -> set[UUID]:
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
        filed = (Filed(report, where[report.group], report.id.bytes) for report in new)
        reports.copy_reports(to, filed, received_at=self.node.now())
        events.copy_events(to, (line for event, claims in fresh.items() for line in summaries(event, claims)))
        self.waiting.clear()
        return {known[report.group] for report in new if report.group in known}

"""Records filed, offered and looked for, for tests of what nodes do with them; everything in them is invented."""

import hashlib
from uuid import UUID

from msgspec import Raw

from fixtures_node import file_reports
from hamkar.actions import agreements
from hamkar.actions.events import list_events, list_reports
from hamkar.actions.node import Node
from hamkar.exchange.bundle import BundleHead, seal_bundle, sign_bundle
from hamkar.exchange.message import encode_message
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.bundle import GENESIS, Message, MessageKind
from hamkar.model.handling import FREE, Handling
from hamkar.model.party import Party, PartyRole
from hamkar.model.report import Report
from hamkar.store import inbox, witness
from hamkar.store.events import EventFilter
from hamkar.store.outbox import stream_of
from reports import kilograms, line


def new_report(node: Node, *, handling: Handling = FREE, substance: str = "heroin", notes: str = "") -> Report:
    """A report the node has just filed."""
    report = Report(
        id=node.new_id(),
        originator=node.id,
        group=node.new_id(),
        lineage="synthetic",
        handling=handling,
        agency="Synthetic border post",
        lines=(line(substance, kilograms("12.5")),),
        parties=(Party(ref="1", role=PartyRole.SUSPECT, count=2),),
        notes=notes,
    )
    file_reports(node, report)
    return report


def held(node: Node, originator: Node, record: UUID) -> Report | None:
    """The originator's report as this node holds it."""
    return next((report for report in list_reports(node, originator.id, 1000) if report.id == record), None)


def stream_named(name: str) -> str:
    """A stream of an agreement that does not exist, one for each test."""
    return stream_of(hashlib.sha256(name.encode()).hexdigest())


def frame(sender: Node, to: Node, messages: list[bytes], *, first_seq: int, stream: str, chain: str = GENESIS) -> bytes:
    """A frame that is signed and sealed as it should be, whatever it carries."""
    with sender.database.transaction() as connection:
        logs = witness.word_for(connection, to.id)
    head = BundleHead(
        sender=sender.id,
        to=to.id,
        stream=stream,
        epoch=1,
        first_seq=first_seq,
        prev_chain=chain,
        issued_at=sender.now(),
        logs=logs,
    )
    return seal_bundle(sign_bundle(head, messages, sender.keys.signer), to.signed_card.card)


def message(sender: Node, report: Report, agreement: str, *, handling: Handling | None = None) -> bytes:
    """A message that offers a report under an agreement, whether that allows it or not."""
    return encode_message(
        Message(
            id=sender.new_id(),
            kind=MessageKind.REPORT,
            record=str(report.id),
            agreement=agreement,
            purpose=Purpose.INVESTIGATION,
            handling=handling or report.handling,
            body=Raw(report.to_json()),
        )
    )


def agreement_with(node: Node, partner: Node) -> str:
    """The id of the agreement in force between the two."""
    return next(
        s.row.id
        for s in agreements.list_standing(node)
        if s.partner.node == partner.id and s.state is AgreementState.IN_FORCE
    )


def verdicts(node: Node, stream: str) -> list[tuple[str, str]]:
    """What the node said of each message of a stream, in order."""
    with node.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1000, offset=0)
    return [(row.acceptance, row.rule) for row in sorted(rows, key=lambda row: row.seq) if row.stream == stream]


def filed(node: Node, agency: str, amount: str) -> Report:
    """A report under an event of its own."""
    report = Report(
        id=node.new_id(),
        originator=node.id,
        group=node.new_id(),
        lineage=agency,
        agency=agency,
        lines=(line("heroin", kilograms(amount)),),
    )
    file_reports(node, report)
    return report


def listed(node: Node) -> set[object]:
    """The identifiers in the list of seizures."""
    return {row.id for row in list_events(node, EventFilter(), sort="date", limit=1000, offset=0).rows}

"""What this node has in hand to pass another agency's record on: its signed consent, and how the record came."""

from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.exchange.statement import stored_statement
from hamkar.model.agreement import Onward
from hamkar.model.consent import Consent
from hamkar.store import agreements, consents, inbox
from hamkar.store.database import Connection


@dataclass(frozen=True, slots=True)
class Leave:
    """A consent with its exact signed bytes, and what the agreement under which the record came says of passing on."""

    consent: Consent
    envelope: bytes
    came_under: Onward


def leave_for(node: Node, connection: Connection, record: UUID, originator: str, to: str) -> Leave | None:
    """What this node has to pass a record on to a partner; None where its originator has consented to nothing."""
    row = consents.consent_for(connection, record, originator=originator, holder=node.id, to=to)
    if row is None:
        return None
    terms = (agreements.find_agreement(connection, under) for _, under in inbox.givers(connection, record))
    allowed = any(standing_of(node, each).signed.agreement.onward is Onward.WITH_CONSENT for each in terms)
    came_under = Onward.WITH_CONSENT if allowed else Onward.NEVER
    return Leave(stored_statement(row.envelope, Consent), row.envelope, came_under)

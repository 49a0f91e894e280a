"""Handing on what stands in the log, so that others can check it without this node."""

from hamkar.actions.check_log import Cosigned, newest_cosignature
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.errors import NotFound
from hamkar.exchange.checkpoint import join_hashes
from hamkar.exchange.log_proof import sign_checkpoint
from hamkar.exchange.merkle import consistency_parts, inclusion_parts, proof_of
from hamkar.model.checkpoint import Checkpoint
from hamkar.model.log_proof import Cosignature, LogProof, ProvedEntry
from hamkar.store import log, partners
from hamkar.store.database import Connection
from hamkar.store.log import Entry, LogFilter, LogRow

MOST_ENTRIES = 100_000


def prove_log(node: Node, wanted: LogFilter, *, by: str) -> LogProof:
    """The entries that are wanted, proved under a checkpoint of now, with what each partner has cosigned.

    Raises NotFound where there are none.
    """
    with node.database.transaction() as connection:
        chosen = log.entries(connection, wanted, MOST_ENTRIES)[::-1]
        if not chosen:
            msg = "no entry of the log is about that; `hamkar log list` shows what there is"
            raise NotFound(msg)
        entry = Entry(actor=by, act="log_exported", subject=wanted.subject or "", detail=_told(chosen))
        log.append(connection, entry, node.now())
        checkpoint = log.checkpoint(connection)
        cosigned = [newest_cosignature(node, connection, row.node) for row in partners.list_partners(connection)]
        return LogProof(
            v=1,
            card=card_now(node, connection).envelope.decode(),
            checkpoint=sign_checkpoint(node.id, checkpoint, node.now(), node.keys.signer).decode(),
            entries=tuple(_proved(connection, row, checkpoint) for row in chosen),
            cosignatures=tuple(_cosignature(connection, each, checkpoint) for each in cosigned if each),
        )


def _told(chosen: list[LogRow]) -> str:
    return f"entries {chosen[0].seq} to {chosen[-1].seq}, {len(chosen)} of them"


def _proved(connection: Connection, row: LogRow, checkpoint: Checkpoint) -> ProvedEntry:
    parts = inclusion_parts(row.seq - 1, checkpoint.size)
    return ProvedEntry(
        seq=row.seq,
        event=row.event,
        salt=row.salt.hex() if row.salt else None,
        commitment=row.commitment.hex(),
        path=join_hashes(proof_of(parts, log.hashes(connection, parts))),
    )


def _cosignature(connection: Connection, cosigned: Cosigned, checkpoint: Checkpoint) -> Cosignature:
    parts = consistency_parts(cosigned.checkpoint.size, checkpoint.size)
    return Cosignature(
        receipt=cosigned.receipt.decode(),
        card=cosigned.card.envelope.decode(),
        proof=join_hashes(proof_of(parts, log.hashes(connection, parts))),
    )

"""The beginning of a stream's next epoch, written down."""

from datetime import datetime

from hamkar.store import epochs, log
from hamkar.store.database import Connection
from hamkar.store.epochs import Beginning
from hamkar.store.log import Entry
from hamkar.store.outbox import StreamOut
from hamkar.text.counted import counted


def begin_epoch(connection: Connection, stream: StreamOut, beginning: Beginning, at: datetime, *, by: str) -> None:
    """Begin an epoch of a locked stream, and log why and how much goes again."""
    again = epochs.begin(connection, stream, beginning, at)
    entry = Entry(
        actor=by,
        act="epoch_begun",
        subject=f"{stream.stream}/{beginning.epoch}",
        partner=stream.partner,
        detail=f"{beginning.why}; {counted(again, 'message')} to be sent again",
    )
    log.append(connection, entry, at)

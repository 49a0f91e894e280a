"""What a reader of rows is given besides the rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hamkar.formats.occurrences import Occurrences


@dataclass(frozen=True, slots=True)
class Intake:
    """For whom, when and from which file claims are read. ``originator`` is the node, ``today`` the day of the import.

    ``new_id`` gives a fresh identifier at each call; ``occurrences`` lives as long as the reading of the file.
    """

    file: str
    originator: str
    new_id: Callable[[], UUID]
    today: date
    occurrences: Occurrences

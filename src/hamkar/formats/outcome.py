"""What becomes of a row of a file."""

from dataclasses import dataclass

from hamkar.model.record import Record
from hamkar.model.report import Report


@dataclass(frozen=True, slots=True)
class Read:
    """A claim read from a file.

    ``key`` (16 bytes) is the same whenever the same cells are read again, from whichever file. ``duplicate`` says that
    an identical row stood above; it is a claim of its own all the same, because small seizures do coincide. ``row`` is
    where the claim begins, ``rows`` how many rows it joins, ``sheet`` the workbook's sheet ("" elsewhere).
    """

    report: Report
    key: bytes
    duplicate: bool
    row: int
    rows: int = 1
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Rejected(Record):
    """A row that cannot be a claim, under the number a person sees in the file, and the reason in a sentence."""

    row: int
    reason: str
    sheet: str = ""


Outcome = Read | Rejected

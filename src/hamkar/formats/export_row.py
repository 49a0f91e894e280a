"""A table that leaves the node: its columns, its rows, and the mark that says who took it out."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

Cell = str | Decimal | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMark:
    """Who took a file out, when and for what; the same identifier stands in the log."""

    id: UUID
    account: str
    agency: str
    at: datetime
    purpose: str

    def __str__(self) -> str:
        """The mark as it stands in every row, so that it stays with rows that are copied elsewhere."""
        return f"{self.id} · {self.account}, {self.agency} · {self.at:%Y-%m-%d %H:%M:%S} UTC · {self.purpose}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A substance of a seizure, with the seizure's own facts; a seizure without a substance has one row too."""

    seizure: str
    date_earliest: date | None
    date_latest: date | None
    date_status: str
    country: str | None
    province: str | None
    crossing: str | None
    place: str
    agency: str
    departure: str | None
    destination: str | None
    substance: str | None
    label: str
    amount: Decimal | None
    unit: str | None
    qualifier: str
    quantity_status: str
    doubtful: str
    reports: int
    sources: int
    disputed: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The values in the order of `COLUMNS`."""
        return tuple(getattr(self, name) for name in COLUMNS)


COLUMNS = tuple(field.name for field in fields(ExportRow))
MARK_COLUMN = "export"
"""The last column of every row."""

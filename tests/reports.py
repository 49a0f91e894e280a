"""Reports for tests, a few words each; everything in them is invented."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hamkar.model.grade import UNASSESSED, Grade
from hamkar.model.place import Place
from hamkar.model.quantity import Basis, Qualifier, Quantity
from hamkar.model.report import Report
from hamkar.model.stated_date import Calendar, DateKind, Precision, StatedDate
from hamkar.model.substance_line import SubstanceLine

NODE = "a" * 32
EVENT = UUID("01a20c57-cca5-7b6e-985f-b88cc4c42129")


def numbered(number: int) -> UUID:
    """The identifier of an invented record."""
    return UUID(int=(0x01A20C57CCA5 << 80) | (7 << 76) | (2 << 62) | number)


def kilograms(
    amount: str, qualifier: Qualifier = Qualifier.EXACT, *, unit: str = "kg", basis: Basis = Basis.BULK
) -> Quantity:
    """A reported quantity."""
    return Quantity(amount=Decimal(amount), unit=unit, unit_text=unit, qualifier=qualifier, basis=basis)


def line(substance: str, quantity: Quantity | None) -> SubstanceLine:
    """A substance line."""
    return SubstanceLine(substance=substance, substance_text=substance, quantity=quantity)


def on(kind: DateKind, first: str, last: str = "", *, precision: Precision = Precision.DAY) -> StatedDate:
    """A Gregorian date or span of that kind."""
    return StatedDate(
        kind=kind,
        earliest=date.fromisoformat(first),
        latest=date.fromisoformat(last or first),
        precision=precision,
        calendar=Calendar.GREGORIAN,
        text=first,
    )


def claim(
    number: int,
    lineage: str,
    *lines: SubstanceLine,
    dates: tuple[StatedDate, ...] = (),
    agency: str = "",
    place: Place | None = None,
    grade: Grade = UNASSESSED,
) -> Report:
    """An invented report."""
    return Report(
        id=numbered(number),
        originator=NODE,
        group=EVENT,
        lineage=lineage,
        lines=lines,
        dates=dates,
        agency=agency,
        place=place,
        grade=grade,
    )

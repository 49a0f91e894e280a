"""The part of a report that a partner gets."""

from collections.abc import Set as AbstractSet
from dataclasses import fields, replace

from hamkar.model.agreement import Category, ReportField
from hamkar.model.report import Report
from hamkar.vocab.substances import is_precursor

_EMPTY = {field.name: field.default for field in fields(Report)}


def redact(report: Report, given: AbstractSet[str]) -> Report:
    """The report with every grantable field that is not in ``given`` left empty; its marking and identity always stay.

    The flags on doubtful cells go only with all fields, since they quote the cells.
    """
    withheld = {field.value: _EMPTY[field.value] for field in ReportField if field.value not in given}
    if withheld:
        withheld["flags"] = ()
    return replace(report, **withheld)  # type: ignore[arg-type] # each value is the default of its own field


def filled(report: Report) -> frozenset[ReportField]:
    """The grantable fields in which the report says something."""
    return frozenset(field for field in ReportField if getattr(report, field.value) != _EMPTY[field.value])


def category(report: Report) -> Category:
    """A report with any precursor line is a precursor seizure, which is the narrower permission."""
    if any(line.substance is not None and is_precursor(line.substance) for line in report.lines):
        return Category.PRECURSOR_SEIZURE
    return Category.DRUG_SEIZURE

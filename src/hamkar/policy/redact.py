"""The part of a report that a partner gets."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace

from hamkar.model.agreement import Category, ReportField
from hamkar.model.report import Doubt, Report
from hamkar.vocab.substances import is_precursor

_EMPTY = {field.name: field.default for field in fields(Report)}

_GRANTABLE = tuple((field, field.value, _EMPTY[field.value]) for field in ReportField)

_QUOTES: Mapping[Doubt, frozenset[ReportField]] = {
    Doubt.UNKNOWN_SUBSTANCE: frozenset({ReportField.LINES}),
    Doubt.UNKNOWN_UNIT: frozenset({ReportField.LINES}),
    Doubt.NO_AMOUNT: frozenset({ReportField.LINES}),
    Doubt.IMPLAUSIBLE_AMOUNT: frozenset({ReportField.LINES}),
    Doubt.DATE_AFTER_PUBLICATION: frozenset({ReportField.DATES}),
    Doubt.UNKNOWN_COUNTRY: frozenset({ReportField.PLACE, ReportField.ROUTING}),
    Doubt.UNKNOWN_CODE: frozenset({ReportField.PLACE, ReportField.ROUTING}),
}
"""The fields whose cells a flag quotes; it goes only where all of them go, and a doubt goes with what is doubted."""


def redact(report: Report, given: AbstractSet[str]) -> Report:
    """The report with every grantable field not in ``given`` left empty; its marking and identity always stay."""
    withheld = {field.value: _EMPTY[field.value] for field in ReportField if field.value not in given}
    flags = tuple(flag for flag in report.flags if _QUOTES[flag.doubt] <= given)
    return replace(report, **withheld, flags=flags)  # type: ignore[arg-type] # each value is its own field's default


def filled(report: Report) -> frozenset[ReportField]:
    """The grantable fields in which the report says something."""
    return frozenset(field for field, name, empty in _GRANTABLE if getattr(report, name) != empty)


def category(report: Report) -> Category:
    """A report with a precursor, or a substance nobody knows, is a precursor seizure: the narrower permission."""
    if any(line.substance is None or is_precursor(line.substance) for line in report.lines):
        return Category.PRECURSOR_SEIZURE
    return Category.DRUG_SEIZURE

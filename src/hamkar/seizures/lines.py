"""The substances of an event, each with its derived quantity."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hamkar.model.quantity import Basis, Quantity
from hamkar.model.report import Doubt, Report
from hamkar.model.seizure import DerivedLine
from hamkar.model.substance_line import SubstanceLine
from hamkar.seizures.resolve import Statement, resolve
from hamkar.seizures.weight import QUANTITY

MIXED = "mixed-unspecified"
"""One figure for several drugs together."""


def derive_lines(reports: Sequence[Report]) -> tuple[DerivedLine, ...]:
    """One line a substance and basis, in the order first reported; bulk and pure weights stay on lines of their own.

    Where some report splits a load by drug, another's single mixed figure is that load's total and no line beside it.
    """
    found: dict[tuple[str, Basis], list[tuple[SubstanceLine, Report]]] = {}
    split = any(_is_split(report) for report in reports)
    for report in reports:
        if split and _is_one_mixed_figure(report):
            continue
        for line in _joined(report.lines):
            basis = line.quantity.basis if line.quantity else Basis.BULK
            found.setdefault((line.kind, basis), []).append((line, report))
    return tuple(_derive(kind, stated) for (kind, _), stated in found.items())


def _is_split(report: Report) -> bool:
    return any(line.substance != MIXED for line in report.lines)


def _is_one_mixed_figure(report: Report) -> bool:
    return bool(report.lines) and not _is_split(report)


def _joined(lines: tuple[SubstanceLine, ...]) -> tuple[SubstanceLine, ...]:
    """The lines of one report with those of one substance, unit and qualifier added up: they are parts of one load."""
    if len(lines) == 1:
        return lines
    parts: dict[tuple[object, ...], list[SubstanceLine]] = {}
    for line in lines:
        q = line.quantity
        parts.setdefault((line.kind, q and (q.unit, q.unit_text, q.qualifier, q.basis)), []).append(line)
    return tuple(_sum(group) for group in parts.values())


def _sum(group: list[SubstanceLine]) -> SubstanceLine:
    first = group[0]
    if len(group) == 1 or first.quantity is None:
        return first
    amount = sum((line.quantity.amount for line in group if line.quantity), Decimal(0))
    return replace(first, quantity=replace(first.quantity, amount=amount))


def _derive(kind: str, stated: list[tuple[SubstanceLine, Report]]) -> DerivedLine:
    first = stated[0][0]
    statements = [
        Statement(line.quantity, report.lineage, report.id, report.grade) for line, report in stated if line.quantity
    ]
    quantity = resolve(statements, QUANTITY)
    return DerivedLine(
        kind=kind,
        substance=first.substance,
        substance_text=first.substance_text,
        quantity=quantity,
        doubtful=any(is_doubtful(report, quantity.value) for _, report in stated),
    )


def is_doubtful(report: Report, quantity: Quantity | None) -> bool:
    """Whether this amount was flagged as implausible when the report was read."""
    if quantity is None or not report.flags:
        return False
    flagged = {flag.text for flag in report.flags if flag.doubt is Doubt.IMPLAUSIBLE_AMOUNT}
    return str(quantity.amount) in flagged

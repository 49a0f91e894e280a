"""Rule 14 of the domain: every figure prints its coverage; and totals run over events."""

from datetime import date
from decimal import Decimal

from hamkar.model.seizure import Status
from hamkar.statistics.figure import DoubleCount
from hamkar.statistics.total_mass import LineGroup, Span, total_mass

SPAN = Span(events=7, first_day=date(2016, 1, 2), last_day=date(2016, 12, 30), agencies=2, unresolved=0)


def group(
    unit: str | None, rows: int, amount: str | None, status: Status = Status.AGREED, *, doubtful: bool = False
) -> LineGroup:
    """Some lines of heroin."""
    return LineGroup(
        substance="heroin",
        unit=unit,
        status=status,
        doubtful=doubtful,
        rows=rows,
        amount=Decimal(amount) if amount else None,
    )


def test_a_total_says_over_how_many_events_which_days_and_whose() -> None:
    figure = total_mass("heroin", [group("kg", 2, "12.5"), group("g", 1, "500")], SPAN)
    assert (figure.low, figure.central, figure.high) == (Decimal(13), Decimal(13), Decimal(13))
    assert str(figure) == (
        "heroin: 13.0 kg (from 3 of 3 events, 2016-01-02 to 2016-12-30, 2 reporting agencies, double counting resolved)"
    )


def test_what_has_no_mass_is_left_out_and_said() -> None:
    figure = total_mass("heroin", [group("kg", 1, "1"), group("package", 4, "4"), group(None, 1, "9")], SPAN)
    assert figure.central == 1
    assert (figure.coverage.rows_known, figure.coverage.rows_all) == (1, 6)
    assert dict(figure.coverage.left_out)["unit without a mass"] == 5


def test_disputed_quantities_are_not_in_the_total() -> None:
    figure = total_mass("heroin", [group("kg", 1, "1"), group(None, 1, None, Status.DISPUTED)], SPAN)
    assert figure.central == 1
    assert dict(figure.coverage.left_out)["disputed"] == 1


def test_an_implausible_amount_is_not_in_the_total_and_said() -> None:
    figure = total_mass("heroin", [group("kg", 1, "1"), group("kg", 1, "4500000", doubtful=True)], SPAN)
    assert figure.central == 1
    assert "1 left out: implausible" in str(figure)


def test_a_total_of_nothing_usable_is_unknown_not_zero() -> None:
    figure = total_mass("heroin", [group("plant", 3, "300")], SPAN)
    assert figure.central is None
    assert str(figure).startswith("heroin: unknown (from 0 of 3 events")


def test_events_that_may_be_one_are_said() -> None:
    doubtful = Span(events=2, first_day=None, last_day=None, agencies=1, unresolved=1)
    figure = total_mass("heroin", [group("kg", 2, "2")], doubtful)
    assert figure.coverage.double_count is DoubleCount.POSSIBLE

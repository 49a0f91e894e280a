"""What the Individual Drug Seizures look like as a whole: the figures by which their bias can be seen."""

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hamkar.formats.amount_cell import grams_in
from hamkar.formats.coverage import Coverage, percent
from hamkar.formats.unknown import is_known
from hamkar.model.place import RoutePoint, Routing
from hamkar.model.record import Record
from hamkar.model.report import Report
from hamkar.model.substance_line import SubstanceLine

_HEROIN = "heroin"
_KILOGRAM = "kg"
_TEN_GRAMS_IN_KG = Decimal("0.01")
_OTHER_DAYS = 30
"""Days of a month other than the first: 2 to 31."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Record):
    """Completeness and bias of the claims of one file; names and definitions are those of the published profile.

    Percentages are of all rows, to one decimal. A route end that states "Unknown" is not known; a chain is full where
    producing, departure and destination country are. ``rows_under_10g_in_kg_unit_pct`` are the rows that give less
    than 10 g in kilograms. ``heroin_top1pct_share_of_weight_pct`` is the weight in the heaviest hundredth (rounded
    down) of the heroin rows with a unit of mass. Countries are as the file writes them, years in text.
    """

    rows_by_country: dict[str, dict[str, int]]
    countries: int
    blank_pct: dict[str, float]
    departure_and_destination_known_pct: float
    full_chain_known_pct: float
    top_country_share_pct: float
    top5_share_pct: float
    exact_duplicate_extra_rows_pct: float
    day_01_rows: int
    mean_rows_other_days: int
    rows_under_10g_in_kg_unit_pct: float
    heroin_top1pct_share_of_weight_pct: float


class IdsProfile:
    """Counts the claims of one file; only the weights of heroin are kept one by one, 8 bytes each."""

    def __init__(self) -> None:
        self._rows = 0
        self._dated: Counter[tuple[str, date, date]] = Counter()
        self._both_ends = 0
        self._full_chains = 0
        self._under_ten_grams = 0
        self._heroin = array("d")

    def add(self, report: Report) -> None:
        """Count one claim of an IDS row."""
        self._rows += 1
        stated = report.dates[0]
        self._dated[report.place.country_text if report.place else "", stated.earliest, stated.latest] += 1
        if report.routing:
            self._add_routing(report.routing)
        self._add_line(report.lines[0])

    def _add_routing(self, routing: Routing) -> None:
        if _is_known(routing.destination) and _is_known(routing.departure):
            self._both_ends += 1
            self._full_chains += _is_known(routing.origin)

    def _add_line(self, line: SubstanceLine) -> None:
        quantity = line.quantity
        if quantity is None:
            return
        if quantity.unit == _KILOGRAM and quantity.amount < _TEN_GRAMS_IN_KG:
            self._under_ten_grams += 1
        if line.substance == _HEROIN and (grams := grams_in(quantity.unit)):
            self._heroin.append(float(quantity.amount * grams))

    def profile(self, coverage: Mapping[str, Coverage], duplicates: int) -> Profile:
        """The figures, with the file's coverage and its number of rows identical to one above."""
        years = self._years()
        countries = Counter({country: sum(rows.values()) for country, rows in years.items()})
        largest = [rows for _, rows in countries.most_common(5)]
        day_01, other_days = self._day_rows()
        return Profile(
            rows_by_country=years,
            countries=len(countries),
            blank_pct={column: percent(each.rows - each.filled, each.rows) for column, each in coverage.items()},
            departure_and_destination_known_pct=percent(self._both_ends, self._rows),
            full_chain_known_pct=percent(self._full_chains, self._rows),
            top_country_share_pct=percent(sum(largest[:1]), self._rows),
            top5_share_pct=percent(sum(largest), self._rows),
            exact_duplicate_extra_rows_pct=percent(duplicates, self._rows),
            day_01_rows=day_01,
            mean_rows_other_days=round(other_days / _OTHER_DAYS),
            rows_under_10g_in_kg_unit_pct=percent(self._under_ten_grams, self._rows),
            heroin_top1pct_share_of_weight_pct=self._heroin_top_share(),
        )

    def _years(self) -> dict[str, dict[str, int]]:
        years: dict[str, dict[str, int]] = {}
        for (country, earliest, _), rows in sorted(self._dated.items()):
            of_country = years.setdefault(country, {})
            of_country[str(earliest.year)] = of_country.get(str(earliest.year), 0) + rows
        return years

    def _day_rows(self) -> tuple[int, int]:
        """Rows dated to the first of a month, and to any other day; a row that states no day is neither."""
        on_a_day = [(day, rows) for (_, day, latest), rows in self._dated.items() if day == latest]
        first = sum(rows for day, rows in on_a_day if day.day == 1)
        return first, sum(rows for _, rows in on_a_day) - first

    def _heroin_top_share(self) -> float:
        heaviest = sorted(self._heroin, reverse=True)
        return percent(sum(heaviest[: len(heaviest) // 100]), sum(heaviest))


def _is_known(point: RoutePoint | None) -> bool:
    return point is not None and is_known(point.text)

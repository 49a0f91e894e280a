"""The country whose agency is credited with a seizure."""

import csv
import re
from functools import cache
from importlib.resources import files

from hamkar.model.report import Report
from hamkar.text.fold import fold_plain
from hamkar.vocab.countries import INTERNATIONAL_WATERS

_FILE = "agency_countries.csv"


def credited_country(report: Report) -> str | None:
    """The alpha-2 code of the country whose agency is credited: its node is the one that would hold the report.

    The country the agency's name evidently names (``data/agency_countries.csv``, the longest words first), else the
    country of the seizure. On the high seas, where no name says whose navy it was, and where an agency
    names two countries, None. "West Azarbaijan police" is Iranian: so is the province.
    """
    named = _named(report.agency)
    if named:
        return named.pop() if len(named) == 1 else None
    seized_in = report.place.country if report.place else None
    return None if seized_in == INTERNATIONAL_WATERS else seized_in


def _named(agency: str) -> set[str]:
    words, countries = _words()
    return {countries[found[0]] for found in words.finditer(fold_plain(agency))}


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    text = files("hamkar.formats").joinpath("data", _FILE).read_text("utf-8")
    countries = {fold_plain(row["words"]): row["country"] for row in csv.DictReader(text.splitlines(), strict=True)}
    longest_first = sorted(countries, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), countries

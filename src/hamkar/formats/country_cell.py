"""A cell that should name a country."""

from hamkar.formats.unknown import is_known
from hamkar.model.place import RoutePoint
from hamkar.model.report import Doubt, Flag
from hamkar.vocab.countries import country_of

Flags = tuple[Flag, ...]


def read_country(column: str, text: str) -> tuple[str | None, Flags]:
    """The code the text leads to; text that states a country but leads to none is flagged."""
    if not is_known(text):
        return None, ()
    code = country_of(text)
    return code, () if code else (Flag(column=column, text=text, doubt=Doubt.UNKNOWN_COUNTRY),)


def read_route_country(column: str, text: str) -> tuple[RoutePoint | None, Flags]:
    """The end of a route; a blank cell states none, and "Unknown" stays as the text of an end without a country."""
    if not text.strip():
        return None, ()
    code, flags = read_country(column, text)
    return RoutePoint(country=code, text=text), flags

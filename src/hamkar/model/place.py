"""Where a seizure was made, and where the load came from and was going."""

from dataclasses import dataclass

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Record):
    """A place as written, with the codes it resolves to where it does.

    ``country`` is ISO 3166-1 alpha-2 (``XZ`` international waters), ``admin1`` ISO 3166-2, ``crossing`` the id of the
    crossing vocabulary, ``setting`` the kind of place (the IDS "installation").
    """

    country: str | None = None
    country_text: str = ""
    admin1: str | None = None
    admin1_text: str = ""
    text: str = ""
    crossing: str | None = None
    crossing_text: str = ""
    setting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePoint(Record):
    """One end of a route: a country code where the text names one, and the text."""

    country: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing(Record):
    """What a report states of the load's way; an end nobody stated is None and is never filled in.

    ``origin`` is the stated source of the drug, which is not where the load departed. ``border`` is the IDS "routing"
    (inbound, outbound, domestic).
    """

    origin: RoutePoint | None = None
    departure: RoutePoint | None = None
    destination: RoutePoint | None = None
    border: str = ""
    transport: str = ""
    concealment: str = ""

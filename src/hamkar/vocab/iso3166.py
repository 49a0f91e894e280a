"""ISO 3166 as pycountry carries it, loaded when first asked for: it costs a command that needs none of it nothing."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class IsoCountry:
    """A country of ISO 3166-1 with the names the standard and common usage give it."""

    alpha2: str
    alpha3: str
    name: str
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsoSubdivision:
    """A subdivision of ISO 3166-2; ``parent`` is the code of the one it lies in, where it lies in one."""

    code: str
    country: str
    name: str
    type: str
    parent: str | None


@cache
def iso_countries() -> tuple[IsoCountry, ...]:
    """Every country, by alpha-2 code."""
    import pycountry  # noqa: PLC0415 (60 ms that `hamkar --help` must not pay)

    return tuple(sorted((_country(dict(each)) for each in pycountry.countries), key=lambda each: each.alpha2))


@cache
def iso_subdivisions() -> dict[str, tuple[IsoSubdivision, ...]]:
    """Every subdivision by country, each country's in the order of their codes."""
    import pycountry  # noqa: PLC0415 (as above)

    found: dict[str, list[IsoSubdivision]] = {}
    for each in sorted((_subdivision(dict(each)) for each in pycountry.subdivisions), key=lambda each: each.code):
        found.setdefault(each.country, []).append(each)
    return {country: tuple(each) for country, each in found.items()}


def _country(fields: dict[str, str]) -> IsoCountry:
    names = (fields[key] for key in ("official_name", "common_name") if key in fields)
    return IsoCountry(fields["alpha_2"], fields["alpha_3"], fields["name"], tuple(names))


def _subdivision(fields: dict[str, str]) -> IsoSubdivision:
    code = fields["code"]
    return IsoSubdivision(code, code.partition("-")[0], fields["name"], fields["type"], fields.get("parent_code"))

"""Substances under their slugs, and the labels that lead to them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from hamkar.text.fold import fold
from hamkar.vocab.lookup import Claim, lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

_FILE = "substances.csv"
_EXTRA_FILE = "substances_extra.csv"
_ALIAS_FILE = "substance_aliases.csv"
_HEADER = (
    "slug,name_en,synonyms,unodc_wdr_group,unodc_wdr_subgroup,unodc_wdr_name,working_group,subgroup,convention,schedule,"
    "year_scheduled,cas,cas_form,cas_evidence,hs_2022,hs_basis,unit_mass_g,unit_mass_basis,name_fa,name_az,name_ru,name_tr,"
    "note"
)
_WORDS = (
    "working_group,subgroup,convention,schedule,year_scheduled,cas,cas_form,cas_evidence,hs_2022,hs_basis,unit_mass_basis,"
    "name_fa,name_az,name_ru,name_tr,note"
)
_ALIAS_HEADER = "label,slug,basis"
_REPORTING_CATEGORY = "Reporting category"
_PRECURSORS = "Precursors"
_QUOTATION_MARKS = dict.fromkeys(map(ord, '"“”„«»'))


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance, a product form of one, or a category under which seizures are reported; None means unknown.

    ``unodc_group``, ``unodc_subgroup`` and ``unodc_name`` are the labels of UNODC annex 7.1, a reporting convention and
    no chemistry. ``convention`` is ``1961``, ``1971``, ``1988``, ``mixed`` or, where no convention covers it, ``none``.
    ``cas_evidence``, ``hs_basis`` and ``unit_mass_basis`` say how far each value was verified. ``unit_mass_g`` is grams
    per usual unit and converts nothing by itself: see `hamkar.vocab.factors`.
    """

    slug: str
    name: str
    synonyms: tuple[str, ...]
    unodc_group: str | None
    unodc_subgroup: str | None
    unodc_name: str | None
    working_group: str | None
    subgroup: str | None
    convention: str | None
    schedule: str | None
    year_scheduled: str | None
    cas: str | None
    cas_form: str | None
    cas_evidence: str | None
    hs_2022: str | None
    hs_basis: str | None
    unit_mass_g: Decimal | None
    unit_mass_basis: str | None
    name_fa: str | None
    name_az: str | None
    name_ru: str | None
    name_tr: str | None
    note: str | None

    @property
    def is_reporting_category(self) -> bool:
        """Whether it names no substance but a heading, such as one figure given for several drugs."""
        return self.working_group == _REPORTING_CATEGORY

    @property
    def is_precursor(self) -> bool:
        """Whether UNODC counts it among the precursors, scheduled under the 1988 Convention or not."""
        return self.unodc_group == _PRECURSORS


def substance(slug: str) -> Substance | None:
    """The substance with this slug, or None."""
    return _by_slug().get(slug)


@cache
def substances() -> tuple[Substance, ...]:
    """Every substance, in the order of the files."""
    return tuple(_by_slug().values())


def substance_of(label: str) -> str | None:
    """The slug a label leads to, or None where that is not evident; such a label is kept as written and flagged.

    Compared exactly, after folding and without quotation marks, with slugs, then ``substance_aliases.csv``, names,
    synonyms and UNODC names. The alias file also lists the traps that must lead nowhere: "crystal" and "کریستال" are
    methamphetamine in one province and heroin in the next, "کراک" is heroin where "crack" is cocaine elsewhere.
    """
    return _find()(label)


def is_precursor(slug: str) -> bool:
    """Whether the slug is that of a precursor; False for an unknown slug."""
    found = substance(slug)
    return found is not None and found.is_precursor


def read_substances(text: str, file: str) -> dict[str, Substance]:
    """The substances of a CSV text by slug. Raises BadInput naming file, line and column."""
    found: dict[str, Substance] = {}
    for row in read_table(text, file, _HEADER):
        if row.text("slug") in found:
            row.reject("slug", "it stands in the file twice")
        found[row.text("slug")] = _substance(row)
    return found


def read_aliases(text: str, file: str, known: Iterable[str]) -> tuple[Claim, ...]:
    """The labels of an alias CSV text, each with its slug or None. Raises BadInput for a slug that is not known."""
    slugs = frozenset(known)
    return tuple(_alias(row, slugs) for row in read_table(text, file, _ALIAS_HEADER))


def _alias(row: Row, slugs: frozenset[str]) -> Claim:
    slug = row.maybe("slug")
    if slug is not None and slug not in slugs:
        row.reject("slug", "it is the slug of no substance")
    row.text("basis")
    return row.text("label"), slug


def _substance(row: Row) -> Substance:
    return Substance(
        slug=row.text("slug"),
        name=row.text("name_en"),
        synonyms=row.parts("synonyms"),
        unodc_group=row.maybe("unodc_wdr_group"),
        unodc_subgroup=row.maybe("unodc_wdr_subgroup"),
        unodc_name=row.maybe("unodc_wdr_name"),
        unit_mass_g=row.number("unit_mass_g"),
        **{column: row.maybe(column) for column in _WORDS.split(",")},
    )


@cache
def _by_slug() -> dict[str, Substance]:
    shipped = read_substances(data_text(_FILE), _FILE)
    return shipped | read_substances(data_text(_EXTRA_FILE), _EXTRA_FILE)


@cache
def _find() -> Callable[[str], str | None]:
    every = substances()
    return lookup(
        _key,
        ((each.slug, each.slug) for each in every),
        read_aliases(data_text(_ALIAS_FILE), _ALIAS_FILE, _by_slug()),
        ((each.name, each.slug) for each in every),
        ((synonym, each.slug) for each in every for synonym in each.synonyms),
        _unodc_names(every),
    )


def _unodc_names(every: Iterable[Substance]) -> Iterator[Claim]:
    """UNODC names, save headings: "Barbiturates" stays none even while one barbiturate alone stands under it."""
    for each in every:
        if each.unodc_name and not each.is_reporting_category:
            heading = each.unodc_name == each.unodc_subgroup or each.unodc_name.startswith(("Other ", "Non-specified "))
            yield each.unodc_name, None if heading else each.slug


def _key(label: str) -> str:
    return fold(label.translate(_QUOTATION_MARKS)).removesuffix(" (inn)")

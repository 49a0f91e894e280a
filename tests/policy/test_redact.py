"""Rule 4: what is withheld is not in what goes."""

from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.agreement import Category, ReportField
from hamkar.model.party import Party, PartyRole
from hamkar.model.place import Place, Routing
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.stated_date import DateKind
from hamkar.policy.redact import category, filled, redact
from reports import claim, kilograms, line, on


def full_report() -> Report:
    """A report with something in every field, each with a word of its own."""
    plain = claim(1, "a", line("heroin", kilograms("7")), dates=(on(DateKind.EVENT, "2024-01-02"),), agency="AGENCY")
    return Report(
        **{name: getattr(plain, name) for name in ("id", "originator", "group", "lineage", "lines", "dates", "agency")},
        place=Place(country="IR", text="PLACE"),
        stated_total="TOTAL",
        routing=Routing(concealment="CONCEALED"),
        parties=(Party(ref="PARTY", role=PartyRole.SUSPECT),),
        joint_with=("JOINT",),
        source=Source(kind=SourceKind.PRESS, name="SOURCE"),
        notes="NOTES",
        flags=(Flag(column="notes", text="NOTES", doubt=Doubt.UNKNOWN_CODE),),
    )


def test_a_full_report_fills_every_grantable_field() -> None:
    assert filled(full_report()) == frozenset(ReportField)


@given(st.frozensets(st.sampled_from(ReportField)))
def test_only_what_is_given_is_filled_in_what_goes(given_fields: frozenset[ReportField]) -> None:
    assert filled(redact(full_report(), given_fields)) == given_fields


def test_withheld_words_are_nowhere_in_the_bytes_that_go() -> None:
    sent = redact(full_report(), {ReportField.LINES}).to_json()
    for word in (b"AGENCY", b"PLACE", b"TOTAL", b"CONCEALED", b"PARTY", b"JOINT", b"SOURCE", b"NOTES"):
        assert word not in sent
    assert b"heroin" in sent


def test_a_report_with_a_precursor_is_of_the_narrower_category() -> None:
    assert category(claim(1, "a", line("acetic-anhydride", None), line("heroin", None))) is Category.PRECURSOR_SEIZURE
    assert category(claim(1, "a", line("heroin", None))) is Category.DRUG_SEIZURE

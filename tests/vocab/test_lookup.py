"""From label to code, and never by a guess."""

from hypothesis import given
from hypothesis import strategies as st

from hamkar.text.fold import fold
from hamkar.vocab.lookup import LONGEST_LABEL, lookup


def test_a_label_that_two_codes_claim_leads_to_none() -> None:
    assert lookup(fold, [("ice", "methamphetamine"), ("ICE", "water")])("ice") is None


def test_an_earlier_tier_decides_over_a_later_one() -> None:
    code_of = lookup(
        fold, [("captagon", "captagon-tablet")], [("Captagon", "fenetylline"), ("Captagon", "amphetamine")]
    )
    assert code_of("CAPTAGON") == "captagon-tablet"


def test_an_earlier_tier_can_forbid_what_a_later_one_says() -> None:
    assert lookup(fold, [("crack", None)], [("crack", "cocaine-crack")])("crack") is None


def test_a_label_that_is_ambiguous_in_an_earlier_tier_stays_so() -> None:
    assert lookup(fold, [("x", "a"), ("x", "b")], [("x", "c")])("x") is None


def test_a_blank_label_leads_to_none_even_where_one_is_claimed() -> None:
    assert lookup(fold, [(" ", "a"), ("\u200f", "b")])("  ") is None


def test_a_label_of_a_hostile_length_leads_to_none() -> None:
    assert lookup(fold, [("a" * (LONGEST_LABEL + 1), "a")])("a" * (LONGEST_LABEL + 1)) is None


@given(st.text())
def test_a_label_nobody_claims_leads_to_none(label: str) -> None:
    assert lookup(fold, [("heroin", "heroin")])(label) == ("heroin" if fold(label) == "heroin" else None)

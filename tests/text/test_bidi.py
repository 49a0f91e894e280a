"""Text that would show in another order than it stands."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hamkar.text.bidi import strip_bidi
from hamkar.text.quoted import quoted

_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206f"


def test_an_override_cannot_turn_an_extension_around() -> None:
    assert strip_bidi("seizure\u202efdp.exe") == "seizurefdp.exe"


def test_the_joiner_persian_spelling_needs_stays() -> None:
    assert strip_bidi("ماری\u200cجوانا") == "ماری\u200cجوانا"


@given(st.text(alphabet=st.sampled_from(_CONTROLS) | st.characters()))
def test_no_bidirectional_control_survives_and_nothing_else_is_lost(text: str) -> None:
    assert strip_bidi(text) == "".join(c for c in text if c not in _CONTROLS and not 0x2066 <= ord(c) <= 0x206F)


@given(st.text(max_size=300))
def test_quoted_text_is_short_and_printable(text: str) -> None:
    shown = quoted(text)
    assert len(shown) <= 43
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"} for c in shown)


def test_a_long_text_is_quoted_shortened() -> None:
    assert quoted("x" * 1_000) == '"' + "x" * 40 + '…"'

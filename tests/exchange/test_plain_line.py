"""Names that show as what they are."""

import pytest

from exchange.nodes import SOUTH
from hamkar.exchange.plain_line import is_plain_line


@pytest.mark.parametrize("text", ["Police", SOUTH.card.agency.name, "نیروی انتظامی\u200cها", "Şəki", "x" * 200])
def test_names_in_every_script_are_plain(text: str) -> None:
    assert is_plain_line(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "x" * 201, "two\nlines", "\x1b[31mred", "Police\u202eeciloP", "a\u2066b\u2069"]
)
def test_what_hides_or_reorders_letters_is_not(text: str) -> None:
    assert not is_plain_line(text)

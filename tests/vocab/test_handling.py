"""Handling codes in words."""

from hamkar.vocab.handling import handling_meanings


def test_the_codes_stand_in_the_order_of_their_strictness() -> None:
    assert [(each.code, each.order) for each in handling_meanings()] == [("H0", 0), ("H1", 1), ("H2", 2), ("H3", 3)]


def test_a_code_says_what_it_means() -> None:
    (found,) = [each for each in handling_meanings() if each.code == "H1"]
    assert "judicial proceedings" in found.meaning

"""Words that two people compare."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.check_words import check_words, is_proof, proof, same_words

parts = st.lists(st.binary(max_size=40), max_size=5)


@given(parts=parts)
def test_five_words_of_five_letters_follow_from_any_parts(parts: list[bytes]) -> None:
    words = check_words(*parts)
    assert all(re.fullmatch(r"[bklmnrst][aiu][bklmnrst][aiu][bklmnrst]", word) for word in words.split(" "))
    assert len(words.split(" ")) == 5
    assert check_words(*parts) == words


@given(one=parts, other=parts)
def test_other_parts_give_other_words(one: list[bytes], other: list[bytes]) -> None:
    assert (check_words(*one) == check_words(*other)) == (one == other)


def test_words_are_the_same_however_a_person_writes_them_down() -> None:
    assert same_words("Bakil-TUNAR  lisub", "bakil tunar lisub")
    assert not same_words("bakil tunar lisum", "bakil tunar lisub")
    assert not same_words("", "bakil tunar lisub")


@given(secret=st.binary(min_size=32, max_size=32), other=st.binary(min_size=32, max_size=32), said=parts)
def test_only_a_holder_of_the_secret_can_prove_what_it_says(secret: bytes, other: bytes, said: list[bytes]) -> None:
    assert is_proof(proof(secret, *said), secret, *said)
    assert is_proof(proof(other, *said), secret, *said) == (secret == other)
    assert not is_proof(proof(secret, *said), secret, *said, b"more")

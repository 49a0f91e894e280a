"""Keys of claims."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hamkar.formats.occurrences import KEY_BYTES, Occurrences

ROWS = st.lists(st.sampled_from(["a", "b", "c", "a\x1fb", "ə"]), max_size=30)


def keys(rows: list[str]) -> list[tuple[bytes, bool]]:
    occurrences = Occurrences()
    return [occurrences.key(row) for row in rows]


@given(ROWS)
def test_no_two_claims_of_a_file_share_a_key_and_only_repeats_are_duplicates(rows: list[str]) -> None:
    found = keys(rows)

    assert len({key for key, _ in found}) == len(rows)
    assert all(len(key) == KEY_BYTES for key, _ in found)
    assert sum(duplicate for _, duplicate in found) == len(rows) - len(Counter(rows))


@given(ROWS, st.randoms())
def test_a_file_read_again_in_another_order_gives_the_same_keys(rows: list[str], random: object) -> None:
    again = list(rows)
    random.shuffle(again)  # type: ignore[attr-defined]  # Hypothesis types its randoms as object

    assert {key for key, _ in keys(rows)} == {key for key, _ in keys(again)}

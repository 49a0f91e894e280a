"""A handling can be tightened and never loosened, whoever joins it with whose."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.handling import FREE, Condition, Handling, HandlingCode

handlings = st.builds(
    Handling,
    code=st.sampled_from(HandlingCode),
    conditions=st.lists(st.sampled_from(Condition), unique=True).map(tuple),
    delete_by=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    restriction=st.sampled_from(["Synthetic, for Baku only", "Synthetic, by hand only", "Synthetic"]),
)


@given(handlings, handlings)
def test_what_is_joined_obeys_both(one: Handling, other: Handling) -> None:
    assert one.joined(other).obeys(one)
    assert one.joined(other).obeys(other)


@given(handlings, handlings)
def test_joining_in_what_is_obeyed_already_changes_nothing_that_binds(one: Handling, other: Handling) -> None:
    both = one.joined(other)
    assert both.joined(other) == both
    assert one.obeys(both) == one.obeys(other)


@given(handlings, handlings, handlings)
def test_obeying_reaches_on(one: Handling, other: Handling, third: Handling) -> None:
    assert one.joined(other).joined(third).obeys(one)
    if one.obeys(other) and other.obeys(third):
        assert one.obeys(third)


@given(handlings)
def test_everything_obeys_the_freest_handling_but_the_free_one_obeys_little(one: Handling) -> None:
    assert one.obeys(FREE)
    assert FREE.obeys(one) == (one == FREE)


def test_the_earlier_day_of_deletion_stays() -> None:
    first = Handling(code=HandlingCode.H0, delete_by=date(2026, 3, 1))
    later = Handling(code=HandlingCode.H1, delete_by=date(2026, 4, 1))
    assert first.joined(later) == Handling(code=HandlingCode.H1, delete_by=date(2026, 3, 1))
    assert not later.obeys(first)

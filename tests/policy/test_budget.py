"""What somebody may take in a day, and what is far above their habit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.model.role import Role
from hamkar.policy.act import Act
from hamkar.policy.budget import DAILY, LEAST_USUAL, TIMES_USUAL, BudgetKind, daily_budget, is_unusual
from hamkar.policy.people import GRANTED

DAYS = st.lists(st.integers(0, 500), max_size=30)


@pytest.mark.parametrize(
    ("kind", "act"), [(BudgetKind.NOMINAL_READS, Act.READ_NOMINAL), (BudgetKind.EXPORTS, Act.EXPORT)]
)
def test_every_role_that_may_has_a_budget_and_no_other_but_who_reads_their_own(kind: BudgetKind, act: Act) -> None:
    own = {Role.BORDER_OFFICER} if kind is BudgetKind.NOMINAL_READS else set()
    assert set(DAILY[kind]) == set(GRANTED[act]) | own
    assert all(daily > 0 for daily in DAILY[kind].values())


def test_of_several_roles_the_most_generous_counts_and_what_was_set_beats_them_all() -> None:
    roles = frozenset({Role.BORDER_OFFICER, Role.ANALYST})
    assert daily_budget(BudgetKind.NOMINAL_READS, roles, None) == DAILY[BudgetKind.NOMINAL_READS][Role.ANALYST]
    assert daily_budget(BudgetKind.NOMINAL_READS, roles, 0) == 0
    assert daily_budget(BudgetKind.EXPORTS, frozenset({Role.OBSERVER}), None) == 0


@pytest.mark.parametrize(
    ("today", "days", "told"),
    [(29, [], False), (30, [], True), (99, [10, 0, 10], False), (100, [10, 0, 0, 10], True), (30, [1, 1, 1], True)],
)
def test_ten_times_the_median_of_the_days_on_which_anything_was_taken(
    today: int, days: list[int], *, told: bool
) -> None:
    assert is_unusual(today, days) is told


@given(st.integers(0, 10_000), DAYS)
def test_more_is_never_less_unusual_and_a_little_never_is(today: int, days: list[int]) -> None:
    if is_unusual(today, days):
        assert is_unusual(today + 1, days)
        assert today >= TIMES_USUAL * LEAST_USUAL

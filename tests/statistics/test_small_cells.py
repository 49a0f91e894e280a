"""What is published of a year tells nothing of what is hidden: not in one table, not across tables, not over time."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkar.statistics.small_cells import (
    OTHERS,
    P_PERCENT,
    THRESHOLD,
    Block,
    Cell,
    Made,
    published,
    revised,
    weight_may_be_shown,
)

COUNTRIES = [f"C{number}" for number in range(40)]
SUBSTANCES = [f"s{number}" for number in range(25)]

Counts = dict[tuple[str, str], int]


def blocks(counts: Counts) -> list[Block]:
    """The published figures of these numbers of seizures by substance and country."""
    return [made.block for made in published(cells_of(counts))]


def cells_of(counts: Counts) -> list[Cell]:
    """The cells with these numbers of seizures."""
    return [Cell(substance, country, number) for (substance, country), number in counts.items()]


SMALL = st.integers(0, THRESHOLD - 1)
YEARS = st.dictionaries(
    st.tuples(st.sampled_from(SUBSTANCES[:4]), st.sampled_from(COUNTRIES[:7])),
    st.one_of(SMALL, st.integers(THRESHOLD, 40)),
    max_size=28,
)


def cells_in(block: Block, figures: list[Block]) -> list[tuple[str, str]]:
    """The cells, of all that could be, whose seizures a published figure may count."""
    if block.country != OTHERS:
        return [(block.substance, block.country)]
    named = {(each.substance, each.country) for each in figures}
    pools = {each.substance for each in figures if each.country == OTHERS and each.substance != OTHERS}
    substances = [block.substance] if block.substance != OTHERS else [s for s in SUBSTANCES if s not in pools]
    return [(s, c) for s in substances for c in COUNTRIES if (s, c) not in named]


def other_years(counts: Counts, hidden: tuple[str, str], value: int) -> Iterator[Counts]:
    """Other years in which a hidden cell holds ``value``, and that may be published as this one is."""
    figures = blocks(counts)
    inside = next((b for b in figures if b.country == OTHERS and hidden in cells_in(b, figures)), None)
    if inside is None:
        pools = [cell for block in figures for cell in cells_in(block, figures) if block.country == OTHERS]
        yield {cell: n for cell, n in counts.items() if n >= THRESHOLD or cell in pools} | {hidden: value}
        return
    members = cells_in(inside, figures)
    outside = {cell: number for cell, number in counts.items() if cell not in members}
    spread = [cell for cell in members if cell != hidden] if inside.substance else pairs(members, hidden[0])
    left = inside.seizures - value
    for most in range(1, THRESHOLD):
        shares = [most] * (left // most) + ([left % most] if left % most else [])
        if len(shares) <= len(spread):
            yield outside | dict(zip(spread, shares, strict=False)) | {hidden: value}


def pairs(members: list[tuple[str, str]], without: str) -> list[tuple[str, str]]:
    """Two cells of every other substance, one of each first: two hidden cells of one are not counted together."""
    groups = [list(group)[:2] for substance, group in itertools.groupby(members, lambda cell: cell[0])]
    return [group[place] for place in (0, 1) for group in groups if group[0][0] != without]


@settings(max_examples=150, deadline=None)
@given(YEARS, st.data())
def test_every_hidden_cell_may_be_anything_under_the_threshold(counts: Counts, data: st.DataObject) -> None:
    figures = blocks(counts)
    named = {(block.substance, block.country) for block in figures}
    candidates = [(s, c) for s in SUBSTANCES[:5] for c in COUNTRIES[:8] if (s, c) not in named]
    hidden = data.draw(st.sampled_from(candidates))
    for value in range(THRESHOLD):
        assert any(blocks(other) == figures for other in other_years(counts, hidden, value)), (hidden, value)


@given(YEARS)
def test_a_cell_is_shown_exactly_if_it_reaches_the_threshold(counts: Counts) -> None:
    shown = {(b.substance, b.country): b.seizures for b in blocks(counts) if b.country != OTHERS}
    assert shown == {cell: number for cell, number in counts.items() if number >= THRESHOLD}


@given(YEARS)
def test_no_seizure_is_counted_twice_and_none_is_invented(counts: Counts) -> None:
    figures = blocks(counts)
    assert sum(block.seizures for block in figures) <= sum(counts.values())
    for block in figures:
        assert block.seizures == sum(counts.get(cell, 0) for cell in cells_in(block, figures))


@given(st.lists(SMALL.filter(bool), min_size=1, max_size=6))
def test_who_knows_which_cells_are_not_empty_learns_nothing_more(numbers: list[int]) -> None:
    counts = {("s0", country): number for country, number in zip(COUNTRIES, numbers, strict=False)}
    figures = blocks(counts)
    if not figures:
        return
    possible = [
        other
        for other in itertools.product(range(1, THRESHOLD), repeat=len(numbers))
        if blocks({("s0", c): n for c, n in zip(COUNTRIES, other, strict=False)}) == figures
    ]
    for place in range(len(numbers)):
        assert {other[place] for other in possible} == set(range(1, THRESHOLD))


# Over time

CHANGES = st.lists(st.tuples(st.sampled_from(SUBSTANCES[:4]), st.sampled_from(COUNTRIES[:7])), max_size=THRESHOLD - 1)


@given(YEARS, CHANGES)
def test_what_was_published_does_not_change_for_less_than_the_threshold(
    counts: Counts, added: list[tuple[str, str]]
) -> None:
    before = published(cells_of(counts))
    later = counts | {cell: counts.get(cell, 0) + added.count(cell) for cell in added}
    assert revised(before, cells_of(later)) == before


@given(st.lists(YEARS, min_size=2, max_size=5))
def test_two_editions_never_differ_by_less_than_the_threshold(versions: list[Counts]) -> None:
    editions = [published(cells_of(versions[0]))]
    for counts in versions[1:]:
        editions.append(revised(editions[-1], cells_of(counts)))
    for old, new in itertools.pairwise(editions):
        before, after = figures_of(old), figures_of(new)
        for name in before.keys() & after.keys():
            assert before[name] == after[name] or abs(before[name] - after[name]) >= THRESHOLD
        for name in after.keys() - before.keys():
            assert after[name] >= 2 * THRESHOLD - 1


def figures_of(edition: tuple[Made, ...]) -> dict[tuple[str, str], int]:
    """The numbers of seizures in an edition."""
    return {(made.block.substance, made.block.country): made.block.seizures for made in edition}


def test_hidden_cells_that_were_counted_together_are_not_counted_anew() -> None:
    before = published(cells_of({("opium", country): 2 for country in COUNTRIES[:4]}))
    assert [(made.block.country, made.block.seizures) for made in before] == [(OTHERS, 8)]
    grown = cells_of({("opium", country): 2 for country in COUNTRIES[1:4]} | {("opium", "C0"): 12})
    assert [(made.block.country, made.block.seizures) for made in revised(before, grown)] == [(OTHERS, 8), ("C0", 12)]


# Weights

WEIGHTS = st.lists(st.decimals(0, 1_000, places=1), max_size=12)


@given(WEIGHTS)
def test_who_made_the_second_largest_seizure_cannot_tell_the_largest(weights: list[Decimal]) -> None:
    if weight_may_be_shown(weights):
        second, largest = sorted(weights)[-2:]
        guess = sum(weights) - second
        assert guess - largest >= largest * P_PERCENT / 100


@given(WEIGHTS, st.integers(0, 3))
def test_a_hidden_weight_is_in_no_figure(weights: list[Decimal], unweighed: int) -> None:
    cell = Cell("opium", "IR", len(weights) + unweighed, tuple(weights))
    figures = [made.block for made in published([cell])]
    if not weight_may_be_shown(weights):
        bare = [made.block for made in published([replace(cell, weights=())])]
        assert figures == bare


def test_one_seizure_that_outweighs_all_others_hides_the_weight_and_not_the_number() -> None:
    weights = (Decimal(900), Decimal(40), *[Decimal(1)] * 6)
    assert [made.block for made in published([Cell("heroin", "AZ", 8, weights)])] == [
        Block(substance="heroin", country="AZ", seizures=8)
    ]


def test_a_weight_is_rounded_and_says_on_how_many_seizures_it_rests_in_fives() -> None:
    cell = Cell("heroin", "AZ", 12, tuple(Decimal("10.123") for _ in range(11)))
    (made,) = published([cell])
    assert (made.block.kilograms, made.block.weighed) == (Decimal(111), 10)


@pytest.mark.parametrize(
    ("new", "shown"),
    [
        ([Decimal(10)] * 5, Decimal(150)),
        ([Decimal(300), *[Decimal(1)] * 4], None),
    ],
    ids=["five alike have come: the new weight", "one large one among five: no weight"],
)
def test_the_difference_of_two_weights_keeps_the_same_rule(new: list[Decimal], shown: Decimal | None) -> None:
    old = [Decimal(10)] * 10
    before = published([Cell("heroin", "AZ", 10, tuple(old))])
    (after,) = revised(before, [Cell("heroin", "AZ", 15, (*old, *new))])
    assert (after.block.seizures, after.block.kilograms) == (15, shown)


def test_a_weight_that_turns_out_wrong_is_withdrawn_and_comes_back_with_the_threshold_of_changes() -> None:
    right, wrong = Decimal(10), Decimal(90)
    before = published([Cell("heroin", "AZ", 10, (*[right] * 9, wrong))])
    assert before[0].block.kilograms == Decimal(180)
    corrected = revised(before, [Cell("heroin", "AZ", 10, tuple([right] * 10))])
    assert corrected[0].block.kilograms is None
    one_more = revised(corrected, [Cell("heroin", "AZ", 11, tuple([right] * 11))])
    assert one_more[0].block.kilograms is None
    five_more = revised(one_more, [Cell("heroin", "AZ", 15, tuple([right] * 15))])
    assert five_more[0].block.kilograms == Decimal(150)

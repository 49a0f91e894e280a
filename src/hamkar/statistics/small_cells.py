"""What of a year's seizures may be published to readers who see nothing else, so that nothing hidden can be worked out.

The seizures of a year fall into cells, one a substance and country. A cell under the threshold is hidden, and what is
hidden enters no published figure: tables and their margins are sums of published blocks and of nothing else, so there
is no margin from which a hidden cell could be subtracted, in one table or across several. Hidden cells are counted
together where that pins none of them down. An empty cell is not told from a hidden one.

The terms are those of Hundepool and others, Statistical Disclosure Control (Wiley 2012), chapter 4: threshold rule,
p% rule, linked tables. docs/observer.md says why this rule and what it costs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Final

from hamkar.model.record import Record

THRESHOLD: Final = 5
"""A cell of fewer seizures is hidden."""

P_PERCENT: Final = Decimal(10)
"""A weight is hidden if whoever made the second largest seizure could tell the largest from it to within this share."""

OTHERS: Final = ""
"""In the place of a substance or country: all whose own cell is hidden, together."""

_LEAST_HIDDEN: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """The seizures of one substance in one country in a year, with the kilograms of those whose weight is known."""

    substance: str
    country: str
    seizures: int
    weights: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Record):
    """A published figure: the seizures of a cell, or of hidden cells together, where a name is `OTHERS`.

    ``kilograms`` is rounded to three digits, None where hidden; it is the weight of ``weighed`` of the seizures or a
    few more, a multiple of the threshold.
    """

    substance: str
    country: str
    seizures: int
    kilograms: Decimal | None = None
    weighed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Record):
    """A block with the weights that were last published of it, one a seizure; they stay at the node.

    A later edition is judged by them, also where its weight was withdrawn meanwhile.
    """

    block: Block
    weights: tuple[Decimal, ...] = ()


def published(cells: Iterable[Cell]) -> tuple[Made, ...]:
    """The blocks of a year that is published for the first time; no seizure is in two of them."""
    filled = [cell for cell in cells if cell.seizures]
    shown = [_made(cell.substance, cell.country, [cell]) for cell in filled if cell.seizures >= THRESHOLD]
    hidden = defaultdict(list)
    for cell in filled:
        if cell.seizures < THRESHOLD:
            hidden[cell.substance].append(cell)
    pooled = [_made(name, OTHERS, group) for name, group in hidden.items() if poolable(group)]
    rest = [cell for group in hidden.values() if not poolable(group) for cell in group]
    if poolable(rest):
        pooled.append(_made(OTHERS, OTHERS, rest))
    return _sorted([*shown, *pooled])


def poolable(hidden: Sequence[Cell]) -> bool:
    """Whether hidden cells may be counted together: each could still be empty, and anything under the threshold.

    The same holds for a reader who knows which of them are not empty: each could still be anything from 1 up.
    """
    count, total = len(hidden), sum(cell.seizures for cell in hidden)
    least = max(THRESHOLD + 1, count + THRESHOLD - 2)
    return count >= _LEAST_HIDDEN and least <= total <= (count - 1) * (THRESHOLD - 1)


def weight_may_be_shown(weights: Sequence[Decimal]) -> bool:
    """The p% rule: what is left without the two largest is at least that share of the largest; of enough seizures."""
    if len(weights) < THRESHOLD:
        return False
    second, largest = sorted(weights)[-2:]
    return largest > 0 and sum(weights) - largest - second >= largest * P_PERCENT / 100


def revised(before: Sequence[Made], cells: Iterable[Cell]) -> tuple[Made, ...]:
    """The blocks of a year that was published before, as they are in a later edition.

    A figure is replaced only where at least the threshold of seizures has come or gone since it was published, so two
    editions never differ by fewer. Hidden cells that were counted together are never counted anew.
    """
    now = {(cell.substance, cell.country): cell for cell in cells if cell.seizures}
    known = {(made.block.substance, made.block.country) for made in before}
    kept = [_replaced(made, now.get((made.block.substance, made.block.country))) for made in before]
    # What was hidden may have been one under the threshold.
    grown = [cell for name, cell in now.items() if name not in known and cell.seizures >= 2 * THRESHOLD - 1]
    return _sorted([*filter(None, kept), *(_made(cell.substance, cell.country, [cell]) for cell in grown)])


def _replaced(made: Made, cell: Cell | None) -> Made | None:
    if OTHERS in {made.block.substance, made.block.country}:
        return made
    seizures = cell.seizures if cell else 0
    if abs(seizures - made.block.seizures) < THRESHOLD:
        return _without_weight(made) if cell and _weight_moved(made.block, cell) else made
    if cell is None or seizures < THRESHOLD:
        return None
    new = _made(cell.substance, cell.country, [cell])
    return new if weight_may_be_shown(_changed(made, new)) else replace(_without_weight(new), weights=made.weights)


def _changed(old: Made, new: Made) -> list[Decimal]:
    """The weights that have come or gone: what somebody learns of who subtracts one edition from the other."""
    before, after = Counter(old.weights), Counter(new.weights)
    return list(((before - after) + (after - before)).elements())


def _weight_moved(block: Block, cell: Cell) -> bool:
    """Whether a published weight is wrong by a tenth or more, so that it is withdrawn."""
    if block.kilograms is None:
        return False
    return abs(sum(cell.weights, Decimal(0)) - block.kilograms) * 10 >= block.kilograms


def _without_weight(made: Made) -> Made:
    return replace(made, block=replace(made.block, kilograms=None, weighed=0))


def _made(substance: str, country: str, cells: Sequence[Cell]) -> Made:
    weights = tuple(sorted(weight for cell in cells for weight in cell.weights))
    bare = Block(substance=substance, country=country, seizures=sum(cell.seizures for cell in cells))
    if not weight_may_be_shown(weights):
        return Made(block=bare)
    rounded = roughly(sum(weights, Decimal(0)))
    weighed = len(weights) // THRESHOLD * THRESHOLD
    return Made(block=replace(bare, kilograms=rounded, weighed=weighed), weights=weights)


def roughly(kilograms: Decimal) -> Decimal:
    """A weight to three digits, as it is published."""
    return Context(prec=3).create_decimal(kilograms)


def _sorted(blocks: Iterable[Made]) -> tuple[Made, ...]:
    return tuple(sorted(blocks, key=lambda made: (made.block.substance, made.block.country)))

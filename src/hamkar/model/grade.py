"""How far a source and its information can be trusted."""

from dataclasses import dataclass

from hamkar.model.record import Record
from hamkar.vocab.grade_views import VIEW, seen_in_4x4
from hamkar.vocab.grades import grade_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade(Record):
    """A source and an information grade that its grid has; grids are never averaged or converted in place.

    The default is the fallback for anything received unassessed: X (cannot be assessed) and 4 (cannot be
    corroborated), Regulation (EU) 2016/794, article 29(4).
    """

    grid: str = "4x4"
    source: str = "X"
    information: str = "4"

    def __post_init__(self) -> None:
        if fault := grade_fault(self.grid, self.source, self.information):
            raise ValueError(fault)

    @property
    def view(self) -> "Grade":
        """How it reads in the coarser 4x4: for people to see beside it, never in its place."""
        source, information = seen_in_4x4(self.grid, self.source, self.information)
        return Grade(grid=VIEW, source=source, information=information)

    def __str__(self) -> str:
        return f"{self.source}{self.information}"


UNASSESSED = Grade()

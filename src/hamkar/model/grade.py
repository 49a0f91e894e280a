"""How far a source and its information can be trusted."""

from dataclasses import dataclass

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade(Record):
    """Source and information grades in a named grid; grids are never averaged or converted in place.

    The default is the fallback for anything received unassessed: X (cannot be assessed) and 4 (cannot be
    corroborated), Regulation (EU) 2016/794, article 29(4).
    """

    grid: str = "4x4"
    source: str = "X"
    information: str = "4"

    def __str__(self) -> str:
        return f"{self.source}{self.information}"


UNASSESSED = Grade()

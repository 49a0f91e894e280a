"""One substance of a seizure, as one report gives it."""

from dataclasses import dataclass

from hamkar.model.quantity import Quantity
from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceLine(Record):
    """A substance and how much of it; ``substance`` is a vocabulary slug, or None where the text is not in it."""

    substance: str | None
    substance_text: str
    quantity: Quantity | None = None

    @property
    def kind(self) -> str:
        """What lines of different reports are compared by: the slug, or the text as written where there is none."""
        return self.substance or f"text:{self.substance_text.casefold()}"

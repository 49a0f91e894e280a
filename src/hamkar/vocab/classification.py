"""The labels under which UNODC publishes seizures (annex 7.1 of the World Drug Report, editions 2019 to 2023)."""

from dataclasses import dataclass
from functools import cache

from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

_FILE = "unodc_drug_classification.csv"
_HEADER = "DrugGroup,DrugSubGroup,DrugName,n_rows_2019_2023"


@dataclass(frozen=True, slots=True)
class UnodcLabel:
    """One line of the classification: group, subgroup, name, and how many published rows carried it."""

    group: str
    subgroup: str
    name: str
    rows: int

    @property
    def is_total(self) -> bool:
        """Whether figures under it already contain those of its neighbours, so that summing would count them twice."""
        return "total" in self.name.casefold()


@cache
def unodc_labels() -> tuple[UnodcLabel, ...]:
    """Every label, in the order of the file."""
    return read_classification(data_text(_FILE), _FILE)


def read_classification(text: str, file: str) -> tuple[UnodcLabel, ...]:
    """The labels of a CSV text. Raises BadInput naming file, line and column."""
    return tuple(_label(row) for row in read_table(text, file, _HEADER))


def _label(row: Row) -> UnodcLabel:
    rows = row.number("n_rows_2019_2023")
    if rows is None:
        row.reject("n_rows_2019_2023", "it is empty")
    return UnodcLabel(row.text("DrugGroup"), row.text("DrugSubGroup"), row.text("DrugName"), int(rows))

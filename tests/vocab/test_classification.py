"""UNODC's published labels."""

import pytest

from hamkar.errors import BadInput
from hamkar.vocab.classification import read_classification, unodc_labels


def test_every_label_is_there() -> None:
    assert len(unodc_labels()) == 169


def test_totals_are_told_from_their_components() -> None:
    totals = {each.name[:25] for each in unodc_labels() if each.is_total}
    assert totals == {
        "Total amphetamine-type st",
        "Cocaine (total of the abo",
        "Total hallucinogens (incl",
        "Total sedatives and tranq",
        'Total "ecstasy"-type subs',
    }


def test_a_line_without_a_count_is_refused() -> None:
    with pytest.raises(BadInput, match="line 2, column n_rows_2019_2023"):
        read_classification("DrugGroup,DrugSubGroup,DrugName,n_rows_2019_2023\nOpioids,Opiates,Heroin,\n", "labels.csv")

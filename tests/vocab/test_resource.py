"""What is shipped, and that no more is read than a command needs."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import hamkar
from hamkar.vocab.resource import data_bytes, data_text

_DATA = Path(hamkar.__file__).parent / "vocab" / "data"
_SHIPPED = sorted(path.relative_to(_DATA).as_posix() for path in _DATA.rglob("*") if path.is_file())
_FROM_THE_CORPUS = {
    "substances.csv": "vocab/substances.csv",
    "unodc_drug_classification.csv": "vocab/unodc_drug_classification.csv",
    "police_and_reporting_codes.json": "vocab/police_and_reporting_codes.json",
    "seed_case_reports.json": "vocab/seed_case_reports.json",
    "border_crossings.csv": "geo/border_crossings.csv",
    "ids_codelists.csv": "unodc_ids/ids_codelists.csv",
    "public/public_seizure_reports.csv": "public/public_seizure_reports.csv",
    "public/public_cooperation_events.csv": "public/public_cooperation_events.csv",
    "public/public_reports_README.md": "public/README.md",
}


@pytest.mark.parametrize("name", _SHIPPED)
def test_every_shipped_file_has_its_source_written_down(name: str) -> None:
    assert f"`{name}`" in data_text("SOURCES.md")


@pytest.mark.parametrize("name", [name for name in _SHIPPED if name.endswith(".csv")])
def test_every_csv_file_is_rectangular(name: str) -> None:
    header, *rows = csv.reader(io.StringIO(data_text(name), newline=""), strict=True)
    assert rows
    assert all(len(row) == len(header) for row in rows)


@pytest.mark.parametrize("name", [name for name in _SHIPPED if name.endswith(".json")])
def test_every_json_file_is_an_object(name: str) -> None:
    assert isinstance(json.loads(data_text(name)), dict)


def test_the_public_files_hold_what_their_readme_says() -> None:
    reports = list(csv.DictReader(io.StringIO(data_text("public/public_seizure_reports.csv"), newline="")))
    assert len(reports) == 630
    assert len({row["report_id"] for row in reports}) == 417
    assert len({row["event_id"] for row in reports}) == 318
    events = list(csv.DictReader(io.StringIO(data_text("public/public_cooperation_events.csv"), newline="")))
    assert len(events) == 72


@pytest.mark.corpus
@pytest.mark.parametrize(("shipped", "original"), _FROM_THE_CORPUS.items())
def test_what_was_taken_over_was_not_changed(corpus: Path, shipped: str, original: str) -> None:
    assert data_bytes(shipped) == (corpus / original).read_bytes()


def test_only_what_may_ship_is_shipped() -> None:
    ours = {
        "SOURCES.md",
        "substances_extra.csv",
        "substance_aliases.csv",
        "units.csv",
        "conversion_factors.csv",
        "country_aliases.csv",
        "province_aliases.csv",
        "grade_views.csv",
        "capital_jurisdictions.csv",
        "ftm_properties.csv",
    }
    assert set(_SHIPPED) == ours | set(_FROM_THE_CORPUS)


def test_importing_every_vocabulary_reads_no_country() -> None:
    modules = sorted(path.stem for path in (_DATA.parent).glob("*.py") if path.stem != "__init__")
    script = (
        f"import sys, {', '.join(f'hamkar.vocab.{each}' for each in modules)}; sys.exit('pycountry' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(hamkar.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0

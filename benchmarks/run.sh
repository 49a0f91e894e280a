#!/bin/sh
# Every benchmark, one after the other; each prints its table and keeps it in benchmarks/results.
set -eu
cd "$(dirname "$0")/.."
for name in start import_ids pages policy reading crypto exchange opentaxii_compare; do
    PYTHONPATH=tests .venv/bin/python "benchmarks/$name.py"
done

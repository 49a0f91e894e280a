# Everything runs in .venv, which `make setup` makes from the pinned lock files.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := src tests benchmarks

.PHONY: setup demo test torture check lint types contracts docs docs-check lock bench wheel clean

.venv/.runtime: requirements.lock pyproject.toml
	sh scripts/venv.sh $(PYTHON)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

setup: .venv/.runtime  ## install into .venv; then .venv/bin/hamkar is the command

demo: setup  ## three agencies on this machine, the whole story, then the web addresses
	$(BIN)/hamkar demo $(ARGS)

test: .venv/.dev  ## everything the tests need, and all of them
	sh scripts/test_needs.sh
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

torture: .venv/.dev  ## kill everything at random for SECONDS; a SEED gives the same schedule again
	$(BIN)/python tests/torture.py $(or $(SECONDS),60) $(SEED)

check: lint types contracts docs-check  ## what must be clean before anything lands

lint: .venv/.dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/codespell
	$(BIN)/deptry src

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

docs: .venv/.dev  ## print what the documents say of the code anew from the code
	$(BIN)/python tests/commands_page.py > docs/commands.md
	$(BIN)/python tests/requests_page.py > docs/requests.md
	$(BIN)/python tests/policy_page.py

docs-check: .venv/.dev
	$(BIN)/python -m pytest --quiet tests/test_docs.py tests/test_shape.py

bench: .venv/.dev  ## measure; results are committed under benchmarks/results
	sh benchmarks/run.sh

lock: .venv/.dev  ## pin what pyproject.toml asks for, without host names
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --group ftm -c requirements-dev.lock -o requirements-ftm.lock

wheel: .venv/.dev
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv dist build

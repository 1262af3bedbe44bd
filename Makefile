# make demo   set up, index the sample articles, search them
# make test   everything that a change must pass
# make bench  measure beside other engines; smaller and quicker: make bench BENCH="--sizes 26000 --files 2000"
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types unit bench test-whoosh274 clean
.DEFAULT_GOAL := demo

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsgrep needs Python 3.11 or later: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q newsgrep
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

demo: $(VENV)/.installed
	$(BIN)/newsgrep index examples/articles
	$(BIN)/newsgrep search "harbour bridge" --limit 5

test: lint types unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

# The 2016 release of Whoosh in place of the maintained one; it warns on syntax that newer Pythons dislike.
.venv-whoosh274/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-whoosh274
	.venv-whoosh274/bin/python -m pip install --quiet --upgrade pip
	.venv-whoosh274/bin/python -m pip install --quiet --editable . --group dev
	.venv-whoosh274/bin/python -m pip uninstall --quiet --yes whoosh3
	.venv-whoosh274/bin/python -m pip install --quiet whoosh==2.7.4
	touch $@

test-whoosh274: .venv-whoosh274/.installed
	.venv-whoosh274/bin/python -m pytest -W "ignore::SyntaxWarning" -W "ignore::DeprecationWarning:whoosh"

clean:
	rm -rf $(VENV) .venv-whoosh274 build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	git clean -fdxq index

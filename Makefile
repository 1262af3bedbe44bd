# make demo   set up, index the sample articles, search them
# make test   everything that a change must pass
# make bench  measure beside other engines; smaller and quicker: make bench BENCH="--sizes 26000 --files 2000"
PYTHON ?= python3
LOCK := requirements/development.txt
VENV := .venv
BIN := $(VENV)/bin
OLDEST_EXTRAS := browse brotli follow opensearch parquet pdf

# make lock   choose the newest versions of what development needs, and write them down with their hashes
# make audit  look the locked packages up among known vulnerabilities; without an advisory service, say that none was asked
# make dist         build a wheel and an sdist in dist/
# make test-dist    look into both, install the wheel where nothing else is, and use it
# make test-opensearch  the tests that need a cluster of OpenSearch, on three nodes that it starts; needs a JDK 17+ and Maven
# make test-oldest  the tests with the oldest versions of what newsgrep needs, as pyproject.toml names them
.PHONY: demo test lint types unit bench lock audit dist test-dist test-oldest test-whoosh274 test-opensearch clean
.DEFAULT_GOAL := demo

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsgrep needs Python 3.11 or later: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q newsgrep
	touch $@

$(VENV)/.dev: $(VENV)/.installed $(LOCK)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK)
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

test-opensearch: $(VENV)/.dev
	$(BIN)/python -m tests.opensearch.clusters $(BIN)/python -m pytest -m opensearch

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

$(VENV)-supply/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-supply
	$(VENV)-supply/bin/python -m pip install --quiet --upgrade pip
	$(VENV)-supply/bin/python -m pip install --quiet --group supply
	touch $@

lock: $(VENV)-supply/.installed
	$(VENV)-supply/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" --group dev pyproject.toml --output-file $(LOCK)

audit: $(VENV)-supply/.installed
	$(VENV)-supply/bin/python requirements/audit.py || test $$? -eq 3

dist: $(VENV)-supply/.installed
	rm -rf dist
	$(VENV)-supply/bin/uv build --quiet --out-dir dist .

test-dist: dist
	$(VENV)-supply/bin/python requirements/check_dist.py

.venv-oldest/.installed: pyproject.toml $(LOCK) $(VENV)-supply/.installed
	$(PYTHON) -m venv .venv-oldest
	$(VENV)-supply/bin/uv pip compile --quiet --only-binary :all: --resolution lowest-direct --python .venv-oldest \
	  $(foreach extra,$(OLDEST_EXTRAS),--extra $(extra)) pyproject.toml --output-file .venv-oldest/oldest.txt
	$(VENV)-supply/bin/uv pip install --quiet --python .venv-oldest --requirement .venv-oldest/oldest.txt pytest hypothesis platformdirs
	$(VENV)-supply/bin/uv pip install --quiet --python .venv-oldest --no-deps --editable .
	touch $@

test-oldest: .venv-oldest/.installed
	.venv-oldest/bin/python -m pytest

# The 2016 release of Whoosh in place of the maintained one; it warns on syntax that newer Pythons dislike.
.venv-whoosh274/.installed: pyproject.toml $(LOCK)
	$(PYTHON) -m venv .venv-whoosh274
	.venv-whoosh274/bin/python -m pip install --quiet --upgrade pip
	.venv-whoosh274/bin/python -m pip install --quiet --require-hashes --requirement $(LOCK)
	.venv-whoosh274/bin/python -m pip install --quiet --no-deps --editable .
	.venv-whoosh274/bin/python -m pip uninstall --quiet --yes whoosh3
	.venv-whoosh274/bin/python -m pip install --quiet whoosh==2.7.4
	touch $@

test-whoosh274: .venv-whoosh274/.installed
	.venv-whoosh274/bin/python -m pytest -W "ignore::SyntaxWarning" -W "ignore::DeprecationWarning:whoosh"

clean:
	rm -rf $(VENV) $(VENV)-supply .venv-oldest .venv-whoosh274 build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	git clean -fdxq index

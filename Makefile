# Every chore of the house. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# The newest Python that really runs: a name on PATH may be a shim with nothing behind it, and a
# system Python may lack venv. `make PYTHON=... report` chooses another.
PYTHONS := python3.13 python3.12 python3.11
PYTHON ?= $(shell for p in $(PYTHONS); do \
	if $$p -c 'import ensurepip, venv' >/dev/null 2>&1; then echo $$p; break; fi; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CHROMIUM := chromium chromium-browser google-chrome
SYSTEM_PACKAGES := chromium libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
JUDGE_PACKAGES := dicom3tools
CUTOFF := 2026-11-15

.PHONY: help report test check studies bench docs lock clean

help: ## this list
	@echo "make report    the founding case as one page: out/founding-case.html"
	echo "make test      everything: check, then unit, spec, property, judge and journey tests"
	echo "make check     lint, format, types, floors and house tests; stops at the first that fails"
	echo "make studies   every study at full counts, into studies/tables"
	echo "make bench     timings against peers on this machine"
	echo "make docs      the pages made from code and tests"
	echo "make lock      pin requirements/*.txt anew (needs uv)"
	echo "make clean     remove what the chores made"

report: .venv/run.stamp ## the founding case as one page
	@mkdir -p out
	$(BIN)/reinfuse report examples/founding-case.yaml --options examples/options/founding-case.yaml \
	  -o out/founding-case.html
	echo "the founding case is in out/founding-case.html: open it in a browser"

test: check .venv/system.stamp ## everything
	@echo "-- unit, spec, property, judge and journey tests"
	$(BIN)/python -m pytest tests --ignore=tests/house -n auto --dist loadfile

check: .venv/test.stamp ## what needs no data and no browser
	@echo "-- ruff check"
	$(BIN)/ruff check .
	echo "-- ruff format --check"
	$(BIN)/ruff format --check .
	echo "-- mypy"
	$(BIN)/mypy
	echo "-- lint-imports"
	$(BIN)/lint-imports --no-logo
	echo "-- house tests"
	$(BIN)/python -m pytest -q tests/house -n auto

studies: .venv/test.stamp ## full counts; stop with Ctrl-C, run again to go on
	@$(BIN)/python -m studies

bench: .venv/test.stamp
	@if [ -f benchmarks/__main__.py ]; then $(BIN)/python -m benchmarks
	else echo "bench: nothing is timed yet (benchmarks/ holds no __main__.py)"; fi

docs: .venv/test.stamp
	@if [ -f docs/__main__.py ]; then $(BIN)/python -m docs
	else echo "docs: no page is made from code yet; read README.md"; fi

# ------------------------------------------------------------------------------- setting up

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then
	  echo "reinfuse needs Python 3.11, 3.12 or 3.13 with venv; none of $(PYTHONS) runs here." >&2
	  echo "  fix:   install one (Debian: apt-get install python3 python3-venv)," >&2
	  echo "         or name it: make PYTHON=/path/to/python3.12 report" >&2
	  exit 1
	fi
	echo "setting up .venv with $(PYTHON) (first time: about a minute)"
	rm -rf .venv
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "installing what make report needs (requirements/run.txt)"
	$(PIP) install -qq --require-hashes -r requirements/run.txt
	echo "installing reinfuse itself"
	$(PIP) install -qq --no-deps --no-build-isolation -e .
	touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@echo "installing what make test needs (requirements/test.txt; first time: about a minute)"
	$(PIP) install -qq --require-hashes -r requirements/test.txt
	touch $@

# A browser for the journeys, and Pango for --pdf: looked for each time until both are found.
.venv/system.stamp: .venv/test.stamp
	@browser() { for b in $(CHROMIUM); do command -v $$b >/dev/null && return; done; return 1; }
	pango() { $(BIN)/python -c 'import weasyprint' >/dev/null 2>&1; }
	if ! { browser && pango; } && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then
	  echo "installing Chromium and Pango with apt-get (first time: about a minute)"
	  export DEBIAN_FRONTEND=noninteractive
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends $(SYSTEM_PACKAGES)
	  } >.venv/apt.log 2>&1 || tail -n 20 .venv/apt.log >&2
	  # Judges that some systems lack; the tests that ask them say so and are skipped.
	  apt-get -qq install -y --no-install-recommends $(JUDGE_PACKAGES) >>.venv/apt.log 2>&1 || true
	fi
	missing=0
	browser || { missing=1; echo "make test needs Chromium on PATH (one of: $(CHROMIUM))" >&2; }
	pango || { missing=1; echo "make test needs Pango, which WeasyPrint draws PDF with" >&2; }
	if [ $$missing = 1 ]; then
	  echo "  fix:   as root on Debian: apt-get install $(SYSTEM_PACKAGES)" >&2
	  exit 1
	fi
	touch $@

# One lock for every Python and platform, without addresses; the cut-off date is moved by hand.
LOCK = uv pip compile -q --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --exclude-newer $(CUTOFF)

lock:
	@$(LOCK) --extra fit --extra population --extra engine --extra flow --extra petct --extra report -o requirements/run.txt pyproject.toml requirements/run.in
	$(LOCK) -o requirements/test.txt requirements/test.in

clean:
	@rm -rf .venv out .cache dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# `make` lists the tasks. Everything runs from a virtual environment that the first task creates.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# The dagster.yaml beside this file is the one in use. A home elsewhere holds its own, where `salary-assets` keeps its runs.
export DAGSTER_HOME := $(if $(SALARY_ASSETS_HOME),$(abspath $(SALARY_ASSETS_HOME))/dagster,$(CURDIR))
export PYTHONUTF8 := 1

.PHONY: help setup refresh ui test lint types layers bench serve sample docs clean

help: ## List the tasks
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(DAGSTER_HOME)/dagster.yaml:
	mkdir -p $(@D)
	sed 's#data/dagster#$(@D)#' dagster.yaml > $@

setup: .venv/.installed-dev ## Create the environment with the developers' tools

refresh: .venv/.installed ## Materialise the whole graph (the sample market, until real ads are there)
	$(BIN)/salary-assets refresh

ui: .venv/.installed $(DAGSTER_HOME)/dagster.yaml ## Start the Dagster UI and daemon on http://127.0.0.1:3000
	$(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p 3000

test: .venv/.installed-dev ## Install what the tests need and run them
	.ci/packages
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/.installed-dev ## Format and lint
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: .venv/.installed-dev ## Check the types
	$(BIN)/mypy

layers: .venv/.installed-dev ## Check that imports point down
	$(BIN)/lint-imports

bench: .venv/.installed-dev ## Run the benchmarks and print their tables
	$(BIN)/python -m benchmarks

serve: .venv/.installed ## Serve the salary page over the current bundle on http://127.0.0.1:8080
	$(BIN)/salary-assets serve

sample: .venv/.installed ## Write the sample market into data/sample
	$(BIN)/salary-assets sample

docs: .venv/.installed ## Write docs/data-dictionary.md from the column contracts
	$(BIN)/salary-assets dictionary --out docs/data-dictionary.md

clean: ## Remove the environment and caches (data/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

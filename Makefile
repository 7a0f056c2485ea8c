# Three commands for a newcomer: `make demo`, `make test` and `make up`. Each sets up everything it needs in .venv.
PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo up down test unit check setup constraints bench clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

demo: setup ## Real data through a real Kafka to indicators, and the published totals beside ours
	@$(BIN)/puyango demo

up: setup ## Broker, ingester and Airflow, running on this machine until make down
	@$(BIN)/puyango up

down: setup ## Stop all that make up started, in order
	@$(BIN)/puyango down

test: setup check ## Every check and every test, those on the real broker included
	$(BIN)/python -m pytest

unit: setup ## The tests that need neither broker nor Airflow
	$(BIN)/python -m pytest -m "not broker and not airflow"

check: setup ## Style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Ingest beside the bare poll loop, on this machine
	$(BIN)/python -m benchmarks.landing

setup: .venv/ready ## The project's own environment in .venv

.venv/ready: pyproject.toml constraints.txt .ci/installer.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Puyango needs Python 3.11 or newer; this one is $$($(PYTHON) --version). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing the pinned packages into .venv (about 1.5 GB; under half a minute from warm caches)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/installer.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --constraints constraints.txt \
	  --build-constraints constraints.txt --editable '.[airflow,test]'
	@touch $@

constraints: setup ## Resolve the pins anew
	@{ sed -n '1,2p' constraints.txt; $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## Remove what was made here: the environment, the demo's data and keys
	rm -rf .venv var .puyango-keys .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

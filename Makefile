# Everything that is done with Samspel on a developer's machine. `make help` lists it.
# Debian's own Python where it can make an environment: it is the one that is promised, and in a loop it was half again as
# fast as one that pyenv had compiled. Elsewhere the first on PATH; PYTHON=… names another.
PYTHON ?= $(shell /usr/bin/python3.11 -c 'import ensurepip' 2>/dev/null && echo /usr/bin/python3.11 || echo python3)
VENV := .venv/bin
LOCK := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run test bench check format lock assets setup clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile

run: ## set up what is missing and start the portal on http://localhost:8000 (PORT=8001 make run for another)
	@$(PYTHON) -m dev.bootstrap run
	@$(VENV)/python -m dev.run

test: ## set up what is missing, then check, then the tests on PostgreSQL and on SQLite (TESTS="tests/x.py -k y" for some)
	@$(PYTHON) -m dev.bootstrap test
	@$(VENV)/python -m dev.check
	@$(VENV)/python -m dev.test $(TESTS)

bench: setup ## measure speed beside a bare Django project, an opening, and registrations under faults (minutes)
	@$(VENV)/python -m bench

setup: ## only the set-up of `make test`
	@$(PYTHON) -m dev.bootstrap test

check: setup ## linters, types and import contracts
	@$(VENV)/python -m dev.check

format: setup ## format Python, TypeScript and CSS
	@$(VENV)/ruff check --fix --exit-zero --quiet
	@$(VENV)/ruff format
	@$(VENV)/python -m dev.frontend biome check --write

assets: setup ## only the front-end's bundles

lock: setup ## resolve requirements/*.in and package.json anew
	@test -x $(VENV)/uv || $(VENV)/python -m pip install --quiet uv
	@cd requirements && ../$(LOCK) test.in -o test.txt
	@cd requirements && ../$(LOCK) run.in -c test.txt -o run.txt
	@cd requirements && ../$(LOCK) base.in -c test.txt -o base.txt
	@$(VENV)/python -m dev.frontend npm install --package-lock-only --ignore-scripts --no-fund --no-audit

clean: ## remove all that was made, the local database included
	@rm -rf .venv node_modules static/dist staticfiles var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

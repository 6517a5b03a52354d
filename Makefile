# The verbs of this project. `make help` lists them.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN := .venv/bin/python
# Two at a time, whatever the machine has: each starts databases, servers and browsers of its own.
# They take tests from the front of one line, so that browsers come last in each (decision 0003).
TESTERS := --numprocesses=2 --dist=load --maxschedchunk=8
FAST := not database and not postgresql and not browser and not chaos and not process
# Each of these needs a site, a disk, a server or a browser of its own.
SLOW := chaos client contracts e2e firefox http identity pages rooms/recorded server ws

.DEFAULT_GOAL := help
.PHONY: help serve test check lint lint-python client bench chaos docs screens lock migration environment tools parts

help: ## list the verbs
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

serve: environment client ## set up on the first run, then serve a demo on http://127.0.0.1:8000
	@exec .venv/bin/plenum serve

test: parts lint ## everything: lint and types, then all tests
	@$(RUN) -m pytest --session-timeout=2100 $(TESTERS)

check: lint-python ## lint, types and the fast tests of Python, in under a minute
	@$(RUN) -m pytest -x -m "$(FAST)" $(TESTERS) $(SLOW:%=--ignore=tests/%)

lint: lint-python client ## format, lint rules and types, of Python and of the client
	@$(RUN) -m server.setup.client types lint test

lint-python: tools
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy

client: environment ## build the browser client into static/dist
	@$(RUN) -m server.setup.client

bench: parts tools client ## measure Plenum beside others, on this machine
	@$(RUN) -m bench

chaos: parts tools client ## kill servers, databases and buses for long; writes docs/reliability.md
	@$(RUN) -m tests.chaos

docs: tools ## write the generated pages of docs/
	@$(RUN) -m docs.generate

screens: parts tools client ## take the pictures of docs/screens/ anew
	@$(RUN) -m tests.e2e.screens

migration: tools ## write a migration from the tables: make migration MESSAGE="add a table"
	@$(RUN) -m server.db.new_migration "$(MESSAGE)"

lock: environment ## resolve the dependencies of pyproject.toml anew into the lock files
	@$(RUN) -m server.setup.lock

environment:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (python3 is older or missing)" >&2; exit 1; fi
	@$(PYTHON) server/setup/environment.py requirements.txt

tools: environment
	@$(PYTHON) server/setup/environment.py requirements.txt requirements-dev.txt

parts:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (python3 is older or missing)" >&2; exit 1; fi
	@$(PYTHON) tests/system_parts.py

# Two commands are all that is needed:
#   make demo    set up and run the relay for a made-up council, on SQLite
#   make test    set up everything and run every check
# The rest is for those who change gatekeeper.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help demo test setup lint fmt lock clean

help:
	@echo "make demo    set up and run the relay for a made-up council"
	@echo "make test    set up everything and run every check"
	@echo "make lint    the checks without the tests;  make fmt   put the code in order"
	@echo "make lock    write the lock files anew (UPGRADE=1: newest releases; PACKAGE=name: only that one)"

demo:
	@.ci/debian demo
	@.ci/venv run
	@exec .venv/bin/gatekeeper --config config/gatekeeper.toml demo run

setup:
	@.ci/debian test
	@.ci/venv dev

test: setup
	@.ci/test

lint:
	@.ci/venv dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict gatekeeper

fmt:
	@.ci/venv dev
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

lock:
	@.ci/venv dev
	.ci/lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# Every target does its own set-up: it needs Python 3.11 or newer, and nothing else.
# Packages go into .venv; `make clean` removes it. Another interpreter: make PYTHON=/path/to/python demo

.DEFAULT_GOAL := help
.PHONY: help demo test lint notebooks bench clean
.DELETE_ON_ERROR:

python := .venv/bin/python
install := $(python) -m pip install --quiet --quiet --disable-pip-version-check --only-binary :all: --constraint constraints.txt
# The first of these that is new enough is used.
candidates := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14)

help:
	@echo "make demo       the carbon footprint of primary aluminium, from bauxite to ingot"
	@echo "make test       all tests, in random order"
	@echo "make lint       ruff and mypy"
	@echo "make notebooks  run every notebook from top to bottom"
	@echo "make bench      side by side with peers"
	@echo "make clean      remove .venv and everything that the targets made"

demo: .venv/core
	@$(python) examples/demo.py

test: .venv/test
	@$(python) -m pytest --numprocesses logical --maxprocesses 4 $(ARGS)

lint: .venv/test
	@failed=0; \
	$(python) -m ruff check || failed=1; \
	$(python) -m ruff format --check || failed=1; \
	$(python) -m mypy || failed=1; \
	exit $$failed

notebooks: .venv/test
	@if ls notebooks/*.ipynb >/dev/null 2>&1; \
	then $(python) -m pytest --nbmake --nbmake-timeout=600 notebooks; \
	else echo "There is no notebook yet."; fi

bench: .venv/test
	@$(install) pypardiso || echo "Without pypardiso (x86-64 only) docs/performance.md is left out."
	@set -e; for script in benchmarks/*.py; do $(python) "$$script"; done

clean:
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@find pcf tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/core: $(python) pyproject.toml constraints.txt
	@echo "Installing what pcf needs into .venv: once, about a minute."
	@$(install) hatchling editables
	@$(install) --no-build-isolation --editable .
	@touch $@

.venv/test: $(python) pyproject.toml constraints.txt
	@echo "Installing what pcf and its tests need into .venv: once, a minute or two."
	@$(install) hatchling editables
	@$(install) --no-build-isolation --editable '.[test]'
	@touch .venv/core $@

$(python):
	@for name in $(candidates); do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "pcf needs Python 3.11 or newer, and none of these is: $(candidates). Install one, or: make PYTHON=/path/to/python demo" >&2; \
	  exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "$$found comes without venv and ensurepip. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; \
	fi; \
	"$$found" -m venv --clear .venv

# The verbs of this project. Each works on a clean clone with only Python 3.11+ present.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export UV_LINK_MODE := copy

.PHONY: help demo test test-postgres check field format lock messages vendor vendor-check bench-evaluation bench-import bench-planning bench-review bench-schedules clean

help:  ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/base.stamp: requirements/base.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true
	$(BIN)/python -m tools.install requirements/base.txt
	touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/base.stamp
	$(BIN)/python -m tools.install requirements/test.txt
	touch $@

demo: $(VENV)/base.stamp  ## build the demo bank, play four weeks of the loop, serve the web application
	$(BIN)/zoufang demo

test: $(VENV)/test.stamp  ## install what tests need (Chromium, fonts, PostgreSQL) and run all tests
	$(BIN)/python -m tools.system_packages
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-postgres: $(VENV)/test.stamp  ## run the tests that need a PostgreSQL server; it is started for them
	$(BIN)/python -m tools.system_packages
	$(BIN)/python -m pytest tests/postgres

check: $(VENV)/test.stamp  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/base.stamp  ## resolve the dependencies again and write the hashed lists
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header --no-dev -o requirements/base.txt
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header -o requirements/test.txt
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header --only-group bench -o requirements/bench.txt

vendor: $(VENV)/base.stamp  ## fetch the pinned front-end libraries again (needs npm)
	$(BIN)/python -m tools.vendor

vendor-check: $(VENV)/base.stamp  ## fail when static/vendor is not what the pinned packages give
	$(BIN)/python -m tools.vendor --check

field:  ## build the visitors' app into the package (needs Node and npm)
	cd field && npm ci --no-audit --no-fund && npm run check && npm run build

messages: $(VENV)/test.stamp  ## collect the texts to translate, list what lacks a translation, compile
	$(BIN)/python -m tools.messages

bench-import: $(VENV)/test.stamp  ## a million loan lines into the book, beside DuckDB reading them (QUICK=1: fewer)
	$(BIN)/python -m benchmarks.import_bench

bench-schedules: $(VENV)/test.stamp  ## a million repayment schedules, beside building them one by one (QUICK=1: fewer)
	$(BIN)/python -m benchmarks.schedule_bench

bench-review: $(VENV)/test.stamp  ## a million visit candidates at the gate, beside asking one by one (QUICK=1: fewer)
	$(BIN)/python -m benchmarks.review_bench

bench-evaluation: $(VENV)/test.stamp  ## do intervals keep their promise, on draws of known truth (QUICK=1: a tenth)
	$(BIN)/python -m benchmarks.evaluation_bench

$(VENV)/bench.stamp: requirements/bench.txt $(VENV)/test.stamp
	-$(BIN)/python -m tools.install requirements/bench.txt && touch $@

bench-planning: $(VENV)/bench.stamp  ## the planner beside its peers and a proven bound (QUICK=1: 3 minutes; ONLY=, SECONDS=)
	$(BIN)/python -m benchmarks.planning_bench

clean:  ## remove what was built here
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache

# Two commands do all set-up: `make demo` and `make test`. Everything else is for people who build Handvat.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test check audit bench crash fuzz soak suggest lock screenshots clean help

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# The runtime alone is enough for the demo, so a first look costs one small install.
$(VENV)/.runtime: requirements.lock
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@echo "Installing what Handvat needs (once)..."
	@$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need (once)..."
	@$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

# The peers, and beside them Handvat with what it needs in production and no more: what our tests need would make it
# start slower, and what it needs itself would make python-telegram-bot heavier than it is.
.venv-bench/.ok: requirements.lock requirements-bench.lock
	@test -x .venv-bench/bin/python || $(PY) -m venv .venv-bench
	@test -x .venv-bench/handvat/bin/python || $(PY) -m venv .venv-bench/handvat
	@echo "Installing the peers of the benchmark (once)..."
	@.venv-bench/bin/python -m pip install -q --require-hashes --only-binary :all: -r requirements-bench.lock
	@.venv-bench/handvat/bin/python -m pip install -q --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

# A demo keeps what Python compiled: without that two fifths of reading our code at every start would be compiling it.
demo: export PYTHONDONTWRITEBYTECODE :=
demo: $(VENV)/.runtime ## The bot with an embedded database and a local Telegram (FRESH=1 begins anew)
	@exec $(BIN)/python -m demo $(if $(FRESH),--fresh)

check: $(VENV)/.dev ## Lint, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Bots, workers and document processes start by the hundred: each would compile everything anew.
test: export HANDVAT_TEST_ALL := $(ALL)
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev check ## Everything that must hold (ARGS="-k words" for a part, ALL=1 to spare nothing on PostgreSQL)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

.venv-audit/.ok: requirements-audit.lock
	@test -x .venv-audit/bin/python || $(PY) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install -q --require-hashes --only-binary :all: -r requirements-audit.lock
	@touch $@

audit: .venv-audit/.ok ## Known vulnerabilities of what we depend on, where a service for them answers
	.venv-audit/bin/python -m tools.audit_dependencies requirements.lock requirements-dev.lock

bench: $(VENV)/.dev .venv-bench/.ok ## Ratios against peers in one run
	$(BIN)/python -m benchmarks $(ARGS)

crash: $(VENV)/.dev ## Kill the real process, at least 500 times per database
	$(BIN)/python -m tests.crash $(ARGS)

fuzz: $(VENV)/.dev ## At least 100,000 generated updates per database
	$(BIN)/python -m tests.fuzz $(ARGS)

soak: $(VENV)/.dev ## Replicas behind a webhook, 1,000 kills under 100,000 updates (see ARGS=--help)
	$(BIN)/python -m tests.soak $(ARGS)

suggest: $(VENV)/.dev ## Train the suggester of the quick note, and measure it
	OMP_NUM_THREADS=1 $(BIN)/python -m tools.train_suggest
	$(BIN)/python -m tools.measure_suggest $(ARGS)

screenshots: $(VENV)/.dev ## Remake the pictures in docs/
	$(BIN)/python -m docs.screenshots

lock: ## Renew the lock files (needs uv on the PATH)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade -o requirements.lock requirements.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade -o requirements-dev.lock requirements-dev.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade -o requirements-bench.lock requirements-bench.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade -o requirements-audit.lock requirements-audit.in

clean: ## Remove what was installed and made
	rm -rf $(VENV) .venv-bench .venv-audit .demo .pytest_cache .mypy_cache .ruff_cache

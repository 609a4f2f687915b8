# The one entry to everything. `make` alone lists the targets.
# The one that .venv was made with, else the newest that really runs: a version manager may leave a name behind that
# does not.
PYTHON ?= $(or $(shell for python in $$(sed -n 's/^executable = //p' .venv/pyvenv.cfg 2>/dev/null) \
  python3.13 python3.12 python3.11; do $$python -c '' 2>/dev/null && echo $$python && break; done),python3)
BIN := .venv/bin
# Two for each core: half of the time a test waits for the processes that it has started.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: packages ## install what the others need (they call it themselves)
	@$(PYTHON) -m tools.set_up programs

.PHONY: packages
packages:
	@$(PYTHON) -m tools.set_up dev

.PHONY: demo
demo: packages ## run the release and the scheduled jobs against stand-ins on this machine
	@$(BIN)/python -m sandbox.entry demo sandbox.demo

.PHONY: sandbox
sandbox: packages ## [CMD="bin/release stage"] [KEEP=1]: a Google Cloud of your own, and a shell in which bin/ finds it
	@$(BIN)/python -m sandbox.entry sandbox sandbox $(if $(CMD),--command "$$CMD") $(if $(KEEP),--keep)
sandbox: export CMD := $(CMD)

.PHONY: rehearse
rehearse: packages ## ENV=prod [MONTH=2026-12] [DAYS=31] [FAULTS=7:0.1]: a month of triggers in seconds, and its report
	@$(BIN)/python -m sandbox.entry rehearse sandbox.rehearsal $(ENV) $(if $(MONTH),--month $(MONTH)) $(if $(DAYS),--days $(DAYS)) \
	  $(if $(FAULTS),--faults "$(FAULTS)")

.PHONY: test
test: setup ## run every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q --durations=10

.PHONY: quick
quick: style ## while editing: style, types and every test that starts no process
	@$(BIN)/python -m pytest -n auto --dist worksteal -q --no-processes

.PHONY: test-dates
test-dates: setup ## run the tests in 400 days, on a 29 February, at a turn of the year, on a 1st (20 minutes)
	@$(BIN)/python -m tests.dates -n $(WORKERS) --dist worksteal -q

.PHONY: check
check: style policy test ## all that CI checks

.PHONY: policy
policy: ## checkov over the Terraform; a check that is skipped has its reason beside it
	@$(PYTHON) -m tools.set_up checkov
	@.venv-checkov/bin/checkov -d terraform --framework terraform --skip-download --compact --quiet

.PHONY: style
style: packages ## formatting, lint, spelling, types
	@$(BIN)/ruff format --check --quiet . || { echo "style: run .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/codespell -D - -D tools/banned_words.txt
	@$(BIN)/lint-imports --no-logo >/dev/null || { $(BIN)/lint-imports --no-logo; exit 1; }
	@$(BIN)/mypy
	@terraform fmt -check -recursive terraform || { echo "style: run terraform fmt -recursive terraform"; exit 1; }

.PHONY: image
image: packages ## build the image of the jobs on this machine, and check it
	@$(BIN)/python -m image

SEEDS ?= 10000
SECONDS ?= 60

.PHONY: campaign
campaign: packages ## SEEDS=10000: so many fault schedules over all jobs; a failure says how to replay its seed
	@$(BIN)/python -m tests.campaigns --seeds $(SEEDS)

.PHONY: soak
soak: packages ## 100,000 organizations over 10 shards, two requests in a hundred fail (some minutes)
	@$(BIN)/python -m tests.campaigns.soak

.PHONY: fuzz
fuzz: ## SECONDS=60: fuzz the SQL lexer and each parser of answers for so long, guided by coverage
	@$(PYTHON) -m tools.set_up fuzz
	@for target in $$(.venv-fuzz/bin/python -m tests.fuzz); do \
	  .venv-fuzz/bin/python -m tests.fuzz $$target $(SECONDS) || exit 1; done

# The image runs 3.13, so that is what is measured if pyenv has it.
BENCH_PYTHON ?= $(or $(lastword $(wildcard $(HOME)/.pyenv/versions/3.13.*/bin/python3)),$(PYTHON))

.PHONY: bench
bench: packages ## measure everything, side by side with the alternatives, into bench/results.md (some minutes)
	@$(BENCH_PYTHON) -m tools.set_up bench
	@.venv-bench/bin/python -m bench $(SECTIONS)

.PHONY: plan
plan: packages ## ENV=stage [FULL=1]: what Terraform would make, with the stand-in provider; FULL for its whole text
	@$(BIN)/python -m sandbox.entry plan sandbox.terraform $(ENV) $(if $(FULL),--full)

.PHONY: new-job
new-job: packages ## NAME=some-job [KIND=daily] [CRON="30 3 * * *"]: writes the five places of a job that are written by hand
	@$(BIN)/python -m tools.new_job $(NAME) $(if $(KIND),--kind $(KIND)) $(if $(CRON),--cron "$(CRON)")

.PHONY: coverage
coverage: packages ## which lines and branches of the runtime its own tests and the campaigns reach
	@$(BIN)/python -m pytest -q -n $(WORKERS) --cov=runtime --cov-branch --cov-report=term:skip-covered \
	  tests/runtime tests/campaigns

.PHONY: docs
docs: packages ## write docs/runbook.md and the generated tables of README.md and SECURITY.md
	@$(BIN)/python -m tools.documents

.PHONY: conformance
conformance: packages ## Google's client libraries and, if installed, gcloud against the stand-in control plane
	@$(BIN)/python -m pytest -q tests/conformance
	@command -v gcloud >/dev/null || { echo "conformance: gcloud is not installed, its part was not run"; exit 0; }; \
	  $(BIN)/python -m pytest -q tests/conformance/gcloud_commands.py

.PHONY: lock
lock: packages ## refresh the locks and pins (needs the internet, and docker or podman)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --upgrade -q -o requirements/dev.txt
	@$(BIN)/uv pip compile pyproject.toml -c requirements/dev.txt --python-version 3.13 --generate-hashes \
	  --python-platform x86_64-manylinux_2_28 --no-emit-index-url --upgrade -q -o requirements/runtime.txt
	@$(BIN)/python -m image.licenses && $(BIN)/python -m image.pinning
	@for root in terraform/environments/*/ terraform/state-bucket/; do \
	  terraform -chdir=$$root providers lock -platform=linux_amd64 -platform=darwin_arm64 || exit 1; done

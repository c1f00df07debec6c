# Everything that a developer or a newcomer types. `make help` lists it.
BUILD := $(or $(SLUICE_BUILD),build)
PYTHON := .venv/bin/python
JOBS := $(shell nproc)
TIDB_VERSION := $(shell sed -n 's/^require .*tidb v.*-//p' tools/tidb/go.mod)
VERSITYGW_VERSION := $(shell sed -n 's/^require .*versitygw v//p' tools/versitygw/go.mod)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sluice
CACHED_TIDB := $(CACHE)/tidb-server-$(TIDB_VERSION)
CACHED_VERSITYGW := $(CACHE)/versitygw-$(VERSITYGW_VERSION)
export SLUICE_TIDB_SERVER ?= $(or $(shell command -v tidb-server),$(CACHED_TIDB))
export SLUICE_VERSITYGW ?= $(or $(shell command -v versitygw),$(CACHED_VERSITYGW))

.PHONY: help setup build connector unit sanitize fuzz test pictures demo bench format tidy clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

SETUP = SLUICE_TIDB_SERVER="$(filter-out $(CACHED_TIDB),$(SLUICE_TIDB_SERVER))" \
  SLUICE_VERSITYGW="$(filter-out $(CACHED_VERSITYGW),$(SLUICE_VERSITYGW))" tools/setup

setup: ## Install what is missing: Debian packages, Python environments, TiDB, an S3 server
	@$(SETUP)

# What only building takes, what the demo does, and what the benchmarks do.
.PHONY: toolchain with-tidb with-servers
toolchain:
	@tools/setup build
with-tidb:
	@$(SETUP) demo
with-servers:
	@$(SETUP) bench

$(BUILD)/build.ninja: | toolchain
	@echo "==> Configuring $(BUILD)"
	@cmake -S . -B $(BUILD) -G Ninja >$(BUILD).log || { cat $(BUILD).log; exit 1; }; rm $(BUILD).log

build: $(BUILD)/build.ninja ## Build everything into build/ (about ten minutes the first time, seconds later)
	@echo "==> Building (about ten minutes the first time on two cores, seconds later)"
	@ninja -C $(BUILD) -j $(JOBS) --quiet

connector: $(BUILD)/build.ninja ## Build the TiDB connector alone, build/tidb-connector.zip
	@ninja -C $(BUILD) -j $(JOBS) --quiet tidb_connector_zip

tidy: toolchain ## Layering, dead files and lines that break the rules
	@$(PYTHON) tools/tidy_test.py
	@$(PYTHON) tools/tidy.py

unit: build tidy ## Unit tests, under a minute once built
	@ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure --no-tests=error

sanitize: toolchain ## Unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@echo "==> Building the C++ tests with sanitizers (about fifteen minutes the first time)"
	@$(MAKE) --no-print-directory sanitized-tests

.PHONY: sanitized-tests
sanitized-tests:
	@[ -f $(BUILD)-asan/build.ninja ] || \
	  cmake -S . -B $(BUILD)-asan -G Ninja -DSLUICE_SANITIZE=ON -DCMAKE_BUILD_TYPE=None >/dev/null
	@ninja -C $(BUILD)-asan -j $(JOBS) --quiet unit_tests live_tests
	@ctest --test-dir $(BUILD)-asan -j $(JOBS) --output-on-failure --no-tests=error

fuzz: toolchain ## Fuzz targets, a few seconds each (SECONDS=60: that long each)
	@echo "==> Building the fuzz targets with clang (about two minutes the first time)"
	@[ -f $(BUILD)-fuzz/build.ninja ] || cmake -S . -B $(BUILD)-fuzz -G Ninja -DSLUICE_FUZZ=ON \
	  -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=None >/dev/null
	@ninja -C $(BUILD)-fuzz -j $(JOBS) --quiet fuzzers
	@tests/fuzz/run.sh $(BUILD)-fuzz $(SECONDS)

test: setup unit sanitize fuzz ## Every test there is, with a real TiDB
	@echo "==> Acceptance tests against a real TiDB (about five minutes)"
	@$(PYTHON) -m pytest tests

pictures: setup build ## Take the pictures of docs/tutorial.md anew
	@SLUICE_UPDATE_PICTURES=1 $(PYTHON) -m pytest -q tests/console -k en-Mouse

demo: ## The tutorial, end to end (KEEP=1 leaves it running; TIDB=mysql://user:pass@host:port/db)
	@[ -n "$(TIDB)" ] || $(MAKE) --no-print-directory with-tidb
	@$(MAKE) --no-print-directory build
	@$(BUILD)/bin/sluice demo $(if $(KEEP),--keep) $(if $(TIDB),--tidb '$(TIDB)')

bench: bench-name with-servers build ## One benchmark: make bench NAME=… (OPTIONS='…': its own)
	@$(PYTHON) benchmarks/$(NAME)/run.py $(OPTIONS)

.PHONY: bench-name
bench-name:
	@[ -n "$(NAME)" ] && [ -f benchmarks/$(NAME)/run.py ] || { echo "make bench NAME=…, with one of:" \
	  $(notdir $(patsubst %/run.py,%,$(wildcard benchmarks/*/run.py))); exit 2; }

format: toolchain ## Format the C++ sources
	@git ls-files -- '*.h' '*.cc' | xargs clang-format -i

clean: ## Remove what was built (not .venv, .venv-sam, the cached servers)
	@rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz deploy/aws/.aws-sam

# make run | test | check | bench | fuzz | sbom — on a machine with Python >= 3.11 and make, nothing else.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
# Another country: make run PROFILE=data/peru. Each profile has a build folder of its own.
PROFILE ?= data/china
run build: export ATLAS_PROFILE ?= $(PROFILE)
run build: export ATLAS_DESK_DIR ?= data/desk$(if $(filter data/china,$(PROFILE:/=)),,/$(notdir $(PROFILE:/=)))
run build: export ATLAS_BUILD_DIR ?= data/build$(if $(filter data/china,$(PROFILE:/=)),,/$(notdir $(PROFILE:/=)))
BIN := .venv/bin
PY := $(BIN)/python
# A file's tests stay in one process, since they share what they set up. Files in their order: those of few but long
# tests (a browser's) would else come last, and one process alone would work through them.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
QUICK := tests/atlas tests/etl tests/importer tests/indicators tests/planning tests/ground tests/test_imports.py tests/test_house.py
# Only files whose hash is in the list, and never one that would run a setup script of its own.
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
# Slow and huge requests end early, a stop is a stop after seconds, and answers do not tell what serves them.
SERVE := --log-level warning --no-server-header --h11-max-incomplete-event-size 16384 \
	--timeout-keep-alive 15 --timeout-graceful-shutdown 5

.DEFAULT_GOAL := help
.PHONY: help run build vendor test quick check bench fuzz sbom lock clean

help:
	@echo "make run    build the atlas if there is none, and serve it at http://$(HOST):$(PORT) (PROFILE=data/peru: another country)"
	@echo "make test   all tests, the browser ones included"
	@echo "make check  ruff, types, import rules"
	@echo "make bench  time and memory of build, tiles and pages"
	@echo "make fuzz   hostile requests and links, killed builds and writers, bomb files, on loopback (about half an hour)"
	@echo "make sbom   what is delivered, with versions and licences: sbom.cdx.json (CycloneDX)"

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version)'
	@test -x $(PY) || $(PYTHON) -m venv .venv || \
		{ echo "python3 -m venv failed: install the venv package of your system (Debian: python3-venv)"; exit 1; }
	$(INSTALL) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(INSTALL) -r requirements-dev.txt
	@touch $@

vendor: .venv/installed
	@$(PY) -m atlas.kept.vendor

build: .venv/installed
	@$(PY) -m etl build --profile $(PROFILE)

run: vendor
	@$(PY) -m etl build --profile $(PROFILE) --if-changed
	@echo "serving http://$(HOST):$(PORT) (stop with Ctrl-C)"
	@exec $(BIN)/uvicorn dashboard:app --host $(HOST) --port $(PORT) $(SERVE)

test: .venv/installed-dev vendor
	$(PY) -m pytest $(PARALLEL)

quick: .venv/installed-dev vendor
	$(PY) -m pytest $(QUICK) -m "not national and not browser" $(PARALLEL)

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PY) -m pytest tests/test_imports.py tests/test_house.py

bench: .venv/installed-dev vendor
	@$(PY) -m benchmarks

fuzz: .venv/installed-dev vendor
	@$(PY) -m fuzz

sbom: .venv/installed-dev vendor
	@$(PY) -m supply sbom.cdx.json

# Addresses of registries are the installing machine's business: none is written down.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-vendor.in -o requirements-vendor.txt

clean:
	rm -rf .venv node_modules atlas/vendor_static data/build

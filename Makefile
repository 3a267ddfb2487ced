PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test check lint format bench checkpoints pictures

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/app.stamp  ## install what is missing and open the app (ARGS="--server.port 8080")
	$(PY) -m streamlit run app.py $(ARGS)

test: $(VENV)/browser.stamp  ## install what is missing and run all tests (ARGS="-k runner")
	$(PY) -m pytest $(ARGS)

check: lint test  ## formatting, lint, types, then all tests

lint: $(VENV)/dev.stamp  ## formatting, lint and types alone
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

format: $(VENV)/dev.stamp  ## put the code into its form
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(VENV)/browser.stamp  ## measure, and write benchmarks/RESULTS.md and the README's table
	$(PY) -m benchmarks $(ARGS)

checkpoints: $(VENV)/app.stamp  ## train the models in checkpoints/ anew
	$(PY) -m explorer checkpoints $(ARGS)

pictures: $(VENV)/browser.stamp  ## take the README's pictures anew (ARGS="home attention")
	$(PY) -m benchmarks.pictures $(ARGS)

$(PY):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no $(PYTHON) here. Install Python 3.11 or 3.12, or name yours: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
	    exit 1; }
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 13) or sys.exit("Python %d.%d will not do, it takes 3.11 or 3.12. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/app.stamp: requirements.txt | $(PY)
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/app.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@

# A Chromium that starts, and a font with Hangul: Debian's where apt is there and we may use it,
# else a Chromium that is there already, else the one that Playwright brings. (Ubuntu's package of
# that name is none: it sends to the snap store, and does not count.)
$(VENV)/browser.stamp: $(VENV)/dev.stamp
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; deps=; \
	if command -v apt-get >/dev/null && $$sudo true 2>/dev/null; then \
	    deps=--with-deps; \
	    dpkg -s chromium fonts-noto-cjk >/dev/null 2>&1 || $$sudo apt-get update || true; \
	    for package in chromium fonts-noto-cjk; do \
	        dpkg -s $$package >/dev/null 2>&1 && continue; \
	        apt-cache show $$package 2>/dev/null | grep -q "^Package: $$package$$" \
	            && $$sudo env DEBIAN_FRONTEND=noninteractive \
	                apt-get install -y --no-install-recommends $$package </dev/null \
	            || echo "apt-get has no $$package for us, so it must do without."; \
	    done; \
	fi; \
	chromium --version 2>/dev/null || chromium-browser --version 2>/dev/null \
	    || $(PY) -m playwright install $$deps chromium
	@touch $@

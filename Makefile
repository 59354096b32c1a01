# make demo   a small labelled dataset with pictures, from nothing, in out/demo
# make test   everything a change must pass
# make proof  the long checks
# make clean  removes what the others made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := out/demo
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FILM := --duration-s 4 --set tick_hz=20 --rate-hz 10 --width-px 1280 --height-px 720

.PHONY: demo test proof clean gl
.DELETE_ON_ERROR:

demo: $(VENV)/.demo.stamp gl
	rm -rf $(DEMO)
	mkdir -p $(DEMO)
	$(BIN)/roadreel run crossing --seed 7 $(FILM) --out $(DEMO)/dataset --write native --write coco --write video
	$(BIN)/roadreel check $(DEMO)/dataset
	@echo
	@echo "Look at:"

test: $(VENV)/.test.stamp gl
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

proof: $(VENV)/.test.stamp gl
	$(BIN)/python -m pytest -m proof

gl:
	tools/gl_packages.sh $(BIN)/roadreel doctor

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# Not editable: the demo also shows that the installed package works.
$(VENV)/.demo.stamp: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet .
	touch $@

$(VENV)/.test.stamp: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

clean:
	rm -rf out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find sim worlds tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

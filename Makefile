# make demo    a small labelled dataset with pictures, from nothing, in out/demo
# make test    everything a change must pass
# make proof   the long checks: nobody runs into anybody, 40 streets x 60 s; traffic behaves, 20 streets x 5 min;
#              clean data audited, 10 streets;
#              runs spoiled and gone on with, memory over 2000 frames and 200 worlds, hostile input for 10 minutes,
#              people found by a detector trained on photographs
# make readers every format read by the tools people have, in environments of their own
# make cluster runs on a Ray cluster of two nodes with one killed, output to an S3 server, both on the loopback
# make clean   removes what the others made, except the virtual environment

PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
CLUSTER := out/cluster-env
DEMO := out/demo
FILM := --duration-s 4 --width-px 1280 --height-px 720 --rate-hz 10
FORMATS := --write native --write coco --write video
SOURCES := $(shell find sim worlds -type f -not -name '*.pyc')

.PHONY: demo test proof readers cluster clean demo-gl test-gl

demo: $(VENV)/.demo.stamp demo-gl
	rm -rf $(DEMO)
	$(BIN)/roadreel run crossing --seed 4 $(FILM) $(FORMATS) --out $(DEMO)/dataset
	$(BIN)/roadreel run avenue --seed 5 $(FILM) $(FORMATS) --out $(DEMO)/dataset --resume
	$(BIN)/roadreel check $(DEMO)/dataset
	$(BIN)/roadreel show $(DEMO)/dataset --contact-sheet $(DEMO)/contact_sheet.png
	@printf '\nLook at\n  %s\n  %s\n  %s\n' \
	    '$(DEMO)/contact_sheet.png   frames, channels and labels at a glance' \
	    '$(DEMO)/dataset/video       videos with the labels drawn in' \
	    '$(DEMO)/dataset             the dataset: native format and COCO'

test: $(VENV)/.test.stamp test-gl
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

proof: $(VENV)/.test.stamp test-gl
	$(BIN)/python tools/overlap_proof.py --seeds 10 --duration 60
	$(BIN)/python tools/overlap_proof.py --seeds 10 --duration 60 --sampled
	$(BIN)/python tools/traffic_proof.py --seeds 10 --minutes 5
	$(BIN)/python tools/audit_proof.py --seeds 5
	$(BIN)/python tools/never_lost.py --kills 20
	$(BIN)/python tools/endurance.py --frames 2000 --worlds 200
	$(BIN)/python tools/fuzz_input.py --minutes 10
	$(BIN)/python tools/people_detector.py --people 200

readers: $(VENV)/.readers.stamp test-gl
	$(BIN)/python tools/readers.py
	$(BIN)/python tools/map_oracles.py tests/roads/maps/*.xodr

cluster: $(CLUSTER)/.stamp test-gl
	$(CLUSTER)/bin/python -c 'import moto.server, ray, s3fs'
	$(CLUSTER)/bin/python -m pytest tests/run/test_ray_cluster.py tests/run/test_s3_store.py

demo-gl: $(VENV)/.demo.stamp
	tools/gl_packages.sh $(BIN)/roadreel doctor

test-gl: $(VENV)/.test.stamp
	tools/gl_packages.sh $(BIN)/roadreel doctor

# The demo installs the package as a user does, tests install it in place: each makes the other's stamp stale.
$(VENV)/.demo.stamp: pyproject.toml $(SOURCES) | $(BIN)/python
	rm -rf $(VENV)/.test.stamp build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	touch $@

$(VENV)/.test.stamp: pyproject.toml | $(BIN)/python
	rm -f $(VENV)/.demo.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# Formats whose libraries are heavy are extras that no test needs.
$(VENV)/.readers.stamp: $(VENV)/.test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,mcap,rerun]'
	touch $@

# Ray pins much of what it needs, so it does not get into the environment of the other tests.
$(CLUSTER)/.stamp: $(VENV)/.test.stamp
	tools/make_venv.sh $(PYTHON) $(CLUSTER)
	$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[cluster-test]'
	touch $@

$(BIN)/python:
	tools/make_venv.sh $(PYTHON) $(VENV)

clean:
	rm -rf out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find sim worlds tests tools readers -name __pycache__ -type d -prune -exec rm -rf {} +

# make demo   set up and run the main job on 台儿庄 (results in out/demo)
# make test   set up and run all tests
# make lint   ruff and mypy
# make bench-ensemble   layouts a second of the sampler beside GerryChain's ReCom, and its mixing
# make bench-districts SIZE=town|taierzhuang|county|county-fixed|prefecture|hess   time the solver
# make bench-scenarios COUNTIES=136 VILLAGES=800   many counties: one process, a pool, a cluster
# make wheel  build the wheel
# make bench-rotation SIZE=small|county|prefecture   time the rotation solver and its peers
# make bench-zones SIZE=small|county|prefecture|province|public   time the zone solver and its peers;
#   SIZE="small county prefecture" ends with the curve of seconds by villages
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: demo test lint bench-rotation bench-zones bench-ensemble bench-districts bench-scenarios wheel clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,dev]'
	touch $(READY)

demo: $(READY)
	$(BIN)/districting draft data/geo/taierzhuang --policy taierzhuang -o out/demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

SIZE ?= small
bench-zones: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python benchmarks/zones.py $(SIZE)

bench-ensemble: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python benchmarks/ensemble.py

bench-rotation: $(READY)
	$(BIN)/python benchmarks/rotation.py $(SIZE)

DISTRICTS = $(if $(filter small,$(SIZE)),town,$(SIZE))
PEERS ?= 0
bench-districts: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python benchmarks/districts.py $(DISTRICTS) --peers $(PEERS)

COUNTIES ?= 136
VILLAGES ?= 800
bench-scenarios: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[cluster]'
	$(BIN)/python benchmarks/scenarios.py --counties $(COUNTIES) --villages $(VILLAGES)

wheel: $(READY)
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) out dist

# Thin calls of dev.py, which holds all of it and runs without make too: python3 dev.py TARGET
PYTHON ?= python3

.PHONY: list demo test lint types format bench screenshots clean

list: ; @$(PYTHON) dev.py
demo test lint types format bench screenshots clean: ; @$(PYTHON) dev.py $@ $(ARGS)

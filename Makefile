# Each target is one line that calls a script; `make` alone shows them.
.PHONY: help setup run test lint clean
.DEFAULT_GOAL := help

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## Debian packages that are missing, .venv, translations
	@tools/setup.sh

run: setup ## an intake of this computer in training mode; HEADLESS=1 without the screen
	@.venv/bin/python tools/run.py

test: setup ## linters, types, import contracts and every test that needs no virtual machine
	@tools/test.sh

lint: setup ## what `test` does before the tests
	@tools/lint.sh

clean: ## remove what the targets above have made
	@rm -rf .venv .run build dist *.egg-info .coverage* .*_cache .hypothesis

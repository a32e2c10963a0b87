# Each target is one line that calls a script; `make` alone shows them.
.PHONY: help setup run image netboot campaign coverage test test-machine test-machine-long lint trial bench bench-boot clean
.DEFAULT_GOAL := help

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 27

setup: ## Debian packages that are missing, .venv, translations
	@tools/setup.sh

run: setup ## an intake of this computer in training mode; HEADLESS=1 without the screen
	@.venv/bin/python tools/run.py

test: setup ## linters, types, import contracts and every test that needs no virtual machine
	@tools/test.sh

coverage: setup ## the same with the lines and branches that no test reaches (half as slow again)
	@tools/test.sh --cov --cov-report term

test-machine: setup ## simulated drives under a real kernel, and the image itself, in virtual machines (30 minutes)
	@tools/test_machine.sh

test-machine-long: setup ## the rest of them: 18 power cuts, rare entries of the boot menu (20 minutes)
	@tools/test_machine.sh "machine and long"

image: setup ## build/ordis.img and .img.zst: what is written onto sticks (5 minutes, root, 3 GB in build/)
	@tools/packages.sh mmdebstrap && .venv/bin/python boot/make image

netboot: setup ## build/netboot: start machines over the network (boot/README.md)
	@tools/packages.sh mmdebstrap && .venv/bin/python boot/make netboot

trial: setup ## a person's whole intake in French by tmux, in training mode (2 minutes); ARGS="--pictures FOLDER"
	@tools/packages.sh tmux && .venv/bin/python tools/trial $(ARGS)

campaign: setup ## 2,500 erases of simulated drives with every fault, judged by an oracle (7 minutes)
	@.venv/bin/python tools/campaign.py

lint: setup ## what `test` does before the tests
	@tools/lint.sh

bench: setup ## speed beside dd, nwipe and inxi (docs/benchmark.md); ARGS="--only inventory"
	@.venv/bin/python tools/bench $(ARGS)

bench-boot: setup ## from power-on to the screen, beside a plain Debian live system (15 minutes, needs make image)
	@.venv/bin/python tools/bench_boot $(ARGS)

clean: ## remove what the targets above have made
	@rm -rf .venv .run build dist *.egg-info .coverage* .*_cache .hypothesis

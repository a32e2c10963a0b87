#!/bin/bash
# Everything that is checked without running the program.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

ruff format --check .
ruff check .
mypy
lint-imports --no-logo
python tools/catalogue.py check

#!/bin/bash
# Linters, then every test that needs no virtual machine. Words after the command go to pytest.
set -eu
cd "$(dirname "$0")/.."

tools/lint.sh
exec .venv/bin/pytest --numprocesses 2 --dist worksteal --cov --cov-report term "$@"

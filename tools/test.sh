#!/bin/bash
# Linters, then every test that needs no virtual machine. Words after the command go to pytest.
set -eu
cd "$(dirname "$0")/.."

tools/lint.sh
# loadgroup: tests that share something (marked xdist_group) run one after the other, in one process.
exec .venv/bin/pytest --numprocesses 2 --dist loadgroup --cov --cov-report term "$@"

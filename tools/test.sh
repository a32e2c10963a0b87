#!/bin/bash
# Linters, then every test that needs no virtual machine. Words after the command go to pytest.
set -eu
cd "$(dirname "$0")/.."

tools/lint.sh
# A test that hangs ends its process and says where it was.
exec .venv/bin/pytest --numprocesses 2 --dist worksteal \
    -o faulthandler_timeout=120 -o faulthandler_exit_on_timeout=true "$@"

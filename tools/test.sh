#!/bin/bash
# Linters, then every test that needs no virtual machine. Words after the command go to pytest.
set -eu
cd "$(dirname "$0")/.."

tools/lint.sh
# A folder of this run's own: what another run could not remove (something is still mounted there) is no fault of this one.
folder=$(mktemp -d -t ordis-tests.XXXXXX)
trap 'rm -rf --one-file-system "$folder"' EXIT
# A test that hangs ends its process and says where it was.
.venv/bin/pytest --basetemp "$folder/run" --numprocesses 2 --dist worksteal \
    -o faulthandler_timeout=120 -o faulthandler_exit_on_timeout=true "$@"

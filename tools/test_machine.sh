#!/bin/bash
# The tests that boot a virtual machine. Where none can be made, they say so and are skipped.
set -eu
cd "$(dirname "$0")/.."

nice .venv/bin/python tools/machine.py || echo "The tests are skipped."
exec nice .venv/bin/pytest -m machine -o faulthandler_timeout=400 -o faulthandler_exit_on_timeout=true tests/machine "$@"

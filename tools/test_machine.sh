#!/bin/bash
# The tests that boot a virtual machine: simulated drives under a small system, then the image of the stick itself.
# Where something cannot be had here, the tests that need it say so and are skipped. The first word is pytest's mark for
# which ("machine and not long"), those after it go to pytest, too.
set -eu
cd "$(dirname "$0")/.."

tools/packages.sh mmdebstrap mtools squashfs-tools dnsmasq-base iproute2 || echo "Some tests are skipped."
nice .venv/bin/python tools/stick_parts.py || echo "The tests are skipped."

# The image that is tested is one of what lies here, or one that ORDIS_IMAGE names.
if [ -z "${ORDIS_IMAGE:-}" ]; then
    sources=(agent boot profiles constraints.txt setup.cfg)
    if [ ! -e build/ordis.img ] || [ -n "$(find "${sources[@]}" -type f ! -name '*.pyc' -newer build/ordis.img -print -quit)" ]; then
        nice .venv/bin/python boot/make image || { echo "Its tests are skipped."; export ORDIS_IMAGE=/nonexistent; }
    fi
fi
exec nice .venv/bin/pytest -m "${1:-machine and not long}" --durations=15 \
    -o faulthandler_timeout=1800 -o faulthandler_exit_on_timeout=true tests/machine "${@:2}"

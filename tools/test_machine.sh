#!/bin/bash
# The tests that boot a virtual machine: simulated drives under a small system, then the image of the stick itself.
# Where something cannot be had here, the tests that need it say so and are skipped. With words after the command, which go
# to pytest, one run; else two at the same time, since one computer waits more than it works.
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

run() {
    nice .venv/bin/pytest -m machine --durations=15 \
        -o faulthandler_timeout=1800 -o faulthandler_exit_on_timeout=true "$@"
}
[ $# = 0 ] || { run tests/machine "$@"; exit; }

# Each has a folder of its own; what the second says comes when the first has ended.
folder=$(mktemp -d -t ordis-machines.XXXXXX)
trap 'kill $(jobs -p) 2> /dev/null; rm -rf --one-file-system "$folder"' EXIT
image=tests/machine/image
beside=("$image/test_image_power_cuts.py" "$image/test_image_without_stick.py" tests/machine/test_machine_*.py)
run --basetemp "$folder/beside" -p no:cacheprovider "${beside[@]}" > "$folder/said" 2>&1 &
good=0
run --basetemp "$folder/first" tests/machine "${beside[@]/#/--ignore=}" || good=$?
wait $! || good=$?
cat "$folder/said"
exit "$good"

#!/bin/bash
# Make this checkout ready: Debian packages, the virtual environment, the command, the translations.
# A second time it needs no network and next to no time. Where packages come from is for the host's own
# apt and pip settings to say.
set -eu
cd "$(dirname "$0")/.."

stop() {
    echo "setup: $*" >&2
    exit 1
}

# Debian

system_packages() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    echo dmidecode libudev1 smartmontools fonts-dejavu-core stress-ng util-linux
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Python 3.11 or newer is needed, as in Debian 12; this is $(python3 --version 2>&1)."
# shellcheck disable=SC2046 # one word for each package
tools/packages.sh $(system_packages)

# Python

# The commands in .venv/bin name their folder, so a moved checkout needs a new one, as another Python does.
base=$(python3 -VV | tr '\n' ' '; pwd)
stamp=$(cat setup.cfg pyproject.toml constraints.txt | sha256sum)
if [ "$(cat .venv/base 2>/dev/null)" != "$base" ]; then
    echo "setup: making .venv" >&2
    python3 -m venv --clear .venv
    echo "$base" >.venv/base
fi
if [ "$(cat .venv/stamp 2>/dev/null)" != "$stamp" ]; then
    echo "setup: installing the Python packages" >&2
    # Built with the setuptools that is pinned, not in isolation: with all pins met, this needs no network either.
    pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/pip install --quiet --constraint constraints.txt"
    $pip setuptools && $pip --no-build-isolation --config-settings editable_mode=compat \
        --editable '.[workshop,dev]' ||
        stop "pip could not install what Ordis needs. Its own words are above; the first time, this needs the network."
    echo "$stamp" >.venv/stamp
fi

# Translations

for source in agent/locale/*/LC_MESSAGES/*.po; do
    if [ -e "$source" ] && [ ! "${source%.po}.mo" -nt "$source" ]; then
        .venv/bin/python tools/catalogue.py compile
        break
    fi
done

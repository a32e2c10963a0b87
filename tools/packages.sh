#!/bin/bash
# Install those of these Debian packages that are missing. On another system: nothing; what is missing is told when it is
# needed. Where packages come from is for the host's own apt settings to say.
set -eu

stop() {
    echo "packages: $*" >&2
    exit 1
}

command -v dpkg-query >/dev/null || exit 0
missing=()
for package in "$@"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) || true
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
    as_root=(sudo env)
else
    stop "these Debian packages are missing: ${missing[*]}. Somebody with root rights has to run: apt-get install ${missing[*]}"
fi
echo "packages: installing ${missing[*]}" >&2
install=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends)
"${install[@]}" "${missing[@]}" || { "${as_root[@]}" apt-get update --quiet && "${install[@]}" "${missing[@]}"; } ||
    stop "apt-get could not install: ${missing[*]}. Its own words are above; is there a network?"

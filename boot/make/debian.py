"""Roots of Debian 13, made from packages only.

Where they come from is for the host's own apt settings to say: no address of an archive stands in this tree, and none
gets into the image.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SUITE = "trixie"
COMPONENTS = "main,contrib,non-free-firmware"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = Path(__file__).resolve().parent.parent / "packages"


def archives() -> tuple[str, str | None]:
    """Debian's archive and, where the host knows one, that of its security updates. Raises LookupError,
    CalledProcessError."""
    command = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = sorted(set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))
    plain = [address for address in found if "security" not in address]
    if not plain:
        raise LookupError("the settings of apt name no archive of Debian")
    return plain[0], next((address for address in found if "security" in address), None)


def listed(name: str) -> list[str]:
    """The lines of a file of `packages/`, without its comments."""
    lines = (PACKAGES / f"{name}.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def make_root(folder: Path, packages: Sequence[str], left_out: Sequence[str] = (), epoch: int = 0) -> None:
    """A root with these packages and all that they depend on. `left_out`: lines "exclude PATTERN", "include PATTERN".

    Raises CalledProcessError; mmdebstrap has then said why.
    """
    archive, security = archives()
    # Newer packages first, so that a kernel with a mended hole is the one that is taken.
    sources = [f"deb [signed-by={KEYRING}] {archive} {suite} {COMPONENTS.replace(',', ' ')}" for suite in _suites()]
    if security:
        sources.append(f"deb [signed-by={KEYRING}] {security} {SUITE}-security {COMPONENTS.replace(',', ' ')}")
    options = [f"--dpkgopt=path-{line.replace(' ', '=', 1)}" for line in left_out]
    remove(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(
        "mmdebstrap", "--quiet", "--mode=root", "--format=directory", "--variant=apt",
        f"--include={','.join(packages)}",
        '--aptopt=APT::Install-Recommends "0"', '--aptopt=Acquire::Languages "none"', *options,
        SUITE, str(folder), *sources,
        environment={"SOURCE_DATE_EPOCH": str(epoch), "DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip
    # The addresses are this host's own.
    for path in (folder / "etc/apt/sources.list", *(folder / "etc/apt/sources.list.d").glob("*")):
        path.unlink(missing_ok=True)


def _suites() -> tuple[str, str]:
    return SUITE, f"{SUITE}-updates"


def in_root(root: Path, *command: str, epoch: int = 0) -> None:
    """Run a program of a root in it. Raises CalledProcessError."""
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TZ": "UTC",
        "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0", "DEBIAN_FRONTEND": "noninteractive",
    }  # fmt: skip
    settings = [f"{name}={value}" for name, value in environment.items()]
    run("chroot", str(root), "/usr/bin/env", "-i", *settings, *command)


def run(*command: str, environment: dict[str, str] | None = None) -> None:
    """Run a program that has nothing to say unless it fails. Raises CalledProcessError."""
    known = {**os.environ, **(environment or {})}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=known)


def remove(folder: Path) -> None:
    """Remove a root; nothing is ever mounted in one."""
    if folder.exists():
        shutil.rmtree(folder)

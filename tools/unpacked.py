"""Debian packages, unpacked into folders of their own by an apt of their own.

Where they come from is for this computer's own apt settings to say. Nothing is installed on it, and none of the
packages' scripts runs.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def fetch(place: Path, suites: tuple[str, ...], packages: tuple[str, ...], release: str = "") -> None:
    """Unpack packages with all that they depend on. Raises CalledProcessError, LookupError."""
    with _apt(place, suites) as (apt, options):
        target = ["-t", release] if release else []
        run(["apt-get", *options, "-qy", "-d", *target, "install", *packages])
        _unpack(apt / "cache/archives", place)


def fetch_alone(place: Path, suites: tuple[str, ...], packages: tuple[str, ...]) -> None:
    """Unpack packages, each alone: what they depend on is there already. The newest of the suites counts.

    Raises CalledProcessError, LookupError.
    """
    with _apt(place, suites) as (apt, options):
        # The suite after the slash: backports never win by themselves.
        wanted = [f"{package}/{suites[-1]}" if "/" not in package else package for package in packages]
        subprocess.run(
            ["apt-get", *options, "-q", "download", *wanted], check=True, cwd=apt, stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        _unpack(apt, place)


@contextmanager
def _apt(place: Path, suites: tuple[str, ...]) -> Iterator[tuple[Path, list[str]]]:
    """An apt that knows of no package on this computer: its folder, and the options that make it so."""
    apt = place.with_name(place.name + "-apt")
    for folder in ("lists/partial", "cache/archives/partial", "etc/none"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    lines = [f"deb [signed-by={KEYRING}] {archive()} {suite} main\n" for suite in suites]
    (apt / "sources.list").write_text("".join(lines))
    settings = {
        "Dir::State": apt, "Dir::State::lists": apt / "lists", "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache", "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": apt / "etc/none", "Dir::Etc::preferencesparts": apt / "etc/none",
        "APT::Architecture": "amd64", "APT::Install-Recommends": "0", "APT::Sandbox::User": "root",
        "Acquire::Languages": "none", "Debug::NoLocking": "1",
    }  # fmt: skip
    options = [f"-o{name}={value}" for name, value in settings.items()]
    run(["apt-get", *options, "-q", "update"])
    yield apt, options
    shutil.rmtree(apt)


def _unpack(folder: Path, place: Path) -> None:
    for package in sorted(folder.glob("*.deb")):
        run(["dpkg-deb", "-x", str(package), str(place)])


def archive() -> str:
    """Where this computer's own apt has its packages from. Raises CalledProcessError, LookupError."""
    command = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    for address in sorted(set(found.split())):
        if "security" not in address:
            return address
    raise LookupError("the settings of apt name no archive")


def run(command: list[str]) -> None:
    """A program that has nothing to say unless it fails. Raises CalledProcessError."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

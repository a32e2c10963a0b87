"""The agent in a virtual environment of its own, with the versions that constraints.txt pins.

The packages are fetched by this host's pip, as its settings say, for the Python of the stick; they are installed from
files only.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = "opt/ordis"
PYTHON = "3.13"
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64", "manylinux_2_34_x86_64")


def install(tools: Path, system: Path, work: Path, epoch: int) -> None:
    """Install the agent into the system. `tools`: a root with the same Python, and pip. Raises CalledProcessError."""
    wheels = work / "wheels"
    fetch(wheels, epoch)
    inside = tools / "wheels"
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(wheels, inside)
    debian.in_root(tools, "python3", "-m", "venv", "--without-pip", f"/{PLACE}", epoch=epoch)
    names = sorted(f"/wheels/{wheel.name}" for wheel in inside.iterdir())
    debian.in_root(
        tools, "python3", "-m", "pip", f"--python=/{PLACE}/bin/python", "install", "--quiet", "--no-index", "--no-deps",
        "--no-compile", "--disable-pip-version-check", "--root-user-action=ignore", *names, epoch=epoch,
    )  # fmt: skip
    debian.remove(system / PLACE)
    shutil.move(tools / PLACE, system / PLACE)
    tidy(system / PLACE)
    for name in ("ordis",):
        link = system / "usr/local/bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(f"/{PLACE}/bin/{name}")
    shutil.rmtree(inside)


def fetch(wheels: Path, epoch: int) -> None:
    """The agent's own wheel, and those of all that it needs."""
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check"]
    environment = {"SOURCE_DATE_EPOCH": str(max(epoch, 315532800))}  # a zip file knows no time before 1980
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    debian.run(*pip, *wheel, environment=environment)
    shutil.rmtree(ROOT / "build/lib", ignore_errors=True)
    shutil.rmtree(ROOT / "build/bdist.linux-x86_64", ignore_errors=True)
    (own,) = wheels.glob("ordis-*.whl")
    platforms = [f"--platform={name}" for name in PLATFORMS]
    debian.run(
        *pip, "download", "--dest", str(wheels), "--only-binary=:all:", f"--python-version={PYTHON}",
        "--implementation=cp", f"--abi=cp{PYTHON.replace('.', '')}", "--abi=abi3", "--abi=none", *platforms,
        "--constraint", str(ROOT / "constraints.txt"), str(own),
    )  # fmt: skip


def tidy(place: Path) -> None:
    """Without what only its makers' tests need, and what would tell when and where it was installed."""
    for pattern in ("**/tests", "**/test", "**/__pycache__"):
        for folder in place.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    for name in ("direct_url.json", "REQUESTED", "INSTALLER"):
        for path in place.glob(f"lib/*/site-packages/*.dist-info/{name}"):
            path.unlink()
    _forget_in_records(place)


def _forget_in_records(place: Path) -> None:
    for record in place.glob("lib/*/site-packages/*.dist-info/RECORD"):
        base = record.parent.parent
        lines = record.read_text().splitlines()
        kept = [line for line in lines if (base / line.split(",")[0].strip('"')).exists()]
        record.write_text("\n".join(sorted(kept)) + "\n")


def commit_time() -> int:
    """Seconds since 1970 of the newest commit: when what is built was made. Raises CalledProcessError."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(told.stdout)

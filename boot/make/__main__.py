"""`make image`, `make netboot`: build/ordis.img, build/ordis.img.zst and build/netboot.

    boot/make image [--out FOLDER]

Two buildings from the same commit and the same packages give the same bytes; see boot/README.md. Needs root, for the
roots of Debian that everything is made in; it writes below `--out` and nowhere else.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import debian
import disk
import environment
import netboot
import system as system_of
from environment import ROOT

NEEDED = {"mmdebstrap": "mmdebstrap", "dpkg-deb": "dpkg", "chroot": "coreutils", "git": "git"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make image")
    parser.add_argument("what", choices=("image", "netboot"))
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    parser.add_argument("--version", default=version())
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        return stop("root is needed, for the system that the image is made in: sudo make image")
    if missing := [package for program, package in NEEDED.items() if not shutil.which(program)]:
        return stop(f"these packages are missing: apt-get install {' '.join(missing)}")
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or environment.commit_time())
    try:
        build(arguments.what, arguments.out, arguments.version, epoch)
    except subprocess.CalledProcessError as error:
        return stop(f"{error.cmd[0]} ended with {error.returncode}; its own words are above")
    return 0


def build(what: str, out: Path, version: str, epoch: int) -> None:
    """Raises CalledProcessError, OSError."""
    started = time.monotonic()

    def step(text: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - started:4.0f} s] {text}\n")

    place = out / "image"
    tools, work = place / "tools", place / "tools/work"
    system, folder = work / "system", work / "fat"
    here = disk.Place(tools, folder, epoch)
    inputs = fingerprint(version, epoch)
    if (place / "inputs").exists() and (place / "inputs").read_text() == inputs:
        step("the system is there already")
    else:
        (place / "inputs").unlink(missing_ok=True)
        step("the tools")
        debian.make_root(tools, debian.listed("tools"), debian.listed("left-out")[:5], epoch)
        (folder / "live").mkdir(parents=True)
        step("the system")
        system_of.make(system, tools, place, version, epoch)
        step("packing it")
        system_of.pack(tools, system, folder / "live/filesystem.squashfs", epoch)
        disk.gather(here, system, disk.BOOT / "grub/ordis.toml")
        (place / "inputs").write_text(inputs)
    if what == "netboot":
        netboot.make(here, out / "netboot")
        step(f"{out / 'netboot'}")
        return
    image = out / "ordis.img"
    step("the image")
    disk.write(here, image)
    step("compressing it")
    disk.hard_link(image, work / "ordis.img")
    here.run("zstd", "-q", "-f", "-T2", "-9", "--no-progress", here.inside(work / "ordis.img"))
    shutil.move(work / "ordis.img.zst", out / "ordis.img.zst")
    (work / "ordis.img").unlink()
    step(f"{image}: {image.stat().st_size >> 20} MiB, compressed {(out / 'ordis.img.zst').stat().st_size >> 20} MiB")


def fingerprint(version: str, epoch: int) -> str:
    """Of all that the system is made from, but the packages of Debian: those are taken anew with each commit."""
    folders = ("agent", "profiles", "boot")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    files += [ROOT / name for name in ("setup.cfg", "pyproject.toml", "constraints.txt")]
    lines = [f"{disk.digest(path)} {path.relative_to(ROOT)}" for path in sorted(files)]
    return "\n".join([version, str(epoch), *lines]) + "\n"


def version() -> str:
    scope: dict[str, str] = {}
    exec((ROOT / "agent/__init__.py").read_text(), scope)  # noqa: S102 - our own file, one line
    return scope["__version__"]


def stop(text: str) -> int:
    sys.stderr.write(f"make image: {text}.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())

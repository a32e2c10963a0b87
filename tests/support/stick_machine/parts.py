"""What such a computer is made of, where it lies, and how it is started."""

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "build"
QEMU = BUILD / "machine/qemu"
HOST = BUILD / "stick-parts/host"
MODULES = BUILD / "stick-parts/qemu/usr/lib/x86_64-linux-gnu/qemu"
OVMF = HOST / "usr/share/OVMF"
PROGRAM = QEMU / "usr/bin/qemu-system-x86_64"
_LIBRARIES = (QEMU / "usr/lib/x86_64-linux-gnu", QEMU / "lib/x86_64-linux-gnu", HOST / "usr/lib/x86_64-linux-gnu")
_FIRMWARE = (QEMU / "usr/share/qemu", QEMU / "usr/share/seabios", HOST / "usr/lib/ipxe/qemu")
_HELPERS = {"mcopy": "mtools", "mksquashfs": "squashfs-tools", "debugfs": "e2fsprogs"}
_PROBE_SECONDS = 30


def image() -> Path:
    """The image that is tested: what the environment variable ORDIS_IMAGE names, else build/ordis.img."""
    return Path(os.environ.get("ORDIS_IMAGE") or BUILD / "ordis.img")


def missing() -> str | None:
    """What there is not, to start the stick."""
    if not image().exists():
        return f"there is no image of the stick ({image()}): make image"
    if not PROGRAM.exists() or not OVMF.exists():
        return "QEMU and its firmware are not there: make test-machine fetches them into build/"
    if lacking := [package for program, package in _HELPERS.items() if not which(program)]:
        return f"these packages are missing: {' '.join(lacking)}"
    return None


def which(program: str) -> str | None:
    """Also where only root looks."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def tool(*argv: str | Path, good: tuple[int, ...] = (0,)) -> str:
    """A program that must end well, with one of the `good` codes; what it prints."""
    found = which(str(argv[0]))
    assert found, f"{argv[0]} is missing"
    done = subprocess.run([found, *map(str, argv[1:])], check=False, capture_output=True, text=True)
    assert done.returncode in good, f"{argv} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, _LIBRARIES)),
        "QEMU_MODULE_DIR": str(MODULES),
    }


def base(accelerator: str) -> list[str]:
    """QEMU's command line as far as all these computers share it."""
    folders = [option for folder in _FIRMWARE for option in ("-L", str(folder))]
    return [str(PROGRAM), *folders, *accelerator.split(), "-nodefaults", "-no-user-config", "-display", "none"]


@functools.cache
def accelerator() -> str:
    """Real KVM where a kernel of Debian's comes up in it within half a minute; what some computers offer under that
    name does not start one. Else software that does the same, ten times slower, on several threads."""
    soft = "-accel tcg,thread=multi -cpu Nehalem"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return soft
    with tempfile.TemporaryDirectory() as folder:
        serial = Path(folder, "serial")
        command = [
            *base("-accel kvm -cpu host"), "-m", "512", "-no-reboot", "-serial", f"file:{serial}",
            "-kernel", str(BUILD / "machine/kernel"), "-append", "console=ttyS0 panic=-1",
        ]  # fmt: skip
        try:
            subprocess.run(command, check=False, capture_output=True, env=environment(), timeout=_PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            return soft
        # Without a root file system the kernel stops there, which is as far as it need come.
        return "-accel kvm -cpu host" if b"Unable to mount root" in serial.read_bytes() else soft


def compiled_acpi(source: Path, folder: Path, **defined: int) -> Path:
    """An ACPI table from its source, with these names defined for its preprocessor."""
    text, target = folder / source.name, folder / f"{source.stem}.aml"
    lines = [f"#define {name} {value}" for name, value in defined.items()]
    text.write_text("\n".join([*lines, source.read_text()]))
    done = subprocess.run(
        [str(HOST / "usr/bin/iasl"), "-p", str(target), str(text)], check=False, capture_output=True, text=True
    )
    assert target.exists(), done.stdout + done.stderr
    return target

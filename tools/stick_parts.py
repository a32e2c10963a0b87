"""`make test-machine`: fetch what computers that start the real stick are made of beside QEMU, into build/stick-parts.

Their firmware (OVMF), their network cards' (iPXE), the compiler of their ACPI tables, and QEMU's way to drives that
are served over iSCSI. Takes a quarter of a minute and 40 MB once; tools/machine.py has fetched QEMU.
"""

import fcntl
import shutil
import sys
from pathlib import Path

import machine
from unpacked import fetch_alone

PLACE = machine.PLACE.with_name("stick-parts")
NEW = PLACE.with_name("stick-parts.new")


def main() -> int:
    """Return 0, or 3 where this computer cannot do it."""
    if machine.main():
        return 3
    with open(PLACE.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = PLACE / "made-by"
        if not done.exists() or done.read_bytes() != Path(__file__).read_bytes():
            shutil.rmtree(NEW, ignore_errors=True)
            NEW.mkdir(parents=True)
            fetch_alone(NEW / "host", ("bookworm",), ("ovmf", "ovmf-ia32", "ipxe-qemu", "acpica-tools", "libiscsi7"))
            # Of QEMU's own version: it takes no other's modules.
            fetch_alone(NEW / "qemu", ("bookworm", "bookworm-backports"), ("qemu-block-extra",))
            (NEW / "made-by").write_bytes(Path(__file__).read_bytes())
            shutil.rmtree(PLACE, ignore_errors=True)
            NEW.rename(PLACE)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make test-machine`: fetch what the virtual machine of tests/machine is made of, into build/machine.

A kernel and a small system of Debian 13 to boot, and QEMU 10 of Debian 12's backports (twice as fast as Debian 12's
own) with its libraries. Debian's packages come by apt's signed ways, into folders of their own; nothing is installed
on this computer, and none of the packages' scripts runs. Takes a minute and 600 MB once.
"""

import fcntl
import lzma
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from unpacked import KEYRING, fetch, run

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build/machine"
NEW = ROOT / "build/machine.new"
NEEDED = ("apt-get", "dpkg-deb")

SYSTEM = (
    "busybox-static", "python3-minimal", "libpython3.13-stdlib", "open-iscsi", "nvme-cli", "hdparm", "sg3-utils",
    "smartmontools", "kmod", "linux-image-amd64", "python3-cryptography", "python3-psutil", "python3-pyudev",
    "python3-pydantic", "python3-zstandard", "mount", "e2fsprogs",
)  # fmt: skip
MODULES = (
    "virtio_pci", "virtio_net", "crc32c_generic", "sd_mod", "sg", "iscsi_tcp", "nvme_tcp",
    "xhci_pci", "usb_storage", "ext4", "vfat", "nls_ascii", "nls_cp437", "nls_utf8",
)  # fmt: skip
LEFT_OUT = (
    "usr/share/",
    "usr/lib/systemd/",
    "usr/lib/udev/",
    "usr/lib/x86_64-linux-gnu/gconv/",
    "boot/",
    "usr/lib/modules/",
)
EXTRA = {
    "init": (
        "#!/usr/bin/busybox sh\n"
        "export PATH=/usr/sbin:/usr/bin HOME=/root\n"
        "busybox mkdir -p /proc /sys /dev /run/lock/iscsi /tmp /root /var/lib /etc/iscsi /etc/nvme\n"
        "busybox mount -t proc proc /proc; busybox mount -t sysfs sys /sys; busybox mount -t devtmpfs dev /dev\n"
        "for module in $(busybox cat /modules/order); do busybox insmod /modules/$module; done\n"
        "busybox ip link set lo up; busybox ip link set eth0 up\n"
        "busybox ip address add 10.0.2.15/24 dev eth0; busybox ip route add default via 10.0.2.2\n"
        "echo InitiatorName=iqn.2026-11.org.ordis.test:machine > /etc/iscsi/initiatorname.iscsi\n"
        "PYTHONPATH=/ordis python3 /ordis/guest.py\n"
        "busybox poweroff -f\n"
    ),
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
}
"""Files of the system beside those of its packages."""


def main() -> int:
    """Return 0, or 3 where this computer cannot do it."""
    if missing := [name for name in NEEDED if not shutil.which(name)] + [str(KEYRING)] * (not KEYRING.exists()):
        sys.stderr.write(f"The virtual machine cannot be made here: {', '.join(missing)} is missing.\n")
        return 3
    PLACE.parent.mkdir(exist_ok=True)
    with open(PLACE.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made():
            shutil.rmtree(NEW, ignore_errors=True)
            make(NEW)
            shutil.rmtree(PLACE, ignore_errors=True)
            NEW.rename(PLACE)
    return 0


def is_made() -> bool:
    """Whether it is there, made by this very program."""
    done = PLACE / "made-by"
    return done.exists() and done.read_bytes() == Path(__file__).read_bytes()


def make(place: Path) -> None:
    """Raises CalledProcessError where a package cannot be had."""
    fetch(
        place / "qemu",
        ("bookworm", "bookworm-updates", "bookworm-backports"),
        ("qemu-system-x86",),
        "bookworm-backports",
    )
    fetch(place / "system", ("trixie",), SYSTEM)
    system = place / "system"
    (kernel,) = (system / "boot").glob("vmlinuz-*")
    shutil.copy(kernel, place / "kernel")
    with open(place / "system.cpio", "wb") as archive:
        for part in (files(system), modules(system, kernel.name.removeprefix("vmlinuz-")), extra()):
            archive.writelines(cpio_entry(*entry) for entry in part)
        archive.write(cpio_entry("TRAILER!!!", b"", 0))
    shutil.rmtree(system)
    (place / "made-by").write_bytes(Path(__file__).read_bytes())


def files(system: Path) -> Iterator[tuple[str, bytes, int]]:
    """What of the packages goes into the machine: name, content, mode."""
    for name in ("bin", "sbin", "lib", "lib64"):
        yield name, f"usr/{name}".encode(), stat.S_IFLNK | 0o777
    for path in sorted(system.rglob("*")):
        name = str(path.relative_to(system))
        if f"{name}/".startswith(LEFT_OUT) and not name.startswith("usr/share/misc"):
            continue
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            yield name, os.readlink(path).encode(), about.st_mode
        elif stat.S_ISDIR(about.st_mode):
            yield name, b"", stat.S_IFDIR | 0o755
        else:
            yield name, path.read_bytes(), about.st_mode


def modules(system: Path, release: str) -> Iterator[tuple[str, bytes, int]]:
    """The modules that the machine loads, unpacked, and the order in which."""
    library = system / "usr/lib/x86_64-linux-gnu"
    # The system's own depmod, by its own loader: its libraries are newer than this computer's.
    loader = [str(system / "usr/lib64/ld-linux-x86-64.so.2"), "--argv0", "depmod", "--library-path", str(library)]
    depmod = [str(system / "usr/bin/kmod"), "-b", str(system / "usr"), release]
    run([*loader, *depmod])
    folder = system / "usr/lib/modules" / release
    needs = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        path, _, others = line.partition(":")
        needs[Path(path).name.split(".")[0].replace("-", "_")] = (path, others.split())
    order: list[str] = []
    for wanted in MODULES:
        if wanted in needs:  # else it is built in
            path, others = needs[wanted]
            order += [one for one in (*reversed(others), path) if one not in order]
    yield "modules", b"", stat.S_IFDIR | 0o755
    for path in order:
        content = (folder / path).read_bytes()
        plain = lzma.decompress(content) if path.endswith(".xz") else content
        yield f"modules/{Path(path).name.removesuffix('.xz')}", plain, stat.S_IFREG | 0o644
    listed = "\n".join(Path(path).name.removesuffix(".xz") for path in order)
    yield "modules/order", listed.encode(), stat.S_IFREG | 0o644


def extra() -> Iterator[tuple[str, bytes, int]]:
    for name, content in EXTRA.items():
        yield name, content.encode(), stat.S_IFREG | 0o755


def cpio_entry(name: str, content: bytes, mode: int) -> bytes:
    """One entry of an initramfs (the kernel's buffer-format.rst, "newc")."""
    fields = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(f"{field:08X}".encode() for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)


if __name__ == "__main__":
    sys.exit(main())

"""A stick for the tests: the image itself, with our overlay beside its system and our settings on it."""

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stick_machine.parts import tool

MIB = 1 << 20
FAT_FIRST = 1 * MIB
GUEST = "usr/local/lib/ordis-test"
UNIT = """[Unit]
Description=Does what the test asks
DefaultDependencies=no
After=systemd-udev-trigger.service
Conflicts=shutdown.target
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/python3 /usr/local/lib/ordis-test/guest.py
Restart=always
RestartSec=0.5

[Install]
WantedBy=sysinit.target
"""
HOLD = """[Unit]
Description=Nothing of ours starts before the test says so
ConditionKernelCommandLine=ordis.test.hold
DefaultDependencies=no
Before=ordis.service

[Service]
Type=oneshot
ExecStart=/bin/sh -c "until [ -e /run/ordis-test-go ]; do sleep 0.2; done"
TimeoutStartSec=infinity
"""


def overlay(folder: Path, settings: Path) -> Path:
    """Our program in the computer, as a layer above the system: live-boot takes every squashfs that it finds.

    `settings`: a folder with ordis.toml, for computers that run without their stick.
    """
    made = folder / "zz-test.squashfs"
    tool("mksquashfs", tree(folder / "overlay", settings), made, "-quiet", "-no-progress", "-noappend", "-all-root")
    return made


def tree(root: Path, settings: Path) -> Path:
    """The files of that layer."""
    units = root / "etc/systemd/system"
    for name, text, wanted_by in (("", UNIT, "sysinit.target"), ("-hold", HOLD, "ordis.service")):
        (units / f"{wanted_by}.wants").mkdir(parents=True)
        (units / f"ordis-test{name}.service").write_text(text)
        (units / f"{wanted_by}.wants/ordis-test{name}.service").symlink_to(f"../ordis-test{name}.service")
    (root / GUEST).mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("guest.py"), root / GUEST)
    shutil.copytree(settings, root / "etc/ordis")
    return root


@dataclass(frozen=True)
class Stick:
    file: Path

    def copy(self, file: Path) -> "Stick":
        subprocess.run(["cp", "--sparse=always", str(self.file), str(file)], check=True)
        return Stick(file)

    @property
    def _fat(self) -> str:
        return f"{self.file}@@{FAT_FIRST}"

    def put(self, source: Path, name: str) -> None:
        """A file on the partition that Windows shows."""
        tool("mcopy", "-o", "-m", "-i", self._fat, source, f"::{name}")

    def get(self, name: str, target: Path) -> Path:
        tool("mcopy", "-n", "-i", self._fat, f"::{name}", target)
        return target

    def make_folder(self, name: str) -> None:
        tool("mmd", "-D", "s", "-i", self._fat, f"::{name}")

    @property
    def volume(self) -> str:
        """The number of its FAT volume, as the kernel's command line names it."""
        with self.file.open("rb") as file:
            file.seek(FAT_FIRST + 67)
            number = file.read(4)[::-1].hex().upper()
        return f"{number[:4]}-{number[4:]}"

    @property
    def state_first(self) -> int:
        """Where its data partition begins, in bytes: the second entry of the table."""
        with self.file.open("rb") as file:
            file.seek(446 + 16 + 8)
            return int.from_bytes(file.read(4), "little") * 512

    def kernel(self, folder: Path, *more: str) -> tuple[Path, Path, str]:
        """Its kernel, its initrd, and the command line that its boot menu would give, with more words."""
        menu = self.get("boot/grub/grub.cfg", folder / "grub.cfg").read_text()
        words = " ".join(re.findall(r'^set common="([^"]*)"', menu, re.MULTILINE))
        for name, value in (
            ("common", ""),
            ("stick", self.volume),
            ("ordis_lang", "fr"),
            ("ordis_keymap", "fr-latin9"),
        ):
            words = words.replace(f"${name}", value)
        assert "$" not in words, words
        kernel = self.get("live/vmlinuz", folder / "vmlinuz")
        return kernel, self.get("live/initrd.img", folder / "initrd.img"), " ".join([*words.split(), *more])

    def digest_before_state(self) -> str:
        """Of all that is not the data partition and does not belong to its growing: the boot sector but for the length
        of the second partition, and everything up to it."""
        found, left = hashlib.sha256(), self.state_first
        with self.file.open("rb") as file:
            sector = bytearray(file.read(512))
            sector[446 + 16 + 1 : 446 + 16 + 4] = sector[446 + 16 + 5 : 446 + 32] = b""
            found.update(sector)
            left -= 512
            while left:
                block = file.read(min(left, MIB))
                found.update(block)
                left -= len(block)
        return found.hexdigest()

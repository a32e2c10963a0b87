"""The folder from which machines start over the network (build/netboot): see boot/netboot/serve.py."""

import shutil
from pathlib import Path

import debian
import disk

BOOT = disk.BOOT


def make(place: disk.Place, out: Path) -> None:
    """From the same kernel, initrd and system as the stick. Raises CalledProcessError, OSError."""
    tools, work = place.tools, place.tools / "work"
    debian.remove(out)
    for name in ("tftp/grub/fonts", "http", "settings"):
        (out / name).mkdir(parents=True)
    copies = {
        place.folder / "live/vmlinuz": "tftp/vmlinuz",
        place.folder / "live/initrd.img": "tftp/initrd.img",
        tools / "usr/lib/shim/shimx64.efi.signed": "tftp/shimx64.efi",
        tools / "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed": "tftp/grubx64.efi",
        tools / "usr/share/grub/unicode.pf2": "tftp/grub/fonts/unicode.pf2",
        BOOT / "netboot/grub.cfg": "tftp/grub/grub.cfg",
        tools / "usr/lib/ipxe/undionly.kpxe": "tftp/undionly.kpxe",
        BOOT / "netboot/boot.ipxe": "boot.ipxe",
        BOOT / "netboot/serve.py": "serve.py",
        BOOT / "netboot/dnsmasq.conf": "dnsmasq.conf",
        BOOT / "netboot/LISEZMOI.txt": "LISEZMOI.txt",
        BOOT / "grub/ordis.toml": "settings/ordis.toml",
    }
    for source, target in copies.items():
        shutil.copy(source, out / target)
    disk.hard_link(place.folder / "live/filesystem.squashfs", out / "http/filesystem.squashfs")
    place.run("grub-script-check", place.inside(_within(work, BOOT / "netboot/grub.cfg")))
    for name in ("vmlinuz", "initrd.img"):
        disk.hard_link(out / "tftp" / name, out / "http" / name)
    disk.grub_image(place, "i386-efi", "/grub", work / "ordis-ia32.efi", "grub-efi32-net")
    shutil.move(work / "ordis-ia32.efi", out / "tftp/ordis-ia32.efi")


def _within(work: Path, file: Path) -> Path:
    """A copy of a file where the tools' root can see it."""
    shutil.copyfile(file, work / file.name)
    return work / file.name

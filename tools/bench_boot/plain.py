"""A plain Debian live system, to compare with: the same Debian, kernel, way of starting and compression as the stick's,
with a login in the place of everything that is ours."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "boot/make")]
import debian  # noqa: E402 - found through the line above
import disk  # noqa: E402
import environment  # noqa: E402

PACKAGES = (
    "linux-image-amd64", "live-boot", "systemd-sysv", "systemd-timesyncd", "dbus", "udev", "kmod", "zstd", "busybox",
    "network-manager", "wpasupplicant", "iproute2", "kbd", "python3", "ca-certificates", "initramfs-tools", "locales",
)  # fmt: skip
"""What `live-boot` needs, and the services that a Debian with a network has: our own list without our own programs."""
MENU = """set timeout=4
set default=0
if loadfont unicode; then
    insmod all_video
    set gfxmode=auto
    terminal_output gfxterm
fi
set gfxpayload=keep
menuentry "Debian" {
    linux /live/vmlinuz boot=live quiet loglevel=3 noeject live-media=removable
    initrd /live/initrd.img
}
"""


def make(built: Path, image: Path) -> None:
    """Write it to `image`. `built`: the folder of `make image`, whose tools are used. Raises CalledProcessError."""
    tools = built / "image/tools"
    work, epoch = tools / "plain", environment.commit_time()
    system, folder = work / "system", work / "fat"
    debian.remove(work)
    (folder / "live").mkdir(parents=True)
    debian.make_root(system, [*PACKAGES, *debian.listed("firmware")], debian.listed("left-out"), epoch)
    debian.in_root(system, "update-initramfs", "-u", epoch=epoch)
    here = disk.Place(tools, folder, epoch)
    here.run(
        "mksquashfs", here.inside(system), here.inside(folder / "live/filesystem.squashfs"), "-quiet", "-no-progress",
        "-noappend", "-comp", "zstd", "-Xcompression-level", "15", "-b", "262144", "-wildcards", "-e", "boot/*",
    )  # fmt: skip
    disk.gather(here, system, disk.BOOT / "grub/ordis.toml")
    (folder / "boot/grub/grub.cfg").write_text(MENU)
    disk.write(here, image)
    shutil.rmtree(work)

"""The system that the stick starts: Debian's packages, the agent, our own settings; then packed as one file."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import debian
import environment
import firstread
import font

BOOT = Path(__file__).resolve().parent.parent
MASKED = (
    # No console that asks for nothing but to be typed at; the root console is ordis-console.service.
    "getty@.service", "serial-getty@.service", "console-getty.service", "container-getty@.service",
    "getty-static.service", "debug-shell.service", "emergency.service", "rescue.service",
    # Nothing touches a drive by itself: no discarding, no checking, no network drives, no swap, no sleep.
    "fstrim.timer", "e2scrub_all.timer", "e2scrub_reap.service", "smartmontools.service", "smartd.service",
    "nvmf-autoconnect.service", "nvmefc-boot-connections.service", "swap.target", "systemd-hibernate-resume.service",
    "sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target", "suspend-then-hibernate.target",
    "ctrl-alt-del.target", "systemd-tpm2-setup.service", "systemd-tpm2-setup-early.service",
    # Nothing here lives from one start to the next.
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "systemd-pcrphase.service",
    "systemd-random-seed.service", "systemd-firstboot.service", "NetworkManager-wait-online.service",
    "systemd-journal-catalog-update.service", "systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount",
    "systemd-machine-id-commit.service", "systemd-boot-random-seed.service", "systemd-sysusers.service",
    "dev-hugepages.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount", "systemd-pstore.service",
    "ldconfig.service", "systemd-update-done.service", "systemd-hwdb-update.service", "man-db.timer",
    "alsa-restore.service",
)  # fmt: skip
ENABLED = (
    "ordis.service", "ordis-screen@tty1.service", "ordis-serial.service",
    "ordis-console.service", "NetworkManager.service", "systemd-timesyncd.service",
)  # fmt: skip
RULES_OFF = ("85-hdparm.rules", "71-nvmf-netapp.rules", "70-nvmf-autoconnect.rules", "64-btrfs.rules")
"""udev's rules that set up drives or look for more of them."""
NETWORK_DRIVES = (
    "drivers/nvme/host/nvme-tcp.ko", "drivers/nvme/host/nvme-rdma.ko", "drivers/nvme/host/nvme-fc.ko",
    "drivers/nvme/host/nvme-fabrics.ko", "drivers/scsi/iscsi_tcp.ko", "drivers/scsi/libiscsi_tcp.ko",
    "drivers/block/nbd.ko",
    "drivers/block/rbd.ko", "drivers/block/drbd/drbd.ko", "drivers/block/aoe/aoe.ko",
    "drivers/infiniband/ulp/iser/ib_iser.ko",
    "drivers/infiniband/ulp/srp/ib_srp.ko", "drivers/block/rnbd/rnbd-client.ko",
)  # fmt: skip
"""Clients for drives elsewhere. What a released image cannot reach, it cannot erase; the tests bring them along."""
EMPTIED = ("var/cache/apt", "var/lib/apt/lists", "var/log", "var/cache/debconf", "tmp", "run")
FORGOTTEN = (
    "etc/machine-id", "var/lib/dbus/machine-id", "etc/hostname", "etc/resolv.conf", "etc/nvme/hostid",
    "etc/nvme/hostnqn", "var/cache/ldconfig/aux-cache",
)  # fmt: skip


def make(system: Path, tools: Path, work: Path, version: str, epoch: int) -> None:
    """Make the system's root. Raises CalledProcessError, OSError."""
    debian.make_root(system, debian.listed("system") + debian.listed("firmware"), debian.listed("left-out"), epoch)
    environment.install(tools, system, work, epoch)
    shutil.copytree(BOOT / "system", system, dirs_exist_ok=True)
    font.install(tools / "usr/share/consolefonts", system / "usr/share/consolefonts")
    settle(system, version, epoch)
    set_apart(system, work / "network-drives", epoch)
    compile_python(system, epoch)
    firstread.note(system, epoch)
    debian.in_root(system, "update-initramfs", "-c", "-k", kernel_release(system), epoch=epoch)
    forget(system)


def set_apart(system: Path, place: Path, epoch: int) -> None:
    """Move the drivers of NETWORK_DRIVES out of the system into `place`, where the machine tests find them."""
    release = kernel_release(system)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in NETWORK_DRIVES:
        for module in (system / "usr/lib/modules" / release / "kernel").glob(f"{name}*"):
            shutil.move(module, place / module.name)
    debian.in_root(system, "depmod", release, epoch=epoch)


def settle(system: Path, version: str, epoch: int) -> None:
    """What the packages' own scripts would have been told."""
    for unit in MASKED:
        link_to_nothing(system / "etc/systemd/system" / unit)
    # On another terminal, logind starts the screen when somebody changes to it, not before.
    autovt = system / "etc/systemd/system/autovt@.service"
    autovt.unlink(missing_ok=True)
    autovt.symlink_to("ordis-screen@.service")
    debian.in_root(system, "systemctl", "enable", "--quiet", *ENABLED)
    debian.in_root(system, "systemctl", "set-default", "--quiet", "multi-user.target")
    for rule in RULES_OFF:
        if (system / "usr/lib/udev/rules.d" / rule).exists():
            link_to_nothing(system / "etc/udev/rules.d" / rule)
    debian.in_root(system, "usermod", "--lock", "root")
    built = datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")
    (system / "etc/ordis").mkdir(exist_ok=True)
    (system / "etc/ordis/image.toml").write_text(f'version = "{version}"\nbuilt = "{built}"\n')
    (system / "etc/fstab").write_text("# Nothing is mounted by itself.\n")


def link_to_nothing(place: Path) -> None:
    """systemd's and udev's way to say: not here."""
    place.unlink(missing_ok=True)
    place.symlink_to("/dev/null")


def compile_python(system: Path, epoch: int) -> None:
    """Compiled Python whose validity rests on no file's time: a reader need not even look at the source."""
    for folder in ("/usr/lib/python3.13", "/usr/lib/python3", f"/{environment.PLACE}"):
        if (system / folder.lstrip("/")).is_dir():
            debian.in_root(
                system, "python3", "-m", "compileall", "-q", "-f", "-j", "2", "--invalidation-mode", "unchecked-hash",
                folder, epoch=epoch,
            )  # fmt: skip


def kernel_release(system: Path) -> str:
    """Raises ValueError where there is not exactly one kernel."""
    (release,) = (path.name.removeprefix("vmlinuz-") for path in (system / "boot").glob("vmlinuz-*"))
    return release


def forget(system: Path) -> None:
    """What the making has left, and what every start makes anew."""
    for name in EMPTIED:
        for path in (system / name).glob("*"):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name in FORGOTTEN:
        (system / name).unlink(missing_ok=True)
    for path in (system / "var/lib/dpkg").glob("*-old"):
        path.unlink()
    (system / "etc/machine-id").touch()
    (system / "etc/hostname").write_text("ordis\n")
    (system / "etc/hosts").write_text("127.0.0.1 localhost ordis\n::1 localhost\n")
    for name in ("run/ordis", "var/lib/ordis"):
        (system / name).mkdir(parents=True, exist_ok=True)
        (system / name).chmod(0o700)


def pack(tools: Path, system: Path, target: Path, epoch: int) -> None:
    """The system as one compressed file. Kernel and initrd stand beside it, not in it."""
    inside, order = tools / "work/system", tools / "work/order"
    order.write_text(firstread.order(system))
    debian.in_root(
        tools, "mksquashfs", f"/{inside.relative_to(tools)}", f"/{target.relative_to(tools)}", "-quiet", "-no-progress",
        "-noappend", "-comp", "zstd", "-Xcompression-level", "15", "-b", "262144", "-no-xattrs", "-wildcards",
        "-sort", f"/{order.relative_to(tools)}",
        "-e", "boot/*", "vmlinuz*", "initrd*", epoch=epoch,
    )  # fmt: skip
    assert inside == system

"""The stick starts a computer by every kind of firmware, and does there what it should and nothing else."""

import json
import time

from conftest import Bench, only

PATIENT_SECONDS = 4
"""After a key that would switch off or put to sleep."""


def test_the_screen_shows_what_the_terminal_holds(bench: Bench) -> None:
    """Without reading letters: a row of the picture is lit exactly where the terminal has text."""
    computer = bench.computer
    rows = computer.screen().split("\n")
    picture = computer.picture("rows")
    height = picture.height // len(rows)
    lit = []
    for number in range(len(rows)):
        strip = picture.crop((0, number * height, picture.width, (number + 1) * height))
        lit.append(strip.getbbox() is not None)
    assert lit == [bool(row.strip()) for row in rows], "\n".join(rows)
    assert picture.width >= 80 * 8
    assert len(picture.getcolors(maxcolors=4096) or []) >= 4  # title, text, choice, keys


def test_everything_has_come_up(bench: Bench) -> None:
    computer = bench.computer
    for unit in ("multi-user.target", "ordis.service", "ordis-screen@tty1.service"):
        computer.until(unit, lambda unit=unit: computer.shell(f"systemctl is-active {unit}").strip() == "active")
    assert computer.shell("systemctl --failed --no-legend --plain") == ""
    assert computer.shell("systemctl is-system-running").strip() == "running"
    # Neither the intake nor its screen had to start twice.
    for unit in ("ordis.service", "ordis-screen@tty1.service"):
        assert computer.shell(f"systemctl show --property NRestarts --value {unit}").strip() == "0"


def test_nobody_listens(bench: Bench) -> None:
    lines = bench.computer.good("ss", "-H", "-l", "-n", "-t", "-u", "-p").splitlines()
    assert lines == []


def test_the_stick_is_ready(bench: Bench) -> None:
    status = json.loads(bench.computer.read("/run/ordis/stick.json"))
    assert (status["state"], status["problems"]) == ("mounted", [])
    assert status["volume"] == bench.stick.volume
    assert status["key"].startswith("ordis-ed25519:")
    mounts = bench.computer.read("/proc/mounts")
    assert "/run/ordis/stick vfat ro,nosuid,nodev,noexec" in mounts
    assert "/var/lib/ordis ext4 rw,nosuid,nodev,noexec,noatime" in mounts


def test_nothing_of_the_drives_is_used_or_changed(bench: Bench) -> None:
    """No mount, no array, no swap; not one byte is another."""
    computer = bench.computer
    listed = json.loads(computer.good("lsblk", "--json", "--output", "NAME,TYPE,SERIAL,MOUNTPOINTS"))["blockdevices"]
    serials = {disk["serial"] for disk in listed}
    assert {drive.serial for drive in bench.drives if drive.serial} <= serials, listed
    for disk in listed:
        if disk["type"] != "disk" or disk["serial"] == "STICK-1":
            continue
        for part in (disk, *disk.get("children", [])):
            assert part["type"] in ("disk", "part"), part
            assert [point for point in part["mountpoints"] if point] == [], part
    assert computer.read("/proc/swaps").count("\n") == 1
    assert computer.names("/sys/class/block/md0") == []
    assert [name for name in computer.blocks() if name.startswith(("md", "dm-"))] == []
    assert {drive.file.name: drive.digest() for drive in bench.drives} == bench.before


def test_nobody_can_log_in(bench: Bench) -> None:
    """Root's password is locked, and no terminal asks for one."""
    computer = bench.computer
    for line in computer.read("/etc/shadow").splitlines():
        assert line.split(":")[1].startswith(("!", "*")), line
    programs = computer.shell("cat /proc/*/comm")
    assert not {"agetty", "getty", "login", "sulogin", "sshd"} & set(programs.split()), programs
    for key in ("f3", "f9", "f12"):
        computer.qmp.press("ctrl", "alt", key, pause=1)
        assert computer.read("/sys/class/tty/tty0/active").strip() == "tty1"


def test_a_second_screen_is_one_key_away(bench: Bench) -> None:
    computer = bench.computer
    computer.qmp.press("ctrl", "alt", "f2", pause=1)
    try:
        computer.until("the second screen", lambda: "Quel profil" in computer.screen(2))
        assert computer.read("/sys/class/tty/tty0/active").strip() == "tty2"
    finally:
        computer.qmp.press("ctrl", "alt", "f1", pause=1)
    assert "Quel profil" in computer.screen(1)
    computer.good("systemctl", "stop", "ordis-screen@tty2.service")


def test_no_key_and_no_lid_stops_it(bench: Bench) -> None:
    computer = bench.computer
    service = computer.shell("systemctl show --property MainPID ordis.service")
    started = computer.shell("cat /proc/sys/kernel/random/boot_id")
    for key in ("sleep", "power"):
        computer.qmp.press(key)
    computer.qmp("system_powerdown")
    for _ in range(8):  # seven times in two seconds would reboot at once
        computer.qmp.press("ctrl", "alt", "delete", pause=0.1)
    for key in ("b", "o"):
        computer.qmp.press("alt", "sysrq", key)
    # Alt and SysRq are Compose on a French console, which keeps the next key until the one after it.
    for _ in range(2):
        computer.qmp.press("backspace")
    time.sleep(PATIENT_SECONDS)
    assert computer.is_on
    assert computer.shell("cat /proc/sys/kernel/random/boot_id") == started
    assert computer.shell("systemctl show --property MainPID ordis.service") == service
    assert computer.shell("systemctl list-jobs --no-legend --plain").strip() in ("", "No jobs running.")
    assert [one for one in computer.qmp.events if one["event"] in ("SUSPEND", "SHUTDOWN", "RESET")] == []
    manager = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
    for name in ("HandleLidSwitch", "HandleLidSwitchExternalPower", "HandleLidSwitchDocked", "IdleAction"):
        assert computer.good("busctl", "get-property", *manager, name).strip() == 's "ignore"'
    assert computer.read("/sys/module/kernel/parameters/consoleblank").strip() == "0"
    assert "tapée) : [      " in computer.wait_for_text("Quel profil"), "Alt and a letter are no letter"


@only("secure")
def test_secure_boot_is_on(bench: Bench) -> None:
    computer = bench.computer
    variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    assert computer.shell(f"od -An -tu1 -j4 -N1 {variable}").split() == ["1"]
    assert "[integrity]" in computer.read("/sys/kernel/security/lockdown")


@only("uefi")
def test_secure_boot_is_off(bench: Bench) -> None:
    assert bench.computer.names("/sys/firmware/efi/efivars")
    assert "[none]" in bench.computer.read("/sys/kernel/security/lockdown")


@only("bios")
def test_no_uefi_at_all(bench: Bench) -> None:
    assert bench.computer.names("/sys/firmware/efi") == []


def test_the_stick_has_changed_in_its_data_partition_only(bench: Bench) -> None:
    bench.computer.good("sync")
    assert bench.stick.digest_before_state() == bench.stick_before

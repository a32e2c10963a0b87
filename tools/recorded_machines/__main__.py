"""Make the recorded machines of tests/inventory/machines again: `python tools/recorded_machines [NAME…]`.

Each is a virtual machine with the firmware tables, drives, battery and display of machines.py, in which the real
`ordis inventory --record --anonymous` runs under Debian's kernel, udev, smartctl and nvme. QEMU is the one that
`make test-machine` has fetched; the system is fetched like that one's, into build/recorded. Ten minutes in all.
"""

import base64
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]

import battery  # noqa: E402  (found through the line above)
import machine  # noqa: E402
from machines import MACHINES, Recorded  # noqa: E402

PLACE = ROOT / "build/recorded"
RESULTS = ROOT / "tests/inventory/machines"
QEMU = ROOT / "build/machine/qemu"
PACKAGES = (
    "busybox-static", "python3-minimal", "libpython3.13-stdlib", "nvme-cli", "smartmontools", "dmidecode", "udev",
    "kmod", "linux-image-amd64", "python3-pydantic", "python3-psutil", "python3-pyudev", "python3-cpuinfo",
    "python3-cryptography", "acpica-tools",
)  # fmt: skip
MODULES = (
    "ahci", "sd_mod", "sr_mod", "sg", "nvme", "xhci_pci", "usb_storage", "usbhid", "hid_generic", "evdev", "psmouse",
    "sdhci_pci", "mmc_block", "battery", "ac", "button", "bochs", "e1000e", "snd_hda_intel", "snd_hda_codec_generic",
    "efivarfs", "crc32c_generic",
)  # fmt: skip
LEFT_OUT = (
    "usr/share/", "usr/lib/udev/hwdb.d/", "usr/lib/x86_64-linux-gnu/gconv/", "usr/lib/x86_64-linux-gnu/perl",
    "usr/bin/perl", "usr/lib/systemd/system/", "boot/", "usr/lib/modules/",
)  # fmt: skip
BEGIN, END = "BEGIN-RECORDING", "END-RECORDING"
INIT = f"""#!/usr/bin/busybox sh
export PATH=/usr/sbin:/usr/bin HOME=/root
busybox mkdir -p /proc /sys /dev /run/udev /tmp /root /var/lib
busybox mount -t proc proc /proc; busybox mount -t sysfs sys /sys; busybox mount -t devtmpfs dev /dev
for module in $(busybox cat /modules/order); do busybox insmod /modules/$module; done
[ -d /sys/firmware/efi ] && busybox mount -t efivarfs efivarfs /sys/firmware/efi/efivars
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --type=subsystems; udevadm trigger --action=add --type=devices
udevadm settle --timeout=60
for card in /sys/class/net/*; do busybox ip link set $(busybox basename $card) up; done
busybox sleep 3
python3 -m agent.cli --lang en inventory --record /tmp/recording --anonymous
(echo {BEGIN}; busybox tar -C /tmp/recording -c . | busybox base64; echo {END}) > /dev/ttyS1
busybox sleep 1
busybox poweroff -f
"""
SECONDS = 400


def main(names: list[str]) -> int:
    """Return 0, or 3 where the machines cannot be made here."""
    if not (QEMU / "usr/bin/qemu-system-x86_64").exists():
        sys.stderr.write("There is no QEMU yet: make test-machine fetches it.\n")
        return 3
    if not (PLACE / "system.cpio").exists():
        prepare()
    for name in names or MACHINES:
        sys.stdout.write(f"{name} …\n")
        sys.stdout.flush()
        content = record(name, MACHINES[name])
        shutil.rmtree(RESULTS / name, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(RESULTS / name, filter="data")
    return 0


def prepare() -> None:
    """Fetch the system and pack it. Raises CalledProcessError where a package cannot be had."""
    system = PLACE / "system"
    if not (PLACE / "firmware").exists():
        shutil.rmtree(PLACE, ignore_errors=True)
        machine.fetch(system, ("trixie",), PACKAGES)
        machine.fetch(PLACE / "firmware", ("bookworm",), ("ovmf", "swtpm"))
    (kernel,) = (system / "boot").glob("vmlinuz-*")
    shutil.copy(kernel, PLACE / "kernel")
    # The other tool's ways, for other hardware.
    machine.MODULES, machine.LEFT_OUT, machine.EXTRA = MODULES, LEFT_OUT, machine.EXTRA | {"init": INIT}
    release = kernel.name.removeprefix("vmlinuz-")
    with open(PLACE / "system.part", "wb") as archive:
        for part in (machine.files(system), machine.modules(system, release), machine.extra()):
            archive.writelines(machine.cpio_entry(*entry) for entry in part)
        archive.write(machine.cpio_entry("TRAILER!!!", b"", 0))
    (PLACE / "system.part").rename(PLACE / "system.cpio")


def record(name: str, what: Recorded) -> bytes:
    """Boot the machine and give the archive of its recording."""
    folder = PLACE / "machines" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with open(folder / "initrd", "wb") as whole, open(PLACE / "system.cpio", "rb") as base:
        shutil.copyfileobj(base, whole)
        whole.write(bytes(-whole.tell() % 512))
        whole.writelines(machine.cpio_entry(*entry) for entry in program())
        whole.write(machine.cpio_entry("TRAILER!!!", b"", 0))
    with open(folder / "qemu.txt", "wb") as log, tpm(folder, what):
        subprocess.run(
            command(folder, what), check=True, timeout=SECONDS, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=environment(QEMU, "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"),
        )  # fmt: skip
    for large in (folder / "initrd", *folder.glob("*.img")):
        large.unlink()
    said = (folder / "recording.txt").read_text()
    if BEGIN not in said or END not in said:
        raise RuntimeError(f"{name} has recorded nothing: see {folder / 'serial.txt'}")
    return base64.b64decode(said.split(BEGIN)[1].split(END)[0])


def environment(place: Path, *folders: str) -> dict[str, str]:
    """With the libraries that were fetched with a program."""
    return {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": os.pathsep.join(str(place / folder) for folder in folders)}


@contextmanager
def tpm(folder: Path, what: Recorded) -> Iterator[None]:
    """The emulated TPM, as long as the machine runs."""
    if what.tpm is None:
        yield
        return
    (folder / "tpm").mkdir()
    place, libraries = PLACE / "firmware", "usr/lib/x86_64-linux-gnu"
    arguments = [
        str(place / "usr/bin/swtpm"), "socket", "--terminate", "--tpmstate", f"dir={folder}/tpm",
        "--ctrl", f"type=unixio,path={folder}/tpm/socket", *(["--tpm2"] if what.tpm == "2.0" else []),
    ]  # fmt: skip
    with subprocess.Popen(arguments, env=environment(place, libraries, f"{libraries}/swtpm")) as running:
        while not (folder / "tpm/socket").exists():
            time.sleep(0.1)
        try:
            yield
        finally:
            running.terminate()


def program() -> Iterator[tuple[str, bytes, int]]:
    """The program's own modules, where Python looks for them."""
    for package in ("agent", "profiles"):
        for path in sorted([ROOT / package, *(ROOT / package).rglob("*")]):
            name = f"usr/lib/python3/dist-packages/{path.relative_to(ROOT)}"
            if path.is_dir() and path.name != "__pycache__":
                yield name, b"", stat.S_IFDIR | 0o755
            elif path.suffix in (".py", ".toml", ".json", ".mo"):
                yield name, path.read_bytes(), stat.S_IFREG | 0o644


def command(folder: Path, what: Recorded) -> list[str]:
    share = QEMU / "usr/share"
    arguments = [
        "nice", str(QEMU / "usr/bin/qemu-system-x86_64"), "-L", str(share / "qemu"), "-L", str(share / "seabios"),
        "-accel", "tcg,thread=multi", "-machine", "q35,sata=off", "-smp", "2", "-m", "1024",
        "-cpu", f"Nehalem,-hypervisor,model-id={what.processor}",
        "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
        "-serial", f"file:{folder / 'serial.txt'}", "-serial", f"file:{folder / 'recording.txt'}",
        "-netdev", "user,id=net0", "-audiodev", "none,id=silent",
        "-kernel", str(PLACE / "kernel"), "-initrd", str(folder / "initrd"),
        "-append", "console=ttyS0 mitigations=off nokaslr quiet loglevel=4 panic=-1",
    ]  # fmt: skip
    for number, table in enumerate(what.tables):
        (folder / f"{number}.smbios").write_bytes(table)
        arguments += ["-smbios", f"file={folder}/{number}.smbios"]
    if what.uefi:
        code = PLACE / "firmware/usr/share/OVMF/OVMF_CODE_4M.fd"
        variables = shutil.copy(PLACE / "firmware/usr/share/OVMF/OVMF_VARS_4M.fd", folder / "variables.fd")
        arguments += ["-drive", f"if=pflash,format=raw,readonly=on,file={code}"]
        arguments += ["-drive", f"if=pflash,format=raw,file={variables}"]
    if what.tpm:
        arguments += ["-chardev", f"socket,id=tpm,path={folder}/tpm/socket"]
        arguments += ["-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm0"]
    if what.battery:
        arguments += ["-acpitable", f"file={compiled(folder, what.battery)}"]
    for device in what.devices:
        arguments += ["-device", device]
    for number, drive in enumerate(what.drives):
        file = folder / f"{number}.img"
        with open(file, "wb") as empty:
            empty.truncate(drive.size // 512 * 512)
        arguments += ["-drive", f"if=none,id=drive{number},format=raw,file={file}"]
        arguments += ["-device", f"{drive.device},drive=drive{number}"]
    return arguments


def compiled(folder: Path, what: battery.Battery) -> Path:
    """The battery's table, by the fetched system's own compiler and loader."""
    system = PLACE / "system"
    (folder / "battery.asl").write_text(battery.source(what))
    library = system / "usr/lib/x86_64-linux-gnu"
    loader = [str(system / "usr/lib64/ld-linux-x86-64.so.2"), "--library-path", str(library)]
    machine.run([*loader, str(system / "usr/bin/iasl"), "-p", str(folder / "battery"), str(folder / "battery.asl")])
    return folder / "battery.aml"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

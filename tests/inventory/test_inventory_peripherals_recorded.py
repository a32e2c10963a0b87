"""What is around the board is the same from a recording as from the machine, and needs few files."""

from pathlib import Path

from fake_tree import PCI, Tree

from agent.host.recorded import Recorded
from agent.host.recording import Recording
from agent.host.source import Source
from agent.inventory import (
    bluetooth,
    cameras,
    firmware_locks,
    graphics,
    inputs,
    network,
    optical,
    ports,
    record,
    sound,
    unseen,
)
from agent.model.base import Model

PARTS = (bluetooth, cameras, firmware_locks, graphics, inputs, network, optical, sound, unseen)
MOST_READS = 400
"""A read of /sys takes some 20 µs, and a real laptop has ten times as many devices as this one."""


def told(source: Source) -> dict[str, list[Model]]:
    found: dict[str, list[Model]] = {part.__name__: list(part.read(source)) for part in PARTS}
    return {**found, "ports": list(ports.read(source, []))}


def a_laptop(tree: Tree) -> Tree:
    for number in range(20):
        tree.pci(f"0000:20:{number:02x}.0", "0x060400", "8086:9d10", "pcieport")
    tree.pci("0000:00:02.0", "0x030000", "8086:1916", "i915")
    tree.pci("0000:00:1f.0", "0x010802", "144d:a808")
    tree.links("/sys/class/net/eth0/device", tree.pci("0000:00:1f.6", "0x020000", "8086:156f", "e1000e"))
    tree.file("/sys/class/net/eth0/address", "54:ee:75:12:34:56")
    camera = tree.usb("1-8", "0e01", "uvcvideo", removable="fixed", dev="189:7")
    tree.file(f"{camera}/video4linux/video0/name", "Integrated Camera: I")
    tree.links("/sys/class/video4linux/video0", f"{camera}/video4linux/video0")
    tree.links(f"{camera}/video4linux/video0/device", camera)
    tree.usb("1-7", "e00101", "btusb", product="AX201", dev="189:8")
    tree.file("/run/udev/data/c189:8", "E:ID_VENDOR_FROM_DATABASE=Intel Corp.\n")
    tree.file("/proc/asound/cards", " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    tree.file("/proc/asound/card0/codec#0", "Codec: Realtek ALC257\n")
    tree.file(
        "/proc/bus/input/devices", 'I: Bus=0003\nN: Name="M"\nS: Sysfs=/devices/x\nB: REL=3\nB: KEY=10000 0 0 0 0\n'
    )
    device = f"{PCI}/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0"
    tree.disk("sr0", device)
    tree.file(f"{device}/type", "5")
    tree.file("/sys/class/firmware-attributes/thinklmi/attributes/Absolute X/current_value", "Enable")
    tree.folder("/sys/class/typec/port0")
    return tree


class Counting(Recording):
    reads = 0

    def raw(self, path: str, limit: int = 1 << 20) -> bytes | None:
        self.reads += 1
        return super().raw(path, limit)

    def names(self, path: str) -> list[str]:
        self.reads += 1
        return super().names(path)


def test_a_recording_tells_the_same(tree: Tree, tmp_path: Path) -> None:
    recording = Counting(a_laptop(tree))
    live = told(recording)
    record.save(recording.record, tmp_path / "recorded", anonymous=False)
    assert all(live.values()), live
    assert told(Recorded(tmp_path / "recorded")) == live
    assert recording.reads < MOST_READS

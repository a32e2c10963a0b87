"""Which part of the machine the kernel means by the names in its log."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.checks import memory_modules
from agent.host import kernel_names
from agent.host.source import Source, integer
from agent.model.inventory import Drive, Memory
from agent.model.message import Message, say

_PCI_DEVICES = "/sys/bus/pci/devices"
_USB_DEVICES = "/sys/bus/usb/devices"
_USB_NAME = re.compile(r"\d{1,2}-[\d.]{1,20}$")
_PCI_NAME = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_BRIDGE = 0x0604
_MOST = 64

DRIVE, STICK, LOCKED = "drive", "stick", "locked drive"
MEMORY, PROCESSOR, COOLING, USB = "memory", "processor", "thermal", "usb_ports"
NO_SLOT = "?"
"""Of memory whose module is not told."""
_BY_NAME = {"cpu": PROCESSOR, "heat": COOLING, "memory": MEMORY}
# PCI class codes (PCI Code and ID Assignment 1.15): (base class and subclass, from … up to before) → what it is.
_BY_CLASS = (
    (0x0100, 0x0200, "disk_controller"), (0x0280, 0x0281, "wifi"), (0x0200, 0x0300, "network"),
    (0x0300, 0x0400, "gpu"), (0x0401, 0x0402, "sound"), (0x0403, 0x0404, "sound"), (0x0C03, 0x0C04, USB),
)  # fmt: skip
# USB class codes (usb.org, Defined Class Codes), in hexadecimal.
_BY_INTERFACE = {"01": "sound", "0e": "camera", "e0": "bluetooth"}
KINDS: dict[str, Message] = {
    "disk_controller": say("Disk controller"),
    "wifi": say("Wi-Fi card"),
    "network": say("Network card"),
    "gpu": say("Graphics card"),
    "sound": say("Sound card"),
    "camera": say("Camera"),
    "bluetooth": say("Bluetooth"),
    USB: say("USB"),
    "card": say("Card or chip"),
    MEMORY: say("Memory"),
    PROCESSOR: say("Processor"),
    COOLING: say("Cooling"),
}


@dataclass(frozen=True)
class Part:
    kind: str
    """drive, locked drive, stick, or one of KINDS, which are the ids of the checks of such parts, if there are any."""
    subject: str
    """Of a drive its serial, where no other one repeats it, or else its node, as in the results of other checks; of a
    card without a check its address; of all else the kind."""
    name: str = field(compare=False)
    """For people: one of several that may share a subject."""


class Parts:
    """Remembers which drive a name stood for, so that a drive that is gone is still known. Nothing here raises."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._drives: dict[str, Drive] = {}
        self._shared: set[str] = set()
        self._serials: Counter[str] = Counter()
        self._memory = Memory()

    def know(self, drives: Iterable[Drive], memory: Memory) -> None:
        """Learn what is there now; of two drives with the same node, the later one has it."""
        self._memory = memory
        latest = {drive.path: drive for drive in drives}
        self._shared = set()
        self._serials = Counter(drive.serial for drive in latest.values() if drive.serial)
        seen: dict[str, str] = {}
        for path, drive in latest.items():
            for name in kernel_names.of_drive(self._source, path):
                if seen.setdefault(name, path) != path:
                    self._shared.add(name)  # two drives behind one cable or one USB device: nobody knows which
                self._drives[name] = drive

    def part(self, about: str) -> Part:
        """What the name stands for at this moment."""
        kind, _, label = about.partition(" ")
        if kind == MEMORY:
            where = memory_modules.slot(self._memory, label) if label else memory_modules.only_one(self._memory)
            return Part(MEMORY, MEMORY, where or NO_SLOT)
        if kind in _BY_NAME:
            return Part(_BY_NAME[kind], _BY_NAME[kind], _BY_NAME[kind])
        drive = self._drives.get(about) or self._drives.get(about.partition(".")[0])
        if drive is not None and about not in self._shared:
            return self._drive(drive)
        if _PCI_NAME.fullmatch(about):
            return self._function(about)
        if kind == "usb":
            return self._on_usb(label)
        return Part(DRIVE, about, about)

    def _drive(self, drive: Drive) -> Part:
        name = " ".join(filter(None, (drive.model or drive.path, drive.serial and f"({drive.serial})")))
        kind = STICK if drive.ordis_stick else LOCKED if drive.locked else DRIVE
        alone = drive.serial is not None and self._serials[drive.serial] == 1  # docks give one number to all
        return Part(kind, drive.serial if alone and drive.serial else drive.path, name)

    def _function(self, address: str) -> Part:
        code = integer(self._source, f"{_PCI_DEVICES}/{address}/class", 16)
        if code is not None and code >> 8 == _BRIDGE:
            behind = [entry for entry in self._source.names(f"{_PCI_DEVICES}/{address}") if _PCI_NAME.fullmatch(entry)]
            if len(behind[:_MOST]) == 1:  # a socket with one thing in it: that is meant
                return self.part(behind[0])
        kind = next((kind for low, high, kind in _BY_CLASS if code is not None and low <= code >> 8 < high), "card")
        return Part(kind, address if kind in ("card", "disk_controller") else kind, address)

    def _on_usb(self, place: str) -> Part:
        """What is plugged in or built in there; where that is not known, the socket."""
        told = (
            self._source.text(f"{_USB_DEVICES}/{place}/{place}:1.0/bInterfaceClass") if _USB_NAME.match(place) else None
        )
        kind = _BY_INTERFACE.get(told or "", USB)
        return Part(kind, kind, place)

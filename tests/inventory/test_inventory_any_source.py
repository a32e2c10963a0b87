"""Every part of the inventory over a machine that answers anything: no exception, nothing raw, no absurd number.

The paths that a part asks for are not known here. A machine is drawn as words: each path gets one of them as its text,
some of them as its entries, one as the place behind it; among them are those that lead a part further in.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from agent.host.run import Ran, ToolMissing
from agent.host.source import READ_LIMIT, Source
from agent.inventory import (
    batteries,
    bluetooth,
    cameras,
    displays,
    dmidecode,
    drives,
    firmware,
    firmware_locks,
    graphics,
    inputs,
    machine,
    memory,
    network,
    optical,
    ports,
    processors,
    security,
    sound,
    unseen,
)
from agent.inventory.dmidecode import Record

PARTS: dict[str, Callable[[Source, Sequence[Record]], object]] = {
    "batteries": batteries.read,
    "bluetooth": lambda source, _: bluetooth.read(source),
    "cameras": lambda source, _: cameras.read(source),
    "displays": lambda source, _: displays.read(source),
    "drives": lambda source, _: drives.find(source),
    "firmware": firmware.read,
    "firmware_locks": lambda source, _: firmware_locks.read(source),
    "firmware_password": security.firmware_password,
    "graphics": lambda source, _: graphics.read(source),
    "inputs": lambda source, _: inputs.read(source),
    "kernel_smbios": lambda source, _: machine.read(source, dmidecode.from_kernel(source)),
    "machine": machine.read,
    "mains": lambda source, _: batteries.mains_connected(source),
    "memory": memory.read,
    "network": lambda source, _: network.read(source),
    "optical": lambda source, _: optical.read(source),
    "ports": ports.read,
    "processors": processors.read,
    "sound": lambda source, _: sound.read(source),
    "tpm": lambda source, _: security.tpm_version(source),
    "unseen": lambda source, _: unseen.read(source),
    "windows_key": lambda source, _: security.windows_key_present(source),
}
NAMES = (
    "eth0", "wlan0", "phy80211", "wireless", "BAT0", "AC", "card0", "card0-eDP-1", "card0-HDMI-A-1", "hci0", "rfkill0",
    "sr0", "sda", "nvme0", "nvme0n1", "nvme0c0n1", "mmcblk0", "loop0", "sda1", "link1", "0000:00:1f.2", "0000:01:00.0",
    "1-4", "1-4:1.0", "host0", "target0:0:0", "0:0:0:0", "video0", "v4l-subdev0", "port0", "usb1", "MSDM", "codec#0",
    "thinklmi", "System", "Absolute", "LID0", "cpu0", "device", "partner", "block", "holders", "slaves", "queue",
)  # fmt: skip
TEXTS = (
    "0", "1", "5", "-1", "Battery", "Mains", "USB", "connected", "0x010400", "0x030000", "0x020000", "0x8086",
    "0x080501", "0x2822", "live", "pcie", "99999999999999999999", "20000000", "02:00:00:00:00:01", "54:ee:75:12:34:56",
    "4294967295", "DEVTYPE=disk\nMAJOR=8\nMINOR=0", "MAJOR=8\nMINOR=0\nDEVNAME=sda\nDEVTYPE=disk",
    "drive name:\tsr0\nCan write CD-R:\t1", "0 [PCH ]: HDA-Intel - HDA Intel PCH",
    "00-00: ALC269 : ALC269 : playback 1 : capture 1", "TCG version: 1.2", "fixed",
    'I: Bus=0011\nN: Name="AT"\nS: Sysfs=/devices/x/input/input3\nB: EV=120013\nB: KEY=402000000 3803078f800d001 '
    "feffffdfffefffff fffffffffffffffe",
    "usb:v0000p0000d0000dc00dsc00dp00icE0isc01ip01in00", "1.5 Gbps", "platform",
    "usb:v0000p0000d0000dc00dsc00dp00ic0Eisc01ip00in00",
    "processor : 0\nmodel name : X\nflags : lm sse2\nphysical id : 0", "MemTotal: 99999999999999999999 kB",
    "Codec: Realtek", "bluetooth", "Device", "[disabled] enabled",
)  # fmt: skip
FITTING = {
    "type": ("Battery", "Mains", "USB", "1", "5", "bluetooth"), "status": ("connected", "unknown", "Charging"),
    "class": ("0x010400", "0x030000", "0x038000", "0x020000", "0x080501", "0x010601"), "transport": ("pcie", "tcp"),
    "vendor": ("0x8086", "ATA", "0x1022"), "device": ("0x2822", "0x9a0b"), "addr_assign_type": ("0", "3"),
    "address": ("54:ee:75:12:34:56", "00:00:00:00:00:00"), "size": ("1000", "0"), "state": ("live", "dead"),
    "info": ("drive name:\tsr0\tsr1\nCan write CD-R:\t1", "drive name:\tsr0\nCan write CD-R:\t1\t0"),
    "capacity": ("-1", "50", "101"), "speed": ("1000", "-1", "99999999999"), "sata_spd": ("1.5 Gbps", "<unknown>"),
    "is_enabled": ("1", "0"), "cards": (" 0 [PCH            ]: HDA-Intel - HDA Intel PCH",),
    "pcm": ("00-00: ALC269 : ALC269 : playback 1 : capture 1",),
    "modalias": (
        "usb:v0000p0000d0000dc00dsc00dp00icE0isc01ip01in00", "usb:v0000p0000d0000dc00dsc00dp00ic0Eisc01ip00in00",
    ),
}  # fmt: skip
"""What stands in files of these names, so that a part does not turn back at its first question."""
TELLING = {
    "Release Date": ("31/31/2019", "02/30/20", "0/0/0000"), "Size": ("8 GB", "99999999999 TB", "No Module Installed"),
    "Maximum Capacity": ("16 GB", "99999999999 TB"), "Installed Size": ("99999999999 GB", "Not Installed"),
    "Design Capacity": ("45000 mWh", "99999999 mWh", "0 mWh"), "Design Voltage": ("11100 mV", "0 mV"),
    "Core Count": ("4", "999999999"), "Thread Count": ("8", "999999999"), "Max Speed": ("3200 MHz", "999999999 MHz"),
    "Type": ("DDR4", "Notebook", "10"), "Use": ("System Memory",), "Number Of Devices": ("2", "99999999"),
}  # fmt: skip
"""The same for fields of SMBIOS."""
PLACES = (
    "/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0",
    "/sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0", "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0",
    "/sys/devices/virtual/block/loop0", "/sys/class/block",
    "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda", "/sys/bus/pci/drivers/ahci",
    "/sys/devices/pci0000:00/0000:00:1c.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0", "/", "", "relative/../..",
)  # fmt: skip
FIELDS = {
    0: ("Vendor", "Version", "Release Date"),
    1: ("Manufacturer", "Product Name", "Version", "Serial Number", "UUID", "Family", "SKU Number"),
    2: ("Manufacturer", "Product Name", "Version", "Serial Number"),
    3: ("Manufacturer", "Type", "Serial Number", "Asset Tag"),
    4: ("Version", "Manufacturer", "Core Count", "Thread Count", "Max Speed", "Status", "Socket Designation"),
    5: ("Maximum Total Memory Size", "Maximum Memory Module Size"), 6: ("Installed Size", "Type", "Socket Designation"),
    8: ("External Reference Designator", "Port Type", "External Connector Type"),
    16: ("Use", "Maximum Capacity", "Number Of Devices", "Error Correction Type"),
    17: ("Size", "Locator", "Bank Locator", "Type", "Speed", "Form Factor", "Total Width", "Data Width", "Array Handle",
         "Part Number", "Manufacturer", "Module Manufacturer ID"),
    22: ("Design Capacity", "Design Voltage", "Manufacturer", "Name", "Location", "SBDS Chemistry"),
    24: ("Power-On Password Status", "Administrator Password Status"),
}  # fmt: skip
"""The fields of each SMBIOS structure that are read."""
VALUES = (
    "8 GB", "99999999999 TB", "-1 MB", "DDR4", "SODIMM", "System Memory", "0x1000", "64 bits", "0 bits", "3200 MT/s",
    "12/31/2019", "45000 mWh", "11100 mV", "Enabled", "Notebook", "10", "No Module Installed", "2", "None",
    "Bank 3, Hex 0x98", "Multi-bit ECC", "99999999999999999999 MHz", "USB", "Populated, Enabled",
    "31/31/2019", "99999999999999999999 mWh", "45 mWh",
)  # fmt: skip

words = st.one_of(
    st.sampled_from(TEXTS), st.text(max_size=40), st.text(st.characters(), min_size=600, max_size=700),
    st.sampled_from(["\x1b[2J\x07", "[red]x[/red]", "<script>", "\u202eevil\u2066", "A" * 10_000, "\0\0"]),
)  # fmt: skip


class Anything:
    """A machine that answers every question, the same one always alike."""

    def __init__(self, seed: int, texts: Sequence[str], names: Sequence[str], data: bytes, silent: int) -> None:
        self._seed, self._texts, self._names, self._data, self._silent = seed, texts, names, data, silent
        self._asked = 0

    def _number(self, kind: str, path: str) -> int | None:
        """None for a share of the paths; after very many questions for all: a machine ends somewhere."""
        self._asked += 1
        digest = hashlib.blake2b(f"{self._seed} {kind} {path}".encode("utf-8", "replace"), digest_size=8).digest()
        number = int.from_bytes(digest)
        return None if number % 10 < self._silent or self._asked > 3000 else number // 10

    def text(self, path: str) -> str | None:
        number = self._number("text", path)
        if number is None:
            return None
        fitting = FITTING.get(path.rpartition("/")[2], self._texts)
        words = fitting if number & 1 else self._texts
        return words[number // 2 % len(words)].strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        number = self._number("raw", path)
        if number is None:
            return None
        return (self._data if number % 2 else self._texts[number % len(self._texts)].encode("utf-8", "replace"))[:limit]

    def names(self, path: str) -> list[str]:
        number = self._number("names", path)
        return [] if number is None else sorted(name for place, name in enumerate(self._names) if number >> place & 1)

    def link(self, path: str) -> str | None:
        number = self._number("link", path)
        return None if number is None else PLACES[number % len(PLACES)]

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        raise ToolMissing(argv[0])


machines = st.builds(
    Anything,
    seed=st.integers(0, 1 << 32),
    texts=st.lists(words, min_size=1, max_size=12),
    names=st.lists(st.sampled_from(NAMES) | st.text(max_size=12), min_size=4, max_size=24, unique=True),
    data=st.binary(max_size=300),
    silent=st.sampled_from([0, 0, 0, 3, 8]),
)


def structure(kind: int) -> st.SearchStrategy[tuple[int, dict[str, str]]]:
    fields = {
        name: st.sampled_from(TELLING.get(name, VALUES)) | st.sampled_from(VALUES) | words for name in FIELDS[kind]
    }
    return st.tuples(st.just(kind), st.fixed_dictionaries({}, optional=fields))


structures = st.sampled_from(sorted(FIELDS)).flatmap(structure)


def smbios(drawn: Sequence[tuple[int, dict[str, str]]]) -> list[Record]:
    """Through dmidecode's text, as from a real one."""
    text = "\n\n".join(
        f"Handle {number:#06x}, DMI type {kind}, 30 bytes\nTitle\n"
        + "\n".join(f"\t{name}: {value}" for name, value in fields.items())
        for number, (kind, fields) in enumerate(drawn)
    )
    return dmidecode.parse(text)


def leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is no collection, with the name of the field that it stands in."""
    if isinstance(value, BaseModel):
        yield from leaves(value.model_dump(mode="json"), name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield name, key
            yield from leaves(inner, str(key))
    elif isinstance(value, (list, tuple, set)):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


MOST = {
    "charge_percent": 100, "health_percent": 100, "speed_mbps": 10**7, "installed_bytes": 1 << 46, "max_bytes": 1 << 46,
    "size_bytes": 1 << 53, "design_wh": 1000, "cores": 1024, "threads": 4096, "count": 64,
}  # fmt: skip
"""By the field's name; 2**53 - 1 is what canonical JSON keeps."""


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(source=machines, drawn=st.lists(structures, max_size=8))
def test_a_machine_that_answers_anything(part: str, source: Anything, drawn: list[tuple[int, dict[str, str]]]) -> None:
    for name, leaf in leaves(PARTS[part](source, smbios(drawn))):
        if isinstance(leaf, str):
            assert len(leaf) <= 1000
            assert all(unicodedata.category(char)[0] not in "CZ" or char == " " for char in leaf), repr(leaf)
        elif isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
            assert 0 <= leaf <= MOST.get(name, 2**53 - 1), name

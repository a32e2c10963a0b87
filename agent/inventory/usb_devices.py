"""What hangs on USB: interfaces by their class (usb.org, "Defined Class Codes"), as /sys/bus/usb/devices shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source

DEVICES = "/sys/bus/usb/devices"
BLUETOOTH = (0xE0, 0x01, 0x01)
"""Wireless controller, radio frequency, Bluetooth programming interface."""
VIDEO_CONTROL = (0x0E, 0x01)
"""The interface that every USB camera has once, beside those that carry its pictures."""

# The kernel's modalias tells all numbers of an interface in one line (drivers/usb/core/sysfs.c).
_MODALIAS = re.compile(
    r"usb:v(?P<vendor>[0-9A-F]{4})p(?P<product>[0-9A-F]{4})d[0-9A-F]{4}dc..dsc..dp.."
    r"ic(?P<kind>[0-9A-F]{2})isc(?P<sub>[0-9A-F]{2})ip(?P<interface>[0-9A-F]{2})(in.*)?"
)
_INTERFACE = re.compile(r"(\d+-\d+(\.\d+)*):\d+\.\d+")
_MOST = 1000
"""Entries looked at: the buses of the largest workstation with docks have some hundred."""


@dataclass(frozen=True)
class Interface:
    """One function of a USB device; `device` is the kernel's name of the whole ("1-4.2")."""

    name: str
    device: str
    kind: tuple[int, int, int]

    @property
    def folder(self) -> str:
        return f"{DEVICES}/{self.name}"


def interfaces(source: Source) -> Iterator[Interface]:
    for name in source.names(DEVICES)[:_MOST]:
        if (parts := _INTERFACE.fullmatch(name)) is None:
            continue
        numbers = _MODALIAS.fullmatch(source.text(f"{DEVICES}/{name}/modalias") or "")
        if numbers is not None:
            kind = (int(numbers["kind"], 16), int(numbers["sub"], 16), int(numbers["interface"], 16))
            yield Interface(name, parts[1], kind)


def device_of(folder: str) -> str | None:
    """The USB device that a folder of /sys/devices belongs to ("1-4.2"); None where it is on no USB."""
    found = [part for part in folder.split("/") if re.fullmatch(r"\d+-\d+(\.\d+)*", part)]
    return found[-1] if found and re.search(r"/usb\d+/", folder) else None


def internal(source: Source, device: str) -> bool | None:
    """Whether the firmware says that the device cannot be unplugged (ACPI 6.5, 9.14); None where it does not say."""
    return {"fixed": True, "removable": False}.get(source.text(f"{DEVICES}/{device}/removable") or "")

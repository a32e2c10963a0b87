"""Tracking by the firmware: Absolute, formerly Computrace, which survives a new drive and a new system.

From the kernel's class of firmware settings (Documentation/ABI/testing/sysfs-class-firmware-attributes; Dell, Lenovo,
HP). SMBIOS and ACPI have no sure sign of it: the table WPBT, which it uses, carries many makers' other programs.
"""

import re
from collections.abc import Iterator

from agent.host.source import Source
from agent.model.inventory import FirmwareLock

_CLASS = "/sys/class/firmware-attributes"
_NAME = re.compile(r"absolute|computrace", re.IGNORECASE)
_ORDER = re.compile(r"permanent|set ?once", re.IGNORECASE)
"""What is asked of the firmware for its next start, and no state."""
_STATE = re.compile(r"state|status", re.IGNORECASE)
_ON = {"active", "activate", "activated"}
_OFF = {
    "inactive", "notactive", "notactivated", "deactivate", "deactivated", "disable", "disabled", "permanentlydisable",
    "permanentlydisabled", "permanentdisable", "permanentdisabled", "notinstalled",
}  # fmt: skip


def read(source: Source) -> list[FirmwareLock]:
    found = list(_settings(source))
    if not found:
        return []
    for wanted in (True, False):
        # What it is now says more than what it is allowed to be.
        for lock, now in found:
            if lock.active is wanted and (wanted or now):
                return [lock]
    return [next((lock for lock, _ in found if lock.active is None), found[0][0])]


def active(value: str | None) -> bool | None:
    """What a setting's value says. "Enabled" says only that it may be activated: so computers are sold."""
    word = "".join(char for char in (value or "").lower() if char.isalpha())
    return True if word in _ON else False if word in _OFF else None


def _settings(source: Source) -> Iterator[tuple[FirmwareLock, bool]]:
    """Each setting as a lock, and whether it tells the present state."""
    for driver in source.names(_CLASS):
        folder = f"{_CLASS}/{driver}/attributes"
        for name in source.names(folder):
            if _NAME.search(name) and not _ORDER.search(name):
                value = source.text(f"{folder}/{name}/current_value")
                lock = FirmwareLock(kind="absolute", active=active(value), source=f"{driver}: {name}")
                yield lock, bool(_STATE.search(name))

"""What an eMMC device can do besides reading and writing, and what it gets wrong: part of the description.

Untested on hardware: everything comes from JESD84-B51 and from what Linux makes of it.
"""

from dataclasses import dataclass, fields

from agent.training import limits

BOOT_UNIT = 128 * 1024
"""Bytes: the unit of BOOT_SIZE_MULT and RPMB_SIZE_MULT."""
GROUP_UNIT = 512 * 1024
"""Bytes: the unit of HC_ERASE_GRP_SIZE."""
_DAY = 24 * 3600


@dataclass(frozen=True)
class EmmcAbout:
    """By default a device of version 5.1 with everything that erases."""

    revision: int = 8
    """EXT_CSD_REV: 5 for version 4.41, 6 for 4.5, 7 for 5.0, 8 for 5.1."""
    secure_erase: bool = True
    trim: bool = True
    sanitize: bool = True
    erase_group_units: int = 1
    """Erase group, of 512 KiB."""
    boot_units: int = 32
    """Each of the two boot partitions, of 128 KiB."""
    rpmb_units: int = 32
    """Replay protected memory block, of 128 KiB."""
    erase_timeout_units: int = 1
    """Announced for one erase group, of 300 ms; erasing takes half of it."""
    secure_factor: int = 10
    """A secure erase or trim may take so many times as long."""
    sanitize_seconds: int = 10
    refuses_sanitize: bool = False
    """Fault: sanitize is announced, and ends in SWITCH_ERROR."""
    ignores_sanitize: bool = False
    """Fault: sanitize is accepted, never busy, and does nothing."""

    def __post_init__(self) -> None:
        ranges = {
            "revision": (5, 8),
            "erase_group_units": (1, 255),
            "boot_units": (0, 255),
            "rpmb_units": (0, 128),
            "erase_timeout_units": (1, 255),
            "secure_factor": (1, 255),
            "sanitize_seconds": (0, _DAY),
        }
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(item.default, bool):
                limits.flag(f"emmc.{item.name}", value)
            else:
                limits.whole(f"emmc.{item.name}", value, *ranges[item.name])

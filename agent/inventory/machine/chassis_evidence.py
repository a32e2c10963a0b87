"""What tells the kind of a computer: the case's own word, its names, and signs of a battery, a lid and a panel.

SMBIOS (DSP0134): the enclosure's type (7.4.1), names (7.2, 7.3), batteries (7.23), built-in pointing
devices (7.22), slots (7.10), processor (7.5), memory (7.18);
live: /sys/class/power_supply (Documentation/ABI/testing/sysfs-class-power), /proc/acpi/button/lid, /sys/class/drm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.machine.model_name import Names
from agent.inventory.machine.processor_kind import ProcessorKind, processor_kind
from agent.inventory.values import real

_POWER = "/sys/class/power_supply"
_LID = "/proc/acpi/button/lid"
_DRM = "/sys/class/drm"
_PANEL = re.compile(r"card\d+-(?:eDP|LVDS|DSI)-\d+")
_MOST_SUPPLIES = 32
_LONGEST = 200
_SLOT, _POINTER = 9, 21
_CARRIED_POINTERS = {"Touch Pad", "Track Point"}
_CARD_SLOT = re.compile(r"pc ?card|pcmcia|express ?card|cardbus", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    kind: str | None = None
    """The enclosure's type as dmidecode prints it, or as its number."""
    names: str = ""
    """Vendor, model, product name, family and the board's name, with " | " between."""
    board_only: bool = False
    """Only the board has a name: built by hand, or by somebody without one."""
    battery_record: bool = False
    """SMBIOS describes a battery. Many a desktop's firmware does, and many a notebook's does not."""
    carried: bool = False
    """SMBIOS describes a touch pad, or a slot for cards of notebooks. Boards for all-in-ones do now and then."""
    battery: bool = False
    """The running system sees a battery of the machine's own."""
    lid: bool = False
    panel: bool = False
    """A display stands on a connector that only built-in panels have."""
    processor: ProcessorKind | None = None
    small_memory: bool = False
    """All memory sockets are those of notebooks (SODIMM)."""
    large_memory: bool = False
    """All memory sockets are those of desktops and servers (DIMM)."""

    @property
    def mobile(self) -> bool:
        return self.processor in (ProcessorKind.MOBILE, ProcessorKind.NETBOOK)


def gather(source: Source, records: Sequence[Record], named: Names) -> Evidence:
    """From the records, which may be empty, and from the running system, as far as it was recorded."""
    system = dmidecode.first(records, dmidecode.SYSTEM)
    product = real(system.get("Product Name"))
    places = (named.vendor, named.model, product, real(system.get("Family")), named.board_model)
    forms = {record.get("Form Factor") for record in dmidecode.of_type(records, dmidecode.MEMORY_DEVICE)}
    return Evidence(
        kind=dmidecode.first(records, dmidecode.CHASSIS).get("Type"),
        names=" | ".join(place for place in places if place),
        board_only=product is None and named.board_model is not None,
        battery_record=bool(dmidecode.of_type(records, dmidecode.BATTERY)),
        carried=_carried(records),
        battery=_battery(source),
        lid=bool(source.names(_LID)),
        panel=_panel(source),
        processor=processor_kind(dmidecode.first(records, dmidecode.PROCESSOR)),
        small_memory="SODIMM" in forms and "DIMM" not in forms,
        large_memory="DIMM" in forms and "SODIMM" not in forms,
    )


def _carried(records: Sequence[Record]) -> bool:
    if any(record.get("Type") in _CARRIED_POINTERS for record in dmidecode.of_type(records, _POINTER)):
        return True
    slots = (f"{slot.get('Type')} {slot.get('Designation')}" for slot in dmidecode.of_type(records, _SLOT))
    return any(_CARD_SLOT.search(slot[:_LONGEST]) for slot in slots)


def _battery(source: Source) -> bool:
    """A battery of the machine itself; those of mice and headsets say that they belong to a device."""
    return any(
        source.text(f"{_POWER}/{name}/type") == "Battery" and source.text(f"{_POWER}/{name}/scope") != "Device"
        for name in source.names(_POWER)[:_MOST_SUPPLIES]
    )


def _panel(source: Source) -> bool:
    entries = (entry for entry in source.names(_DRM) if _PANEL.fullmatch(entry))
    return any(source.text(f"{_DRM}/{entry}/status") == "connected" for entry in entries)

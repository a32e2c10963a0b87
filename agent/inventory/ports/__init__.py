"""Sockets on the outside of the case, each kind from who can be trusted with it; kinds that nobody tells are left out.

USB: the firmware's description of the ports (ACPI 6.5, 9.13, _UPC) as the kernel shows it, USB-C from its own class,
Thunderbolt from its bus. Network: the cards on the board. Pictures: the graphics adapter's table of connectors, but not
Intel's, which lists what the chip could have. Everything else: SMBIOS (`connectors`).
"""

import re
from collections import Counter
from collections.abc import Sequence

from agent.host import usbports
from agent.host.source import Source
from agent.inventory import network, pci, usb_devices
from agent.inventory.dmidecode import Record
from agent.inventory.ports import connectors
from agent.model.inventory import Port

_DRM = "/sys/class/drm"
_TYPE_C = "/sys/class/typec"
_THUNDERBOLT = "/sys/bus/thunderbolt/devices"
_ORDER = (
    "usb_a", "usb_c", "thunderbolt", "hdmi", "displayport", "dvi", "vga", "ethernet", "audio", "sd_card", "smart_card",
    "esata", "firewire", "serial", "parallel", "ps2", "modem",
)  # fmt: skip
_PICTURES = {"HDMI": "hdmi", "DP": "displayport", "DVI": "dvi", "VGA": "vga"}
_BY_ITS_CHIP = {"i915", "xe"}
_MOST_USB = 20
"""A description with more names every wire of the chip."""
_BASE_SYSTEM, _SERIAL_BUS, _NO_CLASS = 0x08, 0x0C, 0xFF
_SD_HOST, _FIREWIRE = 0x0805, 0x0C00
_CARD_READERS = {"rtsx_pci", "alcor_pci", "jmb38x_ms", "sdricoh_cs"}
_USB_STORAGE = 0x08
_CARD_READER_NAME = re.compile(r"card ?reader|\bcrw\b", re.IGNORECASE)
_IN_CHIPSETS = {"Intel", "AMD"}
"""Their SD hosts serve soldered memory and Wi-Fi cards as well; others' have a slot."""


def read(source: Source, records: Sequence[Record]) -> list[Port]:
    told = connectors.read(records)
    found: dict[str, int] = {**told, **_usb(source, told), **_slots(source, told)}
    found.setdefault("ethernet", 0)
    found["ethernet"] = network.built_in_wired(source) or found["ethernet"]
    if not any(kind in told for kind in _PICTURES.values()):
        found |= _pictures(source, type_c=found.get("usb_c", 0) > 0)
    return [Port(kind=kind, count=found[kind]) for kind in _ORDER if found.get(kind)]


def _usb(source: Source, told: dict[str, int]) -> dict[str, int]:
    """Sockets of USB, Thunderbolt's among them under its own name."""
    type_c = sum(1 for name in source.names(_TYPE_C) if re.fullmatch(r"port\d+", name))
    thunderbolt = sum(
        1
        for router in source.names(_THUNDERBOLT)
        if re.fullmatch(r"\d+-0", router)
        for name in source.names(f"{_THUNDERBOLT}/{router}")
        if re.fullmatch(r"usb4_port\d+", name)
    )
    found = {}
    if thunderbolt:
        found["thunderbolt"] = thunderbolt
    if type_c:
        found["usb_c"] = max(0, type_c - thunderbolt)
        if "usb_c" not in told and "usb_a" in told:  # such lists call them all USB
            found["usb_a"] = max(0, told["usb_a"] - type_c)
    all_ports = len(usbports.sockets(source))
    if 0 < all_ports <= _MOST_USB:
        other = type_c or told.get("usb_c", 0) + told.get("thunderbolt", 0)
        found["usb_a"] = max(0, all_ports - other)
    return found


def _slots(source: Source, told: dict[str, int]) -> dict[str, int]:
    found = {}
    for function in pci.functions(source, _BASE_SYSTEM, _SERIAL_BUS, _NO_CLASS):
        kind = function.kind >> 8
        if kind == _FIREWIRE and "firewire" not in told and not network.plugged(source, function.folder):
            found["firewire"] = 1
        own_slot = kind == _SD_HOST and pci.maker(function.vendor) not in _IN_CHIPSETS
        if function.driver in _CARD_READERS or own_slot:
            found["sd_card"] = 1
    for interface in usb_devices.interfaces(source):
        if interface.kind[0] == _USB_STORAGE and usb_devices.internal(source, interface.device) is not False:
            product = source.text(f"{usb_devices.DEVICES}/{interface.device}/product") or ""
            if _CARD_READER_NAME.search(product):
                found["sd_card"] = 1
    return found


def _pictures(source: Source, *, type_c: bool) -> dict[str, int]:
    """Connectors for screens outside. With USB-C sockets, DisplayPort may be one of those."""
    found: Counter[str] = Counter()
    drivers: dict[str, str | None] = {}
    for name in source.names(_DRM):
        parts = re.fullmatch(r"(card\d+)-(HDMI|DP|DVI|VGA)(-[A-Z])?-\d+", name)
        if parts is None:
            continue
        if parts[1] not in drivers:
            drivers[parts[1]] = source.link(f"{_DRM}/{parts[1]}/device/driver")
        driver = drivers[parts[1]]
        kind = _PICTURES[parts[2]]
        if driver and driver.rsplit("/", 1)[-1] not in _BY_ITS_CHIP and not (type_c and kind == "displayport"):
            found[kind] += 1
    return dict(found)

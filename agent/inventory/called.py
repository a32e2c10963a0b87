"""Maker and model of what stands at a place of /sys/devices: from udev's hardware database, or from itself.

The kernel's path decides which bus speaks: of a Wi-Fi card on SDIO it is the card, never the host on PCI.
"""

import re
from dataclasses import dataclass

from agent.host.source import Source, integer
from agent.host.udev import properties
from agent.inventory import pci, usb_devices
from agent.inventory.values import real
from agent.inventory.vendors import vendor, without_form

_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_VIRTIO = re.compile(r"/virtio\d+$")
_SDIO = re.compile(r"mmc\d+:[0-9a-f]{4}:\d")


@dataclass(frozen=True)
class Called:
    vendor: str | None = None
    model: str | None = None


def called(source: Source, folder: str) -> Called:
    """What the hardware behind this folder is called. Never raises."""
    if device := usb_devices.device_of(folder):
        return _usb(source, device)
    last = _VIRTIO.sub("", folder).rpartition("/")[2]
    if _SDIO.fullmatch(last):
        return _known(properties(source, "sdio", last))
    # Behind other buses stands something that PCI knows nothing of: a Bluetooth chip on a serial line.
    return _pci(source, last) if _ADDRESS.fullmatch(last) else Called()


def driver(source: Source, folder: str) -> str | None:
    """The kernel's driver of a device."""
    link = source.link(f"{folder}/driver")
    return link.rsplit("/", 1)[-1] if link else None


def sold_as(model: str | None) -> str | None:
    """The name in the shop, which pci.ids puts into brackets behind the chip's: "GP108M [GeForce MX150]"."""
    inner = re.search(r"\[([^\[\]]*[A-Za-z][^\[\]]*)\]", model or "")
    return inner[1].strip() if inner else model


def _pci(source: Source, address: str) -> Called:
    known = _known(properties(source, "pci", address))
    number = integer(source, f"{pci.DEVICES}/{address}/vendor", 16)
    return Called(pci.maker(number) or known.vendor, known.model)


def _usb(source: Source, device: str) -> Called:
    """A device's own words (USB 2.0, 9.6.1) are more exact than the database, where it has any."""
    folder = f"{usb_devices.DEVICES}/{device}"
    known = _known(properties(source, "usb", device))
    return Called(
        known.vendor or vendor(source.text(f"{folder}/manufacturer")),
        real(source.text(f"{folder}/product")) or known.model,
    )


def _known(told: dict[str, str]) -> Called:
    name = real(told.get("ID_VENDOR_FROM_DATABASE"))
    return Called(without_form(name) if name else None, real(told.get("ID_MODEL_FROM_DATABASE")))

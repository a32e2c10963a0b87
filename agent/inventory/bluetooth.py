"""Bluetooth adapters: those that work (/sys/class/bluetooth), those without a driver (by their USB class), and those
that a switch has taken off the bus (/sys/class/rfkill)."""

import re

from agent.host.source import Source, integer
from agent.inventory import usb_devices
from agent.inventory.called import called, driver
from agent.model.inventory import Bluetooth

_CLASS = "/sys/class/bluetooth"
_SWITCHES = "/sys/class/rfkill"


def read(source: Source) -> list[Bluetooth]:
    found, known = [], set()
    for name in source.names(_CLASS):
        # A connection that is open stands beside its adapter, as "hci0:256".
        if re.fullmatch(r"hci\d+", name) and (folder := source.link(f"{_CLASS}/{name}/device")):
            known.add(usb_devices.device_of(folder))
            found.append(_adapter(source, name, folder, blocked=_blocked(source, f"{_CLASS}/{name}")))
    for interface in usb_devices.interfaces(source):
        folder = source.link(interface.folder)
        if interface.kind == usb_devices.BLUETOOTH and folder and interface.device not in known:
            known.add(interface.device)
            found.append(_adapter(source, interface.device, folder, blocked=None))
    return found or _switched_off(source)


def _adapter(source: Source, name: str, folder: str, *, blocked: bool | None) -> Bluetooth:
    hardware = called(source, folder)
    return Bluetooth(
        name=name,
        vendor=hardware.vendor,
        model=hardware.model,
        driver=driver(source, folder),
        blocked=blocked,
    )


def _blocked(source: Source, folder: str) -> bool | None:
    switches = [f"{folder}/{name}" for name in source.names(folder) if re.fullmatch(r"rfkill\d+", name)]
    return any(_off(source, switch) for switch in switches) if switches else None


def _off(source: Source, switch: str) -> bool:
    return any(integer(source, f"{switch}/{kind}") == 1 for kind in ("hard", "soft"))


def _switched_off(source: Source) -> list[Bluetooth]:
    """A laptop's own switch takes the whole adapter away; the switch is there only where there is an adapter."""
    for name in source.names(_SWITCHES):
        switch = f"{_SWITCHES}/{name}"
        if source.text(f"{switch}/type") == "bluetooth" and _off(source, switch):
            return [Bluetooth(name=source.text(f"{switch}/name") or name, blocked=True)]
    return []

"""Network cards: real hardware only, never what the kernel makes up."""

import re

from agent.host.source import Source, integer
from agent.model.inventory import NetworkInterface

_CLASS = "/sys/class/net"
_ETHERNET = 1
"""ARPHRD_ETHER in linux/if_arp.h, which Wi-Fi has too."""
_GIVEN_BY_MAKER = 0
"""NET_ADDR_PERM in linux/netdevice.h: not random, not set by somebody."""
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def read(source: Source) -> list[NetworkInterface]:
    return [_interface(source, name) for name in _hardware(source)]


def built_in_macs(source: Source) -> list[str]:
    """Addresses of wired cards that are not plugged in by USB, sorted."""
    found = set()
    for name in _hardware(source):
        folder = source.link(f"{_CLASS}/{name}/device") or ""
        wired = integer(source, f"{_CLASS}/{name}/type") == _ETHERNET and not _wireless(source, name)
        permanent = integer(source, f"{_CLASS}/{name}/addr_assign_type") == _GIVEN_BY_MAKER
        if wired and permanent and not re.search(r"/usb\d", folder) and (mac := _mac(source, name)):
            found.add(mac)
    return sorted(found)


def _hardware(source: Source) -> list[str]:
    return [name for name in source.names(_CLASS) if source.link(f"{_CLASS}/{name}/device")]


def _interface(source: Source, name: str) -> NetworkInterface:
    folder = f"{_CLASS}/{name}"
    driver = source.link(f"{folder}/device/driver")
    speed = integer(source, f"{folder}/speed")  # -1 where there is no link
    carrier = integer(source, f"{folder}/carrier")  # cannot be read while the interface is down
    return NetworkInterface(
        name=name,
        wireless=_wireless(source, name),
        mac=_mac(source, name),
        driver=driver.rsplit("/", 1)[-1] if driver else None,
        link=None if carrier is None else carrier == 1,
        speed_mbps=speed if speed is not None and 0 < speed < 10_000_000 else None,
    )


def _wireless(source: Source, name: str) -> bool:
    return bool(source.names(f"{_CLASS}/{name}/wireless")) or source.link(f"{_CLASS}/{name}/phy80211") is not None


def _mac(source: Source, name: str) -> str | None:
    mac = (source.text(f"{_CLASS}/{name}/address") or "").lower()
    return mac if _MAC.fullmatch(mac) and mac not in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff") else None

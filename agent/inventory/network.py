"""Network cards: real hardware only, never what the kernel makes up. From /sys/class/net, names from `called`."""

import re

from agent.host.source import Source, integer
from agent.inventory import pci
from agent.inventory.called import called
from agent.inventory.called import driver as driver_of
from agent.model.inventory import NetworkInterface

_CLASS = "/sys/class/net"
_ETHERNET = 1
"""ARPHRD_ETHER in linux/if_arp.h, which Wi-Fi has too."""
_GIVEN_BY_MAKER = 0
"""NET_ADDR_PERM in linux/netdevice.h: not random, not set by somebody."""
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_NO_CARD = {"wwan", "bluetooth", "bridge", "bond", "vlan", "macvlan", "gadget", "dsa"}
"""Kinds (DEVTYPE in the kernel's uevent) that are no network card of this computer: modems, and what others carry."""
_PLUGGED = re.compile(r"/(usb\d+|domain\d+|fw\d+|pcmcia_socket\d+)/")
_PCI_FUNCTION = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_NETWORK = 0x02
_OTHER = 0x0280
"""Class and subclass of network cards that are no Ethernet: Wi-Fi."""
_GROUP = 0b1
"""The lowest bit of the first byte: an address of many stations, never of one card (IEEE 802, 8.2.2)."""
_LOCAL = 0b10
"""The bit beside it: an address that nobody gave out (the same place)."""
_UNWRITTEN = "00:e0:4c"
"""Realtek's own range: chips to which the maker of the board gave no address carry the same few of it."""
_LEAST_DIGITS = 4
"""Different digits in an address that somebody gave; "88:88:88:88:87:88" is what an empty memory gives."""


def read(source: Source) -> list[NetworkInterface]:
    found, radios = [], set()
    for name, folder in _hardware(source):
        interface = _interface(source, name, folder)
        if interface.wireless and folder in radios:
            continue  # a second interface of the same radio
        if interface.wireless:
            radios.add(folder)
        found.append(interface)
    return found + _undriven(source)


def _undriven(source: Source) -> list[NetworkInterface]:
    """Cards that no driver took, or whose driver gave up for want of firmware: under their PCI address."""
    working = {part for _, folder in _hardware(source) for part in folder.split("/")}
    return [
        NetworkInterface(
            name=card.address,
            wireless=card.kind >> 8 == _OTHER,
            vendor=(known := called(source, source.link(card.folder) or card.folder)).vendor,
            model=known.model,
        )
        for card in pci.functions(source, _NETWORK)
        if card.driver is None and card.address not in working and source.link(f"{card.folder}/physfn") is None
    ]


def built_in_macs(source: Source) -> list[str]:
    """Addresses that tell this computer from others, sorted: of wired cards on the board or in a slot.

    Never of a dongle or dock (USB, Thunderbolt, any port outside), which goes to another computer, or borrows this
    one's address; never one that other computers have as well.
    """
    found = set()
    for name, folder in _hardware(source):
        wired = integer(source, f"{_CLASS}/{name}/type") == _ETHERNET and not _wireless(source, name)
        permanent = integer(source, f"{_CLASS}/{name}/addr_assign_type") == _GIVEN_BY_MAKER
        if wired and permanent and not plugged(source, folder):
            mac = _mac(source, f"{_CLASS}/{name}/address")
            if mac and _own(mac):
                found.add(mac)
    return sorted(found)


def built_in_radios(source: Source) -> list[str]:
    """The own addresses of Wi-Fi cards that are built in, sorted, under the same conditions; never one that a chip
    made up for want of its own."""
    found = set()
    for name, folder in _hardware(source):
        if _wireless(source, name) and not plugged(source, folder):
            mac = _permanent(source, name, wireless=True)
            if mac and _own(mac) and not int(mac[:2], 16) & _LOCAL:
                found.add(mac)
    return sorted(found)


def built_in_wired(source: Source) -> int:
    """How many wired cards are on the board or in a slot."""
    cards = [folder for name, folder in _hardware(source) if not _wireless(source, name)]
    return sum(1 for folder in cards if _PCI_FUNCTION.search(folder) and not plugged(source, folder))


def plugged(source: Source, folder: str) -> bool:
    """Whether a device is reached through a socket on the outside of the case."""
    if _PLUGGED.search(f"{folder}/"):
        return True
    parts = folder.split("/")
    functions = ("/".join(parts[: place + 1]) for place, part in enumerate(parts) if _PCI_FUNCTION.fullmatch(part))
    # PCI functions behind an external port say so themselves (Linux 5.14).
    return any(source.text(f"{function}/removable") == "removable" for function in functions)


def _hardware(source: Source) -> list[tuple[str, str]]:
    """Name and device folder of every network card."""
    found = []
    for name in source.names(_CLASS):
        folder = source.link(f"{_CLASS}/{name}/device")
        if folder is None or integer(source, f"{_CLASS}/{name}/type") not in (_ETHERNET, None):
            continue
        kind = re.search(r"^DEVTYPE=(\w+)", source.text(f"{_CLASS}/{name}/uevent") or "", re.MULTILINE)
        # A card of a server shows parts of itself to virtual machines as cards of their own: they know the whole.
        part = source.link(f"{folder}/physfn") is not None
        if not part and (kind is None or kind[1] not in _NO_CARD) and not re.search(r"/domain\d+/", folder):
            found.append((name, folder))
    return found


def _interface(source: Source, name: str, device: str) -> NetworkInterface:
    folder = f"{_CLASS}/{name}"
    wireless = _wireless(source, name)
    speed = integer(source, f"{folder}/speed")  # -1 where there is no link
    carrier = integer(source, f"{folder}/carrier")  # cannot be read while the interface is down
    known = called(source, device)
    return NetworkInterface(
        name=name,
        wireless=wireless,
        mac=_permanent(source, name, wireless=wireless),
        driver=driver_of(source, device),
        vendor=known.vendor,
        model=known.model,
        link=None if carrier is None else carrier == 1,
        speed_mbps=speed if speed is not None and 0 < speed < 10_000_000 else None,
    )


def _wireless(source: Source, name: str) -> bool:
    return source.link(f"{_CLASS}/{name}/phy80211") is not None or bool(source.names(f"{_CLASS}/{name}/wireless"))


def _permanent(source: Source, name: str, *, wireless: bool) -> str | None:
    """The card's own address; None while it uses a made-up one and does not tell its own."""
    folder = f"{_CLASS}/{name}"
    if wireless and (mac := _mac(source, f"{folder}/phy80211/macaddress")):
        return mac
    given = integer(source, f"{folder}/addr_assign_type")
    return _mac(source, f"{folder}/address") if given in (_GIVEN_BY_MAKER, None) else None


def _mac(source: Source, path: str) -> str | None:
    mac = (source.text(path) or "").lower()
    return mac if _MAC.fullmatch(mac) and mac not in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff") else None


def _own(mac: str) -> bool:
    """Whether an address can be one computer's alone."""
    digits = mac.replace(":", "")
    counting = digits in ("001122334455", "123456789abc", "0123456789ab", "aabbccddeeff", "00123456789a")
    return not (
        int(mac[:2], 16) & _GROUP
        or mac.startswith(_UNWRITTEN)
        or counting
        or len(set(digits)) < _LEAST_DIGITS
        or mac[9:] in ("00:00:00", "ff:ff:ff")
    )

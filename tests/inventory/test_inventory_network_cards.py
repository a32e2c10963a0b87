"""Network cards, graphics and Bluetooth: what they are called, whose address is the machine's, what is switched off."""

import pytest
from fake_tree import PCI, Tree

from agent.host.udev import properties
from agent.inventory import bluetooth, graphics, network
from agent.model.inventory import Bluetooth

WIRED = f"{PCI}/0000:00:19.0"
DOCK = f"{PCI}/0000:00:1c.4/0000:05:00.0/0000:06:01.0/0000:07:00.0"


def card(tree: Tree, name: str, device: str, mac: str = "54:ee:75:12:34:56", **files: object) -> None:
    tree.folder(device)
    for file, value in {"address": mac, "type": 1, "addr_assign_type": 0, **files}.items():
        tree.file(f"/sys/class/net/{name}/{file}", str(value))
    tree.links(f"/sys/class/net/{name}/device", device)


def test_a_card_is_called_as_udevs_database_calls_it(tree: Tree) -> None:
    card(tree, "eth0", tree.pci("0000:00:19.0", "0x020000", "8086:155a", "e1000e"))
    tree.file(
        "/run/udev/data/+pci:0000:00:19.0",
        "E:ID_VENDOR_FROM_DATABASE=Intel Corporation\nE:ID_MODEL_FROM_DATABASE=Ethernet Connection I218-LM\n",
    )
    (found,) = network.read(tree)
    assert (found.vendor, found.model, found.driver) == ("Intel", "Ethernet Connection I218-LM", "e1000e")


def test_the_maker_is_known_without_udev(tree: Tree) -> None:
    card(tree, "eth0", tree.pci("0000:00:19.0", "0x020000", "10ec:8168"))
    assert [(one.vendor, one.model) for one in network.read(tree)] == [("Realtek", None)]


def test_a_usb_adapter_is_called_as_it_calls_itself(tree: Tree) -> None:
    card(tree, "wlan1", tree.usb("1-2", "ffff", "rtl8xxxu", manufacturer="Realtek", product="802.11n NIC"))
    (found,) = network.read(tree)
    assert (found.vendor, found.model, found.driver) == ("Realtek", "802.11n NIC", "rtl8xxxu")


def test_a_recorded_usb_device_is_found_in_udevs_files(tree: Tree) -> None:
    tree.usb("1-2", "ffff", dev="189:3")
    tree.file("/run/udev/data/c189:3", "E:ID_VENDOR_FROM_DATABASE=Realtek\n")
    assert properties(tree, "usb", "1-2") == {"ID_VENDOR_FROM_DATABASE": "Realtek"}


def test_the_card_on_sdio_is_not_its_host(tree: Tree) -> None:
    card(tree, "wlan0", f"{tree.pci('0000:00:12.0', '0x080501', '8086:0f16')}/mmc_host/mmc1/mmc1:0001/mmc1:0001:1")
    tree.file("/run/udev/data/+sdio:mmc1:0001:1", "E:ID_VENDOR_FROM_DATABASE=Broadcom Corp.\n")
    assert [one.vendor for one in network.read(tree)] == ["Broadcom"]


def test_what_is_no_card(tree: Tree) -> None:
    card(tree, "wwan0", f"{PCI}/x/wwan", uevent="DEVTYPE=wwan\nINTERFACE=wwan0")
    card(tree, "can0", f"{PCI}/x/can", type=280)
    card(tree, "thunderbolt0", "/sys/devices/pci0000:00/0000:00:1d.0/domain0/0-0/0-1/0-1.0")
    tree.folder(WIRED)
    card(tree, "eth7", f"{PCI}/x/part")
    tree.links(f"{PCI}/x/part/physfn", WIRED)
    tree.file("/sys/class/net/veth0/address", "54:ee:75:12:34:57")
    assert network.read(tree) == []


def test_a_radio_with_two_interfaces_is_one_card_with_its_own_address(tree: Tree) -> None:
    for name in ("wlp3s0", "p2p-dev"):
        card(tree, name, f"{PCI}/0000:03:00.0", "12:34:56:00:aa:bb", addr_assign_type=3)
        tree.links(f"/sys/class/net/{name}/phy80211", "/sys/class/ieee80211/phy0")
    tree.file("/sys/class/ieee80211/phy0/macaddress", "7c:5c:f8:01:02:03")
    assert [(one.wireless, one.mac) for one in network.read(tree)] == [(True, "7c:5c:f8:01:02:03")]


def test_a_made_up_address_is_not_the_cards(tree: Tree) -> None:
    card(tree, "eth0", WIRED, addr_assign_type=3)
    assert [one.mac for one in network.read(tree)] == [None]


@pytest.mark.parametrize(
    "place",
    [
        f"{PCI}/0000:00:14.0/usb2/2-1/2-1:1.0",
        "/sys/devices/pci0000:00/0000:00:1d.0/domain0/0-0/0-1",
        f"{PCI}/0000:00:1c.0/pcmcia_socket0/0.0",
        DOCK,
    ],
)
def test_only_the_machines_own_cards_make_its_identity(tree: Tree, place: str) -> None:
    tree.file(f"{PCI}/0000:00:1c.4/0000:05:00.0/removable", "removable")
    card(tree, "eth1", place, "00:50:b6:01:02:03")
    assert network.built_in_macs(tree) == []
    assert network.built_in_wired(tree) == 0
    card(tree, "eth0", WIRED)
    assert network.built_in_macs(tree) == ["54:ee:75:12:34:56"]
    assert network.built_in_wired(tree) == 1


@pytest.mark.parametrize(
    "mac",
    ["88:88:88:88:87:88", "00:11:22:33:44:55", "00:e0:4c:68:00:01", "54:ee:75:00:00:00", "54:ee:75:ff:ff:ff",
     "01:00:5e:12:34:56", "00:00:00:00:00:00", "rubbish"],
)  # fmt: skip
def test_addresses_that_other_machines_have_as_well(tree: Tree, mac: str) -> None:
    card(tree, "eth0", WIRED, mac)
    assert network.built_in_macs(tree) == []


@pytest.mark.parametrize(
    ("mac", "place", "own"),
    [
        ("7c:5c:f8:01:02:03", f"{PCI}/0000:03:00.0", True),
        ("7c:5c:f8:01:02:03", f"{PCI}/0000:00:14.0/usb2/2-1/2-1:1.0", False),  # a dongle
        ("7e:5c:f8:01:02:03", f"{PCI}/0000:03:00.0", False),  # made up by the chip
        ("00:e0:4c:68:00:01", f"{PCI}/0000:03:00.0", False),
    ],
)
def test_a_wifi_card_of_the_machines_own(tree: Tree, mac: str, place: str, *, own: bool) -> None:
    card(tree, "wlan0", place, "12:34:56:00:aa:bb", addr_assign_type=3)
    tree.links("/sys/class/net/wlan0/phy80211", "/sys/class/ieee80211/phy0")
    tree.file("/sys/class/ieee80211/phy0/macaddress", mac)
    assert network.built_in_radios(tree) == ([mac] if own else [])
    assert network.built_in_macs(tree) == []


# Graphics


def test_graphics_are_called_as_they_are_sold(tree: Tree) -> None:
    tree.pci("0000:01:00.0", "0x030200", "10de:1d12", "nouveau")
    tree.file("/run/udev/data/+pci:0000:01:00.0", "E:ID_MODEL_FROM_DATABASE=GP108M [GeForce MX150]\n")
    tree.pci("0000:00:02.0", "0x030000", "8086:2a42", "i915")
    tree.pci("0000:00:02.1", "0x038000", "8086:2a43")
    assert [(one.vendor, one.model) for one in graphics.read(tree)] == [("Intel", None), ("NVIDIA", "GeForce MX150")]


def test_a_second_adapter_is_no_second_half(tree: Tree) -> None:
    tree.pci("0000:00:02.0", "0x030000", "8086:2a42", "i915")
    tree.pci("0000:01:00.0", "0x038000", "1002:6660")
    assert len(graphics.read(tree)) == 2


# Bluetooth


def adapter(tree: Tree, *, soft: int = 0, hard: int = 0) -> None:
    folder = tree.usb("1-7", "e00101", "btusb", manufacturer="Intel Corp.", product="AX201 Bluetooth")
    hci = f"{folder}/bluetooth/hci0"
    tree.links(f"{hci}/device", folder)
    tree.file(f"{hci}/rfkill2/soft", soft)
    tree.file(f"{hci}/rfkill2/hard", hard)
    tree.links("/sys/class/bluetooth/hci0", hci)
    tree.links("/sys/class/bluetooth/hci0:256", hci)


@pytest.mark.parametrize(("soft", "hard", "blocked"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_bluetooth(tree: Tree, soft: int, hard: int, *, blocked: bool) -> None:
    adapter(tree, soft=soft, hard=hard)
    assert bluetooth.read(tree) == [
        Bluetooth(name="hci0", vendor="Intel", model="AX201 Bluetooth", driver="btusb", blocked=blocked)
    ]


def test_bluetooth_on_a_serial_line_is_not_called_as_the_line(tree: Tree) -> None:
    folder = f"{tree.pci('0000:00:1e.0', '0x118000', '8086:31bc')}/dw-apb-uart.1/serial0/serial0-0"
    tree.folder(f"{folder}/bluetooth/hci0")
    tree.links(f"{folder}/bluetooth/hci0/device", folder)
    tree.links("/sys/class/bluetooth/hci0", f"{folder}/bluetooth/hci0")
    assert bluetooth.read(tree) == [Bluetooth(name="hci0")]


def test_bluetooth_without_a_driver(tree: Tree) -> None:
    tree.usb("1-7", "e00101", product="BCM20702A0")
    tree.usb("1-8", "e00102")
    assert bluetooth.read(tree) == [Bluetooth(name="1-7", model="BCM20702A0")]


def test_bluetooth_that_a_switch_took_away(tree: Tree) -> None:
    assert bluetooth.read(tree) == []
    for file, value in {"type": "bluetooth", "name": "tpacpi_bluetooth_sw", "soft": 0, "hard": 0}.items():
        tree.file(f"/sys/class/rfkill/rfkill0/{file}", value)
    assert bluetooth.read(tree) == []
    tree.file("/sys/class/rfkill/rfkill0/hard", 1)
    assert bluetooth.read(tree) == [Bluetooth(name="tpacpi_bluetooth_sw", blocked=True)]

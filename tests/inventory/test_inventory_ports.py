"""Sockets on the case: what the firmware lists, when it is believed, and what the kernel knows better."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from fake_tree import PCI, Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import dmidecode, ports
from agent.inventory.dmidecode import Record
from agent.inventory.ports import connectors


def socket(label: str, form: str, use: str, inside: str = "Not Specified") -> Record:
    return Record(1, 8, fields={
        "Internal Reference Designator": inside, "External Reference Designator": label,
        "External Connector Type": form, "Port Type": use,
    })  # fmt: skip


T440S = [
    *[socket(f"USB {number}", "Access Bus (USB)", "USB") for number in (1, 2, 3)],
    socket("Mini DisplayPort", "Other", "Video Port"),
    socket("External Monitor", "DB-15 female", "Video Port"),
    socket("Ethernet", "RJ-45", "Network Port"),
    socket("Headphone/Microphone Combo Jack", "Mini Jack (headphones)", "Audio Port"),
    socket("Media Card Slot SD Card", "Other", "Other"),
    socket("SATA-0", "SAS/SATA Plug Receptacle", "SATA"),
    socket("Not Specified", "None", "Other"),
]
REFERENCE = [
    socket("Keyboard", "PS/2", "Keyboard Port", "J1A1"),
    socket("COM A", "DB-9 male", "Serial Port 16550A Compatible", "J2A2A"),
    socket("Video", "DB-15 female", "Video Port", "J2A2B"),
]


def counts(tree: Tree, records: list[Record] | None = None) -> dict[str, int]:
    return {port.kind: port.count for port in ports.read(tree, records or [])}


def test_what_the_firmware_lists(tree: Tree) -> None:
    assert counts(tree, T440S) == {
        "usb_a": 3, "displayport": 1, "vga": 1, "ethernet": 1, "audio": 1, "sd_card": 1,
    }  # fmt: skip


def test_a_list_that_was_copied_is_not_believed(tree: Tree) -> None:
    assert counts(tree, [*T440S, *REFERENCE]) == {}
    assert counts(tree, [*T440S, socket("TV Out", "Mini Centronics Type-14", "Other")]) == {}


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (socket("COM 1", "DB-9 male", "Serial Port 16550A Compatible"), "serial"),
        (socket("LPT 1", "DB-25 female", "Parallel Port ECP/EPP"), "parallel"),
        (socket("PS/2 Keyboard", "PS/2", "Keyboard Port"), "ps2"),
        (socket("DVI-I", "Other", "Video Port"), "dvi"),
        (socket("Displat Port", "Other", "Video Port"), "displayport"),
        (socket("HDMI port", "Other", "Other"), "hdmi"),
        (socket("Smart Card", "Other", "Other"), "smart_card"),
        (socket("USB Type-C", "Access Bus (USB)", "USB"), "usb_c"),
        (socket("THUNDERBOLT", "Other", "Other"), "thunderbolt"),
        (socket("IE1394_1", "IEEE 1394", "Firewire (IEEE P1394)"), "firewire"),
        (socket("eSATA-1", "SAS/SATA Plug Receptacle", "SATA"), "esata"),
    ],
)
def test_kinds(record: Record, kind: str) -> None:
    assert connectors.read([record]) == {kind: 1}


@pytest.mark.parametrize(
    ("label", "form", "use"),
    [("eDP CONN", "Other", "Video Port"), ("CPU fan", "None", "Other"), ("M.2(WI-FI)", "Other", "Network Port"),
     ("USB Intern 5", "None", "USB"), ("Web Cam", "Other", "Other"), ("SATA-0", "None", "SATA")],
)  # fmt: skip
def test_what_is_inside_is_no_socket(label: str, form: str, use: str) -> None:
    assert connectors.read([socket(label, form, use)]) == {}


@pytest.mark.parametrize(("label", "count"), [("USB7_8", 2), ("U32G1_56", 2), ("USB10", 1), ("USB3_E12", 1)])
def test_one_entry_for_a_pair(label: str, count: int) -> None:
    assert connectors.read([socket(label, "Access Bus (USB)", "USB")]) == {"usb_a": count}


def test_more_than_any_case_has(tree: Tree) -> None:
    assert counts(tree, [socket("USB", "Access Bus (USB)", "USB")] * 30) == {}


# What the kernel knows


def port(tree: Tree, bus: int, number: int, kind: str, peer: str | None = None) -> str:
    folder = f"{PCI}/0000:00:14.0/usb{bus}/{bus}-0:1.0"
    name = f"usb{bus}-port{number}"
    tree.file(f"{folder}/{name}/connect_type", kind)
    if not (tree.root / f"sys/bus/usb/devices/{bus}-0:1.0").is_symlink():
        tree.links(f"/sys/bus/usb/devices/{bus}-0:1.0", folder)
    if peer:
        tree.links(f"{folder}/{name}/peer", peer)
        tree.links(f"{peer}/peer", f"{folder}/{name}")
    return f"{folder}/{name}"


def test_usb_ports_that_a_hand_can_reach(tree: Tree) -> None:
    first = port(tree, 1, 1, "hotplug")
    port(tree, 1, 2, "hotplug")
    port(tree, 1, 3, "hardwired")
    port(tree, 1, 4, "not used")
    port(tree, 2, 1, "hotplug", first)
    assert counts(tree, T440S)["usb_a"] == 2


def test_without_the_firmwares_word_its_list_counts(tree: Tree) -> None:
    port(tree, 1, 1, "unknown")
    assert counts(tree, T440S)["usb_a"] == 3


def test_usb_c_and_thunderbolt_are_sockets_of_usb(tree: Tree) -> None:
    for number in range(1, 5):
        port(tree, 1, number, "hotplug")
    for name in ("port0", "port1", "port0-partner"):
        tree.folder(f"/sys/class/typec/{name}")
    tree.folder("/sys/bus/thunderbolt/devices/0-0/usb4_port1")
    assert counts(tree) == {"usb_a": 2, "usb_c": 1, "thunderbolt": 1}


def test_the_firmwares_list_calls_all_of_them_usb(tree: Tree) -> None:
    tree.folder("/sys/class/typec/port0")
    assert counts(tree, T440S[:3]) == {"usb_a": 2, "usb_c": 1}
    assert counts(tree, [*T440S[:3], socket("USB Type-C", "Other", "USB")]) == {"usb_a": 3, "usb_c": 1}


def test_a_card_on_the_board_has_a_socket(tree: Tree) -> None:
    tree.links("/sys/class/net/eth0/device", tree.pci("0000:00:19.0", "0x020000", "8086:155a"))
    assert counts(tree) == {"ethernet": 1}


def screens(tree: Tree, driver: str) -> None:
    for name in ("eDP-1", "DP-1", "HDMI-A-1", "DVI-D-1", "VGA-1", "Writeback-1"):
        tree.folder(f"/sys/class/drm/card0-{name}")
    tree.folder("/sys/class/drm/card0/device")
    tree.driven("/sys/class/drm/card0/device", driver)


def test_the_adapters_table_of_connectors(tree: Tree) -> None:
    screens(tree, "radeon")
    assert counts(tree) == {"hdmi": 1, "displayport": 1, "dvi": 1, "vga": 1}
    assert counts(tree, T440S[3:4]) == {"displayport": 1}
    tree.folder("/sys/class/typec/port0")
    assert "displayport" not in counts(tree)


def test_intels_table_says_only_what_the_chip_could_have(tree: Tree) -> None:
    screens(tree, "i915")
    assert counts(tree) == {}


def test_slots_for_cards(tree: Tree) -> None:
    tree.pci("0000:00:1c.0", "0x080501", "8086:0f14", "sdhci-pci")
    assert counts(tree) == {}
    tree.pci("0000:02:00.0", "0xff0000", "10ec:5227", "rtsx_pci")
    tree.pci("0000:02:01.0", "0x0c0010", "1180:e832", "firewire_ohci")
    assert counts(tree) == {"sd_card": 1, "firewire": 1}


@pytest.mark.parametrize(
    ("product", "removable", "slots"),
    [("USB2.0-CRW", "fixed", 1), ("Card Reader", "unknown", 1), ("Card Reader", "removable", 0), ("Ultra", "fixed", 0)],
)
def test_a_card_reader_on_usb(tree: Tree, product: str, removable: str, slots: int) -> None:
    tree.usb("1-5", "080650", "usb-storage", product=product, removable=removable)
    assert counts(tree).get("sd_card", 0) == slots


text = st.text(max_size=20) | st.sampled_from(["USB7_8", "Other", "USB", "Video Port", "HDMI", "DP", "\x1b[31m", "_99"])


@settings(max_examples=100)
@given(st.lists(st.builds(socket, text, text, text, text), max_size=40))
def test_any_list_of_sockets_is_read(records: list[Record]) -> None:
    assert all(0 < count <= 24 for count in connectors.read(records).values())


def test_copied_lists_of_real_machines(corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> None:
    """A list that stands in machines of different makers word for word describes none of them."""
    seen: dict[tuple[tuple[str, ...], ...], tuple[Counter[str], list[Record]]] = {}
    for name, content in corpus("dmi.tar.xz"):
        if b"DMI type 8," not in content:
            continue
        start = content.find(b"DMI type 8,") - 20
        records = dmidecode.of_type(dmidecode.parse(content[max(0, start) :].decode("utf-8", "replace")), 8)
        key = tuple(tuple(record.fields.values()) for record in records)
        maker = name.split("/")[-4]
        seen.setdefault(key, (Counter(), records))[0][maker] += 1
    figures = {0: [0, 0], 1: [0, 0]}
    for key, (makers, records) in seen.items():
        if len(makers - Counter({"Others": makers["Others"]})) > 1:
            half = figures[zlib.crc32(repr(key).encode()) % 2]
            half[0] += sum(makers.values())
            half[1] += 0 if connectors.read(records) else sum(makers.values())
    for shared, refused in figures.values():
        assert shared > 200
        assert refused / shared >= 0.95

"""Who a drive says it is, from what the kernel keeps."""

from pathlib import Path

import pytest
from fake_tree import ATA, NVME, PCI, USB, Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import identity
from agent.inventory.identity import Label
from agent.inventory.makers import maker


def page(code: int, text: bytes) -> bytes:
    return bytes([0, code]) + len(text).to_bytes(2, "big") + text


def ata_page(model: str, serial: str, firmware: str) -> bytes:
    identify = bytearray(512)
    for first, width, text in ((10, 20, serial.rjust(20)), (23, 8, firmware.ljust(8)), (27, 40, model.ljust(40))):
        swapped = bytes(byte for a, b in zip(text[::2], text[1::2], strict=True) for byte in (ord(b), ord(a)))
        identify[first * 2 : first * 2 + width] = swapped
    return page(0x89, bytes(56) + bytes(identify))


def test_an_ata_disk_with_its_identify_page(tree: Tree) -> None:
    tree.disk("sda")
    tree.file(f"{ATA}/vendor", "ATA     ")
    tree.file(f"{ATA}/model", "Samsung SSD 850 ")
    tree.file(f"{ATA}/rev", "3B6Q")
    tree.file(f"{ATA}/vpd_pg89", ata_page("Samsung SSD 850 EVO 250GB", "S21NNXAG123456A", "EMT03B6Q"))
    assert identity.read(tree, "sda") == Label("Samsung", "Samsung SSD 850 EVO 250GB", "S21NNXAG123456A", "EMT03B6Q")


def test_an_ata_disk_with_its_serial_page(tree: Tree) -> None:
    tree.disk("sda")
    tree.file(f"{ATA}/vendor", "ATA     ")
    tree.file(f"{ATA}/model", "WDC WD5000AZLX-0")
    tree.file(f"{ATA}/vpd_pg80", page(0x80, b"     WD-WCC6Z1234567"))
    tree.file("/run/udev/data/b8:0", "E:ID_MODEL_ENC=WDC\\x20WD5000AZLX-08K2TA0\nE:ID_SERIAL_SHORT=other")
    assert identity.read(tree, "sda") == Label("Western Digital", "WDC WD5000AZLX-08K2TA0", "WD-WCC6Z1234567", None)


def test_a_usb_disk_that_only_udev_knows(tree: Tree) -> None:
    tree.disk("sdb", USB, number="8:16")
    tree.file(f"{USB}/vendor", "JMicron ")
    tree.file(f"{USB}/model", "Tech            ")
    tree.file("/run/udev/data/b8:16", "E:ID_MODEL_ENC=Other\nE:ID_SERIAL_SHORT=DB9876543214E\nE:ID_REVISION=8214")
    assert identity.read(tree, "sdb") == Label("JMicron", "Tech", "DB9876543214E", "8214")


def test_nvme(tree: Tree) -> None:
    tree.nvme(model="KXG60ZNV512G TOSHIBA", serial="  79MF70123  ", firmware_rev="AGGA4104", vendor="0x1179")
    assert identity.read(tree, "nvme0n1") == Label("Toshiba", "KXG60ZNV512G TOSHIBA", "79MF70123", "AGGA4104")
    assert NVME in (tree.link("/sys/block/nvme0n1") or "")


def test_memory_card(tree: Tree) -> None:
    device = f"{PCI}/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
    tree.disk("mmcblk0", device, "mmc", number="179:0")
    for fact, value in {"name": "DF4032", "serial": "0x1a2b3c4d", "fwrev": "0x1", "cid": "4501"}.items():
        tree.file(f"{device}/{fact}", value)
    assert identity.read(tree, "mmcblk0") == Label(None, "DF4032", "0x1a2b3c4d", "0x1")


def test_virtio(tree: Tree) -> None:
    device = f"{PCI}/0000:00:02.0/virtio1"
    folder = tree.disk("vda", device, "virtio")
    tree.file(f"{device}/vendor", "0x1af4")
    tree.file(f"{folder}/serial", "disk-7")
    assert identity.read(tree, "vda") == Label(serial="disk-7")


def test_a_loop_device_is_named_by_its_file(tree: Tree, tmp_path: Path) -> None:
    tree.loop("loop0", str(tmp_path / "00000.img"))
    assert identity.read(tree, "loop0") == Label(serial="00000.img")


def test_a_placeholder_is_no_serial(tree: Tree) -> None:
    tree.disk("sdb", USB)
    tree.file(f"{USB}/vpd_pg80", page(0x80, b"000000000000"))
    assert identity.read(tree, "sdb").serial is None


@given(st.binary(max_size=700))
def test_pages_of_nonsense(data: bytes) -> None:
    identity.serial_page(data)
    identity.ata_label(data)
    assert identity.serial_page(b"\0\x83" + data) is None
    assert identity.ata_label(b"\0\x80" + data) == Label()


@pytest.mark.parametrize(
    ("model", "said", "expected"),
    [
        ("ST1000DM003-1ER162", "ATA", "Seagate"),
        ("WDC WD10EZEX-00BN5A0", None, "Western Digital"),
        ("TOSHIBA MQ01ABD100", None, "Toshiba"),
        ("CT500MX500SSD1", None, "Crucial"),
        ("Tech", "JMicron", "JMicron"),
        ("Something new", "ATA", None),
        (None, None, None),
    ],
)
def test_makers(model: str | None, said: str | None, expected: str | None) -> None:
    assert maker(model, said) == expected

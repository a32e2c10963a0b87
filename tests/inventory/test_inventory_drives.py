"""The list of drives: every kind, and what must never be in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_tree import ATA, NVME, PCI, USB, Tree

from agent.host.source import Live
from agent.inventory import drives
from agent.model.inventory import Drive
from agent.model.words import Transport

CARD = f"{PCI}/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"


def texts(drive: Drive) -> str:
    return " ".join(map(str, drive.obstacles))


def sata(tree: Tree, name: str = "sda", serial: str = "S1", port: int = 1) -> str:
    device = ATA.replace("ata1", f"ata{port}").replace("host0", f"host{port}")
    folder = tree.disk(name, device, number=f"8:{16 * port}")
    tree.file(f"{device}/vendor", "ATA     ")
    tree.file(f"{device}/model", "ST500DM002")
    tree.file(f"{device}/vpd_pg80", bytes([0, 0x80, 0, len(serial)]) + serial.encode())
    return folder


def test_a_sata_disk(tree: Tree) -> None:
    folder = sata(tree, serial="Z2AABBCC")
    for file, value in {
        "size": 976773168, "queue/logical_block_size": 512, "queue/physical_block_size": 4096, "queue/rotational": 1,
        "removable": 0, "diskseq": 7,
    }.items():  # fmt: skip
        tree.file(f"{folder}/{file}", value)
    assert drives.find(tree) == [
        Drive(
            path="/dev/sda", transport=Transport.ATA, vendor="Seagate", model="ST500DM002", serial="Z2AABBCC",
            size_bytes=500_107_862_016, physical_sector_bytes=4096, rotational=True, diskseq=7,
        )
    ]  # fmt: skip


def test_every_kind_of_drive_is_listed(tree: Tree) -> None:
    sata(tree)
    tree.disk("sdb", USB, number="8:160")
    tree.nvme(serial="N1")
    tree.disk("mmcblk0", CARD, "mmc", number="179:0")
    tree.disk("vda", f"{PCI}/0000:00:02.0/virtio1", "virtio", number="254:0")
    tree.disk("sdc", "/sys/devices/platform/host3/session1/target3:0:0/3:0:0:0", number="8:32")
    tree.disk("xvda", "/sys/devices/vbd-51712", "xen", number="202:0")
    found = {drive.path: (drive.transport, drive.external) for drive in drives.find(tree, allow_virtual=True)}
    assert found == {
        "/dev/sda": (Transport.ATA, False),
        "/dev/sdb": (Transport.USB, True),
        "/dev/nvme0n1": (Transport.NVME, False),
        "/dev/mmcblk0": (Transport.MMC, True),
        "/dev/vda": (Transport.VIRTIO, False),
        "/dev/sdc": (Transport.NETWORK, False),
        "/dev/xvda": (Transport.UNKNOWN, False),
    }


def test_what_is_no_drive_is_never_listed(tree: Tree) -> None:
    for number, name in enumerate(("dm-0", "md0", "zram0", "ram0", "nbd0", "nullb0", "loop7", "bcache0", "zd0")):
        tree.software_disk(name, number=f"240:{number}")
    disk = tree.disk("mmcblk0", CARD, "mmc", number="179:0")
    tree.disk("mmcblk0boot0", disk, "block", number="179:8", node=f"{disk}/mmcblk0boot0")
    tree.partition(disk, "mmcblk0p1", "179:1")
    tree.disk("sr0", ATA, number="11:0")
    tree.file(f"{ATA}/type", 5)
    tree.disk("fd0", "/sys/devices/platform/floppy.0", "platform", number="2:0")
    tree.disk("mtdblock0", "/sys/devices/spi/mtd0", "mtd", number="31:0")
    way = tree.disk("nvme0c0n1", NVME, "nvme", number="259:9", node=f"{NVME}/nvme0c0n1")
    tree.file(f"{way}/hidden", 1)
    assert [drive.path for drive in drives.find(tree, allow_virtual=True)] == ["/dev/mmcblk0"]


def test_an_empty_card_reader_is_no_drive(tree: Tree) -> None:
    folder = tree.disk("sdb", USB, sectors=0)
    tree.file(f"{folder}/removable", 1)
    assert drives.find(tree) == []
    tree.file(f"{folder}/removable", 0)
    (broken,) = drives.find(tree)
    assert "0 bytes" in texts(broken)


@pytest.mark.parametrize(("kind", "rotational"), [(USB, None), (ATA, True)])
def test_bridges_do_not_know_what_rotates(tree: Tree, kind: str, rotational: bool | None) -> None:
    folder = tree.disk("sda", kind)
    tree.file(f"{folder}/queue/rotational", 1)
    assert drives.find(tree)[0].rotational is rotational
    tree.file(f"{folder}/queue/rotational", 0)
    assert drives.find(tree)[0].rotational is False


def test_duplicate_serials(tree: Tree) -> None:
    sata(tree, "sda", "SAME", 1)
    sata(tree, "sdb", "SAME", 2)
    sata(tree, "sdc", "OTHER", 3)
    first, second, third = drives.find(tree)
    assert "2 drives give the same serial number SAME" in texts(first)
    assert first.obstacles == second.obstacles
    assert third.obstacles == []


@pytest.mark.parametrize("serial", ["", "0000000000", "0123456789ABCDEF"])
def test_absent_serials(tree: Tree, serial: str) -> None:
    sata(tree, "sda", serial)
    (found,) = drives.find(tree)
    assert found.serial is None
    assert not found.obstacles  # alone it can be confirmed at the screen …
    sata(tree, "sdb", serial)
    assert all("no serial number" in texts(each) for each in drives.find(tree))  # … but not told from another


def test_obstacles_are_found(tree: Tree) -> None:
    folder = sata(tree)
    tree.partition(folder, "sda1", "8:17")
    tree.file("/proc/self/mountinfo", "22 1 8:17 / /home rw - ext4 /dev/sda1 rw")
    assert "/home" in texts(drives.find(tree)[0])


def test_absurd_numbers_do_not_lose_the_drive(tree: Tree) -> None:
    folder = sata(tree)
    for file in ("size", "queue/logical_block_size", "queue/physical_block_size", "diskseq"):
        tree.file(f"{folder}/{file}", -5)
    (found,) = drives.find(tree)
    assert found.size_bytes == 0
    tree.file(f"{folder}/size", 10**19)
    assert drives.find(tree)[0].size_bytes == 0


def test_loop_devices_only_where_allowed(tree: Tree, tmp_path: Path) -> None:
    file = tmp_path / "disk.img"
    file.touch()
    tree.loop("loop0", str(file))
    tree.loop("loop1", str(tmp_path / "gone.img"), number="7:1")
    tree.loop("loop2", "/dev/null", number="7:2")
    part = tmp_path / "part.img"
    part.touch()
    tree.loop("loop3", str(part), offset=512, number="7:3")
    tree.loop("loop4", f"{file} (deleted)", number="7:4")
    tree.software_disk("loop5", number="7:5")
    assert drives.find(tree) == []
    (found,) = drives.find(tree, allow_virtual=True)
    assert (found.path, found.serial, found.transport) == ("/dev/loop0", "disk.img", Transport.LOOP)
    assert found.virtual
    assert found.backing_file == str(file)
    assert found.obstacles == []


def test_loop_devices_that_share_a_file_stay_visible(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "disk.img").touch()
    tree.loop("loop0", str(tmp_path / "disk.img"))
    tree.loop("loop1", str(tmp_path / "disk.img"), number="7:1")
    found = drives.find(tree, allow_virtual=True)
    assert len(found) == 2
    assert "loop1" in texts(found[0])


def test_a_real_loop_device(loop_device: Callable[..., object]) -> None:
    device = loop_device(4 * 1024 * 1024, name="first.img")
    assert device.path not in [drive.path for drive in drives.find(Live())]
    (found,) = [drive for drive in drives.find(Live(), allow_virtual=True) if drive.path == device.path]
    assert (found.serial, found.size_bytes, found.virtual) == ("first.img", 4 * 1024 * 1024, True)
    assert found.obstacles == []
    assert found.diskseq


def test_this_machine() -> None:
    if not os.path.exists("/sys/block/vda"):
        pytest.skip("this machine has no disk vda")
    (found,) = [drive for drive in drives.find(Live(), allow_virtual=True) if drive.path == "/dev/vda"]
    assert found.size_bytes > 0
    assert "virtual machine" in texts(found)
    mounted = any(
        " / / " in line and "/dev/vda" in line for line in Path("/proc/self/mountinfo").read_text().splitlines()
    )
    assert not mounted or "mounted at /" in texts(found)

"""Who uses a block device: every way of use, in a made-up tree and with a real loop device."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_tree import Tree

from agent.host.blockuse import BlockUse, Opener, holding_processes, open_devices, read_use
from agent.host.source import Live
from agent.host.topology import Kind
from agent.model.words import Transport

MOUNT = "22 1 {number} / {where} rw,relatime shared:1 - {kind} {origin} {options}"


def mounts(
    tree: Tree, number: str = "8:1", where: str = "/mnt", kind: str = "ext4", origin: str = "none", options: str = "rw"
) -> None:
    line = MOUNT.format(number=number, where=where, kind=kind, origin=origin, options=options)
    tree.file("/proc/self/mountinfo", f"21 1 0:20 / /proc rw - proc proc rw\ngarbage\n{line}\n")


def test_an_idle_disk(tree: Tree) -> None:
    folder = tree.disk("sda", sectors=2048)
    tree.partition(folder, "sda1", "8:1")
    tree.file(f"{folder}/queue/logical_block_size", 4096)
    tree.file(f"{folder}/queue/zoned", "none")
    tree.file(f"{folder}/integrity/format", "none")
    tree.file(f"{folder}/ro", 0)
    mounts(tree, "8:16", origin="/dev/sdb1")
    tree.file("/proc/swaps", "Filename Type Size Used Priority\n/dev/sdb2 partition 1 0 -2")
    idle = BlockUse("sda", transport=Transport.ATA, size_bytes=1024 * 1024, logical_sector_bytes=4096)
    assert read_use(tree, "sda") == idle


def test_mounted_by_number(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    mounts(tree, "8:1", r"/mnt/my\040disk")
    assert read_use(tree, "sda").mounted == ("/mnt/my disk",)


@pytest.mark.parametrize(
    ("origin", "options"),
    [
        ("/dev/sda1", "rw"),
        ("/dev/disk/by-uuid/1234", "rw"),
        ("/dev/sdb:/dev/sda1", "rw"),
        ("/dev/sdb", "rw,logdev=/dev/sda1"),
    ],
)
def test_mounted_by_name(tree: Tree, origin: str, options: str) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    tree.links("/dev/disk/by-uuid/1234", "/dev/sda1")
    mounts(tree, "0:42", "/srv", "btrfs", origin, options)
    assert read_use(tree, "sda").mounted == ("/srv",)


def test_mounted_elsewhere_only(tree: Tree) -> None:
    tree.disk("sda")
    tree.file("/proc/1/mountinfo", MOUNT.format(number="8:0", where="/", kind="ext4", origin="x", options="rw"))
    assert read_use(tree, "sda").mounted == ("/",)


def test_swap(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda2", "8:2")
    tree.file("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert read_use(tree, "sda").swap == ("/dev/sda2",)


def test_holders_of_disk_and_partition(tree: Tree) -> None:
    folder = tree.disk("sda")
    part = tree.partition(folder, "sda1", "8:1")
    tree.folder(f"{folder}/holders/md127")
    tree.folder(f"{part}/holders/dm-0")
    dm = tree.software_disk("dm-0", number="253:0")
    tree.file(f"{dm}/dm/name", "vg-root")
    tree.loop("loop3", "/dev/sda1", number="7:3")
    tree.folder("/sys/fs/btrfs/1234/devices/sda1")
    tree.folder("/sys/fs/btrfs/5678/devices/sdb1")
    tree.folder(f"{part}/bcache/set")
    assert read_use(tree, "sda").holders == ("bcache", "btrfs 1234", "dm-0 (vg-root)", "loop3", "md127")


def test_processes(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    tree.disk("sdb", "/sys/devices/other", number="8:16")
    tree.file("/dev/null")
    for pid, name, target in (
        ("7", "mkfs", "sda1"),
        ("8", "dd", "sdb"),
        ("9", "(udev-worker)", "sda"),
        ("10", "sh", "null"),
    ):
        tree.file(f"/proc/{pid}/comm", name)
        tree.links(f"/proc/{pid}/fd/3", f"/dev/{target}")
    tree.links(f"/proc/{os.getpid()}/fd/3", "/dev/sda")
    assert read_use(tree, "sda").processes == ((7, "mkfs"),)
    assert open_devices(tree) == [Opener(7, "mkfs", "8:1"), Opener(8, "dd", "8:16")]
    assert holding_processes(tree, {"8:16"}) == [(8, "dd")]
    assert read_use(tree, "sda", openers=[]).processes == ()


@pytest.mark.parametrize(
    ("file", "content", "fact"),
    [
        ("ro", "1", "read_only"),
        ("hidden", "1", "hidden"),
        ("queue/zoned", "host-managed", "zoned"),
        ("queue/zoned", "host-aware", "zoned"),
        ("integrity/format", "T10-DIF-TYPE1-CRC", "protected"),
        ("integrity/format", "nop", "protected"),
        ("metadata_bytes", "8", "protected"),
        ("device/scsi_disk/0:0:0:0/protection_type", "1", "protected"),
    ],
)
def test_facts_of_the_disk(tree: Tree, file: str, content: str, fact: str) -> None:
    folder = tree.disk("sda")
    assert not getattr(read_use(tree, "sda"), fact)
    tree.file(f"{folder}/{file}", content)
    assert getattr(read_use(tree, "sda"), fact)


@pytest.mark.parametrize("label", ["ORDIS", "ordis-state"])
def test_an_ordis_stick_by_udev(tree: Tree, label: str) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    tree.file("/run/udev/data/b8:1", f"S:disk/by-uuid/1\nE:ID_FS_LABEL={label}\n")
    assert read_use(tree, "sda").ordis_labels == (label,)


def test_an_ordis_stick_by_link(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    tree.links("/dev/disk/by-label/ORDIS", "/dev/sda1")
    tree.links("/dev/disk/by-label/DATA", "/dev/sda1")
    assert read_use(tree, "sda").ordis_labels == ("ORDIS",)


def test_a_loop_device(tree: Tree, tmp_path: Path) -> None:
    file = tmp_path / "disk.img"
    file.write_bytes(bytes(512))
    tree.loop("loop0", str(file))
    use = read_use(tree, "loop0")
    assert use.kind is Kind.LOOP
    assert use.loop is not None
    assert use.loop.regular
    assert use.loop.whole
    assert not use.loop.deleted
    assert use.loop.shared_with == ()


@pytest.mark.parametrize(("offset", "sizelimit"), [(512, 0), (0, 512)])
def test_a_loop_device_over_a_part(tree: Tree, tmp_path: Path, offset: int, sizelimit: int) -> None:
    (tmp_path / "disk.img").touch()
    tree.loop("loop0", str(tmp_path / "disk.img"), offset=offset, sizelimit=sizelimit)
    loop = read_use(tree, "loop0").loop
    assert loop is not None
    assert not loop.whole


def test_loop_devices_over_one_file_by_two_names(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "disk.img").touch()
    (tmp_path / "other.img").hardlink_to(tmp_path / "disk.img")
    tree.loop("loop0", str(tmp_path / "disk.img"))
    tree.loop("loop1", str(tmp_path / "other.img"), number="7:1")
    loop = read_use(tree, "loop0").loop
    assert loop is not None
    assert loop.shared_with == ("loop1",)


@pytest.mark.parametrize("backing", ["/dev/null", "/nowhere/at/all", "/tmp"])
def test_a_loop_device_over_no_file(tree: Tree, backing: str) -> None:
    tree.loop("loop0", backing)
    loop = read_use(tree, "loop0").loop
    assert loop is not None
    assert not loop.regular


def test_swap_on_the_file_behind_a_loop_device(tree: Tree, tmp_path: Path) -> None:
    file = tmp_path / "swap file"
    file.touch()
    tree.loop("loop0", str(file))
    escaped = str(file).replace(" ", r"\040")
    tree.file("/proc/swaps", f"Filename Type Size Used Priority\n{escaped} file 1 0 -2")
    assert read_use(tree, "loop0").swap == (str(file),)


def test_a_loop_device_without_a_file(tree: Tree) -> None:
    tree.software_disk("loop0", sectors=0)
    assert read_use(tree, "loop0").loop is None


def test_what_is_no_whole_disk_is_looked_at_too(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    mounts(tree, "8:1")
    use = read_use(tree, "sda1")
    assert (use.kind, use.mounted) == (Kind.PARTITION, ("/mnt",))
    tree.software_disk("dm-0", number="253:0")
    assert read_use(tree, "dm-0").kind is Kind.STACKED


def test_nothing_is_there(tree: Tree) -> None:
    assert read_use(tree, "sdz").kind is Kind.ABSENT


@pytest.mark.runs_programs
@pytest.mark.loop
def test_a_real_loop_device(loop_device: Callable[..., object]) -> None:
    device = loop_device(1024 * 1024)
    name = device.path.removeprefix("/dev/")
    use = read_use(Live(), name)
    assert (use.kind, use.size_bytes, use.processes) == (Kind.LOOP, 1024 * 1024, ())
    assert use.loop is not None
    assert (use.loop.backing_file, use.loop.whole, use.loop.regular) == (str(device.file), True, True)
    with open(device.path, "rb") as held:
        wait = "import sys; sys.stdout.write('.'); sys.stdout.flush(); sys.stdin.read()"
        child = subprocess.Popen(
            [sys.executable, "-c", wait, device.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[held.fileno()],
        )
        assert child.stdout is not None
        child.stdout.read(1)
        assert [pid for pid, _ in read_use(Live(), name).processes] == [child.pid]
        child.communicate()
    other = loop_device(file=device.file)
    assert read_use(Live(), name).loop.shared_with == (other.path.removeprefix("/dev/"),)
    # A kept name lets the fixture find the file, and so the devices, when the test is over.
    kept = device.file.with_suffix(".kept")
    kept.hardlink_to(device.file)
    device.file.unlink()
    try:
        assert read_use(Live(), name).loop.deleted
    finally:
        kept.rename(device.file)


def test_this_machine() -> None:
    if not os.path.exists("/sys/block/vda"):
        pytest.skip("this machine has no disk vda")
    use = read_use(Live(), "vda")
    assert use.transport is Transport.VIRTIO
    assert use.size_bytes > 0

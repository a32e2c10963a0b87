"""An NVMe subsystem is one drive: every node of every namespace, whoever of its controllers shows it."""

from pathlib import Path
from typing import Any

import pytest
from fake_medium import FakeMedium
from fake_tree import NVME, PCI, Tree

from agent.host.blockuse import nodes
from agent.host.topology import controllers, namespaces
from agent.inventory import drives
from agent.inventory.obstacles import judge, judge_whole
from agent.model.inventory import Drive
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Transport
from agent.sanitize.guard import DriveSpec
from agent.sanitize.medium import Identity, Refused
from agent.sanitize.nvme.nodes import NvmeNodes
from agent.sanitize.plan import plan
from agent.sanitize.real import RealDrive

OTHER = f"{PCI}/0000:00:1e.0/nvme/nvme1"
SUBSYSTEM = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0"


def namespace(tree: Tree, name: str, nsid: int, *, sectors: int = 1000, controller: str = NVME) -> str:
    folder = tree.nvme(name, controller, serial="N1", model="Mica")
    tree.file(f"{folder}/nsid", nsid)
    tree.file(f"{folder}/size", sectors)
    tree.file(f"{folder}/diskseq", 40 + nsid)
    tree.file(f"{folder}/dev", f"259:{nsid}")
    return folder


def joint(tree: Tree) -> None:
    """Both controllers are of one subsystem."""
    tree.links(f"{SUBSYSTEM}/nvme0", NVME)
    tree.links(f"{SUBSYSTEM}/nvme1", OTHER)
    tree.links("/sys/class/nvme-subsystem/nvme-subsys0", SUBSYSTEM)


def texts(drive: Drive) -> str:
    return " ".join(map(str, drive.obstacles))


def test_several_namespaces_are_one_drive(tree: Tree) -> None:
    for number in (1, 2, 3):
        namespace(tree, f"nvme0n{number}", number, sectors=1000 * number)
    (found,) = drives.find(tree)
    assert found.path == "/dev/nvme0n1"
    assert found.namespaces == ["/dev/nvme0n2", "/dev/nvme0n3"]
    assert found.size_bytes == 6000 * 512
    assert (found.serial, found.transport, found.obstacles) == ("N1", Transport.NVME, [])


def test_the_order_is_that_of_the_identifiers(tree: Tree) -> None:
    """Names count how they were found."""
    for name, nsid in (("nvme0n1", 7), ("nvme0n2", 30), ("nvme0n10", 2)):
        namespace(tree, name, nsid)
    (found,) = drives.find(tree)
    assert [found.path, *found.namespaces] == ["/dev/nvme0n10", "/dev/nvme0n1", "/dev/nvme0n2"]


def test_a_single_namespace_is_as_before(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    (found,) = drives.find(tree)
    assert (found.namespaces, found.diskseq, found.size_bytes) == ([], 41, 512_000)


def test_the_namespaces_of_two_controllers(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    namespace(tree, "nvme1n1", 2, controller=OTHER)
    assert [drive.path for drive in drives.find(tree)] == ["/dev/nvme0n1", "/dev/nvme1n1"]
    joint(tree)
    (found,) = drives.find(tree)
    assert [found.path, *found.namespaces] == ["/dev/nvme0n1", "/dev/nvme1n1"]
    assert controllers(tree, "nvme0n1") == sorted([NVME, OTHER])


def test_a_namespace_over_several_ways(tree: Tree) -> None:
    """With native multipath: one node at the subsystem, and a hidden one for each way."""
    tree.disk("nvme0n1", SUBSYSTEM, "nvme-subsystem", node=f"{SUBSYSTEM}/nvme0n1")
    tree.file(f"{SUBSYSTEM}/nvme0n1/nsid", 1)
    for controller, way in ((NVME, "nvme0c0n1"), (OTHER, "nvme0c1n1")):
        folder = tree.disk(way, controller, "nvme", node=f"{controller}/{way}")
        tree.file(f"{folder}/hidden", 1)
        tree.file(f"{controller}/transport", "pcie")
    joint(tree)
    (found,) = drives.find(tree)
    assert (found.path, found.namespaces, found.obstacles) == ("/dev/nvme0n1", [], [])
    assert namespaces(tree, "nvme0c0n1") == ["nvme0c0n1"]
    assert controllers(tree, "nvme0n1") == sorted([NVME, OTHER])


def test_the_same_namespace_under_two_names(tree: Tree) -> None:
    """Without multipath nobody can tell what would be erased twice."""
    namespace(tree, "nvme0n1", 1)
    namespace(tree, "nvme1n1", 1, controller=OTHER)
    joint(tree)
    (found,) = drives.find(tree)
    assert "more than one name" in texts(found)


def test_what_stops_one_namespace_stops_the_drive(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    second = namespace(tree, "nvme0n2", 2)
    tree.file("/proc/self/mountinfo", "1 1 259:2 / /srv rw - ext4 /dev/nvme0n2 rw")
    (found,) = drives.find(tree)
    assert "mounted at /srv" in texts(found)
    tree.file("/proc/self/mountinfo", "")
    for fact, value, words in (
        ("holders/dm-0/x", "", "dm-0"), ("ro", 1, "write-protected"), ("metadata_bytes", 8, "sector format"),
        ("queue/zoned", "host-managed", "zones"),
    ):  # fmt: skip
        tree.file(f"{second}/{fact}", value)
        assert words in texts(drives.find(tree)[0])


def test_a_stick_on_a_second_namespace(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    tree.partition(namespace(tree, "nvme0n2", 2), "nvme0n2p1", "259:9")
    tree.file("/run/udev/data/b259:9", "E:ID_FS_LABEL=ORDIS")
    (found,) = drives.find(tree)
    assert found.ordis_stick
    assert "Ordis stick" in texts(found)


def test_a_namespace_that_the_system_cannot_use(tree: Tree) -> None:
    first = namespace(tree, "nvme0n1", 1)
    namespace(tree, "nvme0n2", 2)
    tree.file(f"{first}/hidden", 1)
    (found,) = drives.find(tree)
    assert [found.path, *found.namespaces] == ["/dev/nvme0n2", "/dev/nvme0n1"]
    assert "nvme0n1" in texts(found)


def test_a_namespace_without_a_disk(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    tree.folder(f"{NVME}/nvme0n2")
    (found,) = drives.find(tree)
    assert "no drive nvme0n2" in texts(found)


def test_block_sizes(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1, sectors=1001)
    second = namespace(tree, "nvme0n2", 2, sectors=1000)
    assert drives.find(tree)[0].obstacles == []
    tree.file(f"{second}/queue/logical_block_size", 4096)
    (found,) = drives.find(tree)
    assert found.logical_sector_bytes == 4096
    assert "different block sizes" in texts(found)
    tree.file(f"{NVME}/nvme0n1/size", 1008)
    assert drives.find(tree)[0].obstacles == []


def test_external_if_any_way_is(tree: Tree) -> None:
    namespace(tree, "nvme0n1", 1)
    namespace(tree, "nvme1n1", 2, controller=OTHER)
    joint(tree)
    tree.file(f"{PCI}/0000:00:1e.0/removable", "removable")
    assert drives.find(tree)[0].external


class Node(FakeMedium):
    """An open namespace."""

    def __init__(self, sequence: int, sectors: int = 1000) -> None:
        super().__init__(bytes(512 * sectors))
        self.sequence = sequence

    def identity(self) -> Identity:
        return Identity("N1", "Mica", len(self.content), self.sequence)


def test_what_is_confirmed_is_what_the_open_drive_says(tree: Tree) -> None:
    """Through the models and their JSON, as the worker gets it."""
    for number in (1, 2):
        namespace(tree, f"nvme0n{number}", number)
    (found,) = drives.find(tree)
    spec = DriveSpec.from_dict(plan(found, SanitizationRequest()).drive.model_dump(mode="json"))
    assert (spec.path, spec.namespaces) == ("/dev/nvme0n1", ("/dev/nvme0n2",))
    opened = NvmeNodes([Node(41), Node(42)], lambda: "nvme0n1", tree)
    assert opened.identity() == spec.identity
    namespace(tree, "nvme0n3", 3)
    assert opened.identity() != spec.identity  # a namespace more: another drive
    assert drives.find(tree)[0].diskseq == opened.identity().diskseq


def test_a_namespace_that_goes_makes_it_another_drive(tree: Tree) -> None:
    for number in (1, 2):
        namespace(tree, f"nvme0n{number}", number)
    one = NvmeNodes([Node(41)], lambda: "nvme0n1", tree)
    two = NvmeNodes([Node(41), Node(42)], lambda: "nvme0n1", tree)
    assert one.identity().size_bytes != two.identity().size_bytes
    assert one.identity().diskseq == two.identity().diskseq != 41
    assert NvmeNodes([Node(41)], lambda: None, tree).identity().diskseq is None


def test_opening_is_all_or_nothing(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    class Opened(Node):
        def __init__(self, path: str, *_: object, look_only: bool) -> None:
            if path.endswith("n3"):
                raise OSError(16, "busy")
            super().__init__(41, 1001 if path.endswith("n2") else 1000)
            self.logical_sector_bytes = 4096 if path.endswith("n1") else 512
            self.path = path

        def name(self) -> str:
            return "nvme0n1"

        def close(self) -> None:
            closed.append(self.path)

    monkeypatch.setattr("agent.sanitize.nvme.nodes.RealDrive", Opened)
    with pytest.raises(OSError, match="busy"):
        NvmeNodes.open(["/dev/nvme0n1", "/dev/nvme0n2", "/dev/nvme0n3"], tree)
    assert closed == ["/dev/nvme0n1", "/dev/nvme0n2"]
    closed.clear()
    with pytest.raises(Refused, match="block sizes"):
        NvmeNodes.open(["/dev/nvme0n1", "/dev/nvme0n2"], tree)
    assert closed == ["/dev/nvme0n1", "/dev/nvme0n2"]


def test_every_controller_is_asked_to_look_again(tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    namespace(tree, "nvme0n1", 1)
    drive: Any = RealDrive.__new__(RealDrive)
    drive._tree, drive._transport, drive._descriptor = tree, Transport.NVME, -1
    asked = [tmp_path / "one", tmp_path / "two"]
    for folder in asked:
        folder.mkdir()
        (folder / "rescan_controller").touch()
    monkeypatch.setattr(RealDrive, "name", lambda self: "nvme0n1")
    monkeypatch.setattr("agent.sanitize.real.controllers", lambda source, name: list(map(str, asked)))
    drive.rescan()
    assert [(folder / "rescan_controller").read_text() for folder in asked] == ["1", "1"]
    monkeypatch.setattr(RealDrive, "name", lambda self: None)
    with pytest.raises(OSError, match="No such device"):
        drive.rescan()


def test_a_part_that_is_named_for_the_whole(tree: Tree) -> None:
    """`ordis sanitize /dev/nvme0n2` must not erase what was not named."""
    for number in (1, 2):
        namespace(tree, f"nvme0n{number}", number)
    first, second = nodes(tree, "nvme0n1")
    assert judge(first) == []
    assert "the drive nvme0n1" in str(judge(second)[0])
    assert judge_whole([first, second]) == []


def test_nodes_of_other_drives_are_themselves(tree: Tree) -> None:
    tree.disk("sda")
    assert [use.name for use in nodes(tree, "sda")] == ["sda"]
    assert nodes(tree, "sdz")[0].name == "sdz"
    assert controllers(tree, "sda") == []

"""What a block device is, from its place in the tree."""

import pytest
from fake_tree import ATA, NVME, PCI, USB, Tree

from agent.host.topology import Kind, namespaces, partitions, place
from agent.model.words import Transport

SAS = f"{PCI}/0000:02:00.0/host6/port-6:0/end_device-6:0/target6:0:0/6:0:0:0"


@pytest.mark.parametrize(
    ("device", "transport", "external"),
    [
        (ATA, Transport.ATA, False),
        (USB, Transport.USB, True),
        (SAS, Transport.SCSI, False),
        (f"{PCI}/0000:00:03.0/virtio0/host2/target2:0:0/2:0:0:0", Transport.VIRTIO, False),
        ("/sys/devices/platform/host3/session1/target3:0:0/3:0:0:0", Transport.NETWORK, False),
        (f"{PCI}/0000:05:00.0/host5/rport-5:0-1/target5:0:0/5:0:0:0", Transport.NETWORK, False),
        (f"{PCI}/0000:06:00.0/fw1/fw1.0/host7/target7:0:0/7:0:0:0", Transport.SCSI, True),
        # A USB bridge that speaks ATA behind it is still on a cable.
        (f"{PCI}/0000:00:14.0/usb2/2-1/2-1:1.0/ata9/host9/target9:0:0/9:0:0:0", Transport.USB, True),
    ],
)
def test_scsi_disks_by_their_way(tree: Tree, device: str, transport: Transport, external: bool) -> None:
    folder = tree.disk("sda", device)
    tree.file(f"{device}/type", 0)
    found = place(tree, "sda")
    assert (found.kind, found.transport, found.external, found.node) == (Kind.DRIVE, transport, external, folder)


def test_sata_behind_a_sas_adapter(tree: Tree) -> None:
    tree.disk("sda", SAS)
    tree.file(f"{SAS}/vendor", "ATA     ")
    assert place(tree, "sda").transport is Transport.ATA


@pytest.mark.parametrize(
    ("peripheral", "kind"), [("5", Kind.DISC), ("1", Kind.OTHER), ("14", Kind.DRIVE), ("0", Kind.DRIVE)]
)
def test_scsi_peripheral_types(tree: Tree, peripheral: str, kind: Kind) -> None:
    tree.disk("sr0", ATA)
    tree.file(f"{ATA}/type", peripheral)
    assert place(tree, "sr0").kind is kind


def test_virtio_disk(tree: Tree) -> None:
    tree.disk("vda", f"{PCI}/0000:00:02.0/virtio1", "virtio")
    assert place(tree, "vda").transport is Transport.VIRTIO


@pytest.mark.parametrize(
    ("transport", "expected"), [("pcie", Transport.NVME), ("tcp", Transport.NETWORK), ("fc", Transport.NETWORK)]
)
def test_nvme_by_its_controller(tree: Tree, transport: str, expected: Transport) -> None:
    tree.nvme(transport=transport)
    assert place(tree, "nvme0n1").transport is expected


def test_nvme_that_does_not_say_its_transport_is_not_trusted(tree: Tree) -> None:
    tree.disk("nvme0n1", NVME, "nvme")
    assert place(tree, "nvme0n1").transport is Transport.NETWORK


def test_nvme_over_several_ways_hangs_at_its_subsystem(tree: Tree) -> None:
    subsystem = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0"
    tree.disk("nvme0n1", subsystem, "nvme-subsystem", node=f"{subsystem}/nvme0n1")
    tree.file(f"{NVME}/transport", "pcie")
    tree.links(f"{subsystem}/nvme0", NVME)
    tree.links("/sys/class/nvme-subsystem/nvme-subsys0", subsystem)
    found = place(tree, "nvme0n1")
    assert (found.kind, found.transport) == (Kind.DRIVE, Transport.NVME)


def test_namespaces_of_one_subsystem(tree: Tree) -> None:
    tree.nvme("nvme0n1")
    tree.nvme("nvme0n2")
    tree.folder(f"{NVME}/nvme0c0n3")
    tree.folder(f"{NVME}/ng0n1")
    tree.nvme("nvme1n1", f"{PCI}/0000:00:1e.0/nvme/nvme1")
    assert namespaces(tree, "nvme0n1") == ["nvme0n1", "nvme0n2"]
    assert namespaces(tree, "nvme1n1") == ["nvme1n1"]


def test_namespaces_of_a_second_controller_count(tree: Tree) -> None:
    other = f"{PCI}/0000:00:1e.0/nvme/nvme1"
    tree.nvme("nvme0n1")
    tree.nvme("nvme1n2", other)
    subsystem = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0"
    tree.links(f"{subsystem}/nvme0", NVME)
    tree.links(f"{subsystem}/nvme1", other)
    tree.links("/sys/class/nvme-subsystem/nvme-subsys0", subsystem)
    assert namespaces(tree, "nvme0n1") == ["nvme0n1", "nvme1n2"]


def test_thunderbolt_nvme_is_external(tree: Tree) -> None:
    tree.nvme()
    tree.file(f"{PCI}/0000:00:1d.0/removable", "unknown")
    assert not place(tree, "nvme0n1").external
    tree.file(f"{PCI}/0000:00:1d.0/0000:03:00.0/removable", "removable")
    assert place(tree, "nvme0n1").external


@pytest.mark.parametrize(("card", "external"), [("SD", True), ("MMC", False), ("", True)])
def test_memory_cards(tree: Tree, card: str, external: bool) -> None:
    device = f"{PCI}/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
    tree.disk("mmcblk0", device, "mmc")
    tree.file(f"{device}/type", card)
    found = place(tree, "mmcblk0")
    assert (found.kind, found.transport, found.external) == (Kind.DRIVE, Transport.MMC, external)


@pytest.mark.parametrize("area", ["mmcblk0boot0", "mmcblk0rpmb", "mmcblk0gp1"])
def test_areas_of_an_emmc_are_no_drives(tree: Tree, area: str) -> None:
    device = f"{PCI}/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
    disk = tree.disk("mmcblk0", device, "mmc")
    # New kernels hang them below the disk, old ones below the card.
    tree.disk(area, disk, "block", node=f"{disk}/{area}")
    assert place(tree, area).kind is Kind.BOOT_AREA
    tree.disk("mmcblk1boot0", device, "mmc")
    assert place(tree, "mmcblk1boot0").kind is Kind.BOOT_AREA


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("loop0", Kind.LOOP), ("dm-0", Kind.STACKED), ("md127", Kind.STACKED), ("bcache0", Kind.STACKED),
        ("zd0", Kind.STACKED), ("nbd0", Kind.REMOTE), ("zram0", Kind.MEMORY), ("ram0", Kind.MEMORY),
        ("nullb0", Kind.OTHER),
    ],
)  # fmt: skip
def test_disks_made_by_software(tree: Tree, name: str, kind: Kind) -> None:
    tree.software_disk(name)
    assert place(tree, name).kind is kind


@pytest.mark.parametrize(
    ("bus", "kind"), [("platform", Kind.DISC), ("mtd", Kind.OTHER), ("rbd", Kind.REMOTE), ("xen", Kind.DRIVE)]
)
def test_other_buses(tree: Tree, bus: str, kind: Kind) -> None:
    tree.disk("thing0", "/sys/devices/thing", bus)
    found = place(tree, "thing0")
    assert (found.kind, found.transport) == (kind, Transport.UNKNOWN)


def test_partitions(tree: Tree) -> None:
    folder = tree.disk("sda")
    tree.partition(folder, "sda1", "8:1")
    tree.folder(f"{folder}/queue")
    assert partitions(tree, "sda") == ["sda1"]
    assert place(tree, "sda1").kind is Kind.PARTITION


@pytest.mark.parametrize("name", ["sdz", "", "..", "../sda", "sda/x", ".", "-", "a" * 100, "sda\n"])
def test_names_that_are_none(tree: Tree, name: str) -> None:
    tree.disk("sda")
    assert place(tree, name).kind is Kind.ABSENT

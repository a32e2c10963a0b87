"""Signs of drives that cannot be seen, beyond controllers without a driver."""

import pytest
from fake_tree import NVME, PCI, Tree

from agent.inventory import unseen

PORT = f"{PCI}/0000:00:17.0/ata3"


def signs(tree: Tree) -> list[str]:
    return [str(one.sign) for one in unseen.read(tree)]


@pytest.mark.parametrize("driver", ["vfio-pci", "pci-stub"])
def test_a_controller_that_was_given_away(tree: Tree, driver: str) -> None:
    tree.pci("0000:02:00.0", "0x010802", "144d:a808", driver)
    assert "144d:a808" in signs(tree)[0]


def test_a_controller_that_shows_its_drives_though_it_is_of_the_class_of_raid(tree: Tree) -> None:
    tree.pci("0000:02:00.0", "0x010400", "8086:1d6b", "isci")
    assert signs(tree) == []


def test_a_volume_of_a_sas_adapter(tree: Tree) -> None:
    tree.folder("/sys/class/raid_devices/0:1:0:0")
    (found,) = unseen.read(tree)
    assert "0:1:0:0" in str(found.sign)
    assert "dock" in str(found.remedy)


# eMMC


@pytest.mark.parametrize(
    ("pci_id", "driver", "hidden"),
    [("8086:0f14", None, True), ("8086:0f14", "sdhci-pci", False), ("1180:e823", None, False)],
)
def test_the_host_of_a_soldered_drive_on_pci(tree: Tree, pci_id: str, driver: str | None, *, hidden: bool) -> None:
    tree.pci("0000:00:10.0", "0x080501", pci_id, driver)
    assert bool(signs(tree)) is hidden


def test_the_host_of_a_soldered_drive_that_acpi_names(tree: Tree) -> None:
    platform = "/sys/bus/platform/devices"
    tree.folder(f"{platform}/INT33BD:00")
    tree.folder(f"{platform}/80860F14:00")
    tree.driven(f"{platform}/80860F14:00", "sdhci-acpi")
    assert signs(tree) == []
    tree.folder(f"{platform}/80860F14:01")
    assert ["80860F14:01" in sign for sign in signs(tree)] == [True]


# Optane


def halves(tree: Tree, *models: str) -> None:
    for number, model in enumerate(models):
        controller = NVME.replace("nvme0", f"nvme{number}").replace("03:00.0", f"0{number}:00.0")
        tree.nvme(f"nvme{number}n1", controller, model=model, state="live")


def test_a_card_of_which_one_half_is_missing(tree: Tree) -> None:
    halves(tree, "INTEL HBRPEKNX0202AL")
    (found,) = unseen.read(tree)
    assert "HBRPEKNX0202A" in str(found.sign)
    assert "destroyed" in str(found.remedy)


def test_a_card_with_both_halves(tree: Tree) -> None:
    halves(tree, "INTEL HBRPEKNX0202AL", "INTEL HBRPEKNX0202AO")
    assert signs(tree) == []


def test_a_cache_module(tree: Tree) -> None:
    halves(tree, "INTEL MEMPEK1J016GAL")
    assert signs(tree) == []
    tree.pci("0000:00:17.0", "0x010400", "8086:282a", "ahci")
    assert ["MEMPEK1J016GAL" in sign for sign in signs(tree)] == [True]


# SATA


def link(tree: Tree, speed: str) -> None:
    tree.file(f"{PORT}/link3/ata_link/link3/sata_spd", speed)
    tree.links("/sys/class/ata_link/link3", f"{PORT}/link3/ata_link/link3")
    tree.folder(f"{PORT}/host2/scsi_host")


def test_a_line_that_is_up_without_a_drive(tree: Tree) -> None:
    link(tree, "6.0 Gbps")
    assert ["port 3" in sign for sign in signs(tree)] == [True]
    tree.folder(f"{PORT}/host2/target2:0:0/2:0:0:0")
    assert signs(tree) == []


def test_an_empty_sata_port(tree: Tree) -> None:
    link(tree, "<unknown>")
    assert signs(tree) == []


def test_strange_entries(tree: Tree) -> None:
    for name in ("link1.0", "linkx", "link٣"):
        tree.folder(f"/sys/class/ata_link/{name}")
    tree.file("/sys/class/nvme/nvme0/model", b"\xff\x1b[31mHBRPEK")
    tree.file("/sys/class/raid_devices/\x1b[31m", "")
    assert all("\x1b" not in sign for sign in signs(tree))

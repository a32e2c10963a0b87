"""Donated PCs as a refurbishing association recorded them: their files made into recorded machines of ours, and the
inventory compared with a table that was read from the files by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from donated_pc import write  # beside this file

from agent.host.recorded import Recorded
from agent.inventory import collect
from agent.model.inventory import Inventory
from agent.model.words import Chassis

Corpus = Callable[[str], Iterator[tuple[str, bytes]]]

# Board: maker as people call it, model, serial number (None: a placeholder stands there); chassis; serial number of the
# case.
MACHINES = {
    "2014-castes-mbp": ("Apple", "Mac-2BD1B31983FE1663", "C02433601ECG3MK13", Chassis.NOTEBOOK, None),
    "77-no-disks": ("ASUS", "P5SD2-VM", "MT721CT11114269", Chassis.DESKTOP, None),
    "Thinkpad-R500": ("Lenovo", "2718V8C", "VQ1FF05G1WA", Chassis.NOTEBOOK, None),
    "asdpc": ("Gigabyte", "970A-DS3P FX", None, Chassis.DESKTOP, None),
    "cassone": ("Matsonic", "MS8318E", None, Chassis.DESKTOP, None),
    # The file says "Laptop"; a Surface Pro is a tablet.
    "castes-SurfacePro4": ("Microsoft", "Surface Pro 4", "A01012111654643A", Chassis.TABLET, None),
    "dismone": ("ASUS", "P6T DELUXE V2", "723627130020069", Chassis.DESKTOP, None),
    "polveroso": ("ASUS", "P5QL-E", "MS666999ABCDEF123", Chassis.DESKTOP, None),
    "schifomacchina": ("Quanta", "2AC5", "PCHNR014J161EJ", Chassis.DESKTOP, None),
    "viabork": ("ASUS", "P5V-VM-ULTRA", None, Chassis.DESKTOP, None),  # MB-1234567890
    "workstation": ("Dell", "0MY171", "CN125321L404Q", Chassis.DESKTOP, "5ASDL3L"),
}
# Sockets, and of each: maker, part of the model, cores, threads, highest MHz, virtualization.
PROCESSORS = {
    "2014-castes-mbp": (1, "Intel", "i7-4980HQ", 4, 8, 4000, True),
    "77-no-disks": (1, "Intel", "Celeron", 1, 1, None, False),
    "Thinkpad-R500": (1, "Intel", "P8600", 2, 2, 2401, True),
    "asdpc": (1, "AMD", "FX-8370E", 4, 8, 3300, True),
    "cassone": (1, "AMD", "Athlon 4", 1, 1, None, False),
    "castes-SurfacePro4": (1, "Intel", "m3-6Y30", 2, 4, 2200, True),
    "dismone": (1, "Intel", "930", 4, 8, 2801, True),
    "polveroso": (1, "Intel", "E7300", 2, 2, 2670, False),
    "schifomacchina": (1, "Intel", "G630", 2, 2, 2700, True),
    "viabork": (1, "Intel", "Pentium 4", 1, 2, None, False),
    "workstation": (2, "Intel", "5160", 2, 2, 3000, True),
}
GRAPHICS = {
    "2014-castes-mbp": ("NVIDIA", "GeForce GT 750M", "nvidia"),
    "77-no-disks": ("SiS", "771/671", None),
    "Thinkpad-R500": ("Intel", "Mobile 4 Series", "i915"),
    "asdpc": ("AMD", "R9 280", "radeon"),
    "cassone": ("SiS", "65x/M650/740", None),
    "castes-SurfacePro4": ("Intel", "HD Graphics 515", "i915"),
    "dismone": ("NVIDIA", "GeForce GTX 970", None),
    "polveroso": ("NVIDIA", "GeForce 9400 GT", "nouveau"),
    "schifomacchina": ("Intel", "2nd Generation Core", None),
    "viabork": ("VIA", "UniChrome Pro", None),
    "workstation": ("NVIDIA", "GeForce 9600 GT", "nvidia"),
}
# Address, wireless, Mbit/s.
NETWORK = {
    "dismone": [
        ("00:c0:11:fe:fe:11", False, 1000),
        ("00:c0:11:fe:fe:22", False, 1000),
        ("18:d6:c7:0c:ad:c3", True, None),
    ],
    "schifomacchina": [("04:7d:7b:13:bd:b6", False, 1000), ("74:de:2b:d1:d5:e0", True, None)],
}
HIDDEN = "CENSORED"
"""What the association wrote over serial numbers."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Corpus], dict[str, Inventory]]:
    """Every machine, made and read once."""
    found: dict[str, Inventory] = {}

    def read(corpus: Corpus) -> dict[str, Inventory]:
        if not found:
            for name, files in _folders(corpus).items():
                folder: Path = tmp_path_factory.mktemp("donated") / name
                write(folder, files)
                found[name] = collect.recorded(Recorded(folder))
        return found

    return read


def _folders(corpus: Corpus) -> dict[str, dict[str, str]]:
    folders: dict[str, dict[str, str]] = {}
    for path, content in corpus("donated-pcs.tar.xz"):
        *_, folder, name = path.split("/")
        folders.setdefault(folder, {})[name] = content.decode()
    return {folder: files for folder, files in folders.items() if "lscpu.txt" in files}


def test_every_machine_is_read(corpus: Corpus, machines: Callable[[Corpus], dict[str, Inventory]]) -> None:
    found = machines(corpus)
    assert sorted(found) == sorted(MACHINES)
    assert {name: one.unreadable for name, one in found.items() if one.unreadable} == {}


def test_boards_and_cases(corpus: Corpus, machines: Callable[[Corpus], dict[str, Inventory]]) -> None:
    for name, inventory in machines(corpus).items():
        maker, model, board_serial, chassis, serial = MACHINES[name]
        machine = inventory.machine
        assert maker.lower() in (machine.board_vendor or "").lower(), name
        assert machine.board_model == model, name
        assert (machine.board_serial.strip(".") if machine.board_serial else None) == board_serial, name
        assert machine.chassis is chassis, name
        assert (None if machine.serial == HIDDEN else machine.serial) == serial, name


def test_processors(corpus: Corpus, machines: Callable[[Corpus], dict[str, Inventory]]) -> None:
    for name, inventory in machines(corpus).items():
        sockets, maker, model, cores, threads, mhz, virtualization = PROCESSORS[name]
        assert len(inventory.processors) == sockets, name
        for one in inventory.processors:
            assert model in (one.model or ""), name
            told = (one.vendor, one.cores, one.threads, one.max_mhz, one.virtualization)
            assert told == (maker, cores, threads, mhz, virtualization), name


def test_graphics(corpus: Corpus, machines: Callable[[Corpus], dict[str, Inventory]]) -> None:
    for name, inventory in machines(corpus).items():
        vendor, model, driver = GRAPHICS[name]
        first = inventory.graphics[0]
        assert (first.vendor, first.driver) == (vendor, driver), name
        assert model in (first.model or ""), name


def test_network(corpus: Corpus, machines: Callable[[Corpus], dict[str, Inventory]]) -> None:
    for name, inventory in machines(corpus).items():
        told = [(card.mac, card.wireless, card.speed_mbps) for card in inventory.network]
        assert told == NETWORK.get(name, []), name

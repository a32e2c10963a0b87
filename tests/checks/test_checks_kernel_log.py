"""Which part the kernel means, and what its complaints amount to."""

from pathlib import Path

import pytest
from fake_tree import ATA, NVME, PCI, USB, Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.checks import kernel_log
from agent.checks.kernel_lines import Complaint, Weight
from agent.checks.kernel_log import Ear
from agent.checks.kernel_parts import Part, Parts
from agent.host.kernel_names import of_drive
from agent.model.check import CheckResult
from agent.model.inventory import Drive, Memory, MemoryModule
from agent.model.words import Outcome

DISK = Drive(path="/dev/sda", model="WDC WD10", serial="WX1")
SSD = Drive(path="/dev/nvme0n1", model="Samsung SSD", serial="S4")
STICK = Drive(path="/dev/sdb", model="Stick", serial="U9", ordis_stick=True, external=True)
GIB = 1 << 30


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path)
    made.disk("sda", ATA)
    made.disk("sdb", USB, number="8:16")
    made.nvme()
    made.usb("1-3", "0e01", bInterfaceClass="0e")
    made.file(f"{PCI}/0000:00:14.0/usb1/1-3/1-3:1.0/bInterfaceClass", "0e")
    made.pci("0000:00:02.0", "0x030000", "8086:5917")
    made.pci("0000:00:1f.6", "0x020000", "8086:15d7")
    made.pci("0000:00:1c.0", "0x060400", "8086:9d10")
    made.pci("0000:02:00.0", "0x028000", "8086:24fd")
    made.file(f"{PCI}/0000:00:1c.0/0000:02:00.0/class", "0x028000")
    return made


@pytest.fixture
def parts(tree: Tree) -> Parts:
    known = Parts(tree)
    known.know([DISK, STICK, SSD], Memory(modules=[MemoryModule(slot="DIMM A1", size_bytes=GIB)]))
    return known


def test_the_kernels_names_for_drives(tree: Tree) -> None:
    assert of_drive(tree, "/dev/sda") == {"sda", "ata1", "ata1.00"}
    assert of_drive(tree, "/dev/sdb") == {"sdb", "usb 1-2"}
    assert of_drive(tree, "/dev/nvme0n1") == {"nvme0n1", "nvme0", NVME.split("/")[-3]}
    assert of_drive(tree, "/dev/sdz") == {"sdz"}
    assert of_drive(tree, "/var/lib/ordis/drive0.img") == {"drive0.img"}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("sda", Part("drive", "WX1", "WDC WD10 (WX1)")),
        ("ata1", Part("drive", "WX1", "WDC WD10 (WX1)")),
        ("ata1.00", Part("drive", "WX1", "WDC WD10 (WX1)")),
        ("nvme0", Part("drive", "S4", "Samsung SSD (S4)")),
        (NVME.split("/")[-3], Part("drive", "S4", "Samsung SSD (S4)")),
        ("usb 1-2", Part("stick", "U9", "Stick (U9)")),
        ("usb 1-3", Part("camera", "camera", "1-3")),
        ("usb usb1-port8", Part("usb_ports", "usb_ports", "usb1-port8")),
        ("sdq", Part("drive", "sdq", "sdq")),
        ("ata5", Part("drive", "ata5", "ata5")),
        ("0000:00:02.0", Part("gpu", "gpu", "0000:00:02.0")),
        ("0000:00:1f.6", Part("network", "network", "0000:00:1f.6")),
        ("0000:00:1c.0", Part("wifi", "wifi", "0000:02:00.0")),
        ("0000:77:00.0", Part("card", "0000:77:00.0", "0000:77:00.0")),
        ("cpu", Part("processor", "processor", "processor")),
        ("heat", Part("thermal", "thermal", "thermal")),
        ("memory", Part("memory", "memory", "DIMM A1")),
        ("memory CPU0_DIMM_A1", Part("memory", "memory", "DIMM A1")),
        ("memory mc#0", Part("memory", "memory", "mc#0")),
    ],
)
def test_which_part_is_meant(parts: Parts, about: str, expected: Part) -> None:
    found = parts.part(about)
    assert (found, found.name) == (expected, expected.name)


def test_a_drive_that_is_gone_is_still_known(parts: Parts, tree: Tree) -> None:
    (tree.root / "sys/block/sda").unlink()
    parts.know([DISK, STICK, SSD], Memory())
    assert parts.part("ata1").subject == "WX1"


def test_a_drive_in_the_place_of_another(parts: Parts) -> None:
    parts.know([DISK, STICK, SSD, Drive(path="/dev/sda", serial="NEW")], Memory())
    assert parts.part("ata1.00").subject == "NEW"


def test_two_drives_on_one_cable(tree: Tree) -> None:
    second = f"{PCI}/0000:00:17.0/ata1/host0/target0:0:1/0:0:1:0"
    tree.disk("sdc", second, number="8:32")
    both = Parts(tree)
    both.know([DISK, Drive(path="/dev/sdc", serial="SECOND")], Memory())
    assert both.part("ata1.00").subject == "WX1"
    assert both.part("ata1.01").subject == "SECOND"
    assert both.part("ata1") == Part("drive", "ata1", "ata1")  # nobody knows which


def test_memory_that_is_not_told_apart(parts: Parts) -> None:
    two = [MemoryModule(slot=slot, size_bytes=GIB) for slot in ("A", "B")]
    parts.know([], Memory(modules=two))
    assert parts.part("memory").name == "?"


# What it amounts to

SATA = Part("drive", "WX1", "WDC WD10 (WX1)")


def heard(*complaints: tuple[Part, Weight, bool], most: int = 10) -> list[CheckResult]:
    ear = Ear()
    for number, (part, weight, before) in enumerate(complaints):
        ear.hear(part, Complaint("sda", weight, f"line {number}"), before=before)
    return ear.results(most)


def test_silence_passes() -> None:
    (result,) = heard()
    assert (result.id, result.subject, result.outcome) == ("kernel_log", None, Outcome.PASSED)


@pytest.mark.parametrize(
    ("weight", "times", "expected"),
    [
        (Weight.BAD, 1, Outcome.FAILED),
        (Weight.TROUBLE, 1, Outcome.DEGRADED),
        (Weight.CORRECTED, 10, Outcome.PASSED),
        (Weight.CORRECTED, 11, Outcome.DEGRADED),
    ],
)
def test_how_bad_it_is(weight: Weight, times: int, expected: Outcome) -> None:
    (result,) = heard(*[(SATA, weight, False)] * times)
    assert result.outcome is expected
    assert result.subject == "WX1"


def test_what_is_told() -> None:
    (result,) = heard((SATA, Weight.TROUBLE, True), (SATA, Weight.BAD, False), (SATA, Weight.CORRECTED, False))
    assert str(result.reason) == (
        "The system reported faults of the drive WDC WD10 (WX1) (3, before the intake and during it: line 1). "
        "Replace the drive."
    )
    told = [(figure.name, figure.value, figure.threshold) for figure in result.figures]
    assert told[:5] == [
        ("part", "drive", None), ("name", "WDC WD10 (WX1)", None), ("complaints", 2, 0), ("corrected_errors", 1, 10),
        ("before_intake", 1, None),
    ]  # fmt: skip
    assert {value for name, value, _ in told if name == "line"} == {"line 0", "line 1", "line 2"}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (SATA, "trouble with the drive WDC WD10 (WX1)"),
        (Part("memory", "memory", "A1"), "module in slot A1"),
        (Part("memory", "memory", "?"), "Test the modules one by one"),
        (Part("processor", "processor", "processor"), "faults of the processor"),
        (Part("thermal", "thermal", "thermal"), "gets too hot"),
        (Part("wifi", "wifi", "0000:02:00.0"), "Part: Wi-Fi card (0000:02:00.0)"),
    ],
)
def test_each_part_has_its_advice(part: Part, words: str) -> None:
    (result,) = heard((part, Weight.TROUBLE, False))
    assert words in str(result.reason)
    assert "during the intake: line 0" in str(result.reason)


def test_a_lock_is_no_fault(parts: Parts) -> None:
    parts.know([DISK.model_copy(update={"locked": True})], Memory())
    locked = parts.part("ata1.00")
    (result,) = heard((locked, Weight.TROUBLE, True), (locked, Weight.CORRECTED, True))
    assert (result.subject, result.outcome) == ("WX1", Outcome.SKIPPED)
    assert "because it is locked" in str(result.reason)
    (result,) = heard((locked, Weight.TROUBLE, True), (locked, Weight.BAD, True))
    assert result.outcome is Outcome.FAILED
    assert "Replace the drive" in str(result.reason)


def test_several_that_share_a_subject() -> None:
    slots = [Part("memory", "memory", slot) for slot in ("A1", "B1", "A1")]
    (result,) = heard(*[(slot, Weight.BAD, False) for slot in slots])
    assert "module in slot A1, B1 (3," in str(result.reason)
    (result,) = heard((slots[0], Weight.BAD, False), (Part("memory", "memory", "?"), Weight.BAD, False))
    assert "Test the modules one by one" in str(result.reason)


def test_the_stick_is_no_part_of_the_machine() -> None:
    (result,) = heard((Part("stick", "U9", "Stick"), Weight.BAD, False))
    assert result.outcome is Outcome.SKIPPED
    assert "replace the stick soon" in str(result.reason)


def test_the_worst_comes_last_and_the_worst_lines_are_kept() -> None:
    other = Part("memory", "memory", "A1")
    results = heard((other, Weight.BAD, False), (SATA, Weight.TROUBLE, False))
    assert [result.subject for result in results] == ["WX1", "memory"]
    many = [(SATA, Weight.TROUBLE, False)] * 50
    (result,) = heard(*many, (SATA, Weight.BAD, False), *many)
    lines = [figure.value for figure in result.figures if figure.name == "line"]
    assert len(lines) == 3
    assert "line 50" in lines


def test_lost_lines_are_no_pass() -> None:
    (quiet,) = kernel_log.incomplete(heard())
    assert quiet.outcome is Outcome.ERROR
    lost, found = kernel_log.incomplete(heard((SATA, Weight.BAD, False)))
    assert (lost.outcome, found.outcome) == (Outcome.ERROR, Outcome.FAILED)
    assert kernel_log.unreadable().outcome is Outcome.ERROR


named = st.builds(
    Part, st.sampled_from(["drive", "stick", "memory", "card", "usb_ports", "wifi"]), st.text(), st.text()
)


@given(st.lists(st.tuples(named, st.sampled_from(Weight), st.booleans()), max_size=100), st.integers(0, 5))
def test_nothing_raises_and_what_is_bad_never_passes(told: list[tuple[Part, Weight, bool]], most: int) -> None:
    results = heard(*told, most=most)
    assert 1 <= len(results) <= 64
    for result in results:
        if result.outcome is Outcome.PASSED and result.subject is not None:
            figures = {figure.name: figure.value for figure in result.figures}
            assert figures["complaints"] == 0
            assert int(figures["corrected_errors"]) <= most

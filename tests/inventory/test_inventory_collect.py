"""The whole inventory: no part stops another."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fake_tree import ATA, Tree

from agent.host.run import Ran
from agent.host.source import Live, Source
from agent.inventory import batteries, collect, dmidecode
from agent.inventory.parts import CannotRead, Parts
from agent.model.inventory import Drive, Inventory
from agent.model.message import say

CPUINFO = '{"vendor_id_raw": "GenuineIntel", "brand_raw": "Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz", "flags": ["lm"]}'


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """What a part that hangs waits for; it is let go when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def parts_of(inventory: Inventory) -> dict[str, str]:
    return {one.part: str(one.reason) for one in inventory.unreadable}


def test_a_bare_machine(tree: Tree) -> None:
    """Nothing can be read at all: every part is empty, and only what failed is named."""
    found = collect.fast(tree)
    assert found.drives == []
    assert parts_of(found) == {
        "smbios": "The program dmidecode is not installed. Start from the Ordis stick, which has it."
    }
    slow = collect.slow(tree, found)
    assert set(parts_of(slow)) == {"smbios", "processor_details"}


def test_all_parts_come(tree: Tree) -> None:
    text = (
        "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n\tVersion: ThinkPad T440s\n"
    )
    tree.answers("dmidecode", text)
    tree.disk("sda")
    tree.file(f"{ATA}/vpd_pg80", b"\0\x80\0\x04ABC7")
    tree.file("/proc/cpuinfo", "processor : 0\n")
    tree.file("/sys/class/drm/card0-LVDS-1/status", "connected")
    found = collect.fast(tree)
    assert (found.machine.vendor, found.machine.model) == ("Lenovo", "ThinkPad T440s")
    assert [drive.serial for drive in found.drives] == ["ABC7"]
    assert found.unreadable == []
    assert [display.connector for display in found.displays] == ["LVDS-1"]


def test_the_slow_part_completes(tree: Tree) -> None:
    tree.answers(Path(sys.executable).name, CPUINFO)
    tree.file("/proc/cpuinfo", "processor : 0\n")
    found = collect.slow(tree, collect.fast(tree))
    assert found.processors[0].model == "Intel Core i5-4300U"
    assert "processor_details" not in parts_of(found)


def test_a_part_that_breaks_is_named_and_the_others_come(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("strange battery")

    monkeypatch.setattr(batteries, "read", broken)
    tree.disk("sda")
    found = collect.fast(tree)
    assert "strange battery" in parts_of(found)["batteries"]
    assert len(found.drives) == 1
    assert found.unseen_drives == []


def test_drives_that_cannot_be_listed_are_a_sign(tree: Tree) -> None:
    def broken(source: Source) -> list[Drive]:
        raise OSError("no drives today")

    found = collect.fast(tree, find_drives=broken)
    assert "no drives today" in parts_of(found)["drives"]
    assert len(found.unseen_drives) == 1


def test_other_drives_can_be_given(tree: Tree) -> None:
    drive = Drive(path="/tmp/drive.img", simulated=True)
    assert collect.fast(tree, find_drives=lambda source: [drive]).drives == [drive]


def test_reasons_for_people() -> None:
    def refuse() -> None:
        raise CannotRead(say("The lid is closed."))

    parts = Parts()
    lid, one = parts.start("lid", refuse), parts.start("one", lambda: 1)
    assert parts.wait(10)
    assert (lid.value, one.value) == (None, 1)
    assert [(one.part, str(one.reason)) for one in parts.unreadable()] == [("lid", "The lid is closed.")]


def test_a_part_that_hangs_is_left_behind_and_named(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, hang: threading.Event
) -> None:
    """The kernel may never answer for a broken battery: the others are told early, and then without it."""
    monkeypatch.setattr(batteries, "read", lambda *_: hang.wait(60))
    monkeypatch.setattr(collect, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(collect, "PART_SECONDS", 0.2)
    tree.disk("sda")
    told: list[Inventory] = []
    found = collect.fast(tree, tell=told.append)
    assert [len(early.drives) for early in told] == [1]
    assert len(found.drives) == 1
    assert parts_of(found)["batteries"].startswith("It did not answer within")
    assert found.unseen_drives == []


def test_drives_that_take_forever_are_a_sign(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, hang: threading.Event
) -> None:
    monkeypatch.setattr(collect, "PART_SECONDS", 0.05)
    monkeypatch.setattr(collect, "DRIVES_SECONDS", 0.1)

    def forever(source: Source) -> list[Drive]:
        hang.wait(60)
        return []

    found = collect.fast(tree, find_drives=forever)
    assert parts_of(found)["drives"].startswith("It did not answer within")
    assert len(found.unseen_drives) == 1


def test_a_slow_start_is_no_failure(tree: Tree, monkeypatch: pytest.MonkeyPatch, hang: threading.Event) -> None:
    """Listing the drives may take longer than the rest while everything else starts: nobody says that they are missing,
    neither meanwhile nor afterwards."""
    monkeypatch.setattr(collect, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(collect, "PART_SECONDS", 0.05)
    told: list[Inventory] = []

    def tell(early: Inventory) -> None:
        told.append(early)
        if len(told) == 2:  # past the time of the others
            hang.set()

    def slowly(source: Source) -> list[Drive]:
        hang.wait(60)
        return [Drive(path="/tmp/drive.img", simulated=True)]

    found = collect.fast(tree, find_drives=slowly, tell=tell)
    assert len(found.drives) == 1
    assert found.unseen_drives == []
    assert "drives" not in parts_of(found)
    assert [(early.unseen_drives, "drives" in parts_of(early)) for early in told] == [([], True)] * 2


def test_a_quick_machine_is_told_once(tree: Tree) -> None:
    told: list[Inventory] = []
    collect.fast(tree, tell=told.append)
    assert told == []


def test_dmidecode_is_run_once_for_all_parts(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.answers("dmidecode", "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n")
    ran: list[str] = []
    answer = tree.tool

    def counted(argv: Sequence[str], *, timeout: float) -> Ran:
        ran.append(argv[0])
        return answer(argv, timeout=timeout)

    monkeypatch.setattr(tree, "tool", counted)
    assert collect.fast(tree).machine.vendor == "Lenovo"
    assert ran == ["dmidecode"]


def test_where_dmidecode_hangs_the_kernel_says_what_it_knows(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, hang: threading.Event
) -> None:
    monkeypatch.setattr(dmidecode, "SECONDS", 0.05)
    monkeypatch.setattr(collect, "PART_SECONDS", 0.5)
    monkeypatch.setattr(dmidecode, "read", lambda _: hang.wait(60))
    tree.file("/sys/class/dmi/id/sys_vendor", "LENOVO")
    found = collect.fast(tree)
    assert found.machine.vendor == "Lenovo"
    assert set(parts_of(found)) == {"smbios"}


@pytest.mark.runs_programs
def test_this_machine() -> None:
    collect.fast(Live())  # libraries load
    started = time.monotonic()
    found = collect.fast(Live())
    assert time.monotonic() - started < 2  # a second on a quiet machine
    assert found.memory.usable_bytes
    assert found.processors[0].threads
    assert set(parts_of(found)) <= {"smbios"}
    assert Inventory.model_validate_json(found.model_dump_json()) == found


@pytest.mark.runs_programs
def test_the_slow_part_of_this_machine() -> None:
    found = collect.slow(Live(), Inventory())
    assert found.processors[0].model
    assert found.unreadable == []

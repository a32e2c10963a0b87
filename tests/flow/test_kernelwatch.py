"""Listening to the kernel over an intake: a made-up log, and drives that come and go."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, only, place
from fake_tree import ATA, Tree

from agent.checks.kernel_log import about_one
from agent.host.kernel_log import KernelLog
from agent.intake import Intake
from agent.kernelwatch import KernelWatch
from agent.model.check import CheckResult
from agent.model.inventory import Drive, Memory
from agent.model.message import say
from agent.model.messages import IntakeRequest
from agent.model.words import Outcome

DISK = Drive(path="/dev/sda", model="Disk", serial="OLD")
OTHER = Drive(path="/dev/sda", model="Disk", serial="NEW")
MACHINE_CHECK = "mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 5: bea0000000000108"


class Log:
    """The file that stands for the kernel's log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        path.touch()

    def says(self, *lines: str, priority: int = 3) -> None:
        with self.path.open("a") as file:
            for line in lines:
                file.write(f"{priority},{self.number},{self.number},-;{line}\n SUBSYSTEM=x\n")
                self.number += 1

    def open(self) -> KernelLog:
        return KernelLog(str(self.path))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "kmsg")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "tree")
    made.disk("sda", ATA)
    return made


def outcomes(watch: KernelWatch) -> list[tuple[str | None, Outcome, object]]:
    return [
        (result.subject, result.outcome, next((f.value for f in result.figures if f.name == "before_intake"), None))
        for result in watch.results(10)
    ]


def test_before_and_during(log: Log, tree: Tree) -> None:
    known: list[tuple[list[Drive], Memory]] = []
    log.says("ata1: COMRESET failed (errno=-16)", "usb 1-1: new high-speed USB device", MACHINE_CHECK)
    watch = KernelWatch(tree, lambda: known[-1] if known else None, log.open)
    watch.begin()
    watch.look()
    known.append(([DISK], Memory()))  # only now it is known which drive hangs on ata1
    log.says("I/O error, dev sda, sector 8 op 0x0:(READ)")
    watch.look()
    log.says("written by a program: " + MACHINE_CHECK, priority=12)
    watch.end()
    assert outcomes(watch) == [("OLD", Outcome.DEGRADED, 1), ("processor", Outcome.FAILED, 1)]


def test_nothing_said(log: Log, tree: Tree) -> None:
    log.number = 40
    log.says("Linux version 6.12")
    watch = KernelWatch(tree, lambda: ([DISK], Memory()), log.open)
    watch.begin()
    watch.end()
    (result,) = watch.results(10)
    assert (result.outcome, result.subject) == (Outcome.PASSED, None)
    assert {figure.name: figure.value for figure in result.figures} == {"complaints": 0, "lines_gone": 40}


def test_a_drive_that_was_in_the_dock_before(log: Log, tree: Tree) -> None:
    log.says("ata1.00: ATA-9: Disk, 1.0, max UDMA/133", "sd 0:0:0:0: [sda] 1000 512-byte logical blocks: (512 kB)")
    log.says("critical medium error, dev sda, sector 8", "ata1.00: error: { UNC }")
    log.says("ata1.00: ATA-9: Disk, 1.0, max UDMA/133", "sd 0:0:0:0: [sda] 1000 512-byte logical blocks: (512 kB)")
    watch = KernelWatch(tree, lambda: ([OTHER], Memory()), log.open)
    watch.begin()
    watch.end()
    assert outcomes(watch) == [(None, Outcome.PASSED, None)]


def test_first_troubles_belong_to_the_drive_that_is_then_found(log: Log, tree: Tree) -> None:
    log.says("ata1: COMRESET failed (errno=-16)", "ata1.00: ATA-9: Disk, 1.0, max UDMA/133")
    watch = KernelWatch(tree, lambda: ([DISK], Memory()), log.open)
    watch.begin()
    watch.end()
    assert outcomes(watch) == [("OLD", Outcome.DEGRADED, 1)]


def test_a_drive_that_vanishes_and_another_in_its_place(log: Log, tree: Tree) -> None:
    drives = [DISK]
    watch = KernelWatch(tree, lambda: (list(drives), Memory()), log.open)
    watch.begin()
    watch.look()
    (tree.root / "sys/block/sda").unlink()
    log.says("critical medium error, dev sda, sector 8", "sd 0:0:0:0: [sda] 9 512-byte logical blocks: (5 kB)")
    watch.look()
    drives.append(OTHER)
    log.says("I/O error, dev sda, sector 8")
    watch.end()
    assert outcomes(watch) == [("NEW", Outcome.DEGRADED, 0), ("OLD", Outcome.FAILED, 0)]


def test_what_is_learnt_later_of_a_drive_counts(log: Log, tree: Tree) -> None:
    drives = [DISK.model_copy(update={"serial": None})]
    log.says("I/O error, dev sda, sector 0", "Buffer I/O error on dev sda, logical block 0, async page read")
    watch = KernelWatch(tree, lambda: (list(drives), Memory()), log.open)
    watch.begin()
    watch.look()
    drives[:] = [DISK.model_copy(update={"locked": True})]
    watch.look()
    watch.end()
    assert outcomes(watch) == [("OLD", Outcome.SKIPPED, 2)]


def test_what_cannot_be_read_is_no_pass(tmp_path: Path, tree: Tree) -> None:
    watch = KernelWatch(tree, lambda: ([], Memory()), lambda: KernelLog(str(tmp_path / "none")))
    watch.begin()
    watch.look()
    watch.end()
    assert outcomes(watch) == [(None, Outcome.ERROR, None)]


def test_lines_that_were_lost_and_too_many_are_no_pass(log: Log, tree: Tree) -> None:
    kernel = log.open()
    watch = KernelWatch(tree, lambda: ([], Memory()), lambda: kernel)
    watch.begin()
    kernel.lost = True
    watch.end()
    assert outcomes(watch) == [(None, Outcome.ERROR, None)]
    flooded = KernelWatch(tree, lambda: None, log.open)
    flooded.begin()
    for _ in range(6):
        log.says(*[MACHINE_CHECK] * 1000)
        flooded.look()
    flooded.end()
    assert outcomes(flooded) == [(None, Outcome.ERROR, None), ("processor", Outcome.FAILED, 0)]


def test_drives_that_cannot_be_listed(log: Log, tree: Tree) -> None:
    def broken() -> None:
        raise OSError("udev is gone")

    log.says("critical medium error, dev sda, sector 8")
    watch = KernelWatch(tree, broken, log.open)
    watch.begin()
    watch.look()
    watch.end()
    assert outcomes(watch) == [("sda", Outcome.FAILED, 1)]


@pytest.mark.runs_programs
async def test_in_the_flow(tmp_path: Path, log: Log) -> None:
    log.says(MACHINE_CHECK)
    here = replace(place(tmp_path, a_drive(1)), kernel_log=log.open)
    profile = QUIET.model_copy(update={"checks": only("kernel_log")})
    listener = Listener()
    await Intake(here, profile, IntakeRequest(attended=False, asset_tag="T1", erase="none"), listener.emit,
                 listener.ask).run()  # fmt: skip
    found = [check for check in listener.state.checks if check.id == "kernel_log"]
    assert [(check.subject, check.outcome) for check in found] == [("processor", Outcome.FAILED)]
    step = next(step for step in listener.state.steps if step.id == "check:kernel_log:processor")
    assert step.outcome is Outcome.FAILED
    assert listener.state.grade is not None
    stress = next(axis for axis in listener.state.grade.axes if axis.axis == "stress")
    assert stress.letter == "parts"
    assert MACHINE_CHECK in str(stress.reason)


def test_at_the_dock_only_the_drive_counts() -> None:
    def told(subject: str | None, outcome: Outcome) -> CheckResult:
        return CheckResult(id="kernel_log", subject=subject, title=say("t"), outcome=outcome, reason=say("r"))

    others = [told("processor", Outcome.FAILED), told("S2", Outcome.FAILED)]
    [quiet] = about_one(others, ["S1", "/dev/sdb"])
    assert (quiet.subject, quiet.outcome, str(quiet.reason)) == (
        "S1", Outcome.PASSED, "The system reported no fault of this drive.",
    )  # fmt: skip
    mine = [told("/dev/sdb", Outcome.DEGRADED), told("S1", Outcome.FAILED)]
    assert about_one([*others, *mine], ["S1", "/dev/sdb"]) == mine
    [doubt] = about_one([told(None, Outcome.ERROR), *others], ["S1"])
    assert (doubt.subject, doubt.outcome) == ("S1", Outcome.ERROR)


def test_drives_that_share_a_serial_keep_what_was_said_of_each(log: Log, tree: Tree) -> None:
    tree.disk("sdb", ATA.replace("ata1", "ata2").replace("host0", "host1"))
    twins = [Drive(path=f"/dev/{name}", serial="S1", size_bytes=1) for name in ("sda", "sdb")]
    log.says("critical medium error, dev sdb, sector 8")
    watch = KernelWatch(tree, lambda: (twins, Memory()), log.open)
    watch.begin()
    watch.end()
    assert outcomes(watch) == [("/dev/sdb", Outcome.FAILED, 1)]

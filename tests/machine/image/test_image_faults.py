"""Drives that misbehave, all in one intake: what its report says of each is true of what lies behind it."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import take_stick
from simulated_sas import Sas
from stick_machine.computer import Making, started
from stick_machine.drives import MIB, SECTOR, Drive
from stick_machine.stick import Stick
from stick_machine.workshop import Workshop

from agent.training.clock import RealClock
from agent.training.drive import SimulatedDrive
from agent.training.serve.iscsi import serve_iscsi, target_name

TAG = "FAULTS-1"
BAD_WRITE, BAD_READ = 20_000, 30_000
"""Sectors."""
HURRY = 20
"""How much faster than announced the simulated drives erase: 100 s take five."""


@dataclass
class Outcome:
    report: dict[str, Any]
    drives: dict[str, Drive]
    served: dict[str, Sas]

    def of(self, name: str) -> dict[str, Any]:
        serial = self.drives[name].serial
        return next(dict(one) for one in self.report["sanitizations"] if one["drive"]["serial"] == serial)


@pytest.fixture(scope="module")
def outcome(saved: Making, place: Path, plain_stick: Stick, workshop: Workshop) -> Iterator[Outcome]:
    folder = place / "faults"
    folder.mkdir()
    stick = plain_stick.copy(folder / "stick.img")
    drives = {
        "unwritable": Drive("nvme", folder / "unwritable.img", "NOWRITE1", bad_sectors={"write": [BAD_WRITE]}),
        "pulled": Drive("nvme", folder / "pulled.img", "PULLED1", bytes_per_second=3 * MIB),
        "unreadable": Drive("sas", folder / "unreadable.img", "NOREAD1", bad_sectors={"read": [BAD_READ]}),
        "slow": Drive("sas", folder / "slow.img", "SLOW1", 16 * MIB, bytes_per_second=2 * MIB),
    }
    for number, drive in enumerate(drives.values()):
        drive.port = f"slot{number}"
        drive.fill(drive.file.stem)
    served = {"honest": simulated("HONEST1"), "lying": simulated("LYING1", erase_covers_percent=0)}
    with ExitStack() as open_until_the_end:
        for name, bench in served.items():
            listener = open_until_the_end.enter_context(serve_iscsi(bench.drive, fixed_sense=True))
            serial = bench.description.serial
            drives[name] = Drive("sas", folder / name, serial, served=(listener.port, target_name(serial)))
        with started(folder / "computer", "faults", saved) as computer:
            take_stick(computer, stick)
            workshop.enrol(computer.ordis("key").out.split()[-1])
            for drive in drives.values():
                computer.plug(drive)
            serials = " ".join(drive.serial for drive in drives.values())
            computer.shell(
                f"ordis intake --headless --json --profile purge --asset-tag {TAG} --erase {serials} > /run/out 2>&1 &"
            )

            def events() -> list[dict[str, Any]]:
                lines = computer.read("/run/out").split("\n")[:-1]
                return [json.loads(line) for line in lines if line.startswith("{")]

            def is_written() -> bool:
                """A good part of the drive that will be pulled."""
                return drives["pulled"].file.read_bytes()[: 4 * MIB] != old and len(drives["pulled"].left("pulled")) > 0

            old = drives["pulled"].file.read_bytes()[: 4 * MIB]
            computer.until("the erase has begun", is_written)
            time.sleep(1)
            computer.pull_device(f"{drives['pulled'].name}-device")
            computer.until("the result", lambda: any(event["event"] == "result" for event in events()))
        yield Outcome(workshop.reports()[TAG], drives, served)


def simulated(serial: str, **faults: Any) -> Sas:
    """A SAS drive that sanitizes, in this process."""
    bench = Sas(faults, {"serial": serial, "size_bytes": 16 * MIB})
    bench.drive = SimulatedDrive(bench.description, bench.store, bench.kept, RealClock(HURRY))
    return bench


def blocks(one: dict[str, Any], kind: str) -> set[int]:
    return {
        block
        for part in one["evidence"][kind]
        for block in range(part["first"], part["first"] + part["count"])
    }  # fmt: skip


def test_a_block_that_cannot_be_written(outcome: Outcome) -> None:
    one, left = outcome.of("unwritable"), outcome.drives["unwritable"].left("unwritable")
    assert one["status"] == "failed"
    assert BAD_WRITE in blocks(one, "unwritable")
    assert left, "the old data is still there"
    assert {at // SECTOR for at in left} <= blocks(one, "unwritable")


def test_a_block_that_cannot_be_read(outcome: Outcome) -> None:
    one = outcome.of("unreadable")
    assert one["status"] == "failed"
    assert BAD_READ in blocks(one, "unreadable")
    assert outcome.drives["unreadable"].left("unreadable") == []


def test_one_that_was_pulled_in_mid_erase(outcome: Outcome) -> None:
    one, left = outcome.of("pulled"), outcome.drives["pulled"].left("pulled")
    assert one["status"] == "interrupted"
    assert 0 < len(left) < outcome.drives["pulled"].size_bytes // SECTOR
    assert one["bytes_verified"] == 0


def test_a_slow_one_is_waited_for(outcome: Outcome) -> None:
    one, drive = outcome.of("slow"), outcome.drives["slow"]
    # Overwritten only, where the profile asks for more.
    assert (one["status"], one["level"], one["technique"]) == ("sanitized_with_exceptions", "clear", "overwrite")
    assert drive.left("slow") == []
    assert one["seconds"] > drive.size_bytes / drive.bytes_per_second / 2


def test_one_that_erases_itself(outcome: Outcome) -> None:
    one = outcome.of("honest")
    assert (one["status"], one["level"], one["technique"]) == ("sanitized", "purge", "scsi_sanitize")
    (step,) = one["steps"]
    assert step["accepted"]
    assert step["transition_seen"]
    assert (step["marks_planted"] > 0, step["marks_left"]) == (True, 0)
    assert outcome.served["honest"].residue[:2] == (0, 0)


def test_one_that_only_says_so(outcome: Outcome) -> None:
    """Its marks are still there: it is overwritten and wholly read back, and reaches no more than that."""
    one = outcome.of("lying")
    assert (one["status"], one["level"]) == ("sanitized_with_exceptions", "clear")
    first, last = one["steps"][0], one["steps"][-1]
    assert (first["technique"], first["succeeded"]) == ("scsi_sanitize", False)
    assert first["marks_left"] > 0
    assert (last["technique"], last["succeeded"]) == ("overwrite", True)
    assert one["verification"] == "full"
    assert outcome.served["lying"].residue[0] == 0


def test_the_machine_is_held_back(outcome: Outcome) -> None:
    assert outcome.report["grade"]["letter"] == "hold"

"""A drive that offers to erase itself is told to: QEMU's NVMe drive, by the Format command, from the real stick."""

import json
from pathlib import Path

import truth
from conftest import take_stick
from stick_machine.computer import Making, started
from stick_machine.drives import MIB, Drive
from stick_machine.stick import Stick
from stick_machine.workshop import Workshop

SERIAL = "FORMAT01"


def test_nvme_format(saved: Making, place: Path, plain_stick: Stick, workshop: Workshop) -> None:
    """Marks are planted, the drive formats itself, and not a byte of the old data is in the file behind it."""
    folder = place / "format"
    folder.mkdir()
    stick = plain_stick.copy(folder / "stick.img")
    drive = Drive("nvme", folder / "drive.img", SERIAL, 64 * MIB, port="slot0")
    drive.fill("drive")
    before = {drive.file.name: drive.digest()}
    with started(folder / "computer", "format", saved) as computer:
        take_stick(computer, stick)
        workshop.enrol(computer.ordis("key").out.split()[-1])
        computer.plug(drive)
        done = computer.ordis(
            "intake", "--headless", "--json", "--profile", "purge", "--asset-tag", "FORMAT-1", "--erase", SERIAL
        )
        computer.cut()
    last = json.loads(done.out.splitlines()[-1])
    assert last["event"] == "result", done.text[-2000:]
    assert truth.check(last["report"], [drive], before) == {SERIAL: truth.PROVED}
    (one,) = last["report"]["sanitizations"]
    assert (one["technique"], one["method"], one["level"]) == ("nvme_format", "user_data", "purge"), one
    step = one["steps"][0]
    assert (step["accepted"], step["succeeded"], step["marks_left"], step["found_left"]) == (True, True, 0, 0)
    assert step["marks_planted"] > 0
    # What its format has left is the drive's doing, and not an overwrite of ours.
    assert one["bytes_written"] < drive.size_bytes
    assert workshop.reports()["FORMAT-1"] == last["report"]

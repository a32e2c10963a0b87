"""A drive that offers to erase itself is told to: QEMU's NVMe drive, by the Format command, from the real stick."""

import json
from pathlib import Path

import truth
from conftest import take_stick
from stick_machine.computer import Making, started
from stick_machine.drives import MIB, Drive
from stick_machine.stick import Stick

SERIAL = "FORMAT01"


def test_nvme_format(saved: Making, place: Path, plain_stick: Stick) -> None:
    """Marks are planted, the drive formats itself, and not a byte of the old data is in the file behind it."""
    folder = place / "format"
    folder.mkdir()
    stick = plain_stick.copy(folder / "stick.img")
    drive = Drive("nvme", folder / "drive.img", SERIAL, 64 * MIB, port="slot0")
    drive.fill("drive")
    before = {drive.file.name: drive.digest()}
    with started(folder / "computer", "format", saved) as computer:
        take_stick(computer, stick)
        computer.plug(drive)
        done = computer.ordis(
            "sanitize", "/dev/nvme0n1", "--serial", SERIAL, "--technique", "nvme_format", "--verify", "sampled",
            "--json",
        )  # fmt: skip
        computer.cut()
    last = json.loads(done.out.splitlines()[-1])
    assert (last["event"], done.code) == ("result", 0), done.text[-2000:]
    one = last["sanitization"]
    assert truth.check({"sanitizations": [one]}, [drive], before) == {SERIAL: truth.PROVED}
    assert (one["technique"], one["method"], one["level"]) == ("nvme_format", "user_data", "clear"), one
    (step,) = one["steps"]
    assert (step["accepted"], step["succeeded"], step["marks_left"], step["found_left"]) == (True, True, 0, 0)
    assert step["marks_planted"] > 0
    assert one["bytes_written"] == 0, "nothing was overwritten: what is gone, the drive has erased"

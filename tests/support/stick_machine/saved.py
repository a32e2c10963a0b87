"""The state of a computer that has started into memory and has lost its stick: many tests go on from there.

The stick is pulled before anything of ours has looked at it: whichever stick is plugged in later is the only one that
the computer ever knew, and no two of them share a journal.
"""

from dataclasses import replace
from pathlib import Path

from stick_machine.computer import QUICK, Making, started
from stick_machine.stick import Stick

MEMORY_MIB = 2048


def save(folder: Path, stick: Stick) -> Making:
    """Start, save, switch off; how to go on from there."""
    folder.mkdir(parents=True)
    kernel = stick.kernel(folder, "toram", "ordis.test.hold", QUICK)
    making = Making(memory_mib=MEMORY_MIB, stick=stick, snapshot=True, kernel=kernel)
    with started(folder / "computer", "saved", making) as computer:
        computer.wait_for_guest()
        loop = computer.read("/sys/block/loop0/loop/backing_file")
        assert "tmpfs" in computer.good("stat", "--file-system", "--format=%T", loop.strip())
        computer.pull_stick(started_with=True)
        computer.until("the stick has gone", lambda: not any(name.startswith("sd") for name in computer.blocks()))
        computer.write("/run/ordis-test-go", "")
        computer.until("the service", lambda: computer.shell("systemctl is-active ordis.service").strip() == "active")
        computer.wait_for_text("Quel profil")
        computer.until("it rests", lambda: "No jobs" in computer.shell("systemctl list-jobs"))
        computer.picture("without-stick")
        computer.qmp.save(folder / "state.bin")
    # From the state on, it is the same computer without the stick, whose drive is still named in the command line.
    return replace(making, stick=None, state=folder / "state.bin")

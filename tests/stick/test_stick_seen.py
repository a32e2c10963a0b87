"""What the screen says of the stick, from what was written at the start and what is mounted now."""

from pathlib import Path

import pytest
from fake_tree import Tree

from agent.model.message import say
from agent.model.surroundings import Kept
from agent.stick import status
from agent.stick.ready import Places
from agent.stick.seen import seen
from agent.stick.status import State, StickStatus, Trouble

STATE = "31 1 8:18 / /var/lib/ordis {options} - ext4 /dev/sdb2 rw"
ROOT = "20 1 8:1 / / rw - ext4 /dev/sda1 rw"
MEMORY = "20 1 0:2 / / rw - tmpfs tmpfs rw"


def look(tmp_path: Path, told: StickStatus | None, *mounts: str, there: bool = True) -> tuple[Kept, bool, bool]:
    tree = Tree(tmp_path / "tree")
    tree.file("/proc/self/mountinfo", "\n".join(mounts))
    if there:
        tree.folder("/sys/devices/sdb/sdb2")
        tree.links("/sys/dev/block/8:18", "/sys/devices/sdb/sdb2")
    file = tmp_path / "stick.json"
    if told is not None:
        status.save(told, file)
    found = seen(tree, Path("/var/lib/ordis"), Places(status=file))
    return found.kept, found.in_memory, found.why is not None


GOOD = StickStatus(found=True, state=State.MOUNTED, key="ordis-ed25519:AAAA")
DAMAGED = StickStatus(found=True, state=State.DAMAGED, problems=(Trouble(reason=say("It is damaged.")),))
NONE = StickStatus(problems=(Trouble(reason=say("No Ordis stick is plugged in.")),))


@pytest.mark.parametrize(
    ("told", "options", "there", "kept", "why"),
    [
        (GOOD, "rw", True, Kept.STICK, False),
        (GOOD, "ro", True, Kept.DAMAGED, True),
        (GOOD, "rw", False, Kept.PULLED, False),
        (DAMAGED, None, True, Kept.DAMAGED, True),
        (NONE, None, False, Kept.NONE, True),
        (GOOD, None, True, Kept.PULLED, False),
    ],
)
def test_the_stick_as_it_is_now(
    tmp_path: Path, told: StickStatus, options: str | None, there: bool, kept: Kept, why: bool
) -> None:
    mounts = [MEMORY, *([STATE.format(options=options)] if options else [])]
    assert look(tmp_path, told, *mounts, there=there) == (kept, True, why)


def test_a_computer_that_was_not_started_from_a_stick(tmp_path: Path) -> None:
    assert look(tmp_path, None, ROOT) == (Kept.DISK, False, False)
    assert look(tmp_path, None, MEMORY, there=False)[0] is Kept.NONE


def test_nonsense_in_the_file_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "stick.json").write_bytes(b"\xff{")
    assert look(tmp_path, None, ROOT)[0] is Kept.DISK

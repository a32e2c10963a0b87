"""Whether the system lies in memory, told from recorded mounts."""

from pathlib import Path

import pytest

from agent.host.root_in_ram import folder_in_ram, root_in_ram
from agent.host.source import Live

SQUASH = "30 1 7:0 / /run/live/rootfs/filesystem.squashfs ro - squashfs /dev/loop0 ro"
UPPER = "31 1 0:40 / /run/live/overlay rw - tmpfs tmpfs rw"
LAYERS = "lowerdir=/run/live/rootfs/filesystem.squashfs/,upperdir=/run/live/overlay/rw,workdir=/run/live/overlay/work"
ROOT = f"32 1 0:41 / / rw shared:1 - overlay overlay rw,noatime,{LAYERS},xino=off"
RUN = "33 32 0:42 / /run rw - tmpfs tmpfs rw"
MEDIUM = "/run/live/medium/live/filesystem.squashfs"
TORAM = "34 33 0:43 / /run/live/medium rw - tmpfs tmpfs rw"
STICK = "34 33 8:17 / /run/live/medium ro - vfat /dev/sdb1 ro"


def tree(folder: Path, *mounts: str, file: str | None = MEDIUM) -> Live:
    (folder / "proc/self").mkdir(parents=True)
    (folder / "proc/self/mountinfo").write_text("\n".join(mounts) + "\n")
    if file is not None:
        (folder / "sys/block/loop0/loop").mkdir(parents=True)
        (folder / "sys/block/loop0/loop/backing_file").write_text(file + "\n")
    return Live(str(folder))


@pytest.mark.parametrize(
    ("mounts", "in_ram"),
    [
        ((SQUASH, UPPER, ROOT, RUN, TORAM), True),
        ((SQUASH, UPPER, ROOT, RUN, STICK), False),
        ((SQUASH, UPPER, ROOT, TORAM, STICK), False),  # the later mount covers the earlier
        ((SQUASH, UPPER.replace("tmpfs", "ext4"), ROOT, RUN, TORAM), False),  # persistence
        ((UPPER, ROOT, TORAM), False),  # a layer that nobody can follow
        (("1 0 0:2 / / rw - rootfs rootfs rw",), True),
        (("1 0 0:2 / / rw - tmpfs tmpfs rw",), True),
        (("1 0 8:1 / / rw - ext4 /dev/sda1 rw",), False),
        (("1 0 8:1 / / rw - squashfs /dev/sda1 rw",), False),
        (("1 0 0:2 / / rw - overlay overlay rw",), False),
        (("1 0 0:2 / / rw - overlay overlay rw,lowerdir=/:/",), False),
        (("nonsense", "1 0 - x"), False),
        ((), False),
    ],
)
def test_where_the_root_lies(tmp_path: Path, mounts: tuple[str, ...], in_ram: bool) -> None:
    assert root_in_ram(tree(tmp_path, *mounts)) is in_ram


@pytest.mark.parametrize("file", [None, "", f"{MEDIUM} (deleted)x", "/mnt/x.squashfs"])
def test_an_image_whose_file_is_not_in_memory(tmp_path: Path, file: str | None) -> None:
    mounts = (SQUASH, UPPER, ROOT, "35 1 8:1 / /mnt rw - ext4 /dev/sda1 rw")
    assert not root_in_ram(tree(tmp_path, *mounts, file=file))


STATE = "36 32 8:18 / /var/lib/ordis rw - ext4 /dev/sdb2 rw"
FILE = "/run/state.img"


@pytest.mark.parametrize(
    ("mounts", "lost"),
    [
        ((SQUASH, UPPER, ROOT, RUN, STICK, STATE), False),
        ((SQUASH, UPPER, ROOT, RUN, STICK), True),  # the stick's data partition is not there: the overlay takes all
        ((SQUASH, UPPER.replace("tmpfs", "ext4"), ROOT, RUN), False),  # persistence
        ((SQUASH, ROOT, RUN), True),  # the upper layer is nowhere to be seen
        ((SQUASH, ROOT.replace("/run/live/overlay", "/gone"), RUN), True),
        (("1 0 0:2 / / rw - overlay overlay rw,lowerdir=/a:/b",), True),
        (("1 0 8:1 / / rw - ext4 /dev/sda1 rw",), False),
        (("1 0 8:1 / / rw - ext4 /dev/sda1 rw", "2 1 0:9 / /var/lib rw - tmpfs tmpfs rw"), True),
        (("1 0 8:1 / / rw - ext4 /dev/zram0 rw",), True),
        (("1 0 8:1 / / rw - ext4 /dev/ram1 rw",), True),
        (("1 0 0:8 / / rw - nfs4 server:/x rw",), False),
        ((RUN, "1 0 8:1 / / rw - ext4 /dev/sda1 rw", STATE.replace("/dev/sdb2", "/dev/loop0")), True),
        (("1 0 8:1 / / rw - ext4 /dev/sda1 rw", STATE.replace("/dev/sdb2", "/dev/loop0")), False),
        (("1 0 8:1 / / rw - ext4 /dev/sda1 rw", STATE.replace("/dev/sdb2", "/dev/loop1")), True),  # no file behind it
        ((), True),
        (("nonsense",), True),
    ],
)
def test_where_a_folder_lies(tmp_path: Path, mounts: tuple[str, ...], lost: bool) -> None:
    assert folder_in_ram(tree(tmp_path, *mounts, file=FILE), "/var/lib/ordis") is lost


def test_a_folder_behind_a_link(tmp_path: Path) -> None:
    source = tree(tmp_path, "1 0 8:1 / / rw - ext4 /dev/sda1 rw", RUN)
    (tmp_path / "run").mkdir()
    (tmp_path / "var").symlink_to(tmp_path / "run")
    assert folder_in_ram(source, "/var/not/there/yet")
    assert not folder_in_ram(source, "/home/not/there/yet")

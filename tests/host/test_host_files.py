"""Files that are there wholly or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest
from power_cut import Medium

from agent.host.files import locked, move_safely, read_bounded, write_safely


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("cut", range(8))
def test_a_power_cut_leaves_the_old_file_or_the_new(tmp_path: Path, cut: int, keep_names: bool) -> None:
    path = tmp_path / "file"
    write_safely(path, b"old")
    done = Medium(cut, keep_names).run(lambda: write_safely(path, b"new and longer"))
    assert path.read_bytes() in ((b"new and longer",) if done else (b"old", b"new and longer"))


def test_the_cuts_above_reach_every_step(tmp_path: Path) -> None:
    medium = Medium()
    assert medium.run(lambda: write_safely(tmp_path / "file", b"data"))
    assert 5 <= medium.steps <= 8
    assert (tmp_path / "file").read_bytes() == b"data"


@pytest.mark.parametrize("fault", range(4))
def test_a_failed_write_changes_nothing_and_leaves_nothing(tmp_path: Path, fault: int) -> None:
    path = tmp_path / "file"
    write_safely(path, b"old")
    with pytest.raises(OSError, match="invented"):
        Medium(fault=fault).run(lambda: write_safely(path, b"new"))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_the_mode_is_given_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_safely(tmp_path / "public", b"", mode=0o644)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "public").stat().st_mode) == 0o644


def test_writing_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_safely(tmp_path / "none" / "file", b"")


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("cut", range(6))
def test_a_power_cut_while_moving_loses_nothing(tmp_path: Path, cut: int, keep_names: bool) -> None:
    (tmp_path / "to").mkdir()
    source, target = tmp_path / "file", tmp_path / "to" / "file"
    write_safely(source, b"data")
    done = Medium(cut, keep_names).run(lambda: move_safely(source, target))
    found = [path for path in (source, target) if path.exists()]
    assert found
    assert all(path.read_bytes() == b"data" for path in found)
    assert not done or found == [target]


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10)
    assert read_bounded(tmp_path / "file", 10) == b"x" * 10
    with pytest.raises(OSError, match="too large") as caught:
        read_bounded(tmp_path / "file", 9)
    assert caught.value.errno == errno.EFBIG


def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="regular"):
        read_bounded(tmp_path / "pipe", 10)
    with pytest.raises(OSError, match=r"irectory|regular"):
        read_bounded(tmp_path, 10)


def test_the_lock_is_held_by_one(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BlockingIOError), locked(tmp_path, wait=False):
        pytest.fail("two hold the lock")
    with locked(tmp_path, wait=False):
        assert os.listdir(tmp_path) == []

"""A simulated drive can be a regular file and nothing else."""

import errno
import os
import stat
from pathlib import Path

import pytest

from agent.sanitize.medium import Refused
from agent.training.store import FileStore

MIB = 1 << 20


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = str(tmp_path / "drive.img")
    FileStore.create(path, 8 * MIB).close()
    return path


def read(store: FileStore, length: int, offset: int) -> bytes:
    buffer = bytearray(length)
    store.read_into(memoryview(buffer), offset)
    return bytes(buffer)


def test_a_new_store_is_all_holes_and_reads_as_zeros(image: str) -> None:
    assert os.stat(image).st_size == 8 * MIB
    assert os.stat(image).st_blocks * 512 < MIB
    store = FileStore.open(image)
    assert read(store, 4096, 8 * MIB - 4096) == bytes(4096)
    store.close()


def test_what_is_written_is_there_when_opened_again(image: str) -> None:
    store = FileStore.open(image, 8 * MIB)
    store.write(memoryview(b"\xa5" * 512), 3 * MIB)
    store.sync()
    store.close()
    store.close()
    again = FileStore.open(image)
    assert read(again, 1536, 3 * MIB - 512) == bytes(512) + b"\xa5" * 512 + bytes(512)
    again.close()


def test_a_store_is_held_by_one(image: str) -> None:
    store = FileStore.open(image)
    with pytest.raises(OSError, match=r"drive\.img") as held:
        FileStore.open(image)
    assert held.value.errno == errno.EBUSY
    store.close()
    FileStore.open(image).close()


def test_creating_never_takes_what_is_there(image: str, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        FileStore.create(image, 512)
    link = tmp_path / "link.img"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        FileStore.create(str(link), 512)
    assert not (tmp_path / "elsewhere").exists()


def test_a_size_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"large|Invalid"):
        FileStore.create(str(tmp_path / "huge.img"), (1 << 63) - 1)


def test_another_size_is_refused(image: str) -> None:
    with pytest.raises(Refused, match="not as large"):
        FileStore.open(image, 4 * MIB)
    FileStore.open(image, 8 * MIB).close()  # and nothing holds it


def test_a_file_cut_short_under_us_is_an_error_and_no_zeros(image: str) -> None:
    store = FileStore.open(image)
    os.truncate(image, MIB)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        read(store, 4096, 2 * MIB)
    store.close()


def refuses(path: Path) -> None:
    with pytest.raises(Refused, match="no ordinary file") as refused:
        FileStore.open(str(path))
    assert refused.value.hint is not None


def test_a_link_is_refused(image: str, tmp_path: Path) -> None:
    link = tmp_path / "link.img"
    link.symlink_to(image)
    refuses(link)


def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.img")
    refuses(tmp_path / "pipe.img")


def test_a_folder_and_a_character_device_are_refused(tmp_path: Path) -> None:
    refuses(tmp_path)
    refuses(Path(os.devnull))


def test_a_block_device_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "block.img"
    try:
        # A number that no driver of Linux has: even opening it would only fail.
        os.mknod(node, stat.S_IFBLK | 0o600, os.makedev(4000, 0))
    except OSError as error:
        pytest.skip(f"no block device node can be made: {error}")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
    refuses(node)


@pytest.mark.parametrize("late", ["pipe", "link"])
def test_what_takes_the_name_at_the_last_moment_is_refused(
    image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """The name is looked at, then something else takes it, then it is opened."""
    honest = os.lstat(image)
    os.rename(image, tmp_path / "away.img")
    if late == "pipe":
        os.mkfifo(image)
    else:
        os.symlink(tmp_path / "away.img", image)
    monkeypatch.setattr(os, "lstat", lambda _: honest)
    with pytest.raises((Refused, OSError)) as caught:
        FileStore.open(image)
    assert isinstance(caught.value, Refused) or caught.value.errno == errno.ELOOP

"""The stick's first partition, made writable for a moment and read-only again."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import stick_image
from fake_tree import Tree
from plugged import Plugged

from agent.host.mounts import mounted_at
from agent.host.source import Live
from agent.stick import writable as writable_module
from agent.stick.ready import Places
from agent.stick.writable import CannotWrite, writable


@pytest.fixture
def shown(image: Path, tmp_path: Path, plug: Callable[..., Plugged], places: Places) -> Places:
    """A stick's first partition, mounted as at the start."""
    stick = plug(stick_image.copied(image, tmp_path / "stick.img"))
    places.boot.mkdir(parents=True)
    options = "ro,nosuid,nodev,noexec"
    subprocess.run(["mount", "-o", options, f"{stick.path}p1", str(places.boot)], check=True)
    return places


def options(places: Places) -> set[str]:
    mount = mounted_at(Live(), places.boot)
    assert mount is not None
    return set(mount.options)


@pytest.mark.loop
def test_it_can_be_written_for_a_moment_only(shown: Places) -> None:
    file = shown.boot / "ordis.toml"
    with pytest.raises(OSError, match="Read-only"):
        file.write_text("x")
    with writable(Live(), shown.boot, shown):
        file.write_text("language = 'en'\n")
        assert {"nosuid", "nodev", "noexec"} <= options(shown)
    assert {"ro", "nosuid", "nodev", "noexec"} <= options(shown)
    assert file.read_text() == "language = 'en'\n"
    with pytest.raises(ZeroDivisionError), writable(Live(), shown.boot / "support", shown):
        raise ZeroDivisionError
    assert "ro" in options(shown)
    subprocess.run(["umount", str(shown.boot)], check=True)


@pytest.mark.loop
@pytest.mark.runs_programs
def test_a_stick_that_refuses_is_said(
    image: Path, tmp_path: Path, plug: Callable[..., Plugged], places: Places
) -> None:
    stick = plug(stick_image.copied(image, tmp_path / "stick.img"), "--read-only")
    places.boot.mkdir(parents=True)
    subprocess.run(["mount", "-o", "ro,noload", f"{stick.path}p1", str(places.boot)], check=True)
    with pytest.raises(CannotWrite, match="cannot be written"), writable(Live(), places.boot, places):
        raise AssertionError("written all the same")
    subprocess.run(["umount", str(places.boot)], check=True)


def tree(root: Path, places: Places, kind: str, how: str) -> Tree:
    found = Tree(root)
    found.file("/proc/self/mountinfo", f"30 1 8:1 / {places.boot} {how} - {kind} /dev/sdb1 {how}")
    return found


def test_elsewhere_and_where_it_is_writable_nothing_is_done(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writable_module, "remount", None)
    with writable(Tree(tmp_path), places.boot, places):
        pass
    found = tree(tmp_path, places, "vfat", "rw")
    found.folder("/sys/dev/block/8:1")
    for folder in (places.boot, tmp_path):
        with writable(found, folder, places):
            pass


def test_a_pulled_stick_is_said(places: Places, tmp_path: Path) -> None:
    with (
        pytest.raises(CannotWrite, match="pulled out"),
        writable(tree(tmp_path, places, "vfat", "ro"), places.boot, places),
    ):
        raise AssertionError


def test_what_cannot_be_closed_again_is_no_error(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def remount(point: Path, options: tuple[str, ...], *, write: bool) -> None:
        asked.append((point, options, write))
        if not write:
            raise OSError(16, os.strerror(16))

    monkeypatch.setattr(writable_module, "remount", remount)
    found = tree(tmp_path, places, "vfat", "ro")
    found.folder("/sys/dev/block/8:1")
    with writable(found, places.boot, places):
        pass
    vfat = ("errors=remount-ro", "umask=0077", "utf8")
    assert asked == [(places.boot, vfat, True), (places.boot, vfat, False)]

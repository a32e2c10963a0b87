"""The guard on real block devices (loop devices over files): only the very drive that was confirmed is opened."""

import dataclasses
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.host.source import Live
from agent.inventory import drives
from agent.model.sanitization import SanitizationRequest
from agent.sanitize.guard import DriveSpec, admit
from agent.sanitize.medium import Refused
from agent.sanitize.plan import plan

MIB = 1 << 20


def no_simulation(path: str) -> Any:
    raise AssertionError(path)


def confirmed(device: Any) -> DriveSpec:
    """What the service sends to the worker after a person has confirmed this loop device."""
    [drive] = [each for each in drives.find(Live(), allow_virtual=True) if each.path == device.path]
    return DriveSpec.from_dict(plan(drive, SanitizationRequest()).drive.model_dump(mode="json"))


def refused(spec: DriveSpec) -> str:
    with pytest.raises(Refused) as caught:
        admit(spec, no_simulation)
    return str(caught.value.reason)


def test_the_confirmed_drive_is_held_against_everybody_else(loop_device: Any) -> None:
    device = loop_device(4 * MIB)
    spec = confirmed(device)
    medium = admit(spec, no_simulation)
    try:
        assert medium.identity() == spec.identity
        assert "in use" in refused(spec)
    finally:
        medium.close()
    admit(spec, no_simulation).close()


@pytest.mark.parametrize(
    "wrong",
    [{"serial": "other.img"}, {"serial": None}, {"size_bytes": 2 * MIB}, {"model": "Other"}, {"diskseq": None}],
    ids=str,
)
def test_any_difference_to_what_was_confirmed_refuses(loop_device: Any, wrong: dict[str, object]) -> None:
    spec = confirmed(loop_device(4 * MIB))
    refused(dataclasses.replace(spec, identity=dataclasses.replace(spec.identity, **wrong)))  # type: ignore[arg-type]


def test_replugged_since_it_was_confirmed(loop_device: Any) -> None:
    """The same name, serial and size: only the kernel's number of the appearance tells."""
    device = loop_device(4 * MIB)
    spec = confirmed(device)
    subprocess.run(["losetup", "--detach", device.path], check=True)
    again = loop_device(file=device.file)
    refused(dataclasses.replace(spec, path=again.path))


def test_the_name_now_leads_to_another_drive(loop_device: Any, tmp_path: Path) -> None:
    """A link in /dev/disk/by-id may be bent between the list and the start."""
    one, two = loop_device(4 * MIB, name="one.img"), loop_device(4 * MIB, name="two.img")
    link = tmp_path / "by-id"
    link.symlink_to(one.path)
    spec = dataclasses.replace(confirmed(one), path=str(link))
    admit(spec, no_simulation).close()
    link.unlink()
    link.symlink_to(two.path)
    refused(spec)


def test_a_loop_device_is_no_drive_unless_it_was_confirmed_as_one(loop_device: Any) -> None:
    refused(dataclasses.replace(confirmed(loop_device(4 * MIB)), virtual=False))


@pytest.mark.parametrize("what", ["file", "folder", "pipe", "nothing"])
def test_what_is_no_block_device_is_never_opened(loop_device: Any, tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    if what == "file":
        path.write_bytes(b"data")
    elif what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    refused(dataclasses.replace(confirmed(loop_device(4 * MIB)), path=str(path)))
    assert path.exists() == (what != "nothing")

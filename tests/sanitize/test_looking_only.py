"""Asking a drive for the plan: beside whoever holds it, and with no way to write."""

from mmap import mmap
from typing import Any

import pytest

from agent.host.source import Live
from agent.model.words import Transport
from agent.sanitize.guard import DriveSpec, open_to_look
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.procedure import examine
from agent.sanitize.real import RealDrive

pytestmark = pytest.mark.loop
MIB = 1 << 20


def never(path: str) -> Medium:
    raise AssertionError(path)


def test_a_drive_that_is_in_use_can_be_asked_but_not_written(loop_device: Any) -> None:
    device = loop_device(MIB)
    holder = RealDrive(device.path, Live(), Transport.LOOP)
    spec = DriveSpec(device.path, Identity(device.file.name, None, MIB, holder.diskseq()), virtual=True)
    looking = open_to_look(spec, never)
    try:
        assert looking.identity().size_bytes == MIB
        assert examine(looking) is None  # a file has no firmware
        with mmap(-1, 4096) as buffer, pytest.raises(OSError, match="Bad file descriptor"):
            looking.write(buffer, 4096, 0)
    finally:
        looking.close()
        holder.close()


def test_another_appearance_of_the_disk_is_not_asked(loop_device: Any) -> None:
    device = loop_device(MIB)
    spec = DriveSpec(device.path, Identity(device.file.name, None, MIB, diskseq=1), virtual=True)
    with pytest.raises(Refused):
        open_to_look(spec, never)

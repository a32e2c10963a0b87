"""Keyboards and touchpads, read as the kernel tells of them: /dev/input/event*, linux/input.h.

Devices are only read. `grab` keeps what is typed from everybody else as long as the device is open: a key that is being
tried must not answer a question, switch to another console or restart the computer.
"""

import fcntl
import os
import re
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

SYN, KEY, RELATIVE, ABSOLUTE = 0, 1, 2, 3
SYN_DROPPED = 3
"""Of SYN: events were lost; what is down now must be asked."""

FOLDER = "/dev/input"
NODE = re.compile(r"event[0-9]{1,4}")

_MAJOR = 13
"""Of input devices (Linux's devices.txt)."""
_EVENT = struct.Struct("@llHHi")
_READ_EVENTS = 256
_KEY_BYTES = 96
"""KEY_MAX is 0x2ff: one bit for each."""
_GRAB = 0x40044590  # EVIOCGRAB, _IOW('E', 0x90, int)
_DOWN = 0x80000000 | _KEY_BYTES << 16 | 0x4518  # EVIOCGKEY, _IOC(_IOC_READ, 'E', 0x18, length)
_AXIS = 0x80184540  # EVIOCGABS, _IOR('E', 0x40 + axis, struct input_absinfo)
_ABSINFO = struct.Struct("@6i")


@dataclass(frozen=True)
class Event:
    type: int
    code: int
    value: int


class Device:
    """One open device; close it, or use it as a context."""

    def __init__(self, name: str) -> None:
        """`name` is the node's, `event3`. Raises OSError, also for what is no input device."""
        if not NODE.fullmatch(name):
            raise OSError(f"{name[:40]!r} is no name of an input device")
        self._descriptor = os.open(f"{FOLDER}/{name}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        about = os.fstat(self._descriptor)
        if not stat.S_ISCHR(about.st_mode) or os.major(about.st_rdev) != _MAJOR:
            self.close()
            raise OSError(f"{name} is no input device")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def grab(self) -> bool:
        """Whether only we hear it now."""
        try:
            fcntl.ioctl(self._descriptor, _GRAB, 1)
        except OSError:
            return False
        return True

    def down(self) -> set[int]:
        """The codes of the keys that are held now; empty where the device does not tell."""
        try:
            bits = fcntl.ioctl(self._descriptor, _DOWN, bytes(_KEY_BYTES))
        except OSError:
            return set()
        number = int.from_bytes(bits, sys.byteorder)
        return {code for code in range(_KEY_BYTES * 8) if number >> code & 1}

    def ends(self, axis: int) -> tuple[int, int] | None:
        """The least and greatest value of an absolute axis; None where it does not tell."""
        try:
            told = fcntl.ioctl(self._descriptor, _AXIS + axis, bytes(_ABSINFO.size))
        except OSError:
            return None
        _, low, high, *_ = _ABSINFO.unpack(told)
        return (low, high) if low < high else None

    def events(self) -> Iterator[Event]:
        """What waits to be read, without waiting. Raises OSError once the device is gone."""
        try:
            data = os.read(self._descriptor, _EVENT.size * _READ_EVENTS)
        except BlockingIOError:
            return
        if not data:
            raise OSError("the device has ended")
        yield from unpacked(data)


def unpacked(data: bytes) -> Iterator[Event]:
    """The events in the bytes; a last one that is cut short is left out. (Times are not used: they may be of any
    clock.)"""
    whole = len(data) - len(data) % _EVENT.size
    for _, _, kind, code, value in _EVENT.iter_unpack(data[:whole]):
        yield Event(kind, code, value)

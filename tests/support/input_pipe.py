"""An input device whose other end the test holds: its bytes are those of the kernel (linux/input.h)."""

import os
import struct
from collections.abc import Iterator

from agent.host import evdev


class Pipe:
    """A device whose other end the test holds."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self.grabbed = 0
        self.free = True
        self.held: set[int] = set()

    def fileno(self) -> int:
        return self.reading

    def close(self) -> None:
        os.close(self.reading)

    def grab(self) -> bool:
        self.grabbed += 1
        return self.free

    def down(self) -> set[int]:
        return self.held

    def ends(self, axis: int) -> tuple[int, int]:
        return (0, 1000 + axis)

    def events(self) -> Iterator[evdev.Event]:
        try:
            data = os.read(self.reading, 65536)
        except BlockingIOError:
            return
        if not data:
            raise OSError("gone")
        yield from evdev.unpacked(data)

    def send(self, *events: tuple[int, int, int]) -> None:
        os.write(self.writing, b"".join(struct.pack("@llHHi", 0, 0, *event) for event in events))

"""A program on a terminal of its own, as a person has it before them: what it writes, and when."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

F2 = b"\x1b[12~"


class Quiet(Exception):
    """What was waited for did not appear."""


class Terminal:
    """`size`: columns, rows. `written` is all that the program has written so far. Leaving it hangs up, then kills."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (80, 25)
    ) -> None:
        self._master, slave = pty.openpty()
        self.began = time.monotonic()
        self.written = b""
        self._resized(slave, size)
        # setsid(1) makes the terminal the program's own, so that hanging up reaches it.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command], stdin=slave, stdout=slave, stderr=slave, env=dict(environment)
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()

    def _resized(self, way: int, size: tuple[int, int]) -> None:
        fcntl.ioctl(way, termios.TIOCSWINSZ, struct.pack("4H", size[1], size[0], 0, 0))

    def resize(self, size: tuple[int, int]) -> None:
        """Make the terminal another size; its program is told."""
        self._resized(self._master, size)
        os.kill(self.process.pid, signal.SIGWINCH)

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def until(self, *texts: str, seconds: float = 60.0, since: int = 0) -> float:
        """Wait until one of the texts was written behind the first `since` bytes; the moment on the monotonic clock.

        Raises Quiet.
        """
        wanted = [text.encode() for text in texts]
        end = time.monotonic() + seconds
        while not any(text in self.written[since:] for text in wanted):
            if time.monotonic() > end or not self._read(end):
                raise Quiet(f"none of {texts}; the last of it: {self.written[-2000:].decode(errors='replace')}")
        return time.monotonic()

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            part = os.read(self._master, 65536)
        except OSError:  # EIO: the last of its programs is gone
            return False
        self.written += part
        return bool(part)

    def rest(self, seconds: float) -> None:
        """Read what comes for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._read(end):
            pass

    def hang_up(self) -> None:
        """The terminal is gone, as a serial line that is pulled out or a closed window."""
        with contextlib.suppress(OSError):
            os.close(self._master)
        self._master = -1

"""Where facts come from: this machine's /sys, /proc, /dev and tools, or another tree that looks like them.

Everything that reads facts takes a `Source`, so that tests and recorded machines can stand in for this one.
"""

import os
from collections.abc import Sequence
from typing import Protocol

from agent.host.run import Ran, run

READ_LIMIT = 1024 * 1024
"""Bytes read of one file of /sys or /proc; the largest wanted one (mountinfo) is far below."""


class Source(Protocol):
    """Paths are absolute, as on a running system. Nothing here raises for what is absent."""

    def text(self, path: str) -> str | None:
        """The file's text, stripped, wrong UTF-8 replaced; None where it cannot be read."""

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        """The file's bytes, at most `limit`; None where it cannot be read."""

    def names(self, path: str) -> list[str]:
        """The folder's entries, sorted; empty where it cannot be read."""

    def link(self, path: str) -> str | None:
        """The real absolute path behind `path`, every symbolic link followed; None where there is nothing."""

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        """Run a program that only reads. Raises ToolMissing, ToolTimeout, OSError."""


class Live:
    """The machine that this runs on. With a `root`, files below that folder stand for it (tools still run here)."""

    def __init__(self, root: str = "/") -> None:
        self._root = root.rstrip("/")

    def _at(self, path: str) -> str:
        return self._root + path

    def text(self, path: str) -> str | None:
        data = self.raw(path)
        return None if data is None else data.decode("utf-8", "replace").strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        try:
            descriptor = os.open(self._at(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            parts: list[bytes] = []
            left = limit
            while left > 0 and (part := os.read(descriptor, min(left, 65536))):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def names(self, path: str) -> list[str]:
        try:
            return sorted(os.listdir(self._at(path)))
        except OSError:
            return []

    def link(self, path: str) -> str | None:
        try:
            real = os.path.realpath(self._at(path), strict=True)
        except (OSError, ValueError):
            return None
        return real.removeprefix(self._root) if self._root else real

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        return run(argv, timeout=timeout)


def integer(source: Source, path: str, base: int = 10) -> int | None:
    """The file's text as a whole number; None where it is none. At most 20 digits are believed."""
    text = source.text(path)
    # Python would also take digits of other scripts, and 1_000.
    if not text or len(text) > 20 or not text.isascii() or "_" in text:
        return None
    try:
        return int(text, base)
    except ValueError:
        return None

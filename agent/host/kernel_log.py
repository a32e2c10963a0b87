"""The kernel's log, /dev/kmsg (kernel: Documentation/ABI/testing/dev-kmsg), which says what the hardware does wrong."""

import contextlib
import errno
import os
import re
from dataclasses import dataclass
from typing import Self

_RECORD = re.compile(rb"(\d{1,10}),(\d{1,19}),\d{1,19},[^;]*;(.*)")
# arch/x86/kernel/cpu/mce, drivers/edac, mm/memory-failure.c. "mce: CPU0: Core temperature above threshold" is no
# machine check, and "[Hardware Error]" alone may be a noisy PCIe slot.
_HARDWARE_ERROR = re.compile(
    r"mce: \[Hardware Error\]|^\[Hardware Error\]|Uncorrected hardware memory error|EDAC \w+: \d+ (?:CE|UE) "
    r"|section_type: (?:memory|general processor|IA32/X64 processor) error"
)
_RECORD_LIMIT = 8192  # PRINTK_MESSAGE_MAX of Linux 6; a shorter buffer gets EINVAL
_RECORDS_LIMIT = 10_000
_KEPT = 20


@dataclass(frozen=True)
class Line:
    """One thing that the kernel said."""

    level: int
    """0 to 7 (RFC 5424): 3 is an error, 4 a warning."""
    number: int
    """Counts all records since the kernel started, from 0, those of programs included."""
    text: str


class KernelLog:
    """What the kernel says from now on. Needs root on most systems; without it `readable` is False."""

    def __init__(self, path: str = "/dev/kmsg") -> None:
        self._descriptor: int | None = None
        self._cut = b""
        self.was_readable = False
        """It could be opened; true also after it was closed."""
        self.lost = False
        """Records were overwritten before they could be read."""
        with contextlib.suppress(OSError):
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            os.lseek(self._descriptor, 0, os.SEEK_END)
            self.was_readable = True

    @property
    def readable(self) -> bool:
        return self._descriptor is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def hardware_errors(self) -> list[str]:
        """The lines since the last call that tell of a wrong processor or memory, at most 20."""
        return [line.text for line in self.lines() if _HARDWARE_ERROR.search(line.text)][:_KEPT]

    def rewind(self) -> None:
        """What is read next begins with the first line that the kernel still has."""
        if self._descriptor is not None:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            self._cut = b""

    def since_start(self) -> list[tuple[int, str]]:
        """Level and text of every line that the kernel still has."""
        self.rewind()
        return [(line.level, line.text) for line in self.lines()]

    def lines(self) -> list[Line]:
        """The kernel's own lines since the last call, at most 10,000 records at a time; what programs wrote into its
        log is left out."""
        data = b"".join([self._cut, *self._parts()])
        *whole, self._cut = data.split(b"\n")
        records = (_RECORD.match(line) for line in whole)
        # The number before the comma is facility * 8 + level; facility 0 is the kernel (RFC 5424), and only it can be.
        return [
            Line(int(found[1]), int(found[2]), found[3].decode("utf-8", "replace"))
            for found in records
            if found and int(found[1]) < 8
        ]

    def _parts(self) -> list[bytes]:
        parts: list[bytes] = []
        for _ in range(_RECORDS_LIMIT if self._descriptor is not None else 0):
            try:
                part = os.read(self._descriptor or 0, _RECORD_LIMIT)
            except OSError as error:
                if error.errno == errno.EPIPE:  # go on with what is left
                    self.lost = True
                    continue
                break
            if not part:
                break
            parts.append(part)
        return parts

"""Fans, as the kernel's drivers tell of them (kernel: Documentation/hwmon/sysfs-interface).

Boards show each header, whether a fan is plugged into it or not; a laptop's controller often shows none at all.
"""

import re
from dataclasses import dataclass

from agent.host.source import Source, integer

_HWMON = "/sys/class/hwmon"
_MOST = 256
"""Entries of one folder that are looked at."""
_MOST_RPM = 20_000
"""The fastest fans of flat servers turn 16,000 times a minute; the wrong 65535 of a controller that does not answer is
far above."""


@dataclass(frozen=True)
class Fan:
    name: str
    rpm: int | None
    """None where what is told cannot be."""
    broken: bool = False
    """The driver itself says so (fanN_fault)."""


class Fans:
    """Found once and then read often. Nothing here raises."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._inputs = [
            f"{_HWMON}/{chip}/{name}"
            for chip in source.names(_HWMON)[:_MOST]
            for name in source.names(f"{_HWMON}/{chip}")[:_MOST]
            if re.fullmatch(r"fan\d{1,3}_input", name)
        ]

    def read(self) -> list[Fan]:
        """All fans as they are now; those that answer nothing are left out."""
        return [fan for path in self._inputs if (fan := self._fan(path)) is not None]

    def fastest(self) -> int | None:
        """Turns a minute of the fastest fan now; 0 where all stand still, None where none tells."""
        return max((fan.rpm for fan in self.read() if fan.rpm is not None), default=None)

    def _fan(self, path: str) -> Fan | None:
        text = self._source.text(path)
        if not text:
            return None
        rpm = integer(self._source, path)
        label = self._source.text(path.replace("_input", "_label")) or path.rsplit("/", 1)[-1].removesuffix("_input")
        broken = integer(self._source, path.replace("_input", "_fault")) == 1
        return Fan(label[:40], rpm if rpm is not None and 0 <= rpm <= _MOST_RPM else None, broken)

"""The attached namespaces of a simulated NVMe subsystem as one address space, one behind the other by their NSIDs.

What a host with all of its block devices open sees (sanitize.joined), for a drive that is a single file.
"""

import errno
import os

from agent.sanitize.joined import Layout
from agent.training.nvme import NvmeFirmware


class NvmeSpace:
    """The namespaces as they were when it was made: as Linux does, a host goes on with what it met until it looks
    again. Raises OSError as the firmware does: ENODEV where a namespace is gone."""

    def __init__(self, firmware: NvmeFirmware) -> None:
        """Raises Refused where the namespaces do not fit together."""
        self._firmware = firmware
        found = firmware.namespaces.seen()
        self._nsids = [one.nsid for one in found]
        sizes = [firmware.said(one) // one.sector_bytes * one.sector_bytes for one in found]
        self._layout = Layout(sizes, [one.sector_bytes for one in found])

    @property
    def sector_bytes(self) -> int:
        return self._layout.sector_bytes

    def read_into(self, buffer: memoryview, offset: int) -> None:
        done = 0
        for number, place, length in self._layout.pieces(offset, len(buffer)):
            with buffer[done : done + length] as part:
                self._firmware.read_into(part, place, self._nsids[number])
            done += length

    def write(self, data: memoryview, offset: int) -> None:
        done = 0
        for number, place, length in self._layout.pieces(offset, len(data)):
            with data[done : done + length] as part:
                self._firmware.write(part, place, self._nsids[number])
            done += length

    def flush(self) -> None:
        """There is one cache for all namespaces."""
        if not self._nsids:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        self._firmware.flush(self._nsids[0])

    def unmap(self, offset: int, length: int) -> None:
        """Inside the `turn` of a command."""
        for number, place, size in self._layout.pieces(offset, length):
            self._firmware.unmap(place, size, self._nsids[number])

"""An open simulated drive, as the rest of the program sees any drive. Light: the drive's worker imports this."""

import errno
import os
from mmap import mmap
from pathlib import Path
from typing import Protocol

from agent.sanitize.medium import Coverage, Identity
from agent.training.ata import AtaFirmware
from agent.training.ata_view import AtaView
from agent.training.description import Description, Kind, load
from agent.training.firmware import Firmware
from agent.training.nvme import NvmeFirmware
from agent.training.nvme_view import NvmeView
from agent.training.store import FileStore, Store


class _View(Protocol):
    def identity(self) -> Identity: ...
    def coverage(self) -> Coverage: ...
    def smart(self) -> dict[str, object]: ...


class SimulatedDrive:
    """Satisfies sanitize.medium.Medium. Does for the firmware what Linux does for a real drive: it keeps the size
    that it met at the start, cuts transfers off there, and refuses what is not whole sectors (EINVAL)."""

    def __init__(self, description: Description, store: Store) -> None:
        """Switch the drive on. Raises OSError where it does not answer."""
        self._firmware: Firmware
        self._view: _View
        if description.kind is Kind.NVME:
            self._firmware = nvme = NvmeFirmware(description, store)
            self._view = NvmeView(nvme)
        else:
            self._firmware = ata = AtaFirmware(description, store)
            self._view = AtaView(ata)
        self._store = store
        self._sector = description.logical_sector_bytes
        self._size = self.identity().size_bytes

    @property
    def logical_sector_bytes(self) -> int:
        return self._sector

    def identity(self) -> Identity:
        return self._view.identity()

    def coverage(self) -> Coverage:
        return self._view.coverage()

    def smart(self) -> dict[str, object] | None:
        return self._view.smart()

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        """Returns 0 at the end of the drive, and less than `length` before it."""
        length = self._within(length, offset)
        with memoryview(buffer) as whole, whole[:length] as part:
            self._firmware.read_into(part, offset)
        return length

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        """Raises OSError with ENOSPC at the end of the drive, and writes less than `length` before it."""
        within = self._within(length, offset)
        if within == 0 < length:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with memoryview(buffer) as whole, whole[:within] as part:
            self._firmware.write(part, offset)
        return within

    def flush(self) -> None:
        self._firmware.flush()

    def bytes_read(self) -> int:
        """The firmware's own count; there is no cache of the kernel's in between."""
        return self._firmware.bytes_read

    def head(self, length: int) -> bytes:
        return self.window(0, length)

    def window(self, offset: int, length: int) -> bytes:
        start = offset // self._sector * self._sector
        end = -(-(offset + length) // self._sector) * self._sector
        found = bytearray(self._within(end - start, start))
        with memoryview(found) as buffer:
            self._firmware.read_into(buffer, start)
        return bytes(found[offset - start :][:length])

    def power_cut(self) -> None:
        """Take the current away in the middle of whatever goes on. Only `close` is of use after that."""
        self._firmware.power_cut()

    def close(self) -> None:
        self._firmware.shut_down()
        self._store.close()

    def _within(self, length: int, offset: int) -> int:
        if offset < 0 or length < 0 or offset % self._sector or length % self._sector:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return max(0, min(length, self._size - offset))


def description_path(image: str | Path) -> Path:
    """Where the description of the drive with the sectors in NAME.img is: NAME.json."""
    return Path(os.path.splitext(image)[0] + ".json")


def open_drive(path: str | Path) -> SimulatedDrive:
    """Open the simulated drive whose sectors are in NAME.img, for this process alone.

    Raises Refused where that is no simulated drive, OSError (ENOENT; EBUSY: somebody has it open; ENODEV: it
    does not answer).
    """
    description = load(description_path(path))
    store = FileStore.open(str(path), description.media_bytes)
    try:
        return SimulatedDrive(description, store)
    except BaseException:
        store.close()
        raise

"""An open simulated drive, as the rest of the program sees any drive. Light: the drive's worker imports this."""

import errno
import os
from collections.abc import Callable
from mmap import mmap
from pathlib import Path
from typing import NamedTuple, Protocol

from agent.host.run import Run
from agent.model.ports import Ports
from agent.sanitize.medium import Coverage, Identity
from agent.training.ata import AtaFirmware
from agent.training.ata_port import SimulatedAtaPort
from agent.training.ata_view import AtaView
from agent.training.cells import Cells, Residue
from agent.training.clock import Clock, RealClock
from agent.training.description import Description, Kind, load, unusable
from agent.training.emmc import EmmcFirmware
from agent.training.emmc_port import SimulatedMmcPort
from agent.training.emmc_view import EmmcView
from agent.training.firmware import Firmware, make_cells
from agent.training.kept import Kept, KeptFile
from agent.training.nvme import NvmeFirmware
from agent.training.nvme_admin import NvmeController
from agent.training.nvme_space import NvmeSpace
from agent.training.nvme_view import NvmeView
from agent.training.opal_sedutil import Sedutil
from agent.training.sat import AtaTranslation
from agent.training.scsi import ScsiFirmware
from agent.training.scsi_port import SimulatedScsiPort, Target
from agent.training.scsi_view import ScsiView
from agent.training.store import FileStore, Store

NODE = "/dev/simulated"
"""What stands for the drive's node in the commands of other programs; there is no such file."""


class _View(Protocol):
    def identity(self) -> Identity: ...
    def coverage(self) -> Coverage: ...
    def smart(self) -> dict[str, object] | None: ...


class _Space(Protocol):
    """What a host reads and writes: offsets are bytes of its address space."""

    @property
    def sector_bytes(self) -> int: ...
    def read_into(self, buffer: memoryview, offset: int) -> None: ...
    def write(self, data: memoryview, offset: int) -> None: ...
    def flush(self) -> None: ...
    def unmap(self, offset: int, length: int) -> None: ...


class _Switched(NamedTuple):
    """A drive that is on: its firmware, what a host reads out of it, and the ways to it."""

    firmware: Firmware
    view: _View
    ports: Ports
    space: Callable[[], _Space]
    """The address space as it is when called."""
    target: Target | None = None
    """The drive as a SCSI device, for who serves it to another computer."""


def _switch_on(drive: Description, cells: Cells, kept: Kept, clock: Clock, *, at_start: bool) -> _Switched:
    if drive.kind is Kind.NVME:
        nvme = NvmeFirmware(drive, cells, kept, clock)
        return _Switched(nvme, NvmeView(nvme), Ports(nvme=NvmeController(drive, nvme)), lambda: NvmeSpace(nvme))
    if drive.kind is Kind.EMMC:
        emmc = EmmcFirmware(drive, cells, kept, clock)
        return _Switched(emmc, EmmcView(drive, emmc), Ports(mmc=SimulatedMmcPort(emmc, drive.emmc)), lambda: emmc)
    if drive.kind in {Kind.SAS_HDD, Kind.SAS_SSD}:
        sas = ScsiFirmware(drive, cells, kept, clock)
        return _Switched(sas, ScsiView(sas), Ports(scsi=SimulatedScsiPort(sas)), lambda: sas, sas)
    ata = AtaFirmware(drive, cells, kept, clock, at_start=at_start)
    port = SimulatedAtaPort(ata, drive.ata)
    return _Switched(ata, AtaView(ata), Ports(ata=port), lambda: ata, AtaTranslation(ata, port))


class SimulatedDrive:
    """Satisfies sanitize.medium.Medium. Does for the firmware what Linux does for a real drive: it keeps the size
    that it met at the start, cuts transfers off there, and refuses what is not whole sectors (EINVAL). The address
    space of an NVMe subsystem is that of its attached namespaces, one behind the other."""

    reads_ahead = 0  # its firmware takes one command at a time

    def __init__(
        self, description: Description, store: Store, kept: Kept | None = None, clock: Clock | None = None
    ) -> None:
        """Switch the drive on, or find it still on where it was closed in good order before.

        Raises OSError where it does not answer, ValueError where `kept` is not what such a drive has kept.
        """
        self._description = description
        self._store = store
        self._kept = kept or Kept()
        self._clock = clock or RealClock()
        self._cells = make_cells(description, store)
        self._start(at_start=True)

    def _start(self, *, at_start: bool) -> None:
        on = _switch_on(self._description, self._cells, self._kept, self._clock, at_start=at_start)
        self._firmware, self._view, self._ports, self._look, self._target = on
        self.rescan()

    @property
    def ports(self) -> Ports:
        """The ways to the drive's firmware. They end with its power: ask again after `power_on`."""
        return self._ports

    @property
    def target(self) -> Target | None:
        """An ATA or SAS drive as a SCSI device with raw sense data. Ends with the drive's power, as `ports` do."""
        return self._target

    @property
    def nvme(self) -> NvmeFirmware | None:
        """An NVMe drive's subsystem, for who serves its controllers. Ends with the drive's power, as `ports` do."""
        return self._firmware if isinstance(self._firmware, NvmeFirmware) else None

    @property
    def description(self) -> Description:
        """What the drive is."""
        return self._description

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
            self._space.read_into(part, offset)
        return length

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        """Raises OSError with ENOSPC at the end of the drive, and writes less than `length` before it."""
        within = self._within(length, offset)
        if within == 0 < length:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with memoryview(buffer) as whole, whole[:within] as part:
            self._space.write(part, offset)
        return within

    def flush(self) -> None:
        self._space.flush()

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
            self._space.read_into(buffer, start)
        return bytes(found[offset - start :][:length])

    def node(self) -> str:
        return NODE

    def sedutil_runner(self) -> Run:
        return self.sedutil(NODE)

    def rescan(self) -> None:
        """Take over the size that the drive says now, as Linux does when it is told to. Raises OSError."""
        self._size = self.identity().size_bytes
        self._space = self._look()
        self._sector = self._space.sector_bytes

    def discard(self) -> bool:
        """Let go of every block, as Linux does by TRIM, UNMAP or deallocate."""
        with self._firmware.turn():
            self._space.unmap(0, self._size)
        return True

    def power_cut(self) -> None:
        """Take the current away in the middle of whatever goes on. Only `power_on` and `close` are of use then."""
        self._firmware.power_cut()

    def power_on(self, *, computer_starts: bool = True) -> None:
        """Switch the drive on again, with what survived. Without `computer_starts` only the drive was without
        current, as after a re-plug or a sleep: the computer's firmware does nothing to it then.

        Raises OSError where the drive does not answer.
        """
        self._firmware.power_cut()
        self._start(at_start=computer_starts)

    @property
    def is_on(self) -> bool:
        """It has current, whether it answers or not."""
        return self._firmware.is_on

    def sedutil(self, path: str) -> Sedutil:
        """The program sedutil-cli, for which this drive is plugged in as `path`."""
        return Sedutil(path, self._description, self._firmware)

    @property
    def commands(self) -> int:
        """How many commands have reached the drive so far, as `cut_before_command` and its like count them."""
        return self._firmware.commands

    def residue(self) -> Residue:
        """Where on the media data from before are left: what the maker of the drive knows and no host can ask."""
        self._firmware.settle()
        return self._cells.residue()

    def age(self) -> None:
        """From now on everything on the media counts as from before."""
        self._cells.age()

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


def kept_path(image: str | Path) -> Path:
    """Where the drive with the sectors in NAME.img keeps what it remembers without current: NAME.kept."""
    return Path(os.path.splitext(image)[0] + ".kept")


def open_drive(path: str | Path) -> SimulatedDrive:
    """Open the simulated drive whose sectors are in NAME.img, for this process alone.

    Raises Refused where that is no simulated drive, OSError (ENOENT; EBUSY: somebody has it open; ENODEV: it
    does not answer).
    """
    description = load(description_path(path))
    store = FileStore.open(str(path), description.media_bytes)
    try:
        kept = KeptFile(kept_path(path))
        return SimulatedDrive(description, store, kept)
    except (ValueError, TypeError) as error:
        store.close()
        raise unusable(kept_path(path), error) from error
    except BaseException:
        store.close()
        raise

"""Firmware of a simulated NVMe drive: a subsystem with its controllers and namespaces (NVMe Base 2.0).

The admin commands are in `nvme_admin`; what a sanitize and a format do in `nvme_sanitize` and `nvme_format`.
"""

import errno
import os
from collections.abc import Iterator
from typing import Any

from agent.training.clock import Clock
from agent.training.description import Description
from agent.training.firmware import Firmware
from agent.training.kept import Kept
from agent.training.nvme_about import NAMESPACES
from agent.training.nvme_format import Formatter, Formatting
from agent.training.nvme_identify import Subsystem
from agent.training.nvme_logs import ErrorLog, Use, health
from agent.training.nvme_namespaces import Namespace, Namespaces, load
from agent.training.nvme_sanitize import Operation, Sanitizer
from agent.training.nvme_status import Refusal, Status, require
from agent.training.store import Sectors

FIRST = 1
"""The identifier of the first controller, through which a host meets the drive."""

_ERRNO = {
    Status.ACCESS_DENIED: errno.ENODATA,
    Status.NAMESPACE_NOT_READY: errno.EREMOTEIO,
    Status.INVALID_FIELD: errno.ENODEV,
    Status.INVALID_NAMESPACE: errno.ENODEV,
}
"""What Linux makes of the status of a read or write (nvme_error_status); of all others EIO. A namespace that is not
active has no block device."""


class NvmeFirmware(Firmware):
    """Reads and writes go to a namespace; their offsets are bytes from its beginning."""

    LOCKED_ERRNO = errno.ENODATA

    def __init__(
        self, drive: Description, store: Sectors, kept: Kept | None = None, clock: Clock | None = None
    ) -> None:
        self.errors = ErrorLog()
        self.features: dict[int, int] = {}
        """Set by the host, and forgotten at a reset of the controller."""
        self._waited_for = False
        self._selected: Namespace | None = None
        super().__init__(drive, store, kept, clock)

    def _wake(self) -> None:
        super()._wake()
        saved = self._kept.get("nvme_namespaces")
        found = list(_from_donor(self._drive)) if saved is None else load(saved)
        limit = NAMESPACES if self._drive.nvme.manages_namespaces else 1 + len(self._drive.nvme.more_namespaces)
        self.namespaces = Namespaces(self._drive.media_bytes, limit, found)
        operation = Operation.load(self._kept.get("nvme_sanitize"))
        self.sanitizer = Sanitizer(self._drive.nvme, self._eraser, operation)
        formatting = Formatting.load(self._kept.get("nvme_format"))
        self.formatter = Formatter(self._drive, self._eraser, self._cells, self.namespaces, formatting)
        if self._session is None:
            self.formatter.abandon()
        else:
            self.features = {int(number): value for number, value in self._session.get("features", {}).items()}
        self.keep()

    def keep(self) -> None:
        """Make durable what the commands have changed."""
        self._kept.update(
            nvme_namespaces=self.namespaces.save(),
            nvme_sanitize=self.sanitizer.operation.save(),
            nvme_format=self.formatter.state.save(),
        )

    def settle(self) -> None:
        """Bring what goes on inside the drive to the present moment."""
        super().settle()
        changed = self.sanitizer.settle()
        if self.formatter.settle() or changed:
            self.keep()

    def reset(self) -> None:
        """A controller reset by the host. A sanitize and a format go on."""
        with self.turn():
            self.link_was_reset()

    def link_was_reset(self) -> None:
        self.features.clear()

    def session(self) -> dict[str, Any]:
        return {"features": {str(number): value for number, value in self.features.items()}}

    def _keep_all(self, session: dict[str, Any] | None) -> None:
        super()._keep_all(session)
        self.keep()

    # Reading and writing

    def read_into(self, buffer: memoryview, offset: int, nsid: int = 1) -> None:
        """As Firmware.read_into, from this namespace. Raises OSError: ENODEV where no controller sees it."""
        with self._busy:
            super().read_into(buffer, self._select(nsid) + offset)

    def write(self, data: memoryview, offset: int, nsid: int = 1) -> None:
        """As Firmware.write, to this namespace."""
        with self._busy:
            super().write(data, self._select(nsid) + offset)
            self._wrote()

    def flush(self, nsid: int = 1) -> None:
        """As Firmware.flush; there is one cache for all namespaces."""
        with self._busy:
            self._select(nsid)
            super().flush()

    def unmap(self, offset: int, length: int, nsid: int = 1) -> None:
        """As Firmware.unmap, of this namespace."""
        start = self._select(nsid)
        self.require_data()
        if offset < 0 or start + offset + length > self.end_bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._media.sync()  # what waits in the cache comes before
        self._cells.unmap(start + offset, start + offset + length)

    def _wrote(self) -> None:
        if self.sanitizer.operation.unwritten:
            self.sanitizer.operation.unwritten = False
            self.keep()

    def _select(self, nsid: int) -> int:
        """Aim the next command at a namespace; returns where it begins on the media."""
        self._selected = next((one for one in self.namespaces.seen() if one.nsid == nsid), None)
        return self._selected.start if self._selected else 0

    @property
    def end_bytes(self) -> int:
        here = self._selected
        return here.start + min(self.said(here), here.size_bytes) if here else 0

    def require_data(self) -> None:
        try:
            self.require_access()
            self._require_ready(self._selected)
        except Refusal as refusal:
            self.errors.add(refusal.status, self._selected.nsid if self._selected else 0)
            number = _ERRNO.get(refusal.status, errno.EIO)
            raise OSError(number, os.strerror(number)) from refusal

    def _require_ready(self, here: Namespace | None) -> None:
        if here is None:
            raise Refusal(Status.INVALID_NAMESPACE)
        require(here.nsid not in self.formatter.state.waiting, Status.FORMAT_IN_PROGRESS)
        require(not here.incomplete, Status.NAMESPACE_NOT_READY)

    def require_access(self) -> None:
        """What everything needs that touches data. Raises Refusal."""
        self.sanitizer.require_idle()
        require(not self._drive.nvme.denies_access, Status.ACCESS_DENIED)

    # What goes on inside

    @property
    def busy(self) -> bool:
        """The host waits for the end of its Format NVM."""
        return self._waited_for and self.formatter.running

    def write_out(self) -> None:
        """Bring the volatile cache to the media, so that nothing comes after an erase that was before it."""
        if self._cache is not None:
            self._cache.write_out()

    def wait_for_format(self, timeout: float | None) -> None:
        """Be silent until the format has ended. Raises NoAnswer where the host loses patience before, OSError."""
        self._waited_for = True
        try:
            self.require_answer(timeout)
        finally:
            self._waited_for = False

    # What the drive says of itself

    @property
    def sector_bytes(self) -> int:
        return next((one.sector_bytes for one in self.namespaces.seen() if one.nsid == 1), super().sector_bytes)

    @property
    def accessible_bytes(self) -> int:
        return next((one.size_bytes for one in self.namespaces.seen() if one.nsid == 1), 0)

    def said(self, namespace: Namespace) -> int:
        """The size that the drive tells of this namespace."""
        return self.said_bytes if namespace.nsid == 1 else namespace.size_bytes

    def subsystem(self) -> Subsystem:
        """What the drive says of itself now, for Identify."""
        allocated = sum(self.said(namespace) for namespace in self.namespaces)
        return Subsystem(
            drive=self._drive,
            serial=self.said_serial,
            sanicap=self.sanitizer.sanicap,
            capacity=self.native_bytes,
            unallocated=max(0, self.native_bytes - allocated),
            namespaces=self.namespaces.limit,
        )

    def identify_controller(self, number: int = FIRST) -> bytes:
        """Identify, CNS 01h: 4096 bytes. Raises OSError (ENODEV) when the drive is gone."""
        self.require_answer()
        return self.subsystem().controller(number)

    def active_namespaces(self) -> list[int]:
        """The NSIDs that any controller lists (Identify, CNS 02h). Raises OSError (ENODEV) when the drive is gone."""
        self.require_answer()
        return [one.nsid for one in self.namespaces.seen()]

    def identify_namespace(self, nsid: int = 1) -> bytes:
        """Identify, CNS 00h: 4096 bytes, zeros where no controller sees it. Raises OSError (ENODEV) when gone."""
        self.require_answer()
        found = next((one for one in self.namespaces.seen() if one.nsid == nsid), None)
        return self.identified(found) if found else bytes(4096)

    def identified(self, one: Namespace) -> bytes:
        """The same in the middle of a command, of any namespace."""
        return self.subsystem().namespace(one, self.said(one), self.formatter.left_percent(one.nsid))

    def health_log(self) -> bytes:
        """Get Log Page 02h, SMART / Health Information: 512 bytes. Raises OSError (ENODEV) when the drive is gone."""
        self.require_answer()
        return self.health_page()

    def health_page(self) -> bytes:
        """The same in the middle of a command."""
        use = Use(
            read=self._counts.bytes_read + self.bytes_read,
            written=self.written_ever,
            power_cycles=self.power_cycles,
            unsafe_shutdowns=self._counts.unsafe_shutdowns,
            found_bad=self.found_bad,
            errors=self.errors.count,
        )
        return health(self._drive, use)


def _from_donor(drive: Description) -> Iterator[Namespace]:
    """The namespaces as the drive comes from its donor, one after the other on the media."""
    about = drive.nvme
    everybody = set(range(FIRST, FIRST + about.controllers))
    start = 0
    for nsid, size in enumerate((drive.size_bytes, *about.more_namespaces), 1):
        attached = set() if nsid in about.unattached else set(everybody)
        yield Namespace(nsid, start, size, drive.logical_sector_bytes, attached)
        start += size

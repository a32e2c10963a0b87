"""A real drive: an open block device that knows who it is, and the ways to its firmware."""

import errno
import os
from dataclasses import replace

from agent.host.blockdevice import BlockDevice, trigger
from agent.host.passthrough.open import ports
from agent.host.run import Run, run
from agent.host.smartctl import smartctl
from agent.host.source import Source
from agent.host.topology import controllers, has_ata_link
from agent.inventory import identity
from agent.model.ports import Ports
from agent.model.words import Transport
from agent.sanitize.medium import Coverage, Identity


class RealDrive(BlockDevice):
    """Satisfies sanitize.medium.Medium."""

    reads_ahead = 2

    def __init__(self, path: str, source: Source, transport: Transport, *, look_only: bool = False) -> None:
        """Raises OSError, NotABlockDevice."""
        super().__init__(path, source=source, look_only=look_only)
        self._tree = source
        self._transport = transport
        self._ports: Ports | None = None

    @property
    def ports(self) -> Ports:
        if self._ports is None:
            found = ports(self.descriptor, self._transport)
            direct = self._transport is not Transport.ATA or has_ata_link(self._tree, self._require_name())
            self._ports = replace(found, bridge=found.bridge or not direct)
        return self._ports

    def node(self) -> str:
        return f"/dev/{self._require_name()}"

    def sedutil_runner(self) -> Run:
        return run

    def _require_name(self) -> str:
        name = self.name()
        if name is None:
            raise OSError(errno.ENODEV, "the name now belongs to another disk, or to none")
        return name

    def identity(self) -> Identity:
        label = identity.read(self._tree, self._require_name())
        return Identity(label.serial, label.model, self.size_bytes(), self.diskseq())

    def rescan(self) -> None:
        """Have the kernel ask the drive for its size again. Raises OSError. NVMe controllers are asked by all of their
        names at once, and the kernel does it in its own time: who needs the size looks at the identity again."""
        if self._transport is not Transport.NVME:
            super().rescan()
            return
        name = self.name()
        folders = controllers(self._tree, name) if name else []
        if not folders:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        for folder in folders:
            trigger(f"{folder}/rescan_controller")

    def coverage(self) -> Coverage:
        """A loop device reaches all of its file; what real drives reach their firmware tells (see procedure)."""
        name = self.name()
        backing = self._tree.text(f"/sys/class/block/{name}/loop/backing_file") if name else None
        try:
            return Coverage(os.stat(backing).st_size if backing else None)
        except OSError:  # the file was renamed meanwhile
            return Coverage(None)

    def smart(self) -> dict[str, object] | None:
        return smartctl(f"/dev/{self.name()}")

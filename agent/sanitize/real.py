"""A real drive: an open block device that knows who it is, and the ways to its firmware."""

import errno
import os

from agent.host.blockdevice import BlockDevice
from agent.host.passthrough.open import ports
from agent.host.smartctl import smartctl
from agent.host.source import Source
from agent.inventory import identity
from agent.model.ports import Ports
from agent.model.words import Transport
from agent.sanitize.medium import Coverage, Identity


class RealDrive(BlockDevice):
    """Satisfies sanitize.medium.Medium."""

    def __init__(self, path: str, source: Source, transport: Transport) -> None:
        """Raises OSError, NotABlockDevice."""
        super().__init__(path, source=source)
        self._tree = source
        self._transport = transport
        self._ports: Ports | None = None

    @property
    def ports(self) -> Ports:
        if self._ports is None:
            self._ports = ports(self.descriptor, self._transport)
        return self._ports

    def identity(self) -> Identity:
        name = self.name()
        if name is None:
            raise OSError(errno.ENODEV, "the name now belongs to another disk, or to none")
        label = identity.read(self._tree, name)
        return Identity(label.serial, label.model, self.size_bytes(), self.diskseq())

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

"""The namespaces of a real NVMe subsystem, opened together: one drive."""

from collections.abc import Callable, Sequence
from typing import Self

from agent.host.source import Source, integer
from agent.host.topology import namespaces
from agent.inventory.identity import appearance
from agent.model.words import Transport
from agent.sanitize.joined import Joined
from agent.sanitize.medium import Identity, Medium
from agent.sanitize.real import RealDrive


class NvmeNodes(Joined):
    """Satisfies medium.Medium. Its identity is that of the subsystem as it is now: a namespace more or less than were
    opened makes it another drive."""

    def __init__(self, parts: Sequence[Medium], name: Callable[[], str | None], source: Source) -> None:
        """Over nodes that are open; `name` tells the kernel's name of the first. Raises Refused, OSError."""
        super().__init__(parts)
        self._name = name
        self._tree = source

    @classmethod
    def open(cls, paths: Sequence[str], source: Source, *, look_only: bool = False) -> Self:
        """Every node as a RealDrive is opened, or none. Raises OSError, NotABlockDevice, Refused."""
        drives: list[RealDrive] = []
        try:
            for path in paths:
                # One by one: those before are to be closed.
                drives.append(RealDrive(path, source, Transport.NVME, look_only=look_only))  # noqa: PERF401
        except BaseException:
            for drive in drives:
                drive.close()
            raise
        return cls(drives, drives[0].name, source)

    def identity(self) -> Identity:
        found = super().identity()
        name = self._name()
        present = namespaces(self._tree, name) if name else []
        sequences = [integer(self._tree, f"/sys/block/{one}/diskseq") for one in present]
        return Identity(found.serial, found.model, found.size_bytes, appearance(sequences))

"""The namespaces of a simulated NVMe subsystem: which there are, where on the media, attached to whom."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from agent.training.nvme_status import Refusal, Status, require

BROADCAST = 0xFFFFFFFF
"""The NSID that means every namespace."""
UNIT = 4096
"""Bytes: capacity is given to namespaces in whole units, so that both LBA formats fit."""


@dataclass
class Namespace:
    """One namespace. `start` and `size_bytes` say which part of the media it has."""

    nsid: int
    start: int
    size_bytes: int
    sector_bytes: int
    attached: set[int] = field(default_factory=set)
    """Identifiers of the controllers that see it."""
    incomplete: bool = False
    """A Format NVM was cut off; only another one makes it ready again."""

    @property
    def end(self) -> int:
        return self.start + self.size_bytes

    @property
    def blocks(self) -> int:
        return self.size_bytes // self.sector_bytes


class Namespaces:
    """All allocated namespaces, and the capacity that none has. Raises nvme_status.Refusal for what cannot be."""

    def __init__(self, capacity: int, limit: int, namespaces: Iterable[Namespace]) -> None:
        self.capacity = capacity
        """Bytes of media (TNVMCAP)."""
        self.limit = limit
        """The highest NSID (NN)."""
        self._by_nsid = {namespace.nsid: namespace for namespace in namespaces}

    def __iter__(self) -> Iterator[Namespace]:
        """In the order of the NSIDs."""
        return iter([self._by_nsid[nsid] for nsid in sorted(self._by_nsid)])

    def of(self, controller: int) -> list[Namespace]:
        """The active namespaces: those attached to this controller."""
        return [namespace for namespace in self if controller in namespace.attached]

    def seen(self) -> list[Namespace]:
        """The namespaces that are attached to any controller: those that a host can read."""
        return [namespace for namespace in self if namespace.attached]

    def allocated(self, nsid: int) -> Namespace:
        """The namespace of this NSID, attached or not; refused as Base 2.0, 3.2.1.5 has it."""
        require(0 < nsid <= self.limit, Status.INVALID_NAMESPACE)
        if (found := self._by_nsid.get(nsid)) is None:
            raise Refusal(Status.INVALID_FIELD)
        return found

    def active(self, nsid: int, controller: int) -> Namespace:
        """The namespace of this NSID if the controller sees it."""
        found = self.allocated(nsid)
        require(controller in found.attached, Status.INVALID_FIELD)
        return found

    @property
    def unallocated(self) -> int:
        """Bytes that no namespace has (UNVMCAP)."""
        return self.capacity - sum(namespace.size_bytes for namespace in self)

    def create(self, size_bytes: int, sector_bytes: int) -> Namespace:
        """Allocate a namespace, attached to nobody, in the first gap that is large enough."""
        size = -(-size_bytes // UNIT) * UNIT
        require(0 < size <= self.unallocated, Status.INSUFFICIENT_CAPACITY)
        nsid = next((number for number in range(1, self.limit + 1) if number not in self._by_nsid), None)
        if nsid is None:
            raise Refusal(Status.NO_NAMESPACE_LEFT)
        start = next((first for first, end in self._gaps() if end - first >= size), None)
        if start is None:  # there is room, but in pieces
            raise Refusal(Status.INSUFFICIENT_CAPACITY)
        self._by_nsid[nsid] = made = Namespace(nsid, start, size, sector_bytes)
        return made

    def delete(self, nsid: int) -> None:
        """Give the capacity back; what is stored there stays, out of reach. BROADCAST deletes all."""
        if nsid == BROADCAST:
            self._by_nsid.clear()
        else:
            del self._by_nsid[self.allocated(nsid).nsid]

    def attach(self, nsid: int, controllers: set[int]) -> None:
        found = self.allocated(nsid)
        require(not found.attached & controllers, Status.ALREADY_ATTACHED)
        found.attached |= controllers

    def detach(self, nsid: int, controllers: set[int]) -> None:
        found = self.allocated(nsid)
        require(found.attached >= controllers, Status.NOT_ATTACHED)
        found.attached -= controllers

    def _gaps(self) -> Iterator[tuple[int, int]]:
        at = 0
        for namespace in sorted(self, key=lambda one: one.start):
            yield at, namespace.start
            at = namespace.end
        yield at, self.capacity

    def save(self) -> list[dict[str, Any]]:
        """What `load` takes, of what JSON can hold."""
        return [{**asdict(namespace), "attached": sorted(namespace.attached)} for namespace in self]


def load(saved: list[dict[str, Any]]) -> list[Namespace]:
    """The namespaces as `save` gave them. Raises ValueError for anything else."""
    try:
        found = [Namespace(**{**one, "attached": set(one["attached"])}) for one in saved]
        if any(not 0 <= one.start < one.end or one.sector_bytes not in (512, 4096) for one in found):
            raise ValueError("a namespace that cannot be")
    except (TypeError, KeyError) as error:
        raise ValueError(f"namespaces: {error}") from error
    return found

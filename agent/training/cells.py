"""The media of a simulated drive, and the view of the one who made it: where data from before are left.

What counts is whether anything was truly written or erased at an address, never what stands there: an erase that
only pretends leaves its addresses old, whatever they read as.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from agent.training.spans import Spans
from agent.training.store import Sectors

Fill = Callable[[int, int], bytes]
"""(offset, length in bytes) → what stands there after an erase."""
_PIECE = 1 << 20


@dataclass(frozen=True)
class Residue:
    """Where data from before are left, as half-open spans of bytes. Empty everywhere: nothing is left."""

    visible: tuple[tuple[int, int], ...] = ()
    """Native addresses that a host reads them from once it gets there: also below an HPA, or while locked."""
    unseen: tuple[tuple[int, int], ...] = ()
    """Native addresses whose cells still hold them though every host reads zeros: unmapped, not erased."""
    spare: tuple[tuple[int, int], ...] = ()
    """Cells without an address: over-provisioned pages, sectors that were remapped away."""

    def holds(self, offset: int) -> bool:
        """Whether the byte at this native address is from before, seen or unseen."""
        return any(start <= offset < end for start, end in (*self.visible, *self.unseen))


class Cells:
    """Satisfies store.Sectors. All is durable that gets here: the volatile cache lies above."""

    def __init__(self, store: Sectors, size_bytes: int, spare_bytes: int = 0) -> None:
        """Cells as a donor leaves them: everything is from before."""
        self._store = store
        self.size_bytes = size_bytes
        self._spare_bytes = spare_bytes
        self._deallocated = Spans()
        self.age()

    def age(self) -> None:
        """From now on everything on the media counts as from before."""
        self._old = Spans([(0, self.size_bytes)])
        self._spare = Spans([(0, self._spare_bytes)])

    def read_into(self, buffer: memoryview, offset: int) -> None:
        self._store.read_into(buffer, offset)
        for start, end in self._deallocated.within(offset, offset + len(buffer)):
            buffer[start - offset : end - offset] = bytes(end - start)

    def write(self, data: memoryview, offset: int) -> None:
        self._store.write(data, offset)
        self._old.remove(offset, offset + len(data))
        self._deallocated.remove(offset, offset + len(data))

    def sync(self) -> None:
        self._store.sync()

    def erase(self, start: int, end: int, fill: Fill | None) -> None:
        """Truly erase from `start` to before `end`. Without `fill` the sectors lose their place and read as zeros."""
        end = min(end, self.size_bytes)
        for offset, length in _pieces(start, end):
            with memoryview(fill(offset, length) if fill else bytes(length)) as data:
                self._store.write(data, offset)
        self._old.remove(start, end)
        self._deallocated.remove(start, end)
        if fill is None:
            self._deallocated.add(start, end)

    def unmap(self, start: int, end: int) -> None:
        """Forget where the sectors are, and leave what they hold."""
        self._deallocated.add(start, min(end, self.size_bytes))

    def erase_spare(self) -> None:
        """Erase the cells that have no address."""
        self._spare = Spans()

    def residue(self) -> Residue:
        unseen = [part for start, end in self._deallocated for part in self._old.within(start, end)]
        visible = self._old.copy()
        for start, end in unseen:
            visible.remove(start, end)
        return Residue(tuple(visible), tuple(unseen), tuple(self._spare))

    def save(self) -> dict[str, Any]:
        """For `load`, as JSON can hold it."""
        return {"old": list(self._old), "deallocated": list(self._deallocated), "spare": list(self._spare)}

    def load(self, saved: Any) -> None:
        """Raises TypeError or ValueError for what `save` has not made."""
        names = ("old", "deallocated", "spare")
        if not isinstance(saved, dict) or saved.keys() != set(names):
            raise ValueError("cells: unknown content")
        self._old, self._deallocated, self._spare = (
            Spans((int(start), int(end)) for start, end in saved[name]) for name in names
        )


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    for offset in range(start, end, _PIECE):
        yield offset, min(_PIECE, end - offset)

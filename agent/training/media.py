"""What lies between the firmware and its sectors: the volatile cache, and the fraud of fake capacity."""

from collections.abc import Iterator

from agent.training.store import Sectors

CACHE_BYTES = 8 * 1024 * 1024
"""Small against real caches (64 to 256 MiB), so that a small drive's cache fills up as well."""


class WrappingMedia:
    """Less media than claimed: addresses beyond it wrap around to its start."""

    def __init__(self, store: Sectors, real_bytes: int) -> None:
        self._store = store
        self._real = real_bytes

    def read_into(self, buffer: memoryview, offset: int) -> None:
        for start, end, address in self._pieces(offset, len(buffer)):
            with buffer[start:end] as piece:
                self._store.read_into(piece, address)

    def write(self, data: memoryview, offset: int) -> None:
        for start, end, address in self._pieces(offset, len(data)):
            with data[start:end] as piece:
                self._store.write(piece, address)

    def sync(self) -> None:
        self._store.sync()

    def _pieces(self, offset: int, length: int) -> Iterator[tuple[int, int, int]]:
        """Start and end in the buffer, address on the media."""
        start = 0
        while start < length:
            address = (offset + start) % self._real
            end = min(length, start + self._real - address)
            yield start, end, address
            start = end


class VolatileCache:
    """Keeps what is written until `sync`; when full, the oldest sectors go to the media first."""

    def __init__(self, store: Sectors, sector_bytes: int) -> None:
        self._store = store
        self._sector = sector_bytes
        self._waiting: dict[int, bytes] = {}
        """Sectors by address, the oldest first."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        self._store.read_into(buffer, offset)
        if not self._waiting:
            return
        for start in range(0, len(buffer), self._sector):
            if (data := self._waiting.get(offset + start)) is not None:
                buffer[start : start + self._sector] = data

    def write(self, data: memoryview, offset: int) -> None:
        for start in range(0, len(data), self._sector):
            self._waiting.pop(offset + start, None)
            self._waiting[offset + start] = bytes(data[start : start + self._sector])
        self._write_out(CACHE_BYTES // self._sector)

    def sync(self) -> None:
        self.write_out()
        self._store.sync()

    def write_out(self) -> None:
        """Bring everything to the media, as a drive does before it is switched off in good order."""
        self._write_out(0)

    def lose(self) -> None:
        """Forget what has not reached the media."""
        self._waiting.clear()

    def _write_out(self, keep: int) -> None:
        while len(self._waiting) > keep:
            address = next(iter(self._waiting))
            with memoryview(self._waiting[address]) as data:
                self._store.write(data, address)
            del self._waiting[address]

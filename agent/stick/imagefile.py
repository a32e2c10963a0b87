"""An image for a stick in a file, plain or compressed by zstd, read from its begin to its end."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import zstandard

from agent.model.message import say
from agent.model.problem import Problem
from agent.stick.table import SECTOR, NotOurs, Table, read_table, volume_id

_MAGIC = b"\x28\xb5\x2f\xfd"
"""RFC 8878, section 3.1.1."""
MOST_BYTES = 16 << 30
"""Of an image, unpacked; today's have 1.1 GiB."""
_PART = 4 * 1024 * 1024
_WINDOW = 128 * 1024 * 1024
"""Bytes of memory that a compressed file may ask for (`zstd --long=27`)."""


class WrongImage(Problem):
    """The file is no image that can be written."""


@dataclass(frozen=True)
class Head:
    """What an image begins with."""

    sector: bytes
    table: Table
    volume: str

    @property
    def size_bytes(self) -> int:
        """Of the whole image: it ends with the state partition."""
        return self.table.state.end * SECTOR


class ImageFile:
    """Reads forward only, since compressed files know no other way. `head` first."""

    def __init__(self, path: Path) -> None:
        """Raises WrongImage."""
        self._path = path
        self._file: BinaryIO | None = None
        self._reader: io.BufferedIOBase | zstandard.ZstdDecompressionReader | None = None
        self._kept = b""

    def __enter__(self) -> Self:
        try:
            if not self._path.is_file():
                raise self._wrong()
            self._file = self._path.open("rb")
            packed = self._file.read(4) == _MAGIC
            self._file.seek(0)
        except (OSError, ValueError) as error:
            raise WrongImage(
                say(
                    "{file} cannot be read ({error}).",
                    file=str(self._path),
                    error=getattr(error, "strerror", "") or "?",
                ),
                say("Nothing was written. Look whether the file and its drive are still there, or download it anew."),
            ) from error
        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._reader = unpacker.stream_reader(self._file, read_across_frames=True) if packed else self._file
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def head(self) -> Head:
        """Its partitions, judged like a stick's. What was read for this is given again by `read`. Raises WrongImage."""
        sector = self._exactly(SECTOR)
        try:
            table = read_table(sector, MOST_BYTES // SECTOR)
            before = self._exactly((table.boot.first - 1) * SECTOR)
            boot = self._exactly(SECTOR)
            head = Head(sector, table, volume_id(boot, table))
        except NotOurs as error:
            raise self._wrong() from error
        self._kept = sector + before + boot
        return head

    def read(self, length: int) -> bytes:
        """The next bytes, fewer only at the end. Raises WrongImage where the file is damaged."""
        part, self._kept = self._kept[:length], self._kept[length:]
        while len(part) < length and (more := self._some(length - len(part))):
            part += more
        return part

    def _some(self, length: int) -> bytes:
        assert self._reader is not None
        try:
            return self._reader.read(length)
        except (OSError, zstandard.ZstdError) as error:
            raise WrongImage(
                say("{file} is damaged.", file=str(self._path)), say("Download or copy it anew.")
            ) from error

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length and (more := self._some(length - len(data))):
            data += more
        if len(data) != length:
            raise self._wrong()
        return data

    def _wrong(self) -> WrongImage:
        return WrongImage(
            say("{file} is no image of an Ordis stick.", file=str(self._path)),
            say("Expected: a file ordis.img or ordis.img.zst, as it was published."),
        )


def check_whole(path: Path, progress: Callable[[str, int, int], None]) -> None:
    """Read the image once to its end, where a compressed one has a check sum: a damaged download must not spoil a stick
    that works. Raises WrongImage."""
    with ImageFile(path) as image:
        size, done = image.head().size_bytes, 0
        while part := image.read(_PART):
            done += len(part)
            progress("check", min(done, size), size)
            if done > MOST_BYTES:
                break
    if done != size:
        raise WrongImage(
            say("The image {file} is not whole.", file=str(path)), say("Nothing was written. Download or copy it anew.")
        )

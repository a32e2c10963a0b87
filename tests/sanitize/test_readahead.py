"""Reads that are on their way while others are compared: in order, each in a buffer of its own, errors told."""

import random
import threading
from mmap import mmap

import pytest
from fake_medium import FakeMedium

from agent.model.words import Verify
from agent.sanitize.chunks import spans
from agent.sanitize.pattern import pattern
from agent.sanitize.readahead import PIECE, read_ahead
from agent.sanitize.verify import Extent, verify

SIZE = 5 * PIECE + 4096


class Ahead(FakeMedium):
    """Several reads at once, counted."""

    reads_ahead = 2

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.most = 0
        self._now = 0
        self._counting = threading.Lock()

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        with self._counting:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return super().read_into(buffer, length, offset)
        finally:
            with self._counting:
                self._now -= 1


@pytest.mark.parametrize("ahead", [0, 1, 2, 3])
def test_every_piece_comes_whole_and_in_order(ahead: int) -> None:
    medium = Ahead(random.Random(5).randbytes(SIZE))
    medium.reads_ahead = ahead
    seen = b""
    pieces = list(spans(SIZE, step=PIECE))
    for (_, length), (buffer, whole) in zip(pieces, read_ahead(medium, pieces), strict=True):
        assert whole
        seen += buffer[:length]
    assert seen == medium.content
    assert medium.most <= max(1, ahead)


def test_a_bad_sector_is_found_among_reads_that_are_under_way() -> None:
    medium = Ahead(bytes(SIZE))
    medium.bad_read = {PIECE // 512 + 3, SIZE // 512 - 1}
    found = verify(medium, SIZE, pattern("zero"), Extent(Verify.FULL), lambda *_: None)
    assert [block["first"] for block in found.unreadable.blocks()] == sorted(medium.bad_read)
    assert found.bytes_verified == SIZE - 2 * 512
    assert not found.mismatched


def test_a_wrong_sector_is_found_at_its_own_place() -> None:
    medium = Ahead(bytes(SIZE))
    medium.content[3 * PIECE + 512] = 1
    found = verify(medium, SIZE, pattern("zero"), Extent(Verify.FULL), lambda *_: None)
    assert found.mismatched.blocks() == [{"first": 3 * PIECE // 512 + 1, "count": 1}]


def test_a_drive_that_is_gone_raises_and_leaves_no_thread_behind() -> None:
    medium = Ahead(bytes(SIZE))

    def away(*_: object) -> int:
        raise OSError(19, "No such device")

    medium.read_into = away  # type: ignore[method-assign]
    before = threading.active_count()
    with pytest.raises(OSError, match="No such device"):
        verify(medium, SIZE, pattern("zero"), Extent(Verify.FULL), lambda *_: None)
    assert threading.active_count() == before

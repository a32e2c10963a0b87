"""Several open drives as one address space."""

import errno
import random
from mmap import mmap

import pytest
from fake_medium import FakeMedium

from agent.model.message import say
from agent.sanitize.joined import Joined, Layout
from agent.sanitize.medium import Coverage, Identity, Refused

SIZES = (8192, 512, 4096)


class Part(FakeMedium):
    """Knows its appearance, and notes what is done to it."""

    def __init__(self, size: int, number: int, sector: int = 512) -> None:
        super().__init__(bytes([number]) * size, sector)
        self.diskseq: int | None = 40 + number
        self.closed = self.rescans = 0
        self.discards = True
        self.flush_error = 0

    def identity(self) -> Identity:
        return Identity(self.serial, "Fake", len(self.content), self.diskseq)

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        assert offset + length <= len(self.content)
        return super().read_into(buffer, length, offset)

    def flush(self) -> None:
        super().flush()
        if self.flush_error:
            raise OSError(self.flush_error, "flush")

    def discard(self) -> bool:
        self.content[:] = bytes(len(self.content))
        return self.discards

    def rescan(self) -> None:
        self.rescans += 1

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def parts() -> list[Part]:
    return [Part(size, number) for number, size in enumerate(SIZES, 1)]


@pytest.fixture
def joined(parts: list[Part]) -> Joined:
    return Joined(parts)


def everything(parts: list[Part]) -> bytes:
    return b"".join(bytes(part.content) for part in parts)


def test_it_is_as_large_as_all_together(joined: Joined) -> None:
    found = joined.identity()
    assert (found.serial, found.model, found.size_bytes) == ("FAKE-1", "Fake", sum(SIZES))
    assert joined.coverage() == Coverage(sum(SIZES))
    assert joined.logical_sector_bytes == 512


def test_reads_and_writes_cross_the_borders(joined: Joined, parts: list[Part]) -> None:
    dice = random.Random(7)
    model = bytearray(everything(parts))
    for _ in range(300):
        first, last = sorted(dice.sample(range(0, sum(SIZES) + 1, 512), 2))
        with mmap(-1, last - first) as buffer:
            if dice.random() < 0.5:
                buffer[:] = dice.randbytes(last - first)
                assert joined.write(buffer, last - first, first) == last - first
                model[first:last] = buffer[:]
            else:
                assert joined.read_into(buffer, last - first, first) == last - first
                assert buffer[:] == model[first:last]
    assert everything(parts) == model
    assert joined.window(8000, 1000) == model[8000:9000]


def test_the_end(joined: Joined) -> None:
    with mmap(-1, 4096) as buffer:
        assert joined.read_into(buffer, 4096, sum(SIZES) - 512) == 512
        assert joined.read_into(buffer, 4096, sum(SIZES)) == 0
        assert joined.write(buffer, 4096, sum(SIZES) - 512) == 512
        with pytest.raises(OSError, match="No space"):
            joined.write(buffer, 512, sum(SIZES))
        with pytest.raises(OSError, match="Invalid"):
            joined.read_into(buffer, 512, -512)


def test_a_bad_block_behind_a_border_is_told(joined: Joined, parts: list[Part]) -> None:
    parts[1].bad_read = parts[1].bad_write = {0}
    with mmap(-1, 1024) as buffer:
        for act in (joined.read_into, joined.write):
            with pytest.raises(OSError) as caught:  # noqa: PT011 - the number is what counts
                act(buffer, 1024, SIZES[0] - 512)
            assert caught.value.errno == errno.EIO


def test_a_short_transfer_ends_it(joined: Joined, parts: list[Part]) -> None:
    parts[0].read_into = lambda buffer, length, offset: length - 512  # type: ignore[method-assign]
    parts[0].write = lambda buffer, length, offset: length - 512  # type: ignore[method-assign]
    with mmap(-1, 2048) as buffer:
        assert joined.read_into(buffer, 2048, SIZES[0] - 1024) == 512
        assert joined.write(buffer, 2048, SIZES[0] - 1024) == 512


def test_all_are_flushed_and_the_first_error_counts(joined: Joined, parts: list[Part]) -> None:
    joined.flush()
    parts[0].flush_error, parts[2].flush_error = errno.EIO, errno.ENOSPC
    with pytest.raises(OSError) as caught:  # noqa: PT011
        joined.flush()
    assert caught.value.errno == errno.EIO
    assert [part.flushes for part in parts] == [2, 2, 2]


def test_counts_sum_up_unless_one_is_not_known(joined: Joined, parts: list[Part]) -> None:
    with mmap(-1, sum(SIZES)) as buffer:
        joined.read_into(buffer, sum(SIZES), 0)
    assert joined.bytes_read() == sum(SIZES)
    parts[1].counts = False
    assert joined.bytes_read() is None
    parts[1].native = None
    assert joined.coverage().native_size_bytes is None


def test_what_concerns_all(joined: Joined, parts: list[Part]) -> None:
    assert joined.discard()
    parts[0].discards = False
    assert not joined.discard()
    assert everything(parts) == bytes(sum(SIZES))
    joined.rescan()
    assert [part.rescans for part in parts] == [1, 1, 1]
    joined.close()
    assert [part.closed for part in parts] == [1, 1, 1]
    assert joined.ports is parts[0].ports


def test_sizes_that_change_are_taken_over(joined: Joined, parts: list[Part]) -> None:
    parts[0].content = bytearray(1024)
    joined.rescan()
    assert joined.identity().size_bytes == 1024 + 512 + 4096
    assert joined.window(1024, 1) == b"\2"


def test_any_change_of_a_part_is_another_drive(joined: Joined, parts: list[Part]) -> None:
    seen = {joined.identity().diskseq}
    parts[1].diskseq = 99
    seen.add(joined.identity().diskseq)
    parts[0].diskseq, parts[1].diskseq = parts[1].diskseq, parts[0].diskseq
    seen.add(joined.identity().diskseq)
    seen.add(Joined(parts[:2]).identity().diskseq)
    assert None not in seen
    assert len(seen) == 4
    assert Joined(parts[:1]).identity().diskseq == 99  # of one: the kernel's own
    parts[2].diskseq = None
    assert joined.identity().diskseq is None


def test_the_largest_sector_counts() -> None:
    parts = [Part(8192, 1), Part(4096, 2, 4096)]
    assert Joined(parts).logical_sector_bytes == 4096
    odd = [Part(512, 1), Part(4096, 2, 4096)]
    with pytest.raises(Refused, match="different block sizes"):
        Joined(odd)
    assert [part.closed for part in odd] == [1, 1]


def test_untouched_parts_are_all_named() -> None:
    one, two = Part(512, 1), Part(512, 2)
    one.coverage = lambda: Coverage(512, (say("a"),))  # type: ignore[method-assign]
    two.coverage = lambda: Coverage(512, (say("b"),))  # type: ignore[method-assign]
    assert [str(message) for message in Joined([one, two]).coverage().untouched] == ["a", "b"]


def test_nothing_has_no_pieces() -> None:
    empty = Layout([], [])
    assert (empty.size_bytes, list(empty.pieces(0, 512))) == (0, [])
    assert list(Layout([0, 512], [512, 512]).pieces(0, 1024)) == [(1, 0, 512)]

"""Overwrite, verification and evidence over a drive whose faults are chosen."""

import errno
import itertools
import os
import random
from collections.abc import Callable

import pytest
from fake_medium import FakeMedium
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_talk import PlainTalk

from agent.model.words import Level, Pattern, SanitizationStatus, Technique, Verify
from agent.sanitize.chunks import Stopped
from agent.sanitize.medium import Identity
from agent.sanitize.order import Order, Step
from agent.sanitize.pattern import CHUNK, AddressStream
from agent.sanitize.procedure import erase
from agent.sanitize.ranges import ENOUGH
from agent.sanitize.verify import SAMPLE_COUNT, Extent, _work

SIZE = 2 * CHUNK + 12 * 512


def drive(size: int = SIZE) -> FakeMedium:
    return FakeMedium(random.Random(1).randbytes(size))


def order(pattern: str = "zero", **fields: object) -> Order:
    return Order(steps=(Step(Technique.OVERWRITE, passes=(pattern,)),), **fields)  # type: ignore[arg-type]


def run(medium: FakeMedium, **fields: object) -> dict[str, object]:
    return erase(medium, medium.identity(), order(**fields), PlainTalk())  # type: ignore[arg-type]


class Watching(PlainTalk):
    """Tells every step to a function of the test."""

    def __init__(self, watch: Callable[[str, int, int], None]) -> None:
        super().__init__()
        self.progress = watch  # type: ignore[method-assign]


def test_zeros_fully_verified_is_sanitized() -> None:
    medium = drive()
    result = run(medium)
    assert result["status"] == SanitizationStatus.SANITIZED
    assert medium.content == bytes(SIZE)
    assert (result["bytes_written"], result["bytes_verified"]) == (SIZE, SIZE)
    assert result["level"] == Level.CLEAR
    assert medium.flushes == 1


def test_random_stream_leaves_no_old_block_and_no_zeros() -> None:
    medium = drive()
    before = bytes(medium.content)
    assert run(medium, pattern=Pattern.RANDOM)["status"] == SanitizationStatus.SANITIZED
    blocks = {bytes(medium.content[at : at + 512]) for at in range(0, SIZE, 512)}
    assert len(blocks) == SIZE // 512
    assert not any(before[at : at + 512] in blocks for at in range(0, SIZE, 512))


def test_stream_is_a_function_of_the_address() -> None:
    stream = AddressStream(bytes(range(32)))
    whole, part = bytearray(CHUNK), bytearray(CHUNK)
    stream.fill(whole, CHUNK, 8 * CHUNK)
    stream.fill(part, 4096, 8 * CHUNK + 512 * 77)
    assert whole[512 * 77 : 512 * 77 + 4096] == part[:4096]


def test_unwritable_sectors_are_named_and_end_the_claim() -> None:
    medium = drive()
    medium.bad_write = {3, 4, SIZE // 512 - 1}
    result = run(medium)
    assert result["status"] == SanitizationStatus.FAILED
    assert result["level"] is None
    assert result["evidence"]["unwritable"] == [{"first": 3, "count": 2}, {"first": SIZE // 512 - 1, "count": 1}]  # type: ignore[index]
    assert result["bytes_written"] == SIZE - 3 * 512
    # All that could be written was.
    assert medium.content[5 * 512 : -512] == bytes(SIZE - 6 * 512)


def test_unreadable_sector_ends_the_claim() -> None:
    medium = drive()
    medium.bad_read = {CHUNK // 512 + 9}
    result = run(medium)
    assert result["status"] == SanitizationStatus.FAILED
    assert result["evidence"]["unreadable"] == [{"first": CHUNK // 512 + 9, "count": 1}]  # type: ignore[index]
    assert result["bytes_verified"] == SIZE - 512


@pytest.mark.parametrize("sector", [0, 1, CHUNK // 512 - 1, CHUNK // 512, SIZE // 512 - 1])
@pytest.mark.parametrize("pattern", list(Pattern))
def test_one_old_sector_left_is_found(sector: int, pattern: Pattern) -> None:
    medium = drive()
    old = bytes(medium.content[sector * 512 : sector * 512 + 512])

    def bring_back() -> None:
        medium.content[sector * 512 : sector * 512 + 512] = old

    medium.on_flush = bring_back
    result = run(medium, pattern=pattern)
    assert result["status"] == SanitizationStatus.FAILED
    assert result["evidence"]["mismatched"] == [{"first": sector, "count": 1}]  # type: ignore[index]


def test_an_erase_that_wrote_nothing_is_found_soon() -> None:
    medium = drive()
    medium.write = lambda buffer, length, offset: length  # type: ignore[method-assign]
    result = run(medium)
    assert result["status"] == SanitizationStatus.FAILED


def test_aliased_addresses_show_with_the_stream_only() -> None:
    """Fake capacity: the second half is the first half again. Zeros cannot see it, the stream must."""
    medium = drive(2 * CHUNK)
    write, read = medium.write, medium.read_into
    medium.write = lambda b, n, o: write(b, n, o % CHUNK)  # type: ignore[method-assign]
    medium.read_into = lambda b, n, o: read(b, n, o % CHUNK)  # type: ignore[method-assign]
    assert run(medium, pattern=Pattern.RANDOM)["status"] == SanitizationStatus.FAILED


def test_failed_flush_is_never_sanitized() -> None:
    medium = drive()

    def fail() -> None:
        raise OSError(errno.EIO, "flush")

    medium.on_flush = fail
    assert run(medium)["status"] == SanitizationStatus.FAILED


@pytest.mark.parametrize(
    ("prepare", "asked"),
    [
        (lambda medium: None, {"verify": Verify.NONE}),
        (lambda medium: None, {"level": Level.PURGE}),
        (lambda medium: setattr(medium, "native", None), {}),
        (lambda medium: setattr(medium, "native", SIZE + 512), {}),
        (lambda medium: setattr(medium, "counts", False), {}),
    ],
)
def test_each_doubt_makes_an_exception(prepare: object, asked: dict[str, object]) -> None:
    medium = drive()
    prepare(medium)  # type: ignore[operator]
    result = run(medium, **asked)
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
    assert len(result["exceptions"]) == 1  # type: ignore[arg-type]
    assert result["level"] == Level.CLEAR  # the level achieved, never the one asked for


def test_reads_that_the_kernel_did_not_count_are_no_verification() -> None:
    medium = drive()
    medium.bytes_read = lambda: 4096  # type: ignore[method-assign]
    result = run(medium)
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
    assert result["verification"] == Verify.NONE


def test_another_drive_at_the_end_is_a_failure() -> None:
    medium = drive()
    confirmed = medium.identity()
    medium.on_flush = lambda: setattr(medium, "serial", "OTHER")
    result = erase(medium, confirmed, order(), PlainTalk())
    assert result["status"] == SanitizationStatus.FAILED


def test_drive_that_vanishes_raises() -> None:
    medium = drive()

    def gone(offset: int, length: int) -> None:
        if offset:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    medium.on_write = gone
    with pytest.raises(OSError, match="No such device"):
        run(medium)


@pytest.mark.parametrize("phase", ["write", "verify"])
@pytest.mark.parametrize("pattern", list(Pattern))
def test_stop_between_two_chunks(phase: str, pattern: Pattern) -> None:
    medium = drive()

    def progress(now: str, done: int, total: int) -> None:
        if now == phase and done > CHUNK:
            raise Stopped

    with pytest.raises(Stopped):
        erase(medium, medium.identity(), order(pattern), Watching(progress))


def test_sampled_reads_both_ends_and_says_what_a_sample_says() -> None:
    size = 64 * CHUNK // 4
    medium = FakeMedium(bytes(size), sector=4096)
    read: set[int] = set()
    inner = medium.read_into

    def note(buffer: object, length: int, offset: int) -> int:
        read.update(range(offset, offset + length, 4096))
        return inner(buffer, length, offset)  # type: ignore[arg-type]

    medium.read_into = note  # type: ignore[method-assign]
    result = run(medium, verify=Verify.SAMPLED)
    assert result["status"] == SanitizationStatus.SANITIZED
    assert result["verification"] == Verify.SAMPLED
    assert result["evidence"]["statement"] is not None  # type: ignore[index]
    assert {0, size - 4096} <= read
    assert SAMPLE_COUNT * 4096 <= result["bytes_verified"] < size  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(
    sectors=st.integers(1, 3000),
    bad_write=st.sets(st.integers(0, 2999), max_size=6),
    bad_read=st.sets(st.integers(0, 2999), max_size=6),
    stale=st.sets(st.integers(0, 2999), max_size=6),
    pattern=st.sampled_from(list(Pattern)),
)
def test_sanitized_means_no_old_sector_anywhere(
    sectors: int, bad_write: set[int], bad_read: set[int], stale: set[int], pattern: Pattern
) -> None:
    """The promise itself: whatever the faults, `sanitized` is said only where nothing of before is left."""
    medium = drive(sectors * 512)
    before = bytes(medium.content)
    medium.bad_write, medium.bad_read = bad_write, bad_read

    def bring_back() -> None:
        for sector in stale:
            if sector < sectors:
                medium.content[sector * 512 : sector * 512 + 512] = before[sector * 512 : sector * 512 + 512]

    medium.on_flush = bring_back
    result = run(medium, pattern=pattern)
    left = {
        at for at in range(sectors) if medium.content[at * 512 : at * 512 + 512] == before[at * 512 : at * 512 + 512]
    }
    assert (result["status"] == SanitizationStatus.SANITIZED) == (
        not left and not {at for at in bad_read | bad_write if at < sectors}
    )


def test_identity_is_compared_as_a_whole() -> None:
    medium = drive()
    known = Identity("FAKE-1", "Fake", SIZE, diskseq=7)
    assert erase(medium, known, order(), PlainTalk())["status"] == SanitizationStatus.FAILED


@pytest.mark.parametrize("what", ["write", "read_into"])
def test_a_drive_of_bad_blocks_only_ends_soon(what: str) -> None:
    """Neighbouring bad blocks are one range in the list; without an end the search would take years."""
    medium = drive(8 * CHUNK)
    attempts = 0

    def bad(*_: object) -> int:
        nonlocal attempts
        attempts += 1
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    setattr(medium, what, bad)
    result = run(medium)
    assert result["status"] == SanitizationStatus.FAILED
    assert attempts < 4 * ENOUGH
    if what == "write":
        assert result["evidence"]["unwritable"] == [{"first": 0, "count": 8 * CHUNK // 512}]  # type: ignore[index]


@pytest.mark.parametrize("what", ["write", "read_into", "flush"])
def test_a_pulled_drive_that_answers_eio_is_gone_and_not_bad(what: str) -> None:
    medium = drive()
    confirmed = medium.identity()

    def bad(*_: object) -> int:
        def away() -> Identity:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

        medium.identity = away  # type: ignore[method-assign]
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    setattr(medium, what, bad)
    with pytest.raises(OSError, match="No such device"):
        erase(medium, confirmed, order(), PlainTalk())


def test_a_bad_place_is_no_silence_and_can_be_stopped() -> None:
    medium = drive()
    medium.bad_read = {5}
    signs = 0

    def count(phase: str, done: int, total: int) -> None:
        nonlocal signs
        signs += phase == "verify"

    assert erase(medium, medium.identity(), order(), Watching(count))["status"] == SanitizationStatus.FAILED
    assert signs > 13  # one for each halving of the chunk

    def stop(phase: str, done: int, total: int) -> None:
        if phase == "verify":
            raise Stopped

    with pytest.raises(Stopped):
        erase(medium, medium.identity(), order(), Watching(stop))


def test_a_sample_is_not_said_to_be_everything() -> None:
    said = {verify: run(drive(), verify=verify)["reason"] for verify in (Verify.FULL, Verify.SAMPLED)}
    assert said[Verify.FULL] != said[Verify.SAMPLED]


@pytest.mark.parametrize("sector", [4096, 16384, 65536])
def test_samples_are_whole_sectors(sector: int) -> None:
    size = 8000 * sector + sector
    spans, total, _ = _work(size, Extent(Verify.SAMPLED), sector)
    read = list(spans)
    assert all(offset % sector == 0 and length % sector == 0 for offset, length in read)
    assert total == sum(length for _, length in read) < size
    assert sum(read[-1]) == size
    assert all(one + length <= two for (one, length), (two, _) in itertools.pairwise(read))


def test_a_counter_that_runs_backwards_proves_nothing() -> None:
    medium = drive()
    numbers = iter((1 << 40, 0))
    medium.bytes_read = lambda: next(numbers)  # type: ignore[method-assign]
    result = run(medium)
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
    assert result["evidence"]["kernel_bytes_read"] is None  # type: ignore[index]

"""What an overwrite writes: the sets of passes, and the bytes of each pass at any address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.words import PassSet, Pattern
from agent.sanitize.chunks import filled, spans
from agent.sanitize.passes import PASSES, passes
from agent.sanitize.pattern import CHUNK, AddressStream, pattern

SECTOR = 512


def made(name: str, length: int, offset: int, key: bytes | None = None) -> bytes:
    buffer = bytearray(b"\x5a" * (length + 8))
    pattern(name, key).fill(buffer, length, offset)
    assert buffer[length:] == b"\x5a" * 8  # nothing behind it is touched
    return bytes(buffer[:length])


@given(
    period=st.binary(min_size=1, max_size=16),
    sector=st.integers(0, 1 << 40),
    sectors=st.integers(1, 20),
)
def test_repeats_are_counted_from_address_zero(period: bytes, sector: int, sectors: int) -> None:
    offset, length = sector * SECTOR, sectors * SECTOR
    found = made(period.hex(), length, offset)
    assert all(found[at] == period[(offset + at) % len(period)] for at in range(0, length, 7))


@pytest.mark.parametrize("name", ["zero", "55", "1122", "924924", "6db6db", "00112233445566778899aabbccddeeff"])
def test_a_drive_holds_one_unbroken_repeat(name: str) -> None:
    """Chunk by chunk as a pass writes it: a 3-byte repeat goes on over the border of two chunks."""
    size = 2 * CHUNK + 4096
    drive = b"".join(
        bytes(buffer[:length])
        for buffer, length, _ in filled(pattern(name), spans(size), (bytearray(CHUNK), bytearray(CHUNK)))
    )
    period = b"\0" if name == "zero" else bytes.fromhex(name)
    assert drive == (period * (size // len(period) + 1))[:size]


def test_only_what_fits_into_every_sector_counts_as_constant() -> None:
    assert all(pattern(name).constant for name in ("zero", "55", "1122", "11223344", "00" * 16))
    assert not any(pattern(name).constant for name in ("924924", "1122334455", "random"))


@pytest.mark.parametrize("name", ["", "5", "zz", "0x55", "5 5", "00" * 17, "ZERO", "55\n", "٥٥"])
def test_anything_else_is_no_pattern(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kind
        pattern(name)


def test_the_stream_goes_on_with_its_key_and_is_another_with_another() -> None:
    key = bytes(range(32))
    whole = made("random", 1 << 20, 0, key)
    assert made("random", 4096, 65536, key) == whole[65536 : 65536 + 4096]
    assert made("random", 4096, 0, bytes(32)) != whole[:4096]
    assert made("random", 4096, 0) != made("random", 4096, 0)
    for wrong in (b"", bytes(16), bytes(33)):
        with pytest.raises(ValueError):  # noqa: PT011
            AddressStream(wrong)


# ---- sets


def test_the_sets_are_those_of_their_sources() -> None:
    assert passes(Pattern.ZERO) == ("zero",)
    assert passes(Pattern.RANDOM) == ("random",)
    assert passes(Pattern.ZERO, PassSet.DOD) == ("zero", "ff", "random")
    assert passes(Pattern.ZERO, PassSet.VSITR) == ("zero", "ff") * 3 + ("aa",)
    gutmann = passes(Pattern.ZERO, PassSet.GUTMANN)
    assert len(gutmann) == 35
    assert gutmann[:4] == gutmann[-4:] == ("random",) * 4
    fixed = gutmann[4:31]
    assert "random" not in fixed
    assert [int(name, 16) if name != "zero" else 0 for name in fixed[5:21]] == [0x11 * n for n in range(16)]
    # The threefold ones are one pattern, shifted bit by bit.
    assert fixed[2:5] == fixed[21:24] == ("924924", "492492", "249249")
    assert set(fixed[24:]) == {"6db6db", "b6db6d", "db6db6"}


@pytest.mark.parametrize("chosen", PassSet)
@pytest.mark.parametrize("wanted", Pattern)
def test_every_set_can_be_made_and_ends_so_that_it_shows_what_was_asked(chosen: PassSet, wanted: Pattern) -> None:
    names = passes(wanted, chosen)
    for name in names:
        pattern(name)
    assert names[: len(PASSES[chosen])] == PASSES[chosen]
    if wanted is Pattern.RANDOM:
        assert names[-1] == "random"
        assert not pattern(names[-1]).constant

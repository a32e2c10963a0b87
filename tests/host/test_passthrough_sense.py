"""Sense data in both formats: whole, cut off, and rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host.passthrough.sense import Registers, Sense, decode

byte = st.integers(0, 255)


def fixed(key: int = 0, asc: int = 0, ascq: int = 0, *, info: bytes = b"", specific: bytes = b"", sks: bytes = b"",
          code: int = 0x70) -> bytes:  # fmt: skip
    return bytes((
        code | (0x80 if info else 0), 0, key, *info.ljust(4, b"\0"), 10, *specific.ljust(4, b"\0"),
        asc, ascq, 0, *sks.ljust(3, b"\0"),
    ))  # fmt: skip


def descriptors(key: int, asc: int, ascq: int, *bodies: bytes, code: int = 0x72) -> bytes:
    rest = b"".join(bodies)
    return bytes((code, key, asc, ascq, 0, 0, 0, len(rest))) + rest


def returned(*, extend: int = 1, error: int = 0, count: int = 0, lba: int = 0, device: int = 0x40, status: int = 0x50
             ) -> bytes:  # fmt: skip
    b47, b39, b31, b23, b15, b7 = lba.to_bytes(6)
    return bytes((9, 12, extend, error, count >> 8, count & 0xFF, b31, b7, b39, b15, b47, b23, device, status))


def test_sanitize_in_progress_in_fixed_format() -> None:
    found = decode(fixed(2, 0x04, 0x1B, sks=b"\x80\x40\x01"))
    assert (found.key, found.asc, found.ascq, found.progress) == (2, 0x04, 0x1B, 0x4001)
    assert found.information is None
    assert found.registers is None


def test_format_in_progress_in_descriptor_format() -> None:
    sense = descriptors(2, 0x04, 0x04, b"\x00\x0a\x80\x00" + (1 << 40).to_bytes(8), b"\x02\x06\0\0\x80\xff\xff\0")
    assert decode(sense) == Sense(2, 0x04, 0x04, progress=0xFFFF, information=1 << 40)


def test_no_error_may_tell_progress_too() -> None:
    """REQUEST SENSE while a sanitize runs."""
    assert decode(fixed(0, 0x04, 0x1B, sks=b"\x80\x00\x10")).progress == 16


@pytest.mark.parametrize("key", [1, 3, 4, 5, 6, 0xB])
def test_the_same_field_is_no_progress_with_another_key(key: int) -> None:
    """ILLEGAL REQUEST: a field pointer; MEDIUM ERROR: a count of retries."""
    assert decode(fixed(key, 0x24, 0, sks=b"\xcf\x00\x02")).progress is None
    assert decode(descriptors(key, 0x24, 0, b"\x02\x06\0\0\xcf\0\x02\0")).progress is None


def test_progress_needs_its_valid_bit() -> None:
    assert decode(fixed(2, 4, 4, sks=b"\x00\x40\x00")).progress is None
    assert decode(descriptors(2, 4, 4, b"\x02\x06\0\0\x00\x40\x00\0")).progress is None


def test_information_needs_its_valid_bit() -> None:
    medium_error = fixed(3, 0x11, 0, info=b"\x00\x01\x02\x03")
    assert decode(medium_error).information == 0x010203
    assert decode(b"\x70" + medium_error[1:]).information is None
    assert decode(descriptors(3, 0x11, 0, b"\x00\x0a\x00\x00" + bytes(7) + b"\x01")).information is None


def test_registers_in_a_descriptor() -> None:
    sense = descriptors(1, 0, 0x1D, returned(count=0xC001, lba=0x0123_4567_89AB, error=0x04, status=0x51))
    assert decode(sense).registers == Registers(0x51, 0x04, 0x40, 0xC001, 0x0123_4567_89AB, whole=True)


def test_the_upper_bytes_of_a_descriptor_count_only_with_extend() -> None:
    sense = descriptors(1, 0, 0x1D, returned(extend=0, count=0xC001, lba=0x0123_4567_89AB))
    assert decode(sense).registers == Registers(0x50, 0, 0x40, 0x01, 0x6789AB, whole=False)


def test_registers_behind_other_descriptors() -> None:
    sense = descriptors(
        0xB, 0, 0, b"\x00\x0a\x80\x00" + bytes(8), b"\x02\x06\0\0\0\0\0\0", returned(status=0x51, error=4)
    )
    registers = decode(sense).registers
    assert registers is not None
    assert (registers.status, registers.error) == (0x51, 4)


@pytest.mark.parametrize(
    ("flags", "whole"), [(0x80, True), (0x00, False), (0xC0, False), (0xA0, False), (0xE0, False), (0x8F, True)]
)
def test_registers_in_fixed_format(flags: int, whole: bool) -> None:
    sense = fixed(1, 0, 0x1D, info=b"\x00\x50\x40\x07", specific=bytes((flags, 0x01, 0x02, 0x03)))
    assert decode(sense).registers == Registers(0x50, 0, 0x40, 7, 0x030201, whole=whole)


def test_a_refused_command_in_fixed_format() -> None:
    """As libata of Linux 6.11 tells it: ABORTED COMMAND and VALID, and no additional sense code."""
    sense = fixed(0xB, 0, 0, info=b"\x04\x51\x40\x00", specific=b"\x80\x00\x00\x00")
    assert decode(sense).registers == Registers(0x51, 0x04, 0x40, 0, 0, whole=True)


@pytest.mark.parametrize(
    "sense",
    [
        fixed(0xB, 0, 0, info=b"\x00\x50\x40\x00"),  # would be a success, which this is not
        fixed(3, 0x11, 0, info=b"\x00\x01\x02\x03"),  # an address
        fixed(5, 0x20, 0),  # the bridge does not know the command
        b"\x70" + fixed(0xB, 0, 0, info=b"\x04\x51\x40\x00")[1:],  # not valid
        fixed(0xB, 0, 0, info=b"\x04\xd1\x40\x00"),  # BSY
    ],
)
def test_other_information_in_fixed_format_is_no_registers(sense: bytes) -> None:
    assert decode(sense).registers is None


def test_deferred_errors_are_marked_and_tell_no_registers() -> None:
    for sense in (
        fixed(1, 0, 0x1D, info=b"\x00\x50\x40\x00", code=0x71),
        fixed(0xB, 0, 0, info=b"\x04\x51\x40\x00", code=0x71),
        descriptors(1, 0, 0x1D, returned(), code=0x73),
    ):
        assert decode(sense).deferred
        assert decode(sense).registers is None


@pytest.mark.parametrize("sense", [b"", b"\x00" * 96, b"\xff" * 96, b"\x7f" + b"\x55" * 17, b"\x02\x00\x05"])
def test_what_is_no_sense_data_is_zeros(sense: bytes) -> None:
    assert decode(sense) == Sense()


def test_usb_storage_cuts_a_descriptor_off() -> None:
    """It fetches 18 bytes and corrects the length: then four bytes of the registers are missing, the status too."""
    sense = descriptors(1, 0, 0x1D, returned())[:18]
    assert decode(sense[:7] + b"\x0a" + sense[8:]) == Sense(1, 0, 0x1D)


def test_what_lies_behind_the_told_length_does_not_count() -> None:
    sense = fixed(2, 4, 4, sks=b"\x80\x40\x01")
    assert decode(sense[:7] + b"\x00" + sense[8:]) == Sense(2)
    assert decode(descriptors(1, 0, 0x1D) + returned()) == Sense(1, 0, 0x1D)


@pytest.mark.parametrize(
    "sense",
    [
        fixed(2, 0x04, 0x1B, info=b"\x01\x02\x03\x04", sks=b"\x80\x40\x01"),
        fixed(1, 0, 0x1D, info=b"\x00\x50\x40\x07", specific=b"\x80\x01\x02\x03"),
        fixed(0xB, 0, 0, info=b"\x04\x51\x40\x00", specific=b"\x80\x00\x00\x00"),
        descriptors(2, 4, 4, b"\x02\x06\0\0\x80\x12\x34\0", b"\x00\x0a\x80\x00" + bytes(8), returned(count=3)),
    ],
)
def test_cut_off_sense_says_less_and_nothing_else(sense: bytes) -> None:
    whole = decode(sense)
    for length in range(len(sense)):
        found = decode(sense[:length])
        for name in ("key", "asc", "ascq"):
            assert getattr(found, name) in (0, getattr(whole, name))
        assert found.progress in (None, whole.progress)
        assert found.information in (None, whole.information)
        # The bytes that tell a length may be gone, never those of the registers.
        assert found.registers in (None, whole.registers)


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(sense: bytes) -> None:
    check_bounds(decode(sense))


@given(st.sampled_from([0x70, 0x71, 0x72, 0x73, 0xF0, 0xF1]), st.binary(max_size=99))
def test_random_sense_never_raises(code: int, rest: bytes) -> None:
    check_bounds(decode(bytes((code,)) + rest))


@given(byte, byte, byte, st.lists(st.tuples(st.sampled_from([0, 2, 9, 10, 0x80]), st.binary(max_size=14))))
def test_random_descriptors_never_raise(key: int, asc: int, ascq: int, bodies: list[tuple[int, bytes]]) -> None:
    sense = descriptors(key, asc, ascq, *(bytes((kind, len(body))) + body for kind, body in bodies[:12]))
    check_bounds(decode(sense))


def check_bounds(found: Sense) -> None:
    assert 0 <= found.key <= 15
    assert 0 <= found.asc <= 255
    assert 0 <= found.ascq <= 255
    assert found.progress is None or 0 <= found.progress <= 65_535
    assert found.information is None or 0 <= found.information < 1 << 64
    if found.registers:
        assert 0 <= found.registers.count < 1 << 16
        assert 0 <= found.registers.lba < 1 << 48
        assert 0 <= found.registers.status <= 255

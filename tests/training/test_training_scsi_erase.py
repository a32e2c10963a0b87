"""SANITIZE and FORMAT UNIT of simulated SAS drives (SBC-4, 4.11, 5.4 and 5.30)."""

import struct

import pytest
from simulated_nvme import OLD, SIZE
from simulated_sas import (
    AUSE,
    BLOCK,
    CRYPTO,
    EXIT,
    ILLEGAL,
    IMMED,
    MEDIUM_ERROR,
    NOT_READY,
    OVERWRITE,
    TUR,
    Sas,
    cdb_10,
    cdb_16,
    said,
)  # fmt: skip

from agent.model.ports import NoAnswer

INVALID_FIELD = (ILLEGAL, 0x24, 0)
SANITIZE_FAILED, FORMAT_FAILED, FORMAT_CORRUPT = (
    (MEDIUM_ERROR, 0x31, 3),
    (MEDIUM_ERROR, 0x31, 1),
    (MEDIUM_ERROR, 0x31, 0),
)
ZEROS = struct.pack(">BBH", 1, 0, 1) + b"\0"


def arguments(action: int) -> bytes:
    return ZEROS if action == OVERWRITE else b""


@pytest.mark.parametrize("action", [OVERWRITE, BLOCK, CRYPTO])
def test_from_the_start_to_success(action: int) -> None:
    drive = Sas(facts={"hidden_bytes": 4096})
    assert drive.sanitize(action, data=arguments(action)).succeeded
    for percent in (0, 25, 50, 75):
        result = drive.send(TUR)
        assert said(result) == (NOT_READY, 0x04, 0x1B)
        assert result.sanitizing
        assert result.progress == pytest.approx(0x10000 * percent / 100, abs=2)
        drive.clock.advance(25)
    assert drive.send(TUR).succeeded
    assert drive.sense()[2] == 0
    assert drive.residue == (0, 0, 0)
    assert drive.read() == bytes(SIZE)


def test_what_is_refused_meanwhile_and_what_not() -> None:
    drive = Sas()
    drive.sanitize(BLOCK)
    drive.clock.advance(50)
    for cdb in (cdb_10(0x28, length=1), cdb_10(0x2A, length=1), cdb_10(0x35), cdb_10(0x25), cdb_16(0x9E, 0x10)):
        assert drive.send(cdb).sanitizing
    assert drive.sanitize(CRYPTO).sanitizing
    assert drive.format().sanitizing
    for move in (drive.read, drive.write):
        with pytest.raises(OSError, match="Input/output"):
            move(0, 512)
    assert drive.send(bytes((0x12, 0, 0, 0, 96, 0)), data_in=96).succeeded
    fixed = drive.sense()
    assert (fixed[0], fixed[2], fixed[12], fixed[13]) == (0x70, NOT_READY, 0x04, 0x1B)
    assert fixed[15] == 0x80
    assert int.from_bytes(fixed[16:18]) == pytest.approx(0x8000, abs=2)
    described = drive.sense(descriptors=True)
    assert described[:4] == bytes((0x72, NOT_READY, 0x04, 0x1B))
    assert (described[7], described[8], described[9], described[12]) == (8, 2, 6, 0x80)
    assert described[13:15] == fixed[16:18]
    assert drive.drive.identity().size_bytes == SIZE


def test_without_immed_the_command_waits() -> None:
    drive = Sas()
    assert drive.sanitize(BLOCK, 0).succeeded
    assert drive.clock.now() == pytest.approx(100)
    assert drive.residue == (0, 0, 0)
    impatient = Sas()
    with pytest.raises(NoAnswer):
        impatient.sanitize(BLOCK, 0, timeout=30)
    assert impatient.send(TUR, timeout=1).sanitizing  # it goes on, and says so


def test_it_goes_on_after_a_power_cut() -> None:
    drive = Sas()
    drive.sanitize(BLOCK)
    drive.clock.advance(40)
    drive.power_cycle()
    assert drive.send(TUR).progress == pytest.approx(0.4 * 0x10000, abs=2)
    drive.clock.advance(60)
    assert drive.send(TUR).succeeded
    assert drive.residue == (0, 0, 0)


@pytest.mark.parametrize(
    ("flags", "pattern", "expected", "seconds"),
    [
        (1, b"\xaa\x55", b"\xaa\x55", 100),
        (2, b"\xaa\x55", b"\xaa\x55", 200),
        (0x82, b"\xaa\x55", b"\x55\xaa", 200),  # inverted from pass to pass
        (0x83, b"\xaa\x55", b"\xaa\x55", 300),
    ],
)
def test_overwriting_writes_its_pattern(flags: int, pattern: bytes, expected: bytes, seconds: int) -> None:
    drive = Sas()
    assert drive.sanitize(OVERWRITE, data=struct.pack(">BBH", flags, 0, len(pattern)) + pattern).succeeded
    drive.clock.advance(seconds - 1)
    assert drive.send(TUR).sanitizing
    drive.clock.advance(1)
    assert drive.read() == expected * (SIZE // 2)


def test_a_pattern_begins_anew_in_each_sector() -> None:
    drive = Sas()
    drive.sanitize(OVERWRITE, data=struct.pack(">BBH", 1, 0, 3) + b"abc")
    drive.clock.advance(100)
    assert drive.read(0, 1024) == (b"abc" * 171)[:512] * 2


@pytest.mark.parametrize(
    ("action", "data", "sense"),
    [
        (0x00, b"", INVALID_FIELD),
        (0x04, b"", INVALID_FIELD),
        (BLOCK, b"1", INVALID_FIELD),
        (OVERWRITE, b"", (ILLEGAL, 0x1A, 0)),
        (OVERWRITE, b"\1\0\0\0", (ILLEGAL, 0x26, 0)),
        (OVERWRITE, b"\1\0\0\2a", (ILLEGAL, 0x26, 0)),
        (OVERWRITE, b"\1\0\2\1" + bytes(513), (ILLEGAL, 0x26, 0)),
        (OVERWRITE, b"\0\0\0\1a", (ILLEGAL, 0x26, 0)),
    ],
)
def test_what_no_sanitize_is(action: int, data: bytes, sense: tuple[int, int, int]) -> None:
    drive = Sas()
    assert said(drive.sanitize(action, data=data)) == sense
    assert drive.residue[0] == SIZE
    assert drive.read(0, 512).startswith(OLD)


def test_what_there_is_not() -> None:
    assert said(Sas(sanitize=("block",)).sanitize(CRYPTO)) == INVALID_FIELD
    assert said(Sas(sanitize=()).sanitize(CRYPTO)) == (ILLEGAL, 0x20, 0)
    assert said(Sas(formats=False).format()) == (ILLEGAL, 0x20, 0)
    assert said(Sas().send(cdb_10(0x48, BLOCK | IMMED, length=4))) == (ILLEGAL, 0x1A, 0)


def failed(flags: int) -> Sas:
    drive = Sas(faults={"erase_fails_at_percent": 60})
    assert drive.sanitize(BLOCK, IMMED | flags).succeeded
    drive.clock.advance(100)
    return drive


@pytest.mark.parametrize("flags", [0, AUSE])
def test_a_failure_closes_the_drive(flags: int) -> None:
    drive = failed(flags)
    for _ in range(2):
        assert said(drive.send(TUR)) == SANITIZE_FAILED
        assert said(drive.send(cdb_10(0x28, length=1), data_in=512)) == SANITIZE_FAILED
        assert said(drive.format()) == SANITIZE_FAILED
        with pytest.raises(OSError, match="Input/output"):
            drive.read(0, 512)
        assert drive.sense()[12:14] == b"\x31\x03"
        drive.power_cycle()


def test_with_ause_there_is_a_way_out() -> None:
    drive = failed(AUSE)
    assert drive.sanitize(EXIT, 0).succeeded
    assert drive.send(TUR).succeeded
    assert drive.read(SIZE - 512, 512) == (OLD * SIZE)[SIZE - 512 : SIZE]
    drive.power_cycle()
    assert drive.send(TUR).succeeded


def test_without_it_only_another_one_leads_out() -> None:
    drive = failed(0)
    assert said(drive.sanitize(EXIT, 0)) == INVALID_FIELD
    assert said(drive.sanitize(BLOCK, IMMED | AUSE)) == INVALID_FIELD
    assert drive.sanitize(CRYPTO).succeeded
    assert drive.send(TUR).sanitizing


def test_an_exit_without_a_failure_changes_nothing() -> None:
    drive = Sas()
    assert drive.sanitize(EXIT, 0).succeeded
    assert drive.residue[0] == SIZE


def test_a_failure_is_told_by_the_command_that_waits() -> None:
    assert said(Sas(faults={"erase_fails_at_percent": 60}).sanitize(BLOCK, 0)) == SANITIZE_FAILED
    assert said(Sas(faults={"erase_fails_at_percent": 60}).format(immediately=False)) == FORMAT_FAILED


def test_formatting() -> None:
    drive = Sas(facts={"hidden_bytes": 4096})
    assert drive.format().succeeded
    drive.clock.advance(50)
    result = drive.send(TUR)
    assert said(result) == (NOT_READY, 0x04, 0x04)
    assert result.formatting
    assert result.progress == pytest.approx(0x8000, abs=2)
    with pytest.raises(OSError, match="Input/output"):
        drive.read(0, 512)
    drive.clock.advance(50)
    assert drive.send(TUR).succeeded
    assert drive.residue == (4096, 0, 4096)  # what is set aside or without address keeps what it has
    assert drive.read() == bytes(SIZE)


def test_formatting_that_waits_and_has_a_pattern() -> None:
    drive = Sas()
    assert drive.send(bytes((0x04, 0, 0, 0, 0, 0))).succeeded
    assert drive.clock.now() == pytest.approx(100)
    assert drive.format(immediately=False, pattern=b"\xa5").succeeded
    assert drive.read() == b"\xa5" * SIZE


def test_a_format_that_was_cut_off_leaves_a_medium_that_cannot_be_read() -> None:
    drive = Sas()
    drive.format()
    drive.clock.advance(30)
    drive.power_cycle()
    for _ in range(2):
        assert said(drive.send(TUR)) == FORMAT_CORRUPT
        with pytest.raises(OSError, match="Input/output"):
            drive.read(0, 512)
        drive.power_cycle()
    assert drive.residue[0] == pytest.approx(SIZE * 0.7, abs=512)
    assert drive.format(immediately=False).succeeded
    assert drive.send(TUR).succeeded
    drive.power_cycle()
    assert drive.send(TUR).succeeded


def test_a_sanitize_makes_a_corrupt_medium_usable_too() -> None:
    drive = Sas()
    drive.format()
    drive.power_cycle()
    assert drive.sanitize(BLOCK, 0).succeeded
    assert drive.send(TUR).succeeded


def test_a_format_that_failed_is_left_by_another_or_by_a_sanitize() -> None:
    drive = Sas(faults={"erase_fails_at_percent": 60})
    drive.format()
    drive.clock.advance(100)
    assert said(drive.send(TUR)) == FORMAT_FAILED
    assert drive.format().succeeded
    drive.clock.advance(100)
    assert drive.sanitize(BLOCK).succeeded


def test_formats_with_lists_or_protection_are_refused() -> None:
    for second in (0x80, 0x08, 0x01, 0x20):
        assert said(Sas().send(bytes((0x04, second, 0, 0, 0, 0)))) == INVALID_FIELD
    assert said(Sas().send(bytes((0x04, 0x10, 0, 0, 0, 0)), b"\0\0")) == (ILLEGAL, 0x1A, 0)
    assert said(Sas().send(bytes((0x04, 0x10, 0, 0, 0, 0)), b"\0\x88\0\0\0\1\0\4ab")) == (ILLEGAL, 0x26, 0)
    assert said(Sas().send(bytes((0x04, 0x10, 0, 0, 0, 0)), b"\0\x88\0\0")) == (ILLEGAL, 0x1A, 0)
    # An initialization pattern is a format option, and those count only with FOV (SBC-4, 5.3.2).
    assert said(Sas().send(bytes((0x04, 0x10, 0, 0, 0, 0)), b"\0\x08\0\0\0\1\0\4abcd")) == (ILLEGAL, 0x26, 0)

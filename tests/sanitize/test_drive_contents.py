"""What is on a drive, in one word: made-up partition tables and signatures, and whatever else stands there."""

import struct
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.words import Contents
from agent.sanitize.contents import contents

SECTOR, SIZE = 512, 64 << 20
MIB = 1 << 20
ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
BASIC = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"
LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4"
RECOVERY = "de94bba4-06d1-4d40-a16a-bfd50179d6ac"

NTFS, EXT = (3, b"NTFS    "), (1080, b"\x53\xef")
BITLOCKER, LUKS = (3, b"-FVE-FS-"), (0, b"LUKS\xba\xbe")
BTRFS, XFS, LVM, SWAP = (65600, b"_BHRfS_M"), (0, b"XFSB"), (512, b"LABELONE"), (4086, b"SWAPSPACE2")
FAT32, EXFAT, APFS = (82, b"FAT32   "), (3, b"EXFAT   "), (32, b"NXSB")

Sign = tuple[int, bytes]


class Made:
    """A drive that holds zeros but for what is put on it."""

    def __init__(self) -> None:
        self.data = bytearray(SIZE)
        self.read = 0

    def put(self, offset: int, data: bytes) -> None:
        self.data[offset : offset + len(data)] = data

    def window(self, offset: int, length: int) -> bytes:
        self.read += length
        return bytes(self.data[offset : offset + length])

    def word(self) -> Contents | None:
        found = contents(self.window, SIZE, SECTOR)
        assert self.read < 3 * MIB
        return found


def with_mbr(*parts: tuple[int, Sign | None], active: bool = False) -> Made:
    made = Made()
    made.put(510, b"\x55\xaa")
    for number, (kind, sign) in enumerate(parts):
        start = (number + 1) * 8 * MIB
        head = struct.pack("<B3sB3sII", 0x80 if active else 0, bytes(3), kind, bytes(3), start // SECTOR, 1000)
        made.put(446 + 16 * number, head)
        if sign:
            made.put(start + sign[0], sign[1])
    return made


def with_gpt(*parts: tuple[str, Sign | None]) -> Made:
    made = with_mbr((0xEE, None))
    made.put(SECTOR, b"EFI PART".ljust(72, b"\0") + struct.pack("<QII", 2, 128, 128))
    for number, (kind, sign) in enumerate(parts):
        start = (number + 1) * 8 * MIB
        made.put(1024 + 128 * number, uuid.UUID(kind).bytes_le + bytes(16) + struct.pack("<Q", start // SECTOR))
        if sign:
            made.put(start + sign[0], sign[1])
    return made


def bare(sign: Sign) -> Made:
    made = Made()
    made.put(*sign)
    return made


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (lambda: with_gpt((ESP, FAT32), (BASIC, NTFS)), Contents.WINDOWS),
        (lambda: with_gpt((RECOVERY, NTFS), (BASIC, NTFS)), Contents.WINDOWS),
        (lambda: with_mbr((7, NTFS), active=True), Contents.WINDOWS),
        (lambda: with_gpt((ESP, FAT32), (BASIC, BITLOCKER)), Contents.ENCRYPTED),
        (lambda: with_gpt((ESP, FAT32), (LINUX, LUKS)), Contents.ENCRYPTED),
        (lambda: bare(LUKS), Contents.ENCRYPTED),
        (lambda: with_gpt((ESP, FAT32), (LINUX, EXT)), Contents.LINUX),
        (lambda: with_gpt((ESP, FAT32), (BASIC, BTRFS)), Contents.LINUX),
        (lambda: with_gpt((LINUX, None)), Contents.LINUX),
        (lambda: with_mbr((0x83, EXT)), Contents.LINUX),
        (lambda: with_mbr((0x82, SWAP), (0x8E, LVM)), Contents.LINUX),
        (lambda: bare(XFS), Contents.LINUX),
        (lambda: with_gpt((BASIC, NTFS)), Contents.DATA),
        (lambda: with_mbr((7, NTFS)), Contents.DATA),
        (lambda: with_mbr((7, EXFAT)), Contents.DATA),
        (lambda: with_gpt((BASIC, APFS)), Contents.DATA),
        (lambda: with_mbr((0x0C, None)), Contents.DATA),
        (lambda: bare((SIZE - 5, b"\x01")), Contents.DATA),
        (lambda: bare((0, b"\x01")), Contents.DATA),
        (Made, Contents.EMPTY),
        (lambda: with_mbr((0, None)), Contents.DATA),
    ],
)
def test_one_word(made: Callable[[], Made], word: Contents) -> None:
    assert made().word() is word


def test_flash_that_was_erased_may_hold_ones() -> None:
    assert contents(lambda _offset, length: b"\xff" * length, SIZE, SECTOR) is Contents.EMPTY


def test_what_cannot_be_read_is_not_called_empty() -> None:
    def dead(_offset: int, _length: int) -> bytes:
        raise OSError(5, "Input/output error")

    def half(offset: int, length: int) -> bytes:
        if offset > SIZE // 2:
            raise OSError(5, "Input/output error")
        return bytes(length)

    assert contents(dead, SIZE, SECTOR) is None
    assert contents(half, SIZE, SECTOR) is Contents.DATA
    assert contents(lambda _offset, _length: b"", 0, SECTOR) is None


@given(st.data(), st.binary(min_size=1, max_size=600), st.integers(0, 1 << 45), st.sampled_from([512, 4096]))
def test_nothing_that_stands_there_breaks_it_or_makes_it_read_much(
    data: st.DataObject, piece: bytes, size: int, sector: int
) -> None:
    read = 0
    head = data.draw(st.sampled_from([b"", b"EFI PART", bytes(510) + b"\x55\xaa", bytes(446) + piece]))

    def window(offset: int, length: int) -> bytes:
        nonlocal read
        assert 0 <= offset < size
        assert 0 < length <= 1 << 20
        read += length
        return (head + piece * (length // len(piece) + 1))[:length]

    found = contents(window, size, sector)
    assert found is None or isinstance(found, Contents)
    assert read <= 3 * MIB

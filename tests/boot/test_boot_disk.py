"""The first sector of the image: what every Ordis recognises, and what firmware reads."""

import struct
from pathlib import Path

import disk
import pytest

from agent.sanitize.stick import is_ordis


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "usr/lib/grub/i386-pc"
    folder.mkdir(parents=True)
    (folder / "boot.img").write_bytes(bytes(range(256)) * 2)
    return tmp_path


def test_boot_sector(tools: Path) -> None:
    sector = disk.boot_sector(tools)
    assert len(sector) == 512
    assert sector[:0x66] == bytes(range(256))[:0x66]
    assert sector[510:] == b"\x55\xaa"
    assert is_ordis(lambda at, length: sector[at : at + length], 512, 1 << 30)
    entries = [struct.unpack_from("<B3sB3sII", sector, at) for at in range(446, 510, 16)]
    fat, state, *rest = [(active, kind, start * 512, size * 512) for active, _, kind, _, start, size in entries]
    assert fat == (0x80, 0x0C, disk.FAT_START, disk.FAT_SIZE)
    assert state == (0, 0x83, disk.STATE_START, disk.STATE_SIZE)
    assert rest == [(0, 0, 0, 0)] * 2
    assert disk.STATE_START == disk.FAT_START + disk.FAT_SIZE
    assert disk.STATE_START % disk.MIB == 0


def test_check_sums_leave_out_what_a_workshop_changes(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live/vmlinuz").write_bytes(b"kernel")
    (tmp_path / "ordis.toml").write_text("")
    disk.manifest(tmp_path)
    disk.manifest(tmp_path)
    lines = (tmp_path / "live/manifest.sha256").read_text().splitlines()
    assert lines == [f"{disk.digest(tmp_path / 'live/vmlinuz')}  live/vmlinuz"]


def test_a_part_that_is_too_large_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 100)
    with open(tmp_path / "disk", "wb") as target, pytest.raises(ValueError, match="room for 99"):
        disk._pour(source, target, 0, 99)


def test_zeros_are_left_out_and_the_rest_is_in_its_place(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "disk"
    source.write_bytes(bytes(3 * disk.MIB) + b"end")
    with open(target, "wb") as file:
        file.truncate(8 * disk.MIB)
        disk._pour(source, file, disk.MIB, 4 * disk.MIB)
    assert target.read_bytes() == bytes(4 * disk.MIB) + b"end" + bytes(4 * disk.MIB - 3)
    assert target.stat().st_blocks * 512 <= disk.MIB


def test_another_version_has_another_volume(tmp_path: Path) -> None:
    assert disk.volume_id(1) == disk.volume_id(1) != disk.volume_id(2)
    assert len(disk.volume_id(1)) == 8
    int(disk.volume_id(1), 16)

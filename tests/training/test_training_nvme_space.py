"""The namespaces of a simulated NVMe subsystem as the one address space that a host sees."""

import struct
from mmap import mmap
from pathlib import Path

import pytest
from simulated_nvme import OLD, SIZE, Nvme

from agent.model.ports import NoAnswer, NvmeCommand
from agent.sanitize.medium import Refused
from agent.training.bench import list_drives
from agent.training.description import Description, Kind, save
from agent.training.drive import open_drive
from agent.training.nvme_about import NvmeAbout
from agent.training.store import FileStore

MORE = 8192


def several(**about: object) -> Nvme:
    """Namespaces 1 and 3 attached, 2 not; 4 KiB that nobody has."""
    settings = {"controllers": 2, "manages_namespaces": True, "more_namespaces": (MORE, 2 * MORE), "unattached": (2,)}
    return Nvme(facts={"hidden_bytes": 3 * MORE + 4096}, **{**settings, **about})


def attach(drive: Nvme, nsid: int, *, detach: bool = False) -> None:
    controllers = struct.pack("<3H", 2, 1, 2).ljust(4096, b"\0")
    port = drive.drive.ports.nvme
    assert port.admin_out(NvmeCommand(0x15, nsid, cdw10=int(detach)), controllers, 1).status == 0  # type: ignore[union-attr]


def test_the_attached_ones_lie_one_behind_the_other() -> None:
    drive = several()
    assert drive.drive.identity().size_bytes == SIZE + 2 * MORE
    drive.store.content[SIZE + MORE : SIZE + MORE + 5] = b"third"
    assert drive.read(SIZE - 512, 1024)[508:517] == drive.store.content[SIZE - 4 : SIZE] + b"third"
    drive.write(SIZE - 512, 1024)
    assert drive.store.content[SIZE - 512 :][:3] == b"new"
    assert drive.store.content[SIZE : SIZE + MORE] == (OLD * SIZE)[SIZE : SIZE + MORE]  # the unattached one
    assert drive.store.content[SIZE + MORE :][:510] == (b"new" * 1024)[512:1022]
    assert len(drive.read(SIZE, 4 * MORE)) == 2 * MORE  # cut off at the end
    assert (
        drive.drive.window(SIZE - 2, 4) == drive.store.content[SIZE - 2 : SIZE] + drive.store.content[SIZE + MORE :][:2]
    )


def test_a_change_is_taken_over_at_a_rescan() -> None:
    drive = several()
    attach(drive, 2)
    assert len(drive.read(0, 2 * SIZE)) == SIZE + 2 * MORE  # not before
    drive.drive.rescan()
    assert len(drive.read(0, 2 * SIZE)) == SIZE + 3 * MORE
    attach(drive, 1, detach=True)
    with pytest.raises(OSError, match="No such device"):
        drive.read(0, 512)
    drive.drive.rescan()
    assert drive.read(0, 512) == drive.store.content[SIZE : SIZE + 512]
    drive.drive.flush()  # also without the first
    drive.power_cycle()
    assert drive.drive.identity().size_bytes == 3 * MORE


def test_a_sanitize_changes_nothing_of_it() -> None:
    drive = several()
    drive.sanitize()
    drive.clock.advance(100)
    drive.drive.rescan()
    assert drive.drive.identity().size_bytes == SIZE + 2 * MORE
    assert drive.read(0, SIZE + 2 * MORE) == bytes(SIZE + 2 * MORE)


def test_discard_reaches_all_that_is_seen() -> None:
    drive = several()
    assert drive.drive.discard()  # the first command of all
    visible, unseen, _ = drive.residue
    assert (visible, unseen) == (MORE + 4096, SIZE + 2 * MORE)
    assert drive.read(0, SIZE + 2 * MORE) == bytes(SIZE + 2 * MORE)


def test_another_block_size_of_one() -> None:
    drive = several()
    assert drive.format(nsid=3, lba_format=1) == 0
    drive.drive.rescan()
    assert drive.drive.logical_sector_bytes == 4096
    with pytest.raises(OSError, match="Invalid argument"):
        drive.read(512, 512)
    odd = Nvme(facts={"size_bytes": SIZE + 512, "hidden_bytes": MORE}, more_namespaces=(MORE,))
    assert odd.format(nsid=2, lba_format=1) == 0
    with pytest.raises(Refused, match="different block sizes"):
        odd.drive.rescan()


def test_nothing_attached() -> None:
    drive = several(unattached=(1, 2, 3))
    assert drive.drive.identity().size_bytes == 0
    assert drive.read() == b""
    assert drive.drive.discard()
    with pytest.raises(OSError, match="No such device"):
        drive.drive.flush()


def test_a_refused_read_is_in_the_error_log() -> None:
    drive = several(denies_access=True)
    with pytest.raises(OSError, match="No data"), mmap(-1, 512) as buffer:
        drive.drive.read_into(buffer, 512, SIZE)
    count, status, nsid = struct.unpack("<Q4xH8x2xI", drive.log_page(1, 64)[:28])
    assert (count, status >> 1, nsid) == (1, 0x286, 3)


def test_how_much_is_left_of_a_format() -> None:
    drive = several(fna=4 | 2, format_seconds=300)
    with pytest.raises(NoAnswer):
        drive.format(timeout=50)
    assert [drive.identify(0x11, nsid)[32] for nsid in (1, 2, 3)] == [0x80 | 51, 0x80 | 100, 0x80 | 100]
    drive.clock.advance(400)
    assert [drive.identify(0, 1)[32], drive.identify(0, 3)[32]] == [0x80, 0x80 | 100]
    for _ in range(3):
        drive.clock.advance(400)
        drive.identify(1)
    assert [drive.identify(0x11, nsid)[32] for nsid in (1, 2, 3)] == [0x80] * 3


def test_sanicap_tells_what_happens_without_deallocation() -> None:
    assert struct.unpack_from("<I", Nvme(modifies_media=True).identify(1), 328) == (7 | 0b10 << 30,)
    assert struct.unpack_from("<I", Nvme(sanicap=0, modifies_media=True).identify(1), 328) == (0,)


def test_the_list_shows_the_whole(tmp_path: Path) -> None:
    about = NvmeAbout(more_namespaces=(MORE, MORE), unattached=(2,))
    description = Description(Kind.NVME, "m", "s", "f", SIZE, hidden_bytes=2 * MORE, nvme=about)
    save(description, tmp_path / "a.json")
    FileStore.create(str(tmp_path / "a.img"), description.media_bytes).close()
    (listed,) = list_drives(tmp_path)
    assert listed.size_bytes == SIZE + MORE
    drive = open_drive(listed.path)
    assert drive.identity().size_bytes == listed.size_bytes
    drive.close()

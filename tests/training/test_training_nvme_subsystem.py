"""Controllers and namespaces of a simulated NVMe subsystem: who sees what, and what is left for nobody."""

import struct

import pytest
from simulated_nvme import OLD, SIZE, Bench, Nvme

from agent.model.ports import NvmeCommand
from agent.training.description import Description, Kind
from agent.training.nvme import NvmeFirmware
from agent.training.nvme_about import NvmeAbout
from agent.training.nvme_admin import NvmeController
from agent.training.nvme_namespaces import Namespaces, load

INVALID_OPCODE, INVALID_FIELD, INVALID_NAMESPACE, DATA_LENGTH = 0x01, 0x02, 0x0B, 0x0F
NO_CAPACITY, NO_NSID, ATTACHED, NOT_ATTACHED, BAD_LIST = 0x115, 0x116, 0x118, 0x11A, 0x11C
BROADCAST = 0xFFFFFFFF
MORE = 8192


def several(**about: object) -> Nvme:
    """Two controllers; namespace 2 attached to both, 3 to none; 4 KiB unallocated."""
    settings = {"controllers": 2, "manages_namespaces": True, "more_namespaces": (MORE, MORE), "unattached": (3,)}
    return Nvme(facts={"hidden_bytes": 2 * MORE + 4096}, **{**settings, **about})


def other(drive: Nvme) -> NvmeController:
    """The second controller of the drive."""
    return NvmeController(drive.description, drive.drive.ports.nvme._firmware, 2)


def listed(block: bytes) -> list[int]:
    """An NSID list, which ends with zeros."""
    numbers = struct.unpack("<1024I", block)
    assert not any(numbers[numbers.index(0) :])
    return list(numbers[: numbers.index(0)])


def controllers(block: bytes) -> list[int]:
    count, *numbers = struct.unpack("<2048H", block)
    return numbers[:count]


def sizes(drive: Nvme) -> tuple[int, int]:
    """TNVMCAP, UNVMCAP."""
    block = drive.identify(1)
    return int.from_bytes(block[280:296], "little"), int.from_bytes(block[296:312], "little")


def test_lists_of_namespaces_and_controllers() -> None:
    drive = several()
    assert listed(drive.identify(2)) == [1, 2]
    assert listed(drive.identify(2, 1)) == [2]
    assert listed(drive.identify(0x10)) == [1, 2, 3]
    assert listed(drive.identify(0x10, 2)) == [3]
    assert controllers(drive.identify(0x13)) == controllers(drive.identify(0x12, 2)) == [1, 2]
    assert controllers(drive.identify(0x12, 3)) == []
    assert controllers(drive.identify(0x13 | 2 << 16)) == [2]  # from this one on
    assert sizes(drive) == (SIZE + 2 * MORE + 4096, 4096)
    assert drive.drive.coverage().native_size_bytes == SIZE + 2 * MORE + 4096


def test_namespaces_one_by_one() -> None:
    drive = several()
    assert struct.unpack_from("<QQQ", drive.identify(0, 2)) == (MORE // 512,) * 3
    assert drive.identify(0, 3) == bytes(4096)  # allocated, but not attached
    assert struct.unpack_from("<Q", drive.identify(0x11, 3)) == (MORE // 512,)
    assert drive.identify(0, 4) == drive.identify(0x11, 4) == bytes(4096)
    assert drive.identify(0, 1)[30] & 1  # may be shared
    assert drive.identify(3, 1)[:4] == bytes((2, 16, 0, 0))
    assert drive.identify(3, 1)[4:20] == drive.identify(0, 1)[104:120]  # NGUID
    assert drive.identify(3, 1) != drive.identify(3, 2)
    assert drive.identify(0, BROADCAST)[25] == 1  # two LBA formats


def test_what_cannot_be_asked() -> None:
    drive = several()
    for cns, nsid, status in (
        (0, 0, INVALID_NAMESPACE), (0, 17, INVALID_NAMESPACE), (3, 3, INVALID_FIELD), (0x12, 9, INVALID_FIELD),
        (2, BROADCAST, INVALID_NAMESPACE), (0x10, BROADCAST - 1, INVALID_NAMESPACE), (0x0F, 0, INVALID_FIELD),
    ):  # fmt: skip
        assert drive.admin(6, nsid, 4096, cdw10=cns).status == status
    plain = Nvme()
    for cns in (0x10, 0x11, 0x12, 0x13):
        assert plain.admin(6, 1, 4096, cdw10=cns).status == INVALID_FIELD
    assert plain.admin(6, BROADCAST, 4096, cdw10=0).status == INVALID_NAMESPACE
    assert plain.admin(0x0D, 1, cdw10=1).status == INVALID_OPCODE


def test_the_controllers_are_two_and_the_drive_is_one() -> None:
    drive = several()
    first, second = drive.identify(1), other(drive).admin(NvmeCommand(6, cdw10=1), 4096, 1).data
    assert struct.unpack_from("<H", first, 78) == (1,)
    assert struct.unpack_from("<H", second, 78) == (2,)
    assert first[76] & 2  # two or more controllers
    assert first[4:72] == second[4:72]
    assert first[768:1024] == second[768:1024]  # the subsystem's name
    assert first[768:].startswith(b"nqn.2014-08.org.nvmexpress:uuid:")
    assert other(drive).admin(NvmeCommand(0x84, cdw10=2), 0, 1).status == 0
    assert drive.status == 2  # what one starts, the other sees


def test_each_namespace_has_its_own_addresses() -> None:
    drive = several()
    firmware = drive.drive.ports.nvme._firmware
    firmware.write(memoryview(b"x" * 512), 0, 2)
    found = bytearray(512)
    firmware.read_into(memoryview(found), 0, 2)
    assert found == b"x" * 512
    assert drive.store.content[SIZE : SIZE + 512] == b"x" * 512
    assert drive.read()[:5] == OLD
    with pytest.raises(OSError, match="Input/output"):
        firmware.read_into(memoryview(found), MORE, 2)
    with pytest.raises(OSError, match="No such device"):
        firmware.read_into(memoryview(found), 0, 3)


def controller_list(*numbers: int) -> bytes:
    return struct.pack(f"<{1 + len(numbers)}H", len(numbers), *numbers).ljust(4096, b"\0")


def attach(drive: Nvme, nsid: int, *numbers: int, detach: bool = False) -> int:
    command = NvmeCommand(0x15, nsid, cdw10=int(detach))
    return drive.drive.ports.nvme.admin_out(command, controller_list(*numbers), 1).status


def create(drive: Nvme, blocks: int, lba_format: int = 0) -> tuple[int, int]:
    """Status and NSID."""
    data = bytearray(4096)
    struct.pack_into("<QQ", data, 0, blocks, blocks)
    data[26] = lba_format
    result = drive.drive.ports.nvme.admin_out(NvmeCommand(0x0D), bytes(data), 1)
    return result.status, result.result


def test_attaching_and_detaching() -> None:
    drive = several()
    assert attach(drive, 3, 2) == 0
    assert listed(drive.identify(2)) == [1, 2]
    assert listed(other(drive).admin(NvmeCommand(6, cdw10=2), 4096, 1).data) == [1, 2, 3]
    assert attach(drive, 3, 1, 2) == ATTACHED
    assert attach(drive, 3, 1, detach=True) == NOT_ATTACHED
    assert attach(drive, 3, 7) == attach(drive, 3) == BAD_LIST
    assert attach(drive, 9, 1) == INVALID_FIELD
    drive.power_cycle()
    assert controllers(drive.identify(0x12, 3)) == [2]


def test_making_and_deleting() -> None:
    drive = several()
    assert create(drive, 17) == (NO_CAPACITY, 0)
    assert create(drive, 0)[0] == INVALID_FIELD
    assert drive.admin(0x0D, 2, cdw10=1).status == 0
    assert sizes(drive)[1] == MORE + 4096
    assert create(drive, 3) == (0, 2)  # rounded up to 4096, where namespace 2 was
    assert create(drive, 2 * MORE // 512)[0] == NO_CAPACITY
    assert create(drive, 1, lba_format=1) == (0, 4)
    assert sizes(drive)[1] == 4096
    assert drive.identify(0, 2) == bytes(4096)  # not attached yet
    assert drive.admin(0x0D, 12, cdw10=1).status == INVALID_FIELD
    assert drive.admin(0x0D, 1, cdw10=2).status == INVALID_FIELD
    drive.power_cycle()
    assert listed(drive.identify(0x10)) == [1, 2, 3, 4]
    assert drive.residue[0] == SIZE + 2 * MORE + 4096  # making and deleting erases nothing


def test_capacity_in_pieces() -> None:
    drive = several()
    drive.admin(0x0D, 2, cdw10=1)
    assert sizes(drive)[1] == MORE + 4096
    assert create(drive, (MORE + 4096) // 512)[0] == NO_CAPACITY
    assert create(drive, MORE // 512) == (0, 2)


def test_no_identifier_is_left() -> None:
    drive = Nvme(facts={"hidden_bytes": 16 * 4096}, manages_namespaces=True)
    assert [create(drive, 1)[0] for _ in range(16)] == [0] * 15 + [NO_NSID]


def test_a_deleted_first_namespace_has_no_block_device() -> None:
    drive = several()
    assert drive.admin(0x0D, BROADCAST, cdw10=1).status == 0
    with pytest.raises(OSError, match="No such device"):
        drive.read()
    assert drive.drive.identity().size_bytes == 0
    drive.power_cycle()
    assert listed(drive.identify(0x10)) == []
    assert sizes(drive) == (SIZE + 2 * MORE + 4096, SIZE + 2 * MORE + 4096)


def test_logs_and_features() -> None:
    drive = Nvme()
    assert drive.log_page(1) == bytes(512)
    drive.admin(0xFF, 5)
    drive.admin(0xC0, 1)
    log = drive.log_page(1, 128)
    assert struct.unpack_from("<Q", log, 0) == (2,)  # the newest first
    assert struct.unpack_from("<H", log, 12) == (INVALID_OPCODE << 1,)
    assert struct.unpack_from("<I", log, 64 + 24) == (5,)
    assert int.from_bytes(drive.log_page(2)[176:192], "little") == 2
    assert drive.log_page(3)[:16] == b"\1" + bytes(7) + b"F       "
    assert drive.admin(9, cdw10=7, cdw11=0x30003).result == 0x30003
    assert drive.admin(10, cdw10=7).result == 0x30003
    assert drive.admin(10, cdw10=6).result == 1
    drive.reopen()
    assert drive.admin(10, cdw10=7).result == 0x30003
    drive.drive.ports.nvme.reset()
    assert drive.admin(10, cdw10=7).result == 0
    assert drive.admin(10, cdw10=1).status == drive.admin(9, cdw10=1).status == INVALID_FIELD
    assert drive.admin(8).result == 1  # nothing was aborted
    assert drive.admin(0x0C).status == 0x105


def test_log_pages_that_do_not_exist_or_do_not_fit() -> None:
    drive = Nvme()
    assert drive.admin(2, 0, 512, cdw10=0x70 | 127 << 16).status == 0x109
    assert drive.admin(2, 1, 512, cdw10=2 | 127 << 16).status == INVALID_FIELD  # not for one namespace
    assert drive.admin(2, 0, 512, cdw10=2 | 127 << 16, cdw12=4).status == INVALID_FIELD
    assert drive.admin(2, 0, 4, cdw10=2 | 127 << 16).status == DATA_LENGTH
    assert len(drive.admin(2, 0, 16, cdw10=2 | 3 << 16).data) == 16


@pytest.mark.parametrize(
    "about",
    [
        {"sanicap": 8}, {"fna": 16}, {"controllers": 0}, {"more_namespaces": (100,)}, {"unattached": (2,)},
        {"deallocated": "old"}, {"no_deallocate": 1}, {"formats": 1}, {"format_seconds": -1}, {"sanitize_log_of": -1},
        {"claims_sanicap": 1 << 32}, {"more_namespaces": (4096,) * 16},
    ],
)  # fmt: skip
def test_what_no_drive_can_be(about: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|valid"):
        NvmeAbout(**about)  # type: ignore[arg-type]


def test_namespaces_have_their_capacity_from_somewhere() -> None:
    with pytest.raises(ValueError, match="hidden_bytes"):
        Nvme(more_namespaces=(4096,))


def test_what_is_kept_and_is_nonsense_is_refused() -> None:
    for saved in ([{}], [{"nsid": 1, "start": 5, "size_bytes": 0, "sector_bytes": 512, "attached": []}], [7]):
        drive = Bench(Kind.NVME)
        drive.kept.update(nvme_namespaces=saved)
        with pytest.raises(ValueError, match=r"namespace"):
            NvmeFirmware(drive.description, drive.store, drive.kept)


def test_namespaces_by_themselves() -> None:
    empty = Namespaces(8192, 4, load([]))
    assert empty.unallocated == 8192
    assert list(empty) == empty.of(1) == []
    assert isinstance(Description(Kind.NVME, "m", "s", "f", 4096).nvme, NvmeAbout)

"""What a subsystem says of itself, from raw bytes that may be anything."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_nvme import SIZE, Nvme

from agent.model.ports import NoAnswer, NvmeCommand, NvmeResult
from agent.sanitize.nvme.identify import MOST, Subsystem, read
from agent.sanitize.nvme.logs import newest_error, read_log

MORE = 8192
INVALID_FIELD = 0x002
CONTROLLER, ACTIVE, ALLOCATED, NAMESPACE = 0x01, 0x02, 0x10, 0x00


def several(**about: object) -> Nvme:
    """Two controllers; namespaces 1 and 2 attached, 3 not; 4 KiB unallocated."""
    settings = {"controllers": 2, "manages_namespaces": True, "more_namespaces": (MORE, MORE), "unattached": (3,)}
    return Nvme(facts={"hidden_bytes": 2 * MORE + 4096}, **{**settings, **about})


def asked(drive: Nvme) -> Subsystem:
    port = drive.drive.ports.nvme
    assert port is not None
    return read(port)


@dataclass
class Altered:
    """A drive whose answers are changed on their way."""

    drive: Nvme
    changes: dict[int, Callable[[bytearray], None] | int] = field(default_factory=dict)
    """By CNS: what changes the data, or the status in place of them."""

    def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
        port = self.drive.drive.ports.nvme
        assert port is not None
        result = port.admin(command, data_in, timeout)
        change = self.changes.get(command.cdw10 & 0xFF)
        if isinstance(change, int):
            return NvmeResult(change)
        if change is None:
            return result
        data = bytearray(result.data)
        change(data)
        return NvmeResult(data=bytes(data))


def put(kind: str, at: int, *values: int) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        struct.pack_into(kind, data, at, *values)

    return change


def test_a_plain_drive() -> None:
    found = asked(Nvme())
    assert (found.controller.serial, found.controller.model) == ("SIM-1", "Simulated")
    assert found.controller.formats
    assert not found.controller.manages_namespaces
    assert (found.controller.sanicap, found.controller.fna) == (7, 4)
    assert found.size_bytes == found.native_bytes == SIZE
    assert found.unallocated_bytes == 0
    assert found.unattached == ()
    assert not found.controller.boot_partitions
    assert found.controller.rpmb_bytes == 0


def test_a_subsystem_of_all_kinds_of_parts() -> None:
    found = asked(several())
    assert [one.nsid for one in found.attached] == [1, 2]
    assert [one.nsid for one in found.unattached] == [3]
    assert found.size_bytes == SIZE + MORE
    assert found.unallocated_bytes == 4096
    assert found.native_bytes == SIZE + 2 * MORE + 4096


def test_a_namespace_of_another_controller_counts_as_seen() -> None:
    drive = several()
    port = drive.drive.ports.nvme
    port.admin_out(NvmeCommand(0x15, 3), struct.pack("<2H", 1, 2).ljust(4096, b"\0"), 1)  # type: ignore[union-attr]
    assert [one.nsid for one in asked(drive).attached] == [1, 2, 3]
    assert asked(drive).size_bytes == drive.drive.identity().size_bytes == SIZE + 2 * MORE


def test_4_kib_blocks() -> None:
    drive = Nvme()
    drive.format(lba_format=1)
    (one,) = asked(drive).namespaces
    assert (one.block_bytes, one.blocks, one.format, one.size_bytes) == (4096, SIZE // 4096, 1, SIZE)


def test_metadata_protection_and_many_formats() -> None:
    def change(data: bytearray) -> None:
        data[25], data[26], data[29] = 20, 0x30 | 0x2, 0b1101  # more than 16 formats; number 18, extended
        struct.pack_into("<HBB", data, 128 + 4 * 18, 8, 9, 0)

    (one,) = read(Altered(Nvme(), {NAMESPACE: change})).namespaces
    assert (one.format, one.extended, one.protection, one.block_bytes) == (18, True, 0b1101, 512)


def test_what_stays_untouched_is_told() -> None:
    def change(data: bytearray) -> None:
        struct.pack_into("<I", data, 312, 2 | 3 << 16)  # two of four units of 128 KiB
        data[102] = 0b100

    found = read(Altered(Nvme(), {CONTROLLER: change}))
    assert found.controller.rpmb_bytes == 2 * 4 * 128 * 1024
    assert found.controller.boot_partitions


def test_capacity_that_only_the_sum_betrays() -> None:
    """A drive that tells its total, and 0 for what is unallocated."""
    found = read(Altered(Nvme(), {CONTROLLER: put("<Q", 280, SIZE + 5_000_000)}))
    assert found.unallocated_bytes == 5_000_000
    untold = Altered(Nvme(), {CONTROLLER: put("<Q", 280, 0)})
    assert read(untold).native_bytes == SIZE
    rounded = {CONTROLLER: put("<Q", 280, SIZE + 4096), NAMESPACE: put("<QQ", 48, 0, 0)}
    assert read(Altered(Nvme(), rounded)).unallocated_bytes == 0


def test_drives_from_before_the_list_of_namespaces() -> None:
    old = Altered(several(manages_namespaces=False), {ACTIVE: INVALID_FIELD})
    assert [one.nsid for one in read(old).namespaces] == [1, 2]


def full(data: bytearray) -> None:
    struct.pack_into(f"<{MOST + 1}I", data, 0, *range(1, MOST + 2))


NONSENSE: dict[str, dict[int, Callable[[bytearray], None] | int]] = {
    "no status": {CONTROLLER: 0x286},
    "an odd status of the list": {ACTIVE: 0x006},
    "cut off": {CONTROLLER: lambda data: data.__delitem__(slice(4000, None))},
    "another kind of controller": {CONTROLLER: put("<B", 111, 2)},
    "a list that descends": {ACTIVE: put("<3I", 0, 2, 1, 0)},
    "a list that names all": {ACTIVE: put("<2I", 0, 0xFFFFFFFF, 0)},
    "a list without end": {ACTIVE: full},
    "active and not allocated": {ALLOCATED: put("<3I", 0, 2, 3, 0)},
    "a format that is not there": {NAMESPACE: put("<B", 26, 7)},
    "blocks of a byte": {NAMESPACE: put("<B", 130, 0)},
    "blocks of a gigabyte": {NAMESPACE: put("<B", 130, 30)},
    "an active namespace of nothing": {NAMESPACE: put("<Q", 0, 0)},
    "more blocks than there are": {NAMESPACE: put("<Q", 0, 1 << 63)},
    "more capacity than there is": {CONTROLLER: put("<Q", 288, 1)},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_no_answer(name: str) -> None:
    with pytest.raises(NoAnswer):
        read(Altered(several(), NONSENSE[name]))


@given(st.binary(min_size=600, max_size=600), st.integers(0, 2))
def test_any_bytes_give_facts_or_no_answer(noise: bytes, where: int) -> None:
    def change(data: bytearray) -> None:
        data[: len(noise)] = noise

    cns = (CONTROLLER, ACTIVE, NAMESPACE)[where]
    try:
        found = read(Altered(Nvme(), {cns: change}))
    except NoAnswer:
        return
    assert found.native_bytes >= found.size_bytes >= 0
    assert len(found.namespaces) <= MOST


def test_the_sanitize_status() -> None:
    drive = Nvme()
    port = drive.drive.ports.nvme
    assert port is not None
    drive.sanitize(2 | 8)
    drive.clock.advance(5)
    log = read_log(port)
    assert (log.stand, log.dword10, log.exit_allowed, log.progress) == (2, 10, True, 65536 // 4)


@pytest.mark.parametrize("about", [{"sanitize_log_empty": True}, {"sanicap": 0}])
def test_no_sanitize_status(about: dict[str, object]) -> None:
    port = Nvme(**about).drive.ports.nvme
    assert port is not None
    with pytest.raises(NoAnswer):
        read_log(port)


def test_the_newest_error() -> None:
    drive = Nvme(denies_access=True)
    port = drive.drive.ports.nvme
    assert port is not None
    assert newest_error(port) is None
    with pytest.raises(OSError, match="No data"):
        drive.read()
    assert newest_error(port) == 0x286

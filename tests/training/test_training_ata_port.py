"""ATA commands to simulated drives: reading, writing, SMART, TRIM, and what may lie between host and drive."""

import struct

import pytest
from simulated_ata import BLOCK, PREPARE, SET_PASSWORD, Ata, refused
from simulated_nvme import DAY, OLD, SIZE, Bench

from agent.model.ports import AtaCommand, AtaPort, AtaResult, NoAnswer, Ports
from agent.training.description import Counters, Kind

SECTORS = SIZE // 512
DONOR = (OLD * SIZE)[:SIZE]


def test_the_ports_of_the_kinds() -> None:
    for kind in (Kind.ATA_HDD, Kind.ATA_SSD, Kind.SAS_HDD, Kind.SAS_SSD):
        drive = Bench(kind, rotation_rpm=7200 * kind.turns).drive
        ata: AtaPort | None = drive.ports.ata
        assert (ata is not None) == (drive.ports.scsi is None) == (kind in {Kind.ATA_HDD, Kind.ATA_SSD})
        assert drive.ports == Ports(ata=ata, scsi=drive.ports.scsi)


def test_identify_is_what_the_firmware_says_now() -> None:
    drive = Ata()
    result = drive.data_in(0xEC)
    assert result.succeeded
    assert result.data[54:62] == b"iSumalet"  # the characters of each word swapped
    assert refused(drive.short(0xEC))  # it has data
    assert refused(drive.data_in(0xEC, 2))


@pytest.mark.parametrize("read", [0x20, 0x24, 0x25, 0xC8])
@pytest.mark.parametrize("write", [0x30, 0x34, 0x35, 0xCA])
def test_reading_and_writing(read: int, write: int) -> None:
    drive = Ata()
    assert drive.data_in(read, 3, lba=5).data == DONOR[5 * 512 : 8 * 512]
    assert drive.data_out(write, b"a" * 512 + b"b" * 512, lba=6).succeeded
    assert drive.data_in(read, 3, lba=5).data == DONOR[5 * 512 : 6 * 512] + b"a" * 512 + b"b" * 512
    assert drive.residue[0] == SIZE - 1024
    assert drive.short(0xE7).succeeded


def test_beyond_the_end() -> None:
    drive = Ata()
    for result in (
        drive.data_in(0x25, 2, lba=SECTORS - 1, extended=True),
        drive.data_out(0x35, bytes(512), lba=SECTORS),
    ):
        assert (result.status, result.error) == (0x51, 0x10)
    assert drive.read() == DONOR


def test_the_address_of_28_bits_may_end_in_the_device_register() -> None:
    drive = Ata()
    assert drive.data_in(0x20, lba=1, device=0x40).data == DONOR[512:1024]
    assert drive.data_in(0x20, lba=1, device=0x41).error == 0x10


def test_a_count_of_zero_means_all() -> None:
    drive = Ata()
    assert drive.short(0x40, count=0).succeeded is False  # 256 sectors of 128
    assert drive.short(0x40, count=SECTORS).succeeded
    assert drive.no_data(0x42, count=0).error == 0x10


def test_bad_sectors() -> None:
    drive = Ata(faults={"unreadable": (7,), "unwritable": (9,)})
    read = drive.data_in(0x20, 4, lba=5)
    assert (read.status, read.error, read.lba, read.data) == (0x51, 0x40, 7, b"")
    write = drive.data_out(0x30, bytes(2048), lba=8)
    assert (write.status, write.error, write.lba) == (0x51, 0x10, 9)
    assert drive.short(0x40, lba=0, count=8).lba == 7
    rows = {row["id"]: row["raw"]["value"] for row in drive.drive.smart()["ata_smart_attributes"]["table"]}
    assert rows[197] == 2
    drive.reopen()
    rows = {row["id"]: row["raw"]["value"] for row in drive.drive.smart()["ata_smart_attributes"]["table"]}
    assert rows[197] == 2


def test_a_flush_that_fails_is_a_device_fault() -> None:
    result = Ata(faults={"flush_fails": True}).short(0xEA)
    assert result.status & 0x21 == 0x21
    assert not result.succeeded


def test_smart() -> None:
    drive = Ata(facts={"counters": Counters(reallocated=2)})
    key = 0xC24F00
    assert drive.data_in(0xB0, feature=0xD0, lba=key).data[2] == 5
    assert drive.data_in(0xB0, feature=0xD1, lba=key).data[3] == 10
    assert drive.short(0xB0, feature=0xDA, lba=key).lba == 0xC24F00
    assert drive.short(0xB0, feature=0xD8, lba=key).succeeded
    assert refused(drive.short(0xB0, feature=0xDA))
    assert refused(drive.data_in(0xB0, feature=0xD5, lba=key))
    failing = Ata(facts={"counters": Counters(reallocated=95)})
    assert failing.short(0xB0, feature=0xDA, lba=key).lba == 0x2CF400


def test_counters_survive_and_power_cycles_count() -> None:
    drive = Ata()

    def raw(number: int) -> int:
        table = drive.drive.smart()["ata_smart_attributes"]["table"]
        return {row["id"]: row["raw"]["value"] for row in table}[number]

    assert (raw(12), raw(241)) == (0, 0)
    drive.write()
    drive.reopen()
    assert (raw(12), raw(241)) == (0, SECTORS)  # the drive stayed on
    drive.power_cycle()
    drive.write(0, 512)
    assert (raw(12), raw(241)) == (1, SECTORS + 1)


def test_trim_hides_and_does_not_erase() -> None:
    drive = Ata()
    assert drive.words[169] & 1
    entries = struct.pack("<QQ", 4 << 48 | 10, 2 << 48 | 100)
    assert drive.data_out(0x06, entries.ljust(512, b"\0"), feature=1).succeeded
    assert drive.read(10 * 512, 4 * 512) == bytes(4 * 512)
    assert drive.drive.residue().unseen == ((10 * 512, 14 * 512), (100 * 512, 102 * 512))
    assert refused(drive.data_out(0x06, entries.ljust(512, b"\0")))
    assert drive.data_out(0x06, struct.pack("<Q", 1 << 48 | SECTORS).ljust(512, b"\0"), feature=1).error == 0x10
    disk = Bench(Kind.ATA_HDD, rotation_rpm=5400).drive.ports.ata
    assert disk is not None
    assert refused(disk.data_out(AtaCommand(0x06, feature=1), entries.ljust(512, b"\0"), DAY))


def test_power_and_what_nobody_knows() -> None:
    drive = Ata()
    assert drive.short(0xE5).count == 0xFF
    assert drive.short(0xE0).succeeded
    assert drive.short(0xEF, feature=2).succeeded
    for command in (0x00, 0x92, 0xA1, 0xFF):
        assert refused(drive.short(command))


def test_a_bridge_without_registers() -> None:
    drive = Ata(no_registers=True)
    assert drive.data_in(0xEC).data[510] == 0xA5
    for result in (drive.data_in(0xEC), drive.sanitize(BLOCK), drive.short(0xFF)):
        assert not result.registers
        assert not result.succeeded
        assert not result.aborted
        assert (result.status, result.count, result.lba) == (0, 0, 0)
    drive.clock.advance(100)
    assert drive.residue == (0, 0, 0)  # the drive did what it was told


def test_a_bridge_that_takes_the_password_and_refuses_the_erase() -> None:
    drive = Ata(bridge_drops=(0xF3, 0xF4))
    assert drive.password(SET_PASSWORD, b"x" * 32).succeeded
    assert refused(drive.short(PREPARE))
    drive.power_cycle()
    assert drive.security == 0x06  # left with a password


@pytest.mark.parametrize("method", ["no_data", "data_in", "data_out"])
def test_a_drive_that_hangs_gives_no_answer_and_one_that_is_gone_an_error(method: str) -> None:
    def send(drive: Ata) -> AtaResult:
        port = drive.drive.ports.ata
        assert port is not None
        command = AtaCommand(0xE5)
        if method == "no_data":
            return port.no_data(command, 7)
        return port.data_in(command, 1, 7) if method == "data_in" else port.data_out(command, bytes(512), 7)

    drive = Ata(faults={"hangs_after_bytes": 1024})
    drive.write(0, 1024)
    with pytest.raises(NoAnswer):
        send(drive)
    assert drive.clock.now() == 7
    drive = Ata(faults={"vanishes_after_bytes": 1024})
    with pytest.raises(OSError, match="No such device"):
        drive.write(0, 2048)
    with pytest.raises(OSError, match="No such device"):
        send(drive)
    drive.power_cycle()
    assert drive.short(0xE5).succeeded


def test_what_is_no_command_is_an_error_of_the_caller() -> None:
    for count, blocks in ((2, 1), (0, 0)):
        with pytest.raises(ValueError, match="number of blocks"):
            Ata().data_in(0x20, blocks, count=count)

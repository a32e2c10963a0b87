"""The commands of simulated SAS drives that do not erase (SPC-4, SBC-4)."""

import struct

import pytest
from simulated_nvme import OLD, SIZE
from simulated_sas import HARDWARE_ERROR, ILLEGAL, MEDIUM_ERROR, TUR, Sas, cdb_10, cdb_16, said

from agent.model.ports import ScsiPort
from agent.training.description import Counters

SECTORS = SIZE // 512
DONOR = (OLD * SIZE)[:SIZE]
INVALID_FIELD = (ILLEGAL, 0x24, 0)


def inquiry(drive: Sas, room: int = 96) -> bytes:
    return drive.send(bytes((0x12, 0, 0, 0, room, 0)), data_in=room).data


def test_it_is_a_port() -> None:
    port: ScsiPort | None = Sas().drive.ports.scsi
    assert port is not None
    for wrong in ({"cdb": b"\0"}, {"cdb": bytes(17)}, {"cdb": TUR, "data_out": b"1", "data_in": 1}):
        with pytest.raises(ValueError, match="6 to 16 bytes"):
            port.execute(timeout=1, **wrong)


def test_inquiry() -> None:
    drive = Sas(facts={"model": "Simulated SAS drive", "serial": "SAS-7", "firmware": "F123"}, vendor="ORDIS")
    data = inquiry(drive)
    assert len(data) == 96
    assert data[0] == 0  # a direct access block device
    assert data[4] == len(data) - 5
    assert (data[8:16], data[16:32], data[32:36]) == (b"ORDIS   ", b"Simulated SAS dr", b"F123")
    assert inquiry(drive, 36) == data[:36]
    assert said(drive.send(bytes((0x12, 0, 0x80, 0, 96, 0)), data_in=96)) == INVALID_FIELD
    assert drive.drive.identity().model == "Simulated SAS dr"
    assert drive.description.said_model == "Simulated SAS dr"


def test_vital_product_data() -> None:
    drive = Sas(facts={"serial": "SAS-7"})
    assert drive.page(0x00) == bytes((0x00, 0x80, 0x83, 0xB0, 0xB1))
    assert drive.page(0x80).strip() == b"SAS-7"
    names = drive.page(0x83)
    assert names[1] == 1  # of the logical unit, by the vendor's name
    assert names[4 : 4 + names[3]].endswith(b"SAS-7")
    second = names[4 + names[3] :]
    assert (second[1], second[3], second[4] >> 4) == (3, 8, 3)
    assert len(drive.page(0xB0)) == len(drive.page(0xB1)) == 60
    assert drive.page(0xB1)[:2] == b"\0\1"  # nothing turns
    assert said(drive.send(bytes((0x12, 1, 0x89, 0, 96, 0)), data_in=96)) == INVALID_FIELD


@pytest.mark.parametrize(("sector", "physical", "exponent"), [(512, 512, 0), (512, 4096, 3), (4096, 4096, 0)])
def test_capacity(sector: int, physical: int, exponent: int) -> None:
    drive = Sas(facts={"logical_sector_bytes": sector, "physical_sector_bytes": physical})
    short = drive.send(cdb_10(0x25), data_in=8).data
    assert struct.unpack(">II", short) == (SIZE // sector - 1, sector)
    long = drive.send(cdb_16(0x9E, 0x10, length=32), data_in=32).data
    assert struct.unpack_from(">QI", long) == (SIZE // sector - 1, sector)
    assert long[13] & 0xF == exponent
    assert said(drive.send(cdb_16(0x9E, 0x12, length=32), data_in=32)) == INVALID_FIELD


@pytest.mark.parametrize(("read", "write", "cdb"), [(0x28, 0x2A, cdb_10), (0x88, 0x8A, cdb_16)])
def test_reading_and_writing(read: int, write: int, cdb: object) -> None:
    drive = Sas()
    assert drive.send(cdb(read, 0, 5, 3), data_in=1536).data == DONOR[5 * 512 : 8 * 512]
    assert drive.send(cdb(write, 0, 6, 2), b"a" * 1024).succeeded
    assert drive.send(cdb(read, 0, 5, 3), data_in=1536).data == DONOR[5 * 512 : 6 * 512] + b"a" * 1024
    assert drive.read(6 * 512, 1024) == b"a" * 1024
    assert said(drive.send(cdb(read, 0, SECTORS - 1, 2), data_in=1024)) == (ILLEGAL, 0x21, 0)
    assert said(drive.send(cdb(write, 0, SECTORS, 1), bytes(512))) == (ILLEGAL, 0x21, 0)
    assert said(drive.send(cdb(write, 0, 0, 2), bytes(512))) == (ILLEGAL, 0x26, 0)
    assert drive.send(cdb_10(0x35)).succeeded
    assert drive.send(cdb_16(0x91)).succeeded
    assert drive.send(cdb_10(0x2F, length=SECTORS)).succeeded
    assert said(drive.send(cdb_10(0x2F, 0x02, length=1))) == INVALID_FIELD


def test_bad_sectors() -> None:
    drive = Sas(faults={"unreadable": (7,), "unwritable": (9,)})
    read = drive.send(cdb_10(0x28, 0, 5, 4), data_in=2048)
    assert (said(read), read.information) == ((MEDIUM_ERROR, 0x11, 0), 7)
    write = drive.send(cdb_10(0x2A, 0, 8, 4), bytes(2048))
    assert (said(write), write.information) == ((MEDIUM_ERROR, 0x0C, 0), 9)
    assert drive.drive.smart()["scsi_grown_defect_list"] == 2
    assert said(Sas(faults={"flush_fails": True}).send(cdb_10(0x35))) == (HARDWARE_ERROR, 0x44, 0)


def test_modes_tell_the_cache_and_the_capacity() -> None:
    drive = Sas(facts={"hidden_bytes": 4096})
    six = drive.send(bytes((0x1A, 0, 0x08, 0, 255, 0)), data_in=255).data
    assert (six[0], six[3]) == (len(six) - 1, 8)
    assert struct.unpack_from(">II", six, 4) == (SECTORS, 512)
    assert six[12:14] == b"\x08\x12"
    assert six[14] & 4  # write cache on
    ten = drive.send(bytes((0x5A, 0x10, 0x88, 0, 0, 0, 0, 1, 0, 0)), data_in=256).data
    assert (int.from_bytes(ten[:2]), ten[4], int.from_bytes(ten[6:8])) == (len(ten) - 2, 1, 16)
    assert int.from_bytes(ten[8:16]) == SECTORS + 8  # the default is the whole capacity
    bare = drive.send(bytes((0x1A, 0x08, 0x3F, 0, 255, 0)), data_in=255).data
    assert (bare[3], bare[4]) == (0, 0x08)
    assert said(drive.send(bytes((0x1A, 0, 0x1C, 0, 255, 0)), data_in=255)) == INVALID_FIELD


def test_capacity_that_was_set_aside_comes_back_for_good() -> None:
    drive = Sas(facts={"hidden_bytes": 4096})
    assert drive.drive.coverage().native_size_bytes == SIZE + 4096
    assert drive.sectors == SECTORS

    def select(sectors: int) -> object:
        return drive.send(cdb_10(0x55, 0x11, length=24), struct.pack(">HBBBBHQII", 0, 0, 0, 1, 0, 16, sectors, 0, 512))

    assert said(select(SECTORS + 9)) == (ILLEGAL, 0x26, 0)
    assert select((1 << 64) - 1).succeeded
    assert drive.sectors == SECTORS + 8
    drive.power_cycle()
    assert drive.sectors == SECTORS + 8
    short = struct.pack(">HBBBBHII", 0, 0, 0, 0, 0, 8, 64, 512)
    assert drive.send(cdb_10(0x55, 0x11, length=16), short).succeeded
    assert drive.sectors == 64
    assert said(drive.send(cdb_10(0x55, 0x11, length=8), bytes(7))) == (ILLEGAL, 0x1A, 0)


def supported(drive: Sas, option: int, code: int = 0, action: int = 0) -> bytes:
    cdb = struct.pack(">BBBBHIxx", 0xA3, 0x0C, option, code, action, 4096)
    return drive.send(cdb, data_in=4096).data


def test_supported_operation_codes() -> None:
    drive = Sas(sanitize=("block",))
    table = supported(drive, 0)
    assert int.from_bytes(table[:4]) == len(table) - 4
    rows = {
        (code, action) for code, action in (struct.unpack_from(">BxH", table, at) for at in range(4, len(table), 8))
    }
    assert {(0x28, 0), (0x48, 0x02), (0x48, 0x1F), (0x9E, 0x10), (0x04, 0)} <= rows
    assert (0x48, 0x01) not in rows
    assert supported(drive, 1, 0x28)[1:4] == b"\x03\0\x0a"
    assert supported(drive, 1, 0xC1)[1] == 1
    assert supported(drive, 2, 0x48, 0x02)[1] == 3
    assert supported(drive, 3, 0x48, 0x03)[1] == 1
    assert supported(drive, 3, 0x28)[1] == 3
    assert supported(drive, 1, 0x48) == b""  # it has service actions
    assert supported(Sas(sanitize=()), 3, 0x48, 0x02)[1] == 1
    assert supported(Sas(formats=False), 1, 0x04)[1] == 1


def test_log_pages_and_the_smart_document() -> None:
    facts = {"hours": 21_000, "temperature_celsius": 41, "wear_percent": 7, "counters": Counters(reallocated=3)}
    drive = Sas(facts=facts)
    assert drive.send(cdb_10(0x4D, length=64)[:2] + bytes((0x40, 0, 0, 0, 0, 0, 64, 0)), data_in=64).data == bytes(
        (0, 0, 0, 5, 0x00, 0x0D, 0x11, 0x15, 0x2F)
    )
    document = drive.drive.smart()
    assert document["device"]["protocol"] == "SCSI"
    assert document["power_on_time"] == {"hours": 21_000, "minutes": 0}
    assert document["temperature"] == {"current": 41}
    assert document["scsi_percentage_used_endurance_indicator"] == 7
    assert document["scsi_grown_defect_list"] == 3
    assert document["smart_status"]["passed"] is True
    assert document["rotation_rate"] == 0
    failing = Sas(facts={"counters": Counters(reallocated=90)}).drive.smart()
    assert failing["smart_status"] == {"passed": False, "scsi": {"asc": 0x5D, "ascq": 0}}
    assert failing["smartctl"]["exit_status"] == 8


def test_grown_defects() -> None:
    drive = Sas(facts={"counters": Counters(reallocated=3)})
    header = drive.send(bytes((0x37, 0, 0x0D, 0, 0, 0, 0, 0, 4, 0)), data_in=4).data
    assert struct.unpack(">BBH", header) == (0, 0x0D, 24)
    assert said(drive.send(bytes((0x37, 0, 0x15, 0, 0, 0, 0, 0, 4, 0)), data_in=4)) == INVALID_FIELD


def test_what_is_always_there_and_what_never() -> None:
    drive = Sas()
    assert drive.send(TUR).succeeded
    assert drive.send(bytes((0x1B, 0, 0, 0, 1, 0))).succeeded
    assert drive.send(struct.pack(">BxxxxxIxx", 0xA0, 16), data_in=16).data == struct.pack(">II8x", 8, 0)
    assert drive.sense() == bytes((0x70, 0, 0, 0, 0, 0, 0, 10)).ljust(18, b"\0")
    for cdb in (cdb_10(0x42), cdb_16(0x85), cdb_16(0x83)):
        assert said(drive.send(cdb)) == (ILLEGAL, 0x20, 0)
    assert said(drive.send(cdb_10(0x28)[:9])) == INVALID_FIELD  # too short
    assert said(drive.send(bytes((0xFE,) * 16))) == INVALID_FIELD

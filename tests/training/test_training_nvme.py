"""The structures of simulated NVMe drives, taken apart here as the NVMe Base Specification has them."""

import struct
from collections.abc import Callable

import pytest

from agent.training.description import Counters, Description, Kind
from agent.training.faults import Faults
from agent.training.nvme import NvmeFirmware

Describe = Callable[..., Description]


class Bytes:
    """Sectors that take and give anything."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        pass

    def write(self, data: memoryview, offset: int) -> None:
        pass

    def sync(self) -> None:
        pass


@pytest.fixture(scope="session")
def nvme(describe: Describe) -> Callable[..., NvmeFirmware]:
    return lambda **changes: NvmeFirmware(describe(kind=Kind.NVME, **changes), Bytes())


Nvme = Callable[..., NvmeFirmware]


def number(block: bytes, at: int, length: int) -> int:
    return int.from_bytes(block[at : at + length], "little")


def test_identify_controller(nvme: Nvme) -> None:
    block = nvme(model="Simulated N", serial="SIM-9", firmware="F", hidden_bytes=4096).identify_controller()
    assert len(block) == 4096
    assert block[4:24] == b"SIM-9".ljust(20)
    assert block[24:64] == b"Simulated N".ljust(40)
    assert block[64:72] == b"F".ljust(8)
    assert number(block, 280, 16) == 64 * 1024 + 4096  # TNVMCAP
    assert number(block, 296, 16) == 4096  # UNVMCAP
    assert number(block, 516, 4) == 1  # NN
    assert number(block, 328, 4) == 0  # SANICAP: by default no sanitize
    assert number(block, 256, 2) == 0  # OACS: nor format and namespace management
    assert block[525] & 1  # VWC


@pytest.mark.parametrize("sector", [512, 4096])
def test_identify_namespace(nvme: Nvme, sector: int) -> None:
    block = nvme(logical_sector_bytes=sector, hidden_bytes=8192).identify_namespace()
    assert len(block) == 4096
    assert number(block, 0, 8) == number(block, 8, 8) == 64 * 1024 // sector  # NSZE, NCAP
    assert number(block, 48, 16) == 64 * 1024  # NVMCAP
    assert block[26] & 0xF == 0  # format 0 is in use
    metadata, exponent, _ = struct.unpack_from("<HBB", block, 128)
    assert (metadata, 1 << exponent) == (0, sector)


def test_health_log(nvme: Nvme) -> None:
    log = nvme(
        hours=1850,
        power_cycles=640,
        wear_percent=4,
        temperature_celsius=39,
        written_bytes=512_001,
        counters=Counters(media_errors=7, unsafe_shutdowns=8, available_spare_percent=90, spare_threshold_percent=5),
    ).health_log()
    assert len(log) == 512
    assert log[0] == 0
    assert number(log, 1, 2) == 39 + 273
    assert tuple(log[3:6]) == (90, 5, 4)
    assert number(log, 48, 16) == 2  # data units written: thousands of 512 bytes, rounded up
    assert (number(log, 112, 16), number(log, 128, 16)) == (640, 1850)
    assert (number(log, 144, 16), number(log, 160, 16)) == (8, 7)


def test_low_spare_is_a_critical_warning_and_wear_saturates(nvme: Nvme) -> None:
    low = nvme(counters=Counters(available_spare_percent=9, spare_threshold_percent=10), wear_percent=400).health_log()
    assert low[0] == 1
    assert low[5] == 255


def test_the_log_counts_what_is_read_and_written(nvme: Nvme) -> None:
    firmware = nvme(size_bytes=1 << 20)
    with memoryview(bytearray(512 * 1001)) as buffer:
        firmware.read_into(buffer, 0)
        firmware.write(buffer, 0)
    log = firmware.health_log()
    assert number(log, 32, 16) == number(log, 48, 16) == 2


def test_a_vanished_drive_answers_no_command(nvme: Nvme) -> None:
    firmware = nvme(faults=Faults(vanishes_after_bytes=0))
    for command in (firmware.identify_controller, firmware.identify_namespace, firmware.health_log, firmware.flush):
        with pytest.raises(OSError, match="No such device"):
            command()

"""NVMe admin commands and eMMC commands with a kernel that answers as it is told to."""

import ctypes
import errno
import os
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host.passthrough.mmc import Mmc, MmcIocCommand, MmcIocErase
from agent.host.passthrough.nvme import Nvme, NvmePassthruCommand
from agent.model.ports import MmcResult, NoAnswer, NvmeCommand, NvmeResult

IDENTIFY_CONTROLLER = NvmeCommand(0x06, cdw10=1)
SANITIZE_BLOCK = NvmeCommand(0x84, cdw10=2)
SWITCH, SEND_STATUS = 6, 13


def failing(error: int) -> Callable[..., int]:
    def ioctl(*_: object) -> int:
        raise OSError(error, os.strerror(error))

    return ioctl


class NvmeKernel:
    def __init__(self, returned: int = 0, result: int = 0, data: bytes = b"") -> None:
        self.returned, self.result, self.data = returned, result, data
        self.fields: dict[str, int] = {}

    def __call__(self, descriptor: int, request: int, command: NvmePassthruCommand) -> int:
        assert (descriptor, request) == (9, 0xC0484E41)
        self.fields = {name: getattr(command, name) for name, _ in command._fields_}
        if command.addr:
            ctypes.memmove(command.addr, self.data, min(len(self.data), command.data_len))
        command.result = self.result
        return self.returned


def test_nvme_command_that_reads() -> None:
    kernel = NvmeKernel(result=5, data=b"c" * 4096)
    assert Nvme(9, kernel).admin(IDENTIFY_CONTROLLER, 4096, 2.5) == NvmeResult(result=5, data=b"c" * 4096)
    assert kernel.fields["addr"] % os.sysconf("SC_PAGESIZE") == 0
    told = {name: value for name, value in kernel.fields.items() if value and name != "addr"}
    assert told == {"opcode": 6, "cdw10": 1, "data_len": 4096, "timeout_ms": 2500}


def test_nvme_command_without_data() -> None:
    kernel = NvmeKernel()
    command = NvmeCommand(0x80, 0xFFFFFFFF, 10, 11, 12, 13, 14)
    assert Nvme(9, kernel).admin(command, 0, 60) == NvmeResult()
    told = {name: value for name, value in kernel.fields.items() if value}
    dwords = {f"cdw{number}": number for number in range(10, 15)}
    assert told == {"opcode": 0x80, "nsid": 0xFFFFFFFF, "timeout_ms": 60_000, **dwords}


@pytest.mark.parametrize(
    ("returned", "status"),
    [(0x4002, 0x002), (0x6286, 0x286), (0x210B, 0x10B), (0x7FFF, 0x7FF), (0x001D, 0x01D), (0x2, 0x2)],
)
def test_nvme_status_without_do_not_retry_and_more(returned: int, status: int) -> None:
    result = Nvme(9, NvmeKernel(returned, 7, b"c" * 512)).admin(IDENTIFY_CONTROLLER, 512, 1)
    assert result == NvmeResult(status, 7, b"")
    assert not result.succeeded


@pytest.mark.parametrize("returned", [0x370, 0x371, 0x4370, 0x37F])
def test_nvme_status_of_the_kernels_own_is_no_answer(returned: int) -> None:
    with pytest.raises(NoAnswer):
        Nvme(9, NvmeKernel(returned)).admin(SANITIZE_BLOCK, 0, 1)


@pytest.mark.parametrize("returned", [0x360, 0x300])
def test_nvme_path_errors_of_the_controller_are_its_answer(returned: int) -> None:
    assert Nvme(9, NvmeKernel(returned)).admin(SANITIZE_BLOCK, 0, 1).status == returned


@pytest.mark.parametrize(
    ("command", "length"),
    [(IDENTIFY_CONTROLLER, 3), (IDENTIFY_CONTROLLER, -4), (SANITIZE_BLOCK, 4096), (NvmeCommand(0x81), 512)],
)
def test_nvme_commands_that_do_not_read_get_no_buffer(command: NvmeCommand, length: int) -> None:
    kernel = NvmeKernel()
    with pytest.raises(ValueError, match="only commands that read"):
        Nvme(9, kernel).admin(command, length, 1)
    assert kernel.fields == {}


@given(st.integers(0, 0xFFFF), st.integers(0, 2**32 - 1), st.binary(max_size=20))
def test_nvme_any_return_is_a_result_or_no_answer(returned: int, dword: int, data: bytes) -> None:
    try:
        result = Nvme(9, NvmeKernel(returned, dword, data)).admin(IDENTIFY_CONTROLLER, 16, 1)
    except NoAnswer:
        return
    assert result.succeeded == (returned & 0x7FF == 0)
    assert (len(result.data) == 16) == result.succeeded


class MmcKernel:
    def __init__(self, card_status: int = 0, data: bytes = b"") -> None:
        self.card_status, self.data = card_status, data
        self.fields: dict[str, int] = {}

    def __call__(self, descriptor: int, request: int, command: MmcIocCommand) -> int:
        assert (descriptor, request) == (9, 0xC048B300)
        self.fields = {name: getattr(command, name) for name, _ in command._fields_ if name != "response"}
        if command.data_ptr:
            ctypes.memmove(command.data_ptr, self.data, min(len(self.data), command.blksz * command.blocks))
        command.response[0] = self.card_status
        return 0


@pytest.mark.parametrize(("busy", "flags"), [(False, 0x15), (True, 0x1D)])
def test_mmc_command(busy: bool, flags: int) -> None:
    kernel = MmcKernel(0x900)
    assert Mmc(9, kernel).command(SEND_STATUS, 0x10000, timeout=0.5, busy=busy) == MmcResult(0x900)
    told = {name: value for name, value in kernel.fields.items() if value}
    assert told == {"opcode": 13, "arg": 0x10000, "flags": flags, "cmd_timeout_ms": 500}


def test_mmc_erase_is_one_order_of_three_commands() -> None:
    told: list[tuple[int, ...]] = []

    def ioctl(descriptor: int, request: int, order: MmcIocErase) -> int:
        assert (descriptor, request, order.num_of_cmds, MmcIocErase.cmds.offset) == (9, 0xC008B301, 3, 8)
        for place, command in enumerate(order.cmds):
            told.append((command.opcode, command.arg, command.flags, command.cmd_timeout_ms))
            command.response[0] = 0x900 + place
        return 0

    found = Mmc(9, ioctl).erase(8, 15, 0x80000001, 3600)  # type: ignore[arg-type]
    assert found == (MmcResult(0x900), MmcResult(0x901), MmcResult(0x902))
    assert told == [(35, 8, 0x15, 10_000), (36, 15, 0x15, 10_000), (38, 0x80000001, 0x1D, 3_600_000)]


def test_mmc_status_has_all_its_bits() -> None:
    assert Mmc(9, MmcKernel(0xFFFFFFFF)).command(SWITCH, 0x03A50100, timeout=1).card_status == 0xFFFFFFFF


@pytest.mark.parametrize(("seconds", "nanoseconds"), [(1, 10**9), (60, 2**32 - 1)])
def test_mmc_ext_csd(seconds: float, nanoseconds: int) -> None:
    kernel = MmcKernel(0x900, bytes(range(256)) * 2)
    assert Mmc(9, kernel).ext_csd(seconds) == bytes(range(256)) * 2
    told = {name: value for name, value in kernel.fields.items() if value and name != "data_ptr"}
    assert told == {"opcode": 8, "flags": 0x35, "blksz": 512, "blocks": 1, "data_timeout_ns": nanoseconds}


def test_mmc_empty_ext_csd_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        Mmc(9, MmcKernel(0x900)).ext_csd(1)


@pytest.mark.parametrize("error", [errno.EINTR, errno.ETIMEDOUT, errno.EIO, errno.EILSEQ, errno.ENOLINK])
def test_commands_that_were_given_up_are_no_answer(error: int) -> None:
    for call in calls(error):
        with pytest.raises(NoAnswer):
            call()


@pytest.mark.parametrize("error", [errno.ENODEV, errno.ENXIO, errno.ENOTTY, errno.EPERM, errno.EINVAL, errno.ENOMEDIUM])
def test_a_drive_that_is_gone_is_an_os_error(error: int) -> None:
    for call in calls(error):
        with pytest.raises(OSError, match="Errno") as caught:
            call()
        assert caught.value.errno == error


def calls(error: int) -> list[Callable[[], object]]:
    nvme, mmc = Nvme(9, failing(error)), Mmc(9, failing(error))
    return [
        lambda: nvme.admin(IDENTIFY_CONTROLLER, 4096, 1),
        lambda: mmc.command(SEND_STATUS, 0, timeout=1),
        lambda: mmc.ext_csd(1),
        lambda: mmc.erase(0, 7, 0, 1),
    ]

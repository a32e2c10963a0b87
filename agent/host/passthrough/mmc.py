"""Commands to an eMMC through MMC_IOC_CMD (linux/mmc/ioctl.h) on the open whole device. Needs CAP_SYS_RAWIO."""

import ctypes
import fcntl
from dataclasses import dataclass

from agent.host.passthrough.kernel import Ioctl, ask, memory, milliseconds
from agent.model.ports import MmcResult, NoAnswer

MMC_IOC_CMD, MMC_IOC_MULTI_CMD = 0xC048B300, 0xC008B301

# linux/mmc/core.h, which is no header for programs: a response with checksum and the command's number (R1), then the
# card may be busy (R1b); a command that reads data.
_R1 = 1 << 0 | 1 << 2 | 1 << 4
_BUSY = 1 << 3
_DATA = 1 << 5

_SEND_EXT_CSD = 8
_EXT_CSD_BYTES = 512
_ERASE_GROUP_START, _ERASE_GROUP_END, _ERASE = 35, 36, 38
_ADDRESS_SECONDS = 10.0
_LONGEST_NS = 2**32 - 1
"""4.3 s, as much as the field holds."""


class MmcIocCommand(ctypes.Structure):
    """struct mmc_ioc_cmd."""

    _fields_ = (
        ("write_flag", ctypes.c_int),
        ("is_acmd", ctypes.c_int),
        ("opcode", ctypes.c_uint32),
        ("arg", ctypes.c_uint32),
        ("response", ctypes.c_uint32 * 4),
        ("flags", ctypes.c_uint),
        ("blksz", ctypes.c_uint),
        ("blocks", ctypes.c_uint),
        ("postsleep_min_us", ctypes.c_uint),
        ("postsleep_max_us", ctypes.c_uint),
        ("data_timeout_ns", ctypes.c_uint),
        ("cmd_timeout_ms", ctypes.c_uint),
        ("pad", ctypes.c_uint32),
        ("data_ptr", ctypes.c_uint64),
    )


class MmcIocErase(ctypes.Structure):
    """struct mmc_ioc_multi_cmd with its three commands."""

    _fields_ = (("num_of_cmds", ctypes.c_uint64), ("cmds", MmcIocCommand * 3))


@dataclass(frozen=True)
class Mmc:
    """Satisfies model.ports.MmcPort."""

    descriptor: int
    ioctl: Ioctl = fcntl.ioctl

    def command(self, index: int, argument: int, *, timeout: float, busy: bool = False) -> MmcResult:
        """One command without data; with `busy` the kernel waits until the card is ready. Raises NoAnswer, OSError.

        The SWITCH that starts SANITIZE the kernel carries out itself, waits for its end or the timeout, and hands on no
        response: `card_status` is 0, which no card in use says. SEND_STATUS (CMD13) tells more.
        """
        order = MmcIocCommand(
            opcode=index, arg=argument, flags=_R1 | (_BUSY if busy else 0), cmd_timeout_ms=milliseconds(timeout)
        )
        ask(self.ioctl, self.descriptor, MMC_IOC_CMD, order)
        return MmcResult(order.response[0])

    def erase(self, first: int, last: int, argument: int, timeout: float) -> tuple[MmcResult, ...]:
        """All three in one ioctl: around each, Linux switches the card's command queue off and on (since 5.13), and a
        SWITCH in between would end the sequence. Raises NoAnswer, OSError."""
        orders = (
            (_ERASE_GROUP_START, first, _R1, _ADDRESS_SECONDS),
            (_ERASE_GROUP_END, last, _R1, _ADDRESS_SECONDS),
            (_ERASE, argument, _R1 | _BUSY, timeout),
        )
        order = MmcIocErase(num_of_cmds=len(orders))
        for command, (index, value, flags, seconds) in zip(order.cmds, orders, strict=True):
            command.opcode, command.arg, command.flags = index, value, flags
            command.cmd_timeout_ms = milliseconds(seconds)
        ask(self.ioctl, self.descriptor, MMC_IOC_MULTI_CMD, order)
        return tuple(MmcResult(command.response[0]) for command in order.cmds)

    def ext_csd(self, timeout: float) -> bytes:
        """The 512 bytes of EXT_CSD. Raises NoAnswer, OSError."""
        with memory(_EXT_CSD_BYTES) as (pages, address):
            order = MmcIocCommand(
                opcode=_SEND_EXT_CSD,
                flags=_R1 | _DATA,
                blksz=_EXT_CSD_BYTES,
                blocks=1,
                data_timeout_ns=min(milliseconds(timeout) * 1_000_000, _LONGEST_NS),
                data_ptr=address,
            )
            ask(self.ioctl, self.descriptor, MMC_IOC_CMD, order)
            found = bytes(pages[:_EXT_CSD_BYTES])
        if not any(found):
            raise NoAnswer("the card sent an empty EXT_CSD")
        return found

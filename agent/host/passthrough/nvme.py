"""NVMe admin commands through NVME_IOCTL_ADMIN_CMD (linux/nvme_ioctl.h) on an open namespace or controller."""

import ctypes
import fcntl
from dataclasses import dataclass

from agent.host.passthrough.kernel import Ioctl, ask, memory, milliseconds
from agent.model.ports import NoAnswer, NvmeCommand, NvmeResult

NVME_IOCTL_ADMIN_CMD = 0xC0484E41

_STATUS = 0x7FF
"""Status code type and status code; above them stand CRD, More and DNR (NVMe Base 2.0, 3.3.3.2)."""


class NvmePassthruCommand(ctypes.Structure):
    """struct nvme_passthru_cmd."""

    _fields_ = (
        ("opcode", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("rsvd1", ctypes.c_uint16),
        ("nsid", ctypes.c_uint32),
        ("cdw2", ctypes.c_uint32),
        ("cdw3", ctypes.c_uint32),
        ("metadata", ctypes.c_uint64),
        ("addr", ctypes.c_uint64),
        ("metadata_len", ctypes.c_uint32),
        ("data_len", ctypes.c_uint32),
        ("cdw10", ctypes.c_uint32),
        ("cdw11", ctypes.c_uint32),
        ("cdw12", ctypes.c_uint32),
        ("cdw13", ctypes.c_uint32),
        ("cdw14", ctypes.c_uint32),
        ("cdw15", ctypes.c_uint32),
        ("timeout_ms", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
    )


@dataclass(frozen=True)
class Nvme:
    """Satisfies model.ports.NvmePort."""

    descriptor: int
    ioctl: Ioctl = fcntl.ioctl

    def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
        """One admin command. Raises NoAnswer, OSError; ValueError for what is no command that reads."""
        # The two low bits of an opcode are its direction: the kernel would send our zeros to the controller.
        if data_in < 0 or data_in % 4 or (data_in and command.opcode & 0b11 != 0b10):
            raise ValueError("only commands that read take data, in whole dwords")
        with memory(data_in) as (pages, address):
            order = NvmePassthruCommand(
                opcode=command.opcode,
                nsid=command.namespace,
                addr=address if data_in else 0,
                data_len=data_in,
                cdw10=command.cdw10,
                cdw11=command.cdw11,
                cdw12=command.cdw12,
                cdw13=command.cdw13,
                cdw14=command.cdw14,
                timeout_ms=milliseconds(timeout),
            )
            status = ask(self.ioctl, self.descriptor, NVME_IOCTL_ADMIN_CMD, order) & _STATUS
            # 370h … 37Fh: the kernel's own word for a command that the controller never saw or that it took back.
            if status & 0x7F0 == 0x370:
                raise NoAnswer(f"the controller did not answer (status {status:#x})")
            return NvmeResult(status, order.result, b"" if status else bytes(pages[:data_in]))

"""Status codes of the NVMe Base Specification 2.0 (3.3.3.2.1), as model.ports.NvmeResult holds them."""

from enum import IntEnum


class Status(IntEnum):
    """Status code type << 8 | status code; without phase tag, More and Do Not Retry."""

    SUCCESS = 0x000
    INVALID_OPCODE = 0x001
    INVALID_FIELD = 0x002
    INTERNAL_ERROR = 0x006
    INVALID_NAMESPACE = 0x00B
    """Invalid Namespace or Format."""
    SEQUENCE_ERROR = 0x00C
    DATA_LENGTH = 0x00F
    """Data SGL Length Invalid: the command moves more than the host has room for, or has sent."""
    SGL_TYPE = 0x011
    """SGL Descriptor Type Invalid."""
    SGL_OFFSET = 0x016
    """SGL Offset Invalid."""
    SANITIZE_FAILED = 0x01C
    SANITIZE_IN_PROGRESS = 0x01D
    LBA_OUT_OF_RANGE = 0x080
    NAMESPACE_NOT_READY = 0x082
    FORMAT_IN_PROGRESS = 0x084
    ASYNCHRONOUS_LIMIT = 0x105
    """Asynchronous Event Request Limit Exceeded."""
    INVALID_LOG_PAGE = 0x109
    INVALID_FORMAT = 0x10A
    INSUFFICIENT_CAPACITY = 0x115
    """Namespace Insufficient Capacity."""
    SELF_TEST_IN_PROGRESS = 0x11D
    """Device Self-test In Progress."""
    NO_NAMESPACE_LEFT = 0x116
    """Namespace Identifier Unavailable."""
    ALREADY_ATTACHED = 0x118
    NOT_ATTACHED = 0x11A
    CONTROLLER_LIST = 0x11C
    """Controller List Invalid."""
    CONNECT_FORMAT = 0x180
    CONNECT_BUSY = 0x181
    """Connect Controller Busy: another host holds it."""
    CONNECT_PARAMETERS = 0x182
    """Connect Invalid Parameters."""
    WRITE_FAULT = 0x280
    UNRECOVERED_READ = 0x281
    ACCESS_DENIED = 0x286
    """What drives answer whose data are locked (nvme-cli#412 shows it as 0x4286, with Do Not Retry)."""


class Refusal(Exception):
    """A command that ends with a status other than success."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"{status.name} ({status:#05x})")
        self.status = status


def require(condition: object, status: Status) -> None:
    """Raise Refusal with `status` unless `condition` holds."""
    if not condition:
        raise Refusal(status)

"""ATA PASS-THROUGH (16): what is sent, and what the answers of bridges are worth."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host.passthrough.ata import Ata
from agent.host.passthrough.sense import decode
from agent.host.passthrough.sgio import Reply
from agent.model.ports import AtaCommand, AtaResult, NoAnswer

READ_NATIVE_MAX = AtaCommand(0xF8, device=0x40)
SANITIZE_STATUS = AtaCommand(0xB4, device=0x40, extended=True)
IDENTIFY = AtaCommand(0xEC)


@dataclass
class Bridge:
    """Stands in for Scsi: gives one reply to everything."""

    reply: Reply = field(default_factory=lambda: Reply(0))
    calls: list[tuple[bytes, bytes, int, float]] = field(default_factory=list)

    def transfer(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> Reply:
        self.calls.append((cdb, data_out, data_in, timeout))
        return self.reply


def no_data(command: AtaCommand, reply: Reply) -> AtaResult:
    return Ata(Bridge(reply)).no_data(command, 5)


def descriptor(*, key: int = 1, ascq: int = 0x1D, extend: int = 1, error: int = 0, count: int = 0, lba: int = 0,
               device: int = 0x40, status: int = 0x50) -> Reply:  # fmt: skip
    """CHECK CONDITION with an ATA Status Return descriptor, as libata makes it."""
    b47, b39, b31, b23, b15, b7 = lba.to_bytes(6)
    registers = (9, 12, extend, error, count >> 8, count & 0xFF, b31, b7, b39, b15, b47, b23, device, status)
    return Reply(2, bytes((0x72, key, 0, ascq, 0, 0, 0, 14, *registers)))


def fixed(*, key: int = 1, asc: int = 0, ascq: int = 0x1D, error: int = 0, status: int = 0x50, device: int = 0x40,
          count: int = 0, flags: int = 0x80, lba: int = 0, valid: int = 0x80) -> Reply:  # fmt: skip
    low, mid, high = lba.to_bytes(3, "little")
    sense = (0x70 | valid, 0, key, error, status, device, count, 10, flags, low, mid, high, asc, ascq, 0, 0, 0, 0)
    return Reply(2, bytes(sense))


# What is sent


def test_a_28_bit_command_without_data() -> None:
    bridge = Bridge()
    Ata(bridge).no_data(AtaCommand(0xF9, feature=0x12, count=0x01, lba=0xABCDEF9, device=0x40), 30)
    cdb = bytes((0x85, 3 << 1, 0x20, 0, 0x12, 0, 0x01, 0, 0xF9, 0, 0xDE, 0, 0xBC, 0x4A, 0xF9, 0))
    assert bridge.calls == [(cdb, b"", 0, 30)]


def test_a_48_bit_command_without_data() -> None:
    bridge = Bridge()
    crypto = AtaCommand(0xB4, feature=0x0011, count=0x0102, lba=0x665544332211, device=0x40, extended=True)
    Ata(bridge).no_data(crypto, 30)
    cdb = bytes((0x85, 3 << 1 | 1, 0x20, 0x00, 0x11, 0x01, 0x02, 0x44, 0x11, 0x55, 0x22, 0x66, 0x33, 0x40, 0xB4, 0))
    assert bridge.calls == [(cdb, b"", 0, 30)]


def test_the_address_of_a_sanitize_is_where_the_standard_has_it() -> None:
    """BLOCK ERASE EXT: 426B4572h in bits 31:0 of the LBA (ACS-4): bytes 7, 12, 10, 8 of the CDB."""
    bridge = Bridge()
    Ata(bridge).no_data(AtaCommand(0xB4, feature=0x12, lba=0x426B4572, extended=True), 5)
    [(cdb, *_)] = bridge.calls
    assert bytes((cdb[7], cdb[12], cdb[10], cdb[8])) == b"BkEr"


@pytest.mark.parametrize(("behind_usb", "flags"), [(False, 0x2E), (True, 0x0E)])
def test_data_in(behind_usb: bool, flags: int) -> None:
    bridge = Bridge(Reply(0, data=bytes(1024)))
    Ata(bridge, behind_usb).data_in(AtaCommand(0x2F, lba=0x30, extended=True), 2, 5)
    cdb = bytes((0x85, 4 << 1 | 1, flags, 0, 0, 0, 2, 0, 0x30, 0, 0, 0, 0, 0, 0x2F, 0))
    assert bridge.calls == [(cdb, b"", 1024, 5)]


@pytest.mark.parametrize("count", [0, 1])
def test_data_out(count: int) -> None:
    bridge = Bridge()
    Ata(bridge).data_out(AtaCommand(0xF1, count=count), b"p" * 512, 5)
    cdb = bytes((0x85, 5 << 1, 0x26, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xF1, 0))
    assert bridge.calls == [(cdb, b"p" * 512, 0, 5)]


@pytest.mark.parametrize(
    "command",
    [
        AtaCommand(0xF8, lba=1 << 28), AtaCommand(0xF8, count=256), AtaCommand(0xF8, feature=256),
        AtaCommand(0xF8, lba=-1), AtaCommand(0x27, lba=1 << 48, extended=True),
        AtaCommand(0x27, count=1 << 16, extended=True), AtaCommand(0x100), AtaCommand(0xF8, device=0x100),
    ],
)  # fmt: skip
def test_what_no_task_file_holds_is_not_sent(command: AtaCommand) -> None:
    bridge = Bridge()
    with pytest.raises(ValueError):  # noqa: PT011 - bytes() has its own words for the last two
        Ata(bridge).no_data(command, 5)
    assert bridge.calls == []


def test_transfers_that_contradict_themselves_are_not_sent() -> None:
    bridge = Bridge()
    with pytest.raises(ValueError, match="number of blocks"):
        Ata(bridge).data_in(AtaCommand(0xEC, count=2), 1, 5)
    with pytest.raises(ValueError, match="number of blocks"):
        Ata(bridge).data_in(IDENTIFY, 0, 5)
    with pytest.raises(ValueError, match="number of blocks"):
        Ata(bridge).data_out(IDENTIFY, b"", 5)
    with pytest.raises(ValueError, match="512"):
        Ata(bridge).data_out(IDENTIFY, b"x" * 513, 5)
    with pytest.raises(ValueError, match="28-bit"):
        Ata(bridge).data_in(IDENTIFY, 256, 5)
    assert bridge.calls == []


# What the answers are worth


def test_registers_of_a_48_bit_success() -> None:
    result = no_data(SANITIZE_STATUS, descriptor(count=0x8000, lba=0x1234_5678_9ABC))
    assert result == AtaResult(status=0x50, count=0x8000, lba=0x1234_5678_9ABC, device=0x40)
    assert result.succeeded


def test_registers_of_a_28_bit_success() -> None:
    """Bits 27:24 of the address stand in the device register."""
    result = no_data(READ_NATIVE_MAX, descriptor(extend=0, lba=0xBCDEF9, device=0x4A))
    assert result == AtaResult(status=0x50, lba=0xABCDEF9, device=0x4A)
    assert result.succeeded


@pytest.mark.parametrize(
    "reply",
    [
        descriptor(key=0xB, ascq=0, error=0x04, status=0x51),
        descriptor(key=1, error=0x04, status=0x51),  # a bridge that calls everything recovered
        fixed(key=0xB, ascq=0, error=0x04, status=0x51),  # libata, Linux 6.11 and later
        fixed(key=0xB, ascq=0, error=0x04, status=0x51, flags=0xE0),  # upper bytes missing: still refused
    ],
)
def test_a_refused_command(reply: Reply) -> None:
    result = no_data(SANITIZE_STATUS, reply)
    assert result.aborted
    assert not result.succeeded


def test_a_device_fault_is_no_success() -> None:
    result = no_data(READ_NATIVE_MAX, descriptor(key=4, ascq=0, status=0x70, extend=0))
    assert result.registers
    assert not result.succeeded
    assert not result.aborted


def test_fixed_format_of_a_28_bit_success() -> None:
    result = no_data(READ_NATIVE_MAX, fixed(lba=0xBCDEF9, device=0x4A, count=3, flags=0))
    assert result == AtaResult(status=0x50, count=3, lba=0xABCDEF9, device=0x4A)


def test_fixed_format_of_a_48_bit_success_that_is_whole() -> None:
    assert no_data(SANITIZE_STATUS, fixed(lba=0x1234)) == AtaResult(status=0x50, lba=0x1234, device=0x40)


@pytest.mark.parametrize(
    "reply",
    [
        fixed(flags=0xC0), fixed(flags=0xA0), fixed(flags=0xE0),  # upper bytes that are not told
        fixed(flags=0x00), descriptor(extend=0),  # the bridge took it for a 28-bit command
        fixed(flags=0x60),
    ],
)  # fmt: skip
def test_half_of_a_48_bit_success_is_no_registers(reply: Reply) -> None:
    """SANITIZE STATUS EXT tells its state in the upper byte of COUNT: zero there would read as "idle"."""
    result = no_data(SANITIZE_STATUS, reply)
    assert result == AtaResult(registers=False)
    assert not result.succeeded


@pytest.mark.parametrize(
    "reply",
    [
        Reply(0),  # a bridge that fakes success
        Reply(2),  # no sense data at all
        Reply(2, b"\x00" * 18),
        Reply(2, bytes((0x70, 0, 1, 0, 0, 0, 0, 0))),
        Reply(2, bytes((0x72, 1, 0, 0x1D, 0, 0, 0, 0))),
        Reply(2, bytes((0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0))),  # INVALID COMMAND
        descriptor(status=0, device=0), fixed(status=0, device=0, flags=0),  # an empty form
        descriptor(status=0xD0), descriptor(status=0xFF, error=0xFF),  # busy; nothing on the wire
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [READ_NATIVE_MAX, SANITIZE_STATUS])
def test_without_registers_nothing_is_a_success(reply: Reply, command: AtaCommand) -> None:
    result = no_data(command, reply)
    assert result == AtaResult(registers=False)
    assert not result.succeeded
    assert not result.aborted


@pytest.mark.parametrize("status", [0x04, 0x08, 0x18, 0x28, 0x40, 0xFF])
def test_a_bridge_that_is_busy_is_no_answer(status: int) -> None:
    with pytest.raises(NoAnswer, match="SCSI status"):
        no_data(READ_NATIVE_MAX, Reply(status, descriptor().sense))


@pytest.mark.parametrize("key", [2, 3, 4, 6, 7, 0xB])
def test_an_error_of_the_bridge_is_no_answer(key: int) -> None:
    """UNIT ATTENTION after a reset; ABORTED COMMAND without registers is how libata tells a timeout."""
    for sense in (bytes((0x70, 0, key, 0, 0, 0, 0, 10, *bytes(10))), bytes((0x72, key, 0, 0, 0, 0, 0, 0))):
        with pytest.raises(NoAnswer, match=f"sense {key:X}h"):
            no_data(READ_NATIVE_MAX, Reply(2, sense))


@pytest.mark.parametrize("key", [2, 3, 4, 5, 6, 0xB])
def test_registers_of_a_ready_drive_under_an_error_are_no_success(key: int) -> None:
    """A command that was given up, and the registers of the drive that waits for the next one."""
    with pytest.raises(NoAnswer, match="registers show no error"):
        no_data(READ_NATIVE_MAX, descriptor(key=key, ascq=0))


def test_an_error_of_an_earlier_command_is_no_answer() -> None:
    for reply in (descriptor(), fixed()):
        with pytest.raises(NoAnswer):
            no_data(READ_NATIVE_MAX, Reply(2, bytes((reply.sense[0] | 1,)) + reply.sense[1:]))


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (Reply(0), True),
        (descriptor(), True),
        (Reply(2, bytes((0x72, 1, 0, 0x1D, 0, 0, 0, 0))), True),
        (Reply(2), False),
        (descriptor(key=0xB, ascq=0, error=4, status=0x51), False),
        (descriptor(error=4, status=0x51), False),
        (Reply(2, bytes((0x72, 5, 0x20, 0, 0, 0, 0, 0))), False),
    ],
)
def test_data_is_kept_only_where_the_transfer_was_good(reply: Reply, kept: bool) -> None:
    bridge = Bridge(Reply(reply.status, reply.sense, b"d" * 512))
    result = Ata(bridge).data_in(IDENTIFY, 1, 5)
    assert result.data == (b"d" * 512 if kept else b"")


first = st.sampled_from([0x70, 0x71, 0x72, 0x73, 0xF0]).map(lambda code: bytes((code,)))
rubbish = st.binary(max_size=96) | st.builds(bytes.__add__, first, st.binary(max_size=40))
changed = st.builds(
    lambda reply, at, value: reply.sense[:at] + bytes((value,)) + reply.sense[at + 1 :],
    st.sampled_from([descriptor(), fixed()]), st.integers(0, 21), st.integers(0, 255),
)  # fmt: skip


@given(st.sampled_from([0, 2]), rubbish | changed, st.sampled_from([READ_NATIVE_MAX, SANITIZE_STATUS]))
def test_random_sense_is_never_more_than_it_says(status: int, sense: bytes, command: AtaCommand) -> None:
    try:
        result = no_data(command, Reply(status, sense))
    except NoAnswer:
        return
    told = decode(sense)
    if result.succeeded:
        assert told.registers is not None
        assert told.registers.status & 0xE1 == 0x40
        assert told.key in (0, 1)
        assert not told.deferred
        assert told.registers.whole or not command.extended


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, (1 << 48) - 1),
    st.integers(0, 255),
    st.sampled_from([0x50, 0x51, 0x40, 0x60]),
)
def test_whatever_the_drive_leaves_is_what_is_told(count: int, lba: int, device: int, status: int) -> None:
    reply = descriptor(count=count, lba=lba, device=device, status=status)
    assert no_data(SANITIZE_STATUS, reply) == AtaResult(status, 0, count, lba, device)

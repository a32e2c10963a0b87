"""SG_IO with a kernel that answers as it is told to, and what an open drive is found to offer.

No drive here takes SG_IO: that the real kernel does what this one does is shown by the tests in a virtual machine.
"""

import ctypes
import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host.passthrough.ata import Ata
from agent.host.passthrough.mmc import Mmc
from agent.host.passthrough.nvme import Nvme
from agent.host.passthrough.open import is_identify_data, ports
from agent.host.passthrough.sgio import Scsi, SgIoHeader
from agent.model.ports import NoAnswer, Ports, ScsiResult
from agent.model.words import Transport

INQUIRY = bytes((0x12, 0, 0, 0, 36, 0))
NOT_READY = bytes((0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x1B, 0, 0x80, 0x40, 0x00))
UNIT_ATTENTION = bytes((0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0x00, 0, 0, 0, 0))
GONE = (errno.ENODEV, errno.ENXIO, errno.EPERM, errno.EFAULT)
UNANSWERED = (errno.EINTR, errno.ETIMEDOUT, errno.EIO, errno.EREMOTEIO)


@dataclass(frozen=True)
class Answer:
    """What the kernel does with one SG_IO."""

    data: bytes = b""
    sense: bytes = b""
    status: int = 0
    host: int = 0
    driver: int = 0
    resid: int = 0
    error: int = 0


@dataclass
class Kernel:
    """Stands in for fcntl.ioctl. Reads and writes by the pointers of the header, as the real one does."""

    answers: list[Answer]
    headers: list[dict[str, int]] = field(default_factory=list)
    cdbs: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def __call__(self, descriptor: int, request: int, header: SgIoHeader) -> int:
        assert (descriptor, request) == (7, 0x2285)
        answer = self.answers[min(len(self.cdbs), len(self.answers) - 1)]
        self.headers.append({name: getattr(header, name) for name, _ in header._fields_})
        self.cdbs.append(ctypes.string_at(header.cmdp, header.cmd_len))
        if answer.error:
            raise OSError(answer.error, os.strerror(answer.error))
        if header.dxfer_direction == -2:
            self.sent.append(ctypes.string_at(header.dxferp, header.dxfer_len))
        if header.dxfer_direction == -3:
            ctypes.memmove(header.dxferp, answer.data, min(len(answer.data), header.dxfer_len))
        header.sb_len_wr = min(len(answer.sense), header.mx_sb_len)
        ctypes.memmove(header.sbp, answer.sense, header.sb_len_wr)
        header.status, header.resid = answer.status, answer.resid
        header.host_status, header.driver_status = answer.host, answer.driver
        return 0


def ask(answer: Answer, **how: object) -> tuple[ScsiResult, Kernel]:
    kernel = Kernel([answer])
    return Scsi(7, kernel).execute(INQUIRY, **{"timeout": 10, **how}), kernel  # type: ignore[arg-type]


def test_a_command_that_reads() -> None:
    result, kernel = ask(Answer(b"x" * 36), data_in=36)
    assert result == ScsiResult(data=b"x" * 36)
    assert result.succeeded
    [header] = kernel.headers
    assert kernel.cdbs == [INQUIRY]
    assert (header["interface_id"], header["dxfer_direction"], header["dxfer_len"]) == (ord("S"), -3, 36)
    assert (header["cmd_len"], header["mx_sb_len"], header["timeout"]) == (6, 96, 10_000)
    assert header["dxferp"] % os.sysconf("SC_PAGESIZE") == 0
    for unused in ("iovec_count", "flags", "pack_id", "usr_ptr"):
        assert not header[unused]


def test_a_command_that_writes() -> None:
    result, kernel = ask(Answer(), data_out=b"parameters")
    assert result == ScsiResult()
    assert kernel.sent == [b"parameters"]
    assert kernel.headers[0]["dxfer_direction"] == -2


def test_a_command_without_data() -> None:
    result, kernel = ask(Answer())
    assert result == ScsiResult()
    assert (kernel.headers[0]["dxfer_direction"], kernel.headers[0]["dxfer_len"]) == (-1, 0)
    assert kernel.headers[0]["dxferp"] is None


@pytest.mark.parametrize(("resid", "length"), [(0, 36), (30, 6), (36, 0), (99, 0), (-4, 36), (-(2**31), 36)])
def test_the_residue_shortens_the_data(resid: int, length: int) -> None:
    result, _ = ask(Answer(b"x" * 36, resid=resid), data_in=36)
    assert result.data == b"x" * length


def test_data_not_taken_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match="took 6 of 10 bytes"):
        ask(Answer(resid=4), data_out=b"parameters")


def test_a_refused_command_need_not_take_its_data() -> None:
    result, _ = ask(Answer(status=2, driver=8, resid=10), data_out=b"parameters")
    assert result == ScsiResult(status=2)


@pytest.mark.parametrize("driver", [0x00, 0x08, 0x18, 0x88])
def test_sense_data_is_decoded(driver: int) -> None:
    result, _ = ask(Answer(sense=NOT_READY, status=2, driver=driver))
    assert result == ScsiResult(2, 2, 0x04, 0x1B, progress=0x4000)
    assert result.sanitizing
    assert not result.succeeded


def test_missing_sense_data_is_zeros() -> None:
    result, _ = ask(Answer(status=2, driver=8))
    assert result == ScsiResult(status=2)
    assert not result.succeeded


@pytest.mark.parametrize(("host", "word"), [(0x03, "timeout"), (0x01, "cannot be reached"), (0x08, "reset"),
                                            (0x0E, "lost"), (0x55, "0x55")])  # fmt: skip
def test_what_the_adapter_reports_is_no_answer_even_with_a_good_status(host: int, word: str) -> None:
    with pytest.raises(NoAnswer, match=word):
        ask(Answer(b"x" * 36, host=host), data_in=36)


@pytest.mark.parametrize("driver", [0x01, 0x04, 0x06, 0x07, 0x16])
def test_what_the_driver_reports_is_no_answer(driver: int) -> None:
    with pytest.raises(NoAnswer, match="driver status"):
        ask(Answer(driver=driver))


@pytest.mark.parametrize("error", UNANSWERED)
def test_an_ioctl_that_was_given_up_is_no_answer(error: int) -> None:
    with pytest.raises(NoAnswer):
        ask(Answer(error=error))


@pytest.mark.parametrize("error", [*GONE, errno.ENOTTY])
def test_a_drive_that_is_gone_is_an_os_error(error: int) -> None:
    with pytest.raises(OSError, match=r"Errno") as caught:
        ask(Answer(error=error))
    assert caught.value.errno == error


@pytest.mark.parametrize(
    ("seconds", "milliseconds"),
    [(10, 10_000), (0.0004, 1), (0, 1), (-5, 1), (7200.5, 7_200_500), (1e9, 2**31 - 1), (float("inf"), 2**31 - 1)],
)
def test_timeouts_stay_within_what_the_kernel_understands(seconds: float, milliseconds: int) -> None:
    _, kernel = ask(Answer(), timeout=seconds)
    assert kernel.headers[0]["timeout"] == milliseconds


@pytest.mark.parametrize(
    ("cdb", "how"),
    [
        (b"", {}),
        (bytes(5), {}),
        (bytes(17), {}),
        (INQUIRY, {"data_out": b"x", "data_in": 1}),
        (INQUIRY, {"data_in": -1}),
    ],
)
def test_what_is_no_command_is_not_sent(cdb: bytes, how: dict[str, object]) -> None:
    kernel = Kernel([Answer()])
    with pytest.raises(ValueError, match="a command has"):
        Scsi(7, kernel).execute(cdb, timeout=1, **how)  # type: ignore[arg-type]
    assert kernel.cdbs == []


@given(
    st.builds(
        Answer,
        data=st.binary(max_size=40), sense=st.binary(max_size=96), status=st.integers(0, 255),
        resid=st.integers(-(2**31), 2**31 - 1),
    )
)  # fmt: skip
def test_any_answer_of_a_drive_is_a_result(answer: Answer) -> None:
    result, _ = ask(answer, data_in=36)
    assert result.status == answer.status
    assert len(result.data) <= 36


# What an open drive offers


def identify(**words: int) -> bytes:
    """IDENTIFY DEVICE data; `w83=0` sets a word. The checksum is made last."""
    word = [0] * 256
    word[0], word[49], word[61], word[83] = 0x0040, 0x0F00, 0x0FFF, 0x7D09
    data = bytearray(b"".join(value.to_bytes(2, "little") for value in word))
    data[20:40], data[54:94] = b"RESIAL  123".ljust(20), b"OMED L1".ljust(40)
    for name, value in words.items():
        at = 2 * int(name[1:])
        data[at : at + 2] = value.to_bytes(2, "little")
    data[510] = 0xA5
    data[511] = -sum(data[:511]) % 256
    return bytes(data)


OLD = identify()[:510] + bytes(2)
"""Of a drive that makes no checksum."""


def test_identify_data() -> None:
    assert is_identify_data(identify())
    assert is_identify_data(OLD)


@pytest.mark.parametrize(
    "data",
    [
        b"", identify()[:511], identify() + b"\0", bytes(512), b"\xff" * 512, b"\x55" * 512, b"USBC" * 128,
        identify()[:100] + b"\x01" + identify()[101:],  # one byte is not what the checksum says
        identify(w0=0x8580),  # ATAPI: an optical drive
        identify(w49=0x0D00), identify(w83=0x0000), identify(w83=0xFFFF),
        OLD[:54] + bytes(40) + OLD[94:], OLD[:54] + b" " * 40 + OLD[94:], OLD[:54] + b"\x9c" + OLD[55:],
        OLD[:120] + bytes(4) + OLD[124:], OLD[:120] + b"\0\0\0\x10" + OLD[124:],
    ],
)  # fmt: skip
def test_what_is_no_identify_data(data: bytes) -> None:
    assert not is_identify_data(data)


@given(st.binary(min_size=500, max_size=520))
def test_random_identify_data_never_raises(data: bytes) -> None:
    is_identify_data(data)


@pytest.mark.parametrize("transport", [Transport.ATA, Transport.USB])
def test_a_drive_that_identifies_itself_offers_ata(transport: Transport) -> None:
    kernel = Kernel([Answer(identify())])
    found = ports(7, transport, kernel)
    bridge = transport is Transport.USB
    assert found == Ports(ata=Ata(Scsi(7, kernel), bridge=bridge), bridge=bridge)
    [cdb] = kernel.cdbs
    assert (cdb[0], cdb[14]) == (0x85, 0xEC)
    assert bool(cdb[2] & 0x20) is (transport is Transport.ATA)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(), Answer(bytes(512)), Answer(identify(), resid=512), Answer(identify(), resid=8),
        Answer(identify(), status=2, driver=8), Answer(identify(), host=7), Answer(identify(), status=8),
        Answer(identify(), sense=bytes((0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0)), status=2),
        Answer(error=errno.ENOTTY), Answer(error=errno.EINVAL), Answer(error=errno.EIO), Answer(error=errno.ETIMEDOUT),
    ],
)  # fmt: skip
def test_anything_else_offers_nothing(answer: Answer) -> None:
    kernel = Kernel([answer])
    assert ports(7, Transport.USB, kernel) == Ports(bridge=True)
    assert {cdb[14] for cdb in kernel.cdbs} == {0xEC}


def test_the_first_command_after_a_reset_may_be_lost() -> None:
    kernel = Kernel([Answer(sense=UNIT_ATTENTION, status=2, driver=8), Answer(identify())])
    assert ports(7, Transport.ATA, kernel).ata is not None
    assert len(kernel.cdbs) == 2


@pytest.mark.parametrize("error", GONE)
def test_a_drive_that_is_gone_offers_no_ports(error: int) -> None:
    with pytest.raises(OSError, match="Errno"):
        ports(7, Transport.ATA, Kernel([Answer(error=error)]))


def test_the_other_transports_are_sent_nothing() -> None:
    kernel = Kernel([Answer()])
    assert ports(7, Transport.SCSI, kernel) == Ports(scsi=Scsi(7, kernel))
    assert ports(7, Transport.NVME, kernel) == Ports(nvme=Nvme(7, kernel))
    assert ports(7, Transport.MMC, kernel) == Ports(mmc=Mmc(7, kernel))
    for transport in (Transport.LOOP, Transport.VIRTIO, Transport.NETWORK, Transport.UNKNOWN):
        assert ports(7, transport, kernel) == Ports()
    assert kernel.cdbs == []


def test_the_real_kernel_refuses_what_is_no_drive(tmp_path: Path) -> None:
    with (tmp_path / "no drive").open("xb") as file:
        assert ports(file.fileno(), Transport.ATA) == Ports()
        with pytest.raises(OSError, match="Inappropriate ioctl"):
            Scsi(file.fileno()).execute(INQUIRY, data_in=36, timeout=1)

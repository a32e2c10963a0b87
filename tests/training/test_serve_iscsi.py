"""The iSCSI target of simulated drives, against a small initiator on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from iscsi_client import NO_TAG, Initiator
from simulated_ata import BLOCK as ATA_BLOCK
from simulated_ata import Ata
from simulated_nvme import OLD, SIZE, Bench, Nvme
from simulated_sas import BLOCK, IMMED, TUR, Sas, cdb_10, cdb_16

from agent.host.passthrough.sense import decode
from agent.training.serve import iscsi_tasks
from agent.training.serve.iscsi import serve_iscsi, target_name
from agent.training.serve.wire import Listener

NAME = target_name("SIM-1")
DONOR = (OLD * SIZE)[:SIZE]
Connect = Callable[..., Initiator]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Serve a drive, once, and connect to it; the listener is `.listener` of the initiator."""
    listeners: dict[int, Listener] = {}
    with ExitStack() as stack:

        def make(bench: Bench, *, log_in: bool = True, **settings: bool) -> Initiator:
            if id(bench) not in listeners:
                listeners[id(bench)] = stack.enter_context(serve_iscsi(bench.drive, **settings))
            initiator = Initiator(listeners[id(bench)].port)
            stack.callback(initiator.close)
            if log_in:
                initiator.log_in(NAME)
            return initiator

        yield make


def sense(block: bytes) -> tuple[int, int, int]:
    said = decode(block)
    return said.key, said.asc, said.ascq


def test_only_this_computer_reaches_it() -> None:
    with serve_iscsi(Sas().drive) as listener:
        assert listener._socket.getsockname()[0] == "127.0.0.1"


def test_an_nvme_drive_is_no_target() -> None:
    with pytest.raises(ValueError, match="SCSI"):
        serve_iscsi(Nvme().drive)


def test_login_agrees_upon_the_simplest(connect: Connect) -> None:
    agreed = connect(Sas(), log_in=False).log_in(NAME)
    assert agreed["TargetPortalGroupTag"] == "1"
    assert agreed["AuthMethod"] == agreed["HeaderDigest"] == "None"
    assert agreed["MaxConnections"] == "1"
    assert agreed["InitialR2T"] == "Yes"
    assert agreed["ErrorRecoveryLevel"] == "0"
    assert int(agreed["MaxBurstLength"]) <= 16776192
    assert agreed["X-odd"] == "NotUnderstood"
    assert int(agreed["MaxRecvDataSegmentLength"]) >= 8192


@pytest.mark.parametrize(
    ("keys", "failure"),
    [
        ({"TargetName": NAME}, 0x0207),
        ({"InitiatorName": "iqn.a", "SessionType": "Normal"}, 0x0207),
        ({"InitiatorName": "iqn.a", "TargetName": "iqn.other"}, 0x0203),
        ({"InitiatorName": "iqn.a", "TargetName": NAME, "SessionType": "Odd"}, 0x0209),
        ({"InitiatorName": "iqn.a", "TargetName": NAME, "AuthMethod": "CHAP"}, 0x0201),
    ],
)
def test_logins_that_fail_are_told_why(connect: Connect, keys: dict[str, str], failure: int) -> None:
    initiator = connect(Sas(), log_in=False)
    assert initiator.login(0x81, keys).number(36) >> 16 == failure
    assert initiator.hung_up


def test_a_login_of_another_version(connect: Connect) -> None:
    initiator = connect(Sas(), log_in=False)
    assert initiator.login(0x81, {}, f3=b"\x01").number(36) >> 16 == 0x0205


def test_discovery_names_the_target_and_carries_out_nothing(connect: Connect) -> None:
    sas = Sas()
    initiator = connect(sas, log_in=False)
    assert initiator.login(0x87, {"InitiatorName": "iqn.a", "SessionType": "Discovery"}).number(36) >> 16 == 0
    initiator.numbered(0x04, 0x80, {20: NO_TAG.to_bytes(4)}, b"SendTargets=All\0")
    assert initiator.get().keys == {"TargetName": NAME}
    before = sas.drive.commands
    initiator.begin(TUR)
    assert initiator.hung_up
    assert sas.drive.commands == before


def test_inquiry_with_less_than_there_was_room_for(connect: Connect) -> None:
    ended = connect(Sas()).command(bytes((0x12, 0, 0, 0, 255, 0)), data_in=255)
    assert (ended.status, len(ended.data), ended.residue) == (0, 96, 255 - 96)
    assert ended.data[8:16] == b"SIMULATE"


def test_reading_comes_in_pieces_that_the_initiator_can_take(connect: Connect) -> None:
    ended = connect(Sas()).command(cdb_10(0x28, length=SIZE // 512), data_in=SIZE)
    assert ended.data == DONOR


@pytest.mark.parametrize("immediate", [0, 512, 8192])
def test_writing_with_and_without_immediate_data(connect: Connect, immediate: int) -> None:
    sas = Sas(facts={"size_bytes": 1 << 20})
    data = bytes(range(256)) * 2400  # 600 KiB: several bursts
    ended = connect(sas).command(cdb_10(0x2A, length=len(data) // 512), data_out=data, immediate=immediate)
    assert (ended.status, ended.sense) == (0, b"")
    assert sas.read(0, len(data)) == data


def test_errors_come_with_their_sense_data(connect: Connect) -> None:
    sas = Sas({"unreadable": (5,)})
    initiator = connect(sas)
    ended = initiator.command(cdb_10(0x28, length=8), data_in=4096)
    assert (ended.status, sense(ended.sense)) == (2, (3, 0x11, 0))
    assert decode(ended.sense).information == 5
    assert initiator.command(cdb_10(0x48, BLOCK | IMMED)).status == 0
    sas.clock.advance(30)
    ended = initiator.command(TUR)
    assert sense(ended.sense) == (2, 0x04, 0x1B)
    assert decode(ended.sense).progress == 65536 * 30 // 100


def test_status_numbers_count_every_status(connect: Connect) -> None:
    initiator = connect(Sas())
    for _ in range(4):
        initiator.command(TUR)
    first = initiator.status_numbers[0]
    assert initiator.status_numbers == [first, first + 1, first + 2, first + 3]


def identify(initiator: Initiator, check: int = 0x20) -> tuple[bytes, bytes]:
    ended = initiator.command(bytes((0x85, 4 << 1, 0x0E | check, 0, 0, 0, 1, *bytes(7), 0xEC, 0)), data_in=512)
    return ended.data, ended.sense


def test_ata_registers_come_as_a_descriptor_beside_the_data(connect: Connect) -> None:
    data, said = identify(connect(Ata()))
    assert sum(data) % 256 == 0
    assert len(data) == 512
    assert said[0] == 0x72
    registers = decode(said).registers
    assert registers is not None
    assert registers.status == 0x50


def test_or_in_the_fixed_format_for_who_asks(connect: Connect) -> None:
    _, said = identify(connect(Ata(), fixed_sense=True))
    assert said[0] & 0x7F == 0x70
    assert decode(said).registers is not None


def test_there_is_no_other_unit(connect: Connect) -> None:
    initiator = connect(Ata())
    assert initiator.command(bytes((0x12, 0, 0, 0, 36, 0)), data_in=36, lun=1).data[0] == 0x7F
    assert sense(initiator.command(TUR, lun=1).sense) == (5, 0x25, 0)
    assert initiator.command(bytes((0xA0, *bytes(8), 64, 0, 0)), data_in=64, lun=1).data[:4] == bytes((0, 0, 0, 8))


def test_a_question_is_answered_with_its_data(connect: Connect) -> None:
    initiator = connect(Sas())
    initiator.numbered(0x00, 0x80, {20: NO_TAG.to_bytes(4)}, b"are you there?")
    answer = initiator.get()
    assert (answer.opcode, answer.data) == (0x20, b"are you there?")


def test_a_busy_drive_does_not_make_the_connection_deaf(connect: Connect) -> None:
    sas = Sas({"erase_hangs_at_percent": 10})
    initiator = connect(sas)
    initiator.command(cdb_10(0x48, BLOCK | IMMED))
    sas.clock.advance(50)
    tag = initiator.begin(TUR)
    initiator.numbered(0x40, 0x80, {20: NO_TAG.to_bytes(4), 24: initiator.command_number.to_bytes(4)})
    initiator.command_number -= 1  # an immediate unit has no number of its own
    assert initiator.get().opcode == 0x20
    initiator.numbered(0x02, 0x81, {20: tag.to_bytes(4)})  # ABORT TASK
    assert initiator.get().header[2] == 0
    initiator.numbered(0x02, 0x81, {20: tag.to_bytes(4)})
    assert initiator.get().header[2] == 1, "there is no such task any more"
    sas.drive.power_cut()
    assert initiator.hung_up


def test_logout_ends_it(connect: Connect) -> None:
    initiator = connect(Sas())
    initiator.numbered(0x06, 0x80, {})
    answer = initiator.get()
    assert (answer.opcode, answer.header[2]) == (0x26, 0)
    assert initiator.hung_up


def test_power_cut_hangs_up_and_power_on_lets_in_again(connect: Connect) -> None:
    sas = Sas()
    initiator = connect(sas)
    sas.drive.power_cut()
    assert initiator.hung_up
    assert connect(sas, log_in=False).hung_up
    sas.drive.power_on()
    assert connect(sas).command(cdb_10(0x28, length=1), data_in=512).data == DONOR[:512]


def test_a_drive_that_drops_off_the_bus_hangs_up(connect: Connect) -> None:
    initiator = connect(Sas({"vanishes_after_bytes": 4096}))
    initiator.command(cdb_10(0x28, length=8), data_in=4096)
    initiator.begin(TUR)
    assert initiator.hung_up


def test_closing_hangs_up_on_everybody(connect: Connect) -> None:
    sas = Sas()
    with serve_iscsi(sas.drive) as listener:
        initiator = Initiator(listener.port)
        initiator.log_in(NAME)
    assert initiator.hung_up
    initiator.close()
    assert sas.drive.is_on


def test_more_than_a_command_may_move_is_refused(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iscsi_tasks, "MOST_DATA", 4096)
    initiator = connect(Sas())
    for ended in (
        initiator.command(cdb_10(0x2A, length=16), data_out=bytes(8192)),
        initiator.command(cdb_10(0x28, length=16), data_in=8192),
    ):
        assert sense(ended.sense) == (5, 0x24, 0)
    assert initiator.command(TUR).status == 0


def test_a_read_as_large_as_the_address_allows_is_refused_by_the_drive(connect: Connect) -> None:
    """Or a drive of a terabyte would need a terabyte of memory."""
    initiator = connect(Sas(facts={"size_bytes": 1 << 20}))
    ended = initiator.command(cdb_16(0x88, length=0xFFFFFFFF), data_in=4096)
    assert sense(ended.sense) == (5, 0x24, 0)
    limits = initiator.command(bytes((0x12, 1, 0xB0, 0, 64, 0)), data_in=64).data
    assert int.from_bytes(limits[8:12]) * 512 == 32 << 20


def test_commands_wait_in_a_window(connect: Connect) -> None:
    initiator = connect(Sas())
    initiator.command(TUR)
    whole = initiator.window
    for _ in range(3):
        initiator.begin(cdb_10(0x2A, length=1), data_out=bytes(512))
        initiator.get()
    assert initiator.window == whole - 3


def raw(opcode: int = 0x01, flags: int = 0x80, length: int = 0, **fields: bytes) -> bytes:
    header = bytearray(48)
    header[0], header[1], header[5:8] = opcode, flags, length.to_bytes(3)
    for name, value in fields.items():
        header[int(name[1:]) : int(name[1:]) + len(value)] = value
    return bytes(header)


# The next CmdSN is 7.
NEXT = (7).to_bytes(4)


@pytest.mark.parametrize(
    "unit",
    [
        raw(0x01, 0x80, 0xFFFFFF, f24=NEXT),
        raw(0x01, 0x80, f24=(8).to_bytes(4)),
        raw(0x01, 0x20, f24=NEXT, f20=(512).to_bytes(4)),
        raw(0x01, 0xA0, 4, f24=NEXT) + b"four",
        raw(0x01, 0xC0, 4, f24=NEXT, f20=(512).to_bytes(4)) + b"four",
        raw(0x04, 0x80, 4, f24=NEXT) + b"\xff\xfe=\xff",
        raw(0x04, 0x80, 8, f24=NEXT) + b"nothing!",
        raw(0x04, 0x00, f24=NEXT),
    ],
    ids=[
        "too long",
        "out of turn",
        "unsolicited",
        "more than expected",
        "data to read",
        "no text",
        "no key",
        "endless",
    ],
)
def test_rules_that_are_broken_end_the_connection(connect: Connect, unit: bytes) -> None:
    sas = Sas()
    initiator = connect(sas)
    initiator.socket.sendall(unit)
    assert initiator.hung_up
    connect(sas).command(TUR)


@pytest.mark.parametrize("wrong", ["tag", "number", "offset", "too much", "too little"])
def test_data_that_was_not_asked_for_ends_the_connection(connect: Connect, wrong: str) -> None:
    sas = Sas()
    initiator = connect(sas)
    initiator.begin(cdb_10(0x2A, length=2), data_out=bytes(1024))
    ready = initiator.get()
    assert (ready.number(40), ready.number(44)) == (0, 1024)
    if wrong == "tag":
        ready = type(ready)(ready.header[:20] + b"\0\0\0\x09" + ready.header[24:], b"")
    number, at, length = (1 if wrong == "number" else 0), (512 if wrong == "offset" else 0), 1024
    length = {"too much": 2048, "too little": 512, "offset": 512}.get(wrong, length)
    initiator.data_out(ready, number, at, b"x" * length, final=True)
    assert initiator.hung_up
    assert sas.read(0, 1024) == DONOR[:1024]


def test_data_for_no_command_and_odd_opcodes_are_passed_over(connect: Connect) -> None:
    initiator = connect(Sas())
    initiator.put(0x05, 0x80, {16: b"\0\0\x99\x99"}, b"data")
    initiator.put(0x10, 0x80, {})
    assert initiator.get().opcode == 0x3F  # Reject
    assert initiator.command(TUR).status == 0


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n" + bytes(64), bytes(4096), b"\xff" * 4096, b"\x43"])
def test_noise_instead_of_a_login(connect: Connect, noise: bytes) -> None:
    sas = Sas()
    initiator = connect(sas, log_in=False)
    with suppress(OSError):  # it may have hung up before
        initiator.socket.sendall(noise)
        initiator.socket.shutdown(1)
    assert initiator.hung_up
    connect(sas).command(TUR)


def test_a_login_without_end(connect: Connect) -> None:
    initiator = connect(Sas(), log_in=False)
    answers = 0
    with suppress(EOFError, ConnectionError):
        for _ in range(100):
            initiator.login(0x40, {"InitiatorName": "x" * 8000})
            answers += 1
    assert answers < 10, "keys and values of 64 KiB are enough"


def test_a_long_read_beyond_what_the_initiator_expects(connect: Connect) -> None:
    ended = connect(Ata()).command(cdb_16(0x88, length=16), data_in=512)
    assert (ended.status, ended.data) == (0, DONOR[:512])


def test_an_erase_by_ata_pass_through(connect: Connect) -> None:
    ata = Ata()
    initiator = connect(ata)
    key = 0x426B4572.to_bytes(6)
    low, high = key[3:], key[:3]
    lba = bytes((high[2], low[2], high[1], low[1], high[0], low[0]))
    start = bytes((0x85, 3 << 1 | 1, 0x20, 0, ATA_BLOCK, 0, 0)) + lba + bytes((0, 0xB4, 0))
    assert decode(initiator.command(start).sense).registers.status == 0x50
    ata.clock.advance(200)
    assert initiator.command(cdb_10(0x28, length=1), data_in=512).data == bytes(512)
    assert ata.residue == (0, 0, 0)

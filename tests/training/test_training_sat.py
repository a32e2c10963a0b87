"""Simulated ATA drives as SCSI devices: the program's own pass-through must find everything through them."""

from dataclasses import dataclass

import pytest
from simulated_ata import BLOCK, DONE, KEYS, RUNNING, SET_PASSWORD, Ata
from simulated_nvme import DAY, OLD, SIZE
from simulated_sas import TUR, Sas, cdb_10, cdb_16

from agent.host.passthrough.ata import Ata as HostAta
from agent.host.passthrough.sense import decode
from agent.host.passthrough.sgio import Reply as HostReply
from agent.host.passthrough.sgio import Scsi
from agent.model.ports import AtaCommand
from agent.training.scsi_port import Target
from agent.training.scsi_sense import Key, Reply, Sense

DONOR = (OLD * SIZE)[:SIZE]


@dataclass(frozen=True)
class Wire(Scsi):
    """The host's end of a cable to a target."""

    descriptor: int = -1
    target: Target | None = None
    fixed: bool = False
    """A bridge that only knows the fixed format."""

    def transfer(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> HostReply:
        assert self.target is not None
        reply = self.target.execute(cdb, data_out, data_in, timeout)
        sense = b"" if reply.sense is None else reply.sense.fixed() if self.fixed else reply.sense.descriptors()
        return HostReply(reply.status, sense, reply.data)


def host(drive: Ata, *, fixed: bool = False) -> HostAta:
    return HostAta(Wire(target=drive.drive.target, fixed=fixed))


def send(drive: Ata, cdb: bytes, data: bytes = b"", room: int = 0) -> Reply:
    target = drive.drive.target
    assert target is not None
    return target.execute(cdb, data, room, DAY)


def test_the_same_answers_as_through_the_port() -> None:
    drive = Ata(facts={"hidden_bytes": 4096})
    through, port = host(drive), drive.drive.ports.ata
    assert port is not None
    assert through.data_in(AtaCommand(0xEC), 1, DAY).data == port.data_in(AtaCommand(0xEC), 1, DAY).data
    for command in (
        AtaCommand(0xE5),
        AtaCommand(0x27, extended=True),
        AtaCommand(0xF8),
        AtaCommand(0xB0, feature=0xDA, lba=0xC24F00),
        AtaCommand(0xB4, extended=True),
        AtaCommand(0xFF),
        AtaCommand(0x40, lba=SIZE // 512, count=1),
    ):
        assert through.no_data(command, DAY) == port.no_data(command, DAY)


def test_a_sanitize_through_the_translation() -> None:
    drive = Ata()
    through = host(drive)
    started = through.no_data(AtaCommand(0xB4, feature=BLOCK, lba=KEYS[BLOCK], extended=True), DAY)
    assert (started.succeeded, started.count) == (True, RUNNING)
    drive.clock.advance(50)
    status = through.no_data(AtaCommand(0xB4, extended=True), DAY)
    assert (status.count, status.lba) == (RUNNING, pytest.approx(0x8000, abs=2))
    drive.clock.advance(50)
    assert through.no_data(AtaCommand(0xB4, extended=True), DAY).count == DONE


def test_what_the_sense_data_says_besides_the_registers() -> None:
    reply = send(Ata(), bytes((0x85, 3 << 1, 0x20)).ljust(14, b"\0") + b"\xe5\0")
    assert reply.sense is not None
    assert (reply.sense.key, reply.sense.asc, reply.sense.ascq) == (Key.RECOVERED_ERROR, 0x00, 0x1D)
    assert send(Ata(), bytes((0x85, 3 << 1)).ljust(14, b"\0") + b"\xe5\0").status == 0  # nobody asked for them
    reply = send(Ata(), bytes((0x85, 3 << 1)).ljust(14, b"\0") + b"\xff\0")
    assert reply.sense is not None
    assert (reply.sense.key, reply.sense.asc, reply.sense.ascq) == (Key.ABORTED_COMMAND, 0x00, 0x00)


def test_data_goes_both_ways() -> None:
    drive = Ata()
    through = host(drive)
    assert through.data_in(AtaCommand(0x24, lba=3, extended=True), 2, DAY).data == DONOR[3 * 512 : 5 * 512]
    assert through.data_out(AtaCommand(0x35, lba=3, extended=True), b"x" * 1024, DAY).succeeded
    assert drive.read(3 * 512, 1024) == b"x" * 1024
    assert through.data_out(AtaCommand(SET_PASSWORD), bytes(512), DAY).succeeded
    assert drive.security == 0x02


def test_the_fixed_format_tells_the_lower_halves_only() -> None:
    drive = Ata()
    through = host(drive, fixed=True)
    assert through.no_data(AtaCommand(0xE5), DAY).count == 0xFF
    assert through.no_data(AtaCommand(0xFF), DAY).aborted
    assert not through.no_data(AtaCommand(0xB4, feature=BLOCK, lba=KEYS[BLOCK], extended=True), DAY).registers


def test_a_bridge_without_registers() -> None:
    through = host(Ata(no_registers=True))
    assert through.data_in(AtaCommand(0xEC), 1, DAY).data[510] == 0xA5
    assert not through.no_data(AtaCommand(0xE5), DAY).registers


def test_the_twelve_byte_form() -> None:
    reply = send(Ata(), bytes((0xA1, 4 << 1, 0x0E, 0, 1, 0, 0, 0, 0, 0xEC, 0, 0)), room=512)
    assert reply.status == 0
    assert reply.data[510] == 0xA5
    native = send(Ata(), bytes((0xA1, 3 << 1, 0x20, 0, 0, 0, 0, 0, 0x40, 0xF8, 0, 0)))
    assert native.sense is not None
    assert decode(native.sense.descriptors()).registers.lba == SIZE // 512 - 1


def test_what_is_translated() -> None:
    drive = Ata(facts={"firmware": "F9", "serial": "ATA-5"})
    data = send(drive, bytes((0x12, 0, 0, 0, 96, 0)), room=96).data
    assert (data[8:16], data[16:25]) == (b"ATA     ", b"Simulated")
    page = send(drive, bytes((0x12, 1, 0x89, 3, 0, 0)), room=1024).data
    assert len(page) == 4 + 568
    assert page[60:572] == drive.data_in(0xEC).data
    assert send(drive, bytes((0x12, 1, 0x80, 0, 64, 0)), room=64).data.strip().endswith(b"ATA-5")
    assert send(drive, cdb_10(0x28, 0, 5, 1), room=512).data == DONOR[5 * 512 : 6 * 512]
    assert send(drive, cdb_16(0x8A, 0, 5, 1), b"y" * 512).status == 0
    assert send(drive, cdb_10(0x35)).status == 0
    assert send(drive, TUR).status == 0
    assert send(drive, bytes((3, 0, 0, 0, 18, 0)), room=18).data[2] == 0
    assert int.from_bytes(send(drive, cdb_10(0x25), room=8).data[:4]) == SIZE // 512 - 1
    assert drive.read(5 * 512, 512) == b"y" * 512


def test_what_a_closed_drive_makes_of_a_read() -> None:
    drive = Ata(foreign_password="donor")
    reply = send(drive, cdb_10(0x28, length=1), room=512)
    assert reply.sense is not None
    assert reply.sense.key == Key.HARDWARE_ERROR
    assert send(drive, cdb_10(0x48, BLOCK)).status == 2  # SANITIZE is not translated


@pytest.mark.parametrize("cdb", [cdb_16(0x85), bytes((0x85, 15 << 1)).ljust(16, b"\0"), bytes((0x85, 3 << 1))])
def test_what_no_pass_through_is(cdb: bytes) -> None:
    reply = send(Ata(), cdb)
    assert reply.sense is not None
    assert reply.sense.key == Key.ILLEGAL_REQUEST


def test_a_sas_drive_is_its_own_target() -> None:
    drive = Sas(faults={"unreadable": (3,)})
    drive.sanitize(0x02)
    drive.clock.advance(50)
    target = drive.drive.target
    assert target is not None
    for fixed in (False, True):
        result = Wire(target=target, fixed=fixed).execute(TUR, timeout=DAY)
        assert result.sanitizing
        assert result.progress == pytest.approx(0x8000, abs=2)
    drive.clock.advance(50)
    for fixed in (False, True):
        read = Wire(target=target, fixed=fixed).execute(cdb_10(0x28, length=4), data_in=2048, timeout=DAY)
        assert (read.sense_key, read.asc, read.information) == (3, 0x11, 3)


def test_information_that_has_no_room_in_the_fixed_format_is_left_out() -> None:
    sense = Sense(Key.MEDIUM_ERROR, 0x11, information=1 << 40)
    assert decode(sense.fixed()).information is None
    assert decode(sense.descriptors()).information == 1 << 40

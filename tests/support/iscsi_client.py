"""A small iSCSI initiator, for tests of the target: one unit at a time, and free to break the rules."""

import struct
from dataclasses import dataclass

from small_client import Connection

NO_TAG = 0xFFFFFFFF
OPERATIONAL = {
    "HeaderDigest": "CRC32C,None", "DataDigest": "None", "MaxBurstLength": "16776192", "FirstBurstLength": "262144",
    "InitialR2T": "No", "ImmediateData": "Yes", "MaxRecvDataSegmentLength": "8192", "MaxConnections": "8",
    "ErrorRecoveryLevel": "2", "DefaultTime2Wait": "2", "X-odd": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    header: bytes
    data: bytes

    @property
    def opcode(self) -> int:
        return self.header[0] & 0x3F

    @property
    def flags(self) -> int:
        return self.header[1]

    def number(self, at: int) -> int:
        return int(struct.unpack_from(">I", self.header, at)[0])

    @property
    def keys(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in self.data.decode().split("\0") if pair)


@dataclass(frozen=True)
class Ended:
    """The end of a command."""

    status: int
    data: bytes
    sense: bytes
    residue: int


class Initiator(Connection):
    """A connection. Everything waits for at most five seconds."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.command_number = 7
        self.tag = 100
        self.status_numbers: list[int] = []
        self.window = 0

    def put(self, opcode: int, flags: int, fields: dict[int, bytes], data: bytes = b"") -> None:
        header = bytearray(48)
        header[0], header[1] = opcode, flags
        header[5:8] = len(data).to_bytes(3)
        for at, value in fields.items():
            header[at : at + len(value)] = value
        self.socket.sendall(bytes(header) + data + bytes(-len(data) % 4))

    def get(self) -> Unit:
        header = self.exactly(48)
        length = int.from_bytes(header[5:8])
        unit = Unit(header, self.exactly(length + -length % 4)[:length])
        self.window = unit.number(32) - unit.number(28) + 1
        return unit

    def login(self, flags: int, keys: dict[str, str], **more: bytes) -> Unit:
        data = "".join(f"{key}={value}\0" for key, value in keys.items()).encode()
        fields = {8: b"\x00\x02\x3d\x00\x00\x01", 16: bytes(4), 24: self.command_number.to_bytes(4), 28: b"\0\0\0\x05"}
        self.put(0x43, flags, fields | {int(name[1:]): value for name, value in more.items()}, data)
        return self.get()

    def log_in(self, target: str, **keys: str) -> dict[str, str]:
        """Both stages; returns what was agreed upon."""
        who = {"InitiatorName": "iqn.2026-11.test:host", "AuthMethod": "None", "SessionType": "Normal"}
        first = self.login(0x81, who | {"TargetName": target})
        assert first.number(36) >> 16 == 0, hex(first.number(36))
        last = self.login(0x87, OPERATIONAL | keys)
        assert last.number(36) >> 16 == 0
        return first.keys | last.keys

    def numbered(self, opcode: int, flags: int, fields: dict[int, bytes], data: bytes = b"") -> int:
        """A unit with a tag of its own, and the next CmdSN; returns the tag."""
        self.tag += 1
        self.put(opcode, flags, {16: self.tag.to_bytes(4), 24: self.command_number.to_bytes(4), **fields}, data)
        self.command_number += 1
        return self.tag

    def begin(self, cdb: bytes, *, data_in: int = 0, data_out: bytes = b"", immediate: int = 0, lun: int = 0) -> int:
        """Send a command, with the first `immediate` bytes of its data; returns its tag."""
        flags = 0x80 | (0x40 if data_in else 0) | (0x20 if data_out else 0)
        expected = data_in or len(data_out)
        fields = {9: bytes((lun,)), 20: expected.to_bytes(4), 32: cdb.ljust(16, b"\0")}
        return self.numbered(0x01, flags, fields, data_out[:immediate])

    def command(
        self, cdb: bytes, *, data_in: int = 0, data_out: bytes = b"", immediate: int = 0, lun: int = 0
    ) -> Ended:
        tag = self.begin(cdb, data_in=data_in, data_out=data_out, immediate=immediate, lun=lun)
        return self.finish(tag, data_out)

    def finish(self, tag: int, data_out: bytes = b"") -> Ended:
        """Send what is asked for and take what comes, until the status."""
        found = bytearray()
        asked = units = 0
        while True:
            unit = self.get()
            assert unit.number(16) == tag
            if unit.opcode == 0x31:
                assert unit.number(36) == asked  # R2TSN: Linux hangs up otherwise
                asked += 1
                self.deliver(unit, data_out)
            elif unit.opcode == 0x25:
                assert (unit.number(36), unit.number(40)) == (units, len(found))
                units += 1
                found += unit.data
                if unit.flags & 1:
                    self.status_numbers.append(unit.number(24))
                    return Ended(unit.header[3], bytes(found), b"", unit.number(44))
            else:
                assert unit.opcode == 0x21
                self.status_numbers.append(unit.number(24))
                return Ended(unit.header[3], bytes(found), unit.data[2:], unit.number(44))

    def deliver(self, ready: Unit, data: bytes, piece: int = 60_000) -> None:
        """Data-Out for one R2T."""
        at, length = ready.number(40), ready.number(44)
        for number, start in enumerate(range(at, at + length, piece)):
            end = min(start + piece, at + length)
            self.data_out(ready, number, start, data[start:end], final=end == at + length)

    def data_out(self, ready: Unit, number: int, at: int, data: bytes, *, final: bool) -> None:
        fields = {16: ready.header[16:20], 20: ready.header[20:24], 36: number.to_bytes(4), 40: at.to_bytes(4)}
        self.put(0x05, 0x80 * final, fields, data)

"""A small NVMe/TCP host, for tests of the controllers: one queue on one connection, and free to break the rules."""

import struct
from dataclasses import dataclass

from small_client import Connection

HOST_ID = bytes(range(16))
HOST_NAME = b"nqn.2014-08.org.nvmexpress:uuid:00000000-0000-0000-0000-00000000000a"
INLINE, APART = 0x01, 0x5A


@dataclass(frozen=True)
class Ended:
    """The end of a command."""

    status: int
    again: bool
    """It may be tried again (no Do Not Retry)."""
    result: int
    head: int
    data: bytes


class Host(Connection):
    """A connection. Everything waits for at most five seconds."""

    def __init__(self, port: int, *, greet: bool = True, multiple: int = 0) -> None:
        super().__init__(port)
        self.number = 0
        if greet:
            self.greet(multiple)

    def greet(self, multiple: int = 0) -> None:
        self.socket.sendall(struct.pack("<BBBBIHBBI", 0, 0, 128, 0, 128, 0, multiple, 0, 3).ljust(128, b"\0"))
        answer = self.exactly(128)
        assert answer[0] == 1
        self.limit = struct.unpack_from("<I", answer, 12)[0]

    def get(self) -> bytes:
        head = self.exactly(8)
        return head + self.exactly(struct.unpack_from("<I", head, 4)[0] - 8)

    def entry(self, opcode: int, nsid: int = 0, *, length: int = 0, kind: int = APART, **fields: bytes) -> bytes:
        """A submission queue entry; `fields` by their place: `f40=…`."""
        self.number += 1
        entry = bytearray(struct.pack("<BBHI", opcode, 0x40, self.number, nsid).ljust(64, b"\0"))
        struct.pack_into("<I3xB", entry, 32, length, kind)
        for name, value in fields.items():
            entry[int(name[1:]) : int(name[1:]) + len(value)] = value
        return bytes(entry)

    def put(self, entry: bytes, inline: bytes = b"") -> None:
        offset = 72 if inline else 0
        self.socket.sendall(struct.pack("<BBBBI", 4, 0, 72, offset, 72 + len(inline)) + entry + inline)

    def finish(self, data_out: bytes = b"") -> Ended:
        """Send what is asked for and take what comes, until the end of the command."""
        found = bytearray()
        while True:
            unit = self.get()
            if unit[0] == 9:
                self.deliver(unit, data_out)
            elif unit[0] == 7:
                at, length = struct.unpack_from("<II", unit, 12)
                assert at == len(found)
                found += unit[unit[3] :]
                assert len(unit) - unit[3] == length
            else:
                assert unit[0] == 5, unit
                result, head, _, _, status = struct.unpack_from("<QHHHH", unit, 8)
                return Ended(status >> 1 & 0x7FF, not status & 0x8000, result, head, bytes(found))

    def deliver(self, ready: bytes, data: bytes, piece: int = 50_000) -> None:
        command, tag, at, length = struct.unpack_from("<HHII", ready, 8)
        assert length <= self.limit
        for start in range(at, at + length, piece):
            end = min(start + piece, at + length)
            self.data_out(command, tag, start, data[start:end], last=end == at + length)

    def data_out(self, command: int, tag: int, at: int, data: bytes, *, last: bool) -> None:
        head = struct.pack("<BBBBI", 6, 4 * last, 24, 24, 24 + len(data))
        self.socket.sendall(head + struct.pack("<HHII4x", command, tag, at, len(data)) + data)

    def connect(self, name: bytes, *, queue: int = 0, controller: int = 0xFFFF, entries: int = 32, **more) -> Ended:
        """`more`: host (16 bytes), patience (ms), apart (the data comes after it was asked for)."""
        data = bytearray(1024)
        data[:16] = more.get("host", HOST_ID)
        struct.pack_into("<H", data, 16, controller)
        data[256 : 256 + len(name)] = name
        data[512 : 512 + len(HOST_NAME)] = HOST_NAME
        apart = more.get("apart", False)
        fields = struct.pack("<HHHBxI", more.get("layout", 0), queue, entries - 1, 0, more.get("patience", 0))
        entry = self.entry(0x7F, length=1024, kind=APART if apart else INLINE, f4=b"\x01\0\0\0", f40=fields)
        self.put(entry, b"" if apart else bytes(data))
        return self.finish(bytes(data))

    def property_get(self, offset: int, *, wide: bool = False) -> Ended:
        self.put(self.entry(0x7F, f4=b"\x04\0\0\0", f40=bytes((wide,)), f44=offset.to_bytes(4, "little")))
        return self.finish()

    def property_set(self, offset: int, value: int) -> Ended:
        where = struct.pack("<IQ", offset, value)
        self.put(self.entry(0x7F, f4=b"\x00\0\0\0", f44=where))
        return self.finish()

    def enable(self, name: bytes, **more) -> int:
        """Connect the admin queue and enable the controller; returns its number."""
        ended = self.connect(name, **more)
        assert ended.status == 0, hex(ended.status)
        assert self.property_set(0x14, 0x460001).status == 0
        assert self.property_get(0x1C).result & 1
        return ended.result & 0xFFFF

    def admin(self, opcode: int, nsid: int = 0, data_in: int = 0, **dwords: int) -> Ended:
        fields = {f"f{4 * int(name[3:])}": value.to_bytes(4, "little") for name, value in dwords.items()}
        self.put(self.entry(opcode, nsid, length=data_in, **fields))
        return self.finish()

    def io(self, opcode: int, first: int, blocks: int, data: bytes = b"", *, inline: bool = False, **more) -> Ended:
        """Read (2) or write (1)."""
        length = more.get("length", blocks * 512)
        where = struct.pack("<QI", first, blocks - 1)
        kind = INLINE if inline else APART
        self.put(self.entry(opcode, more.get("nsid", 1), length=length, kind=kind, f40=where), data if inline else b"")
        return self.finish(data)

"""What a host does to a drive, told once for any port: a real kernel must bring the same answers as this process."""

import struct
from collections.abc import Callable, Iterator
from typing import Any

from simulated_ata import ANTIFREEZE, BLOCK, ERASE, FREEZE, KEYS, PREPARE, SANITIZE_FREEZE, SET_PASSWORD, UNLOCK
from simulated_sas import AUSE, EXIT, IMMED, TUR, cdb_10, cdb_16
from simulated_sas import BLOCK as SAS_BLOCK

from agent.model.ports import AtaCommand, NoAnswer, NvmeCommand

PATIENCE = 1000.0
Answer = tuple[str, object]
Advance = Callable[[float], None]


def asked(name: str, call: Callable[[], object]) -> Answer:
    """An answer, or how there was none."""
    try:
        return name, call()
    except NoAnswer:
        return name, "no answer"
    except OSError as error:
        return name, error.errno


def sanitize(feature: int) -> AtaCommand:
    return AtaCommand(0xB4, feature=feature, lba=KEYS[feature], extended=True)


def ata(port: Any, advance: Advance) -> Iterator[Answer]:
    """Who it is, Security, Sanitize, both locked and frozen; the sanitize takes 100 s."""

    def no_data(name: str, command: AtaCommand) -> Answer:
        return asked(name, lambda: port.no_data(command, PATIENCE))

    def identify(name: str) -> Answer:
        return asked(name, lambda: port.data_in(AtaCommand(0xEC), 1, PATIENCE))

    def security(name: str, command: int, password: bytes, control: int = 0) -> Answer:
        data = struct.pack("<H32s", control, password).ljust(512, b"\0")
        return asked(name, lambda: port.data_out(AtaCommand(command), data, PATIENCE))

    status = AtaCommand(0xB4, extended=True)
    yield identify("who")
    yield no_data("power mode", AtaCommand(0xE5))
    yield no_data("native maximum", AtaCommand(0x27, extended=True))
    yield no_data("native maximum in 28 bits", AtaCommand(0xF8))
    yield no_data("health", AtaCommand(0xB0, feature=0xDA, lba=0xC24F00))
    yield asked("attributes", lambda: port.data_in(AtaCommand(0xB0, feature=0xD0, lba=0xC24F00), 1, PATIENCE))
    yield no_data("unknown command", AtaCommand(0xFF))
    yield no_data("a sector beyond the end", AtaCommand(0x42, lba=1 << 40, count=1, extended=True))
    yield no_data("never sanitized", status)
    yield no_data("sanitize without its key", AtaCommand(0xB4, feature=BLOCK, extended=True))
    yield no_data("sanitize", sanitize(BLOCK))
    yield no_data("sanitize begins", status)
    advance(37)
    yield no_data("sanitize goes on", status)
    yield no_data("refused meanwhile", AtaCommand(0xE7))
    yield security("no password meanwhile", SET_PASSWORD, b"ours")
    yield identify("who, meanwhile")
    advance(100)
    yield no_data("sanitized", status)
    yield security("password", SET_PASSWORD, b"ours", 0x100)
    yield identify("enabled")
    yield security("wrong password", UNLOCK, b"theirs")
    yield security("erase without prepare", ERASE, b"ours")
    yield no_data("prepare", AtaCommand(PREPARE))
    yield security("erase", ERASE, b"ours")
    yield identify("erased: disabled")
    yield no_data("antifreeze", sanitize(ANTIFREEZE))
    yield no_data("freeze against antifreeze", sanitize(SANITIZE_FREEZE))
    yield no_data("freeze security", AtaCommand(FREEZE))
    yield identify("frozen")
    yield security("password while frozen", SET_PASSWORD, b"ours")


def sas(port: Any, advance: Advance) -> Iterator[Answer]:
    """Sanitize with its progress, a format, and commands that are refused; each erase takes 100 s."""

    def send(name: str, cdb: bytes, **data: Any) -> Answer:
        return asked(name, lambda: port.execute(cdb, **data, timeout=PATIENCE))

    yield send("ready", TUR)
    yield send("who", bytes((0x12, 0, 0, 0, 96, 0)), data_in=96)
    yield send("serial", bytes((0x12, 1, 0x80, 0, 252, 0)), data_in=252)
    yield send("size", cdb_16(0x9E, 0x10, length=32), data_in=32)
    yield send("no such page", bytes((0x12, 1, 0x99, 0, 252, 0)), data_in=252)
    yield send("no such command", bytes((0xC0, *bytes(9))))
    yield send("beyond the end", cdb_16(0x88, address=1 << 40, length=1), data_in=512)
    yield send("sanitize is there", bytes((0xA3, 0x0C, 0x03, 0x48, 0, SAS_BLOCK, 0, 0, 0, 64, 0, 0)), data_in=64)
    yield send("short parameter list", cdb_10(0x48, 0x01 | IMMED, length=2), data_out=bytes(2))
    yield send("sanitize", cdb_10(0x48, SAS_BLOCK | IMMED | AUSE))
    advance(37)
    yield send("sanitizing", TUR)
    yield send("progress", bytes((0x03, 0, 0, 0, 252, 0)), data_in=252)
    yield send("progress in descriptors", bytes((0x03, 1, 0, 0, 252, 0)), data_in=252)
    yield send("no read meanwhile", cdb_10(0x28, length=1), data_in=512)
    advance(100)
    yield send("sanitized", TUR)
    pattern = struct.pack(">BBH", 0x01, 0, 4) + b"\xa5\x5a\xa5\x5a"
    yield send("overwrite", cdb_10(0x48, 0x01 | IMMED, length=len(pattern)), data_out=pattern)
    advance(200)
    yield send("overwritten", cdb_10(0x28, length=2), data_in=1024)
    yield send("leave a failure that there is not", cdb_10(0x48, EXIT))
    yield send("format", bytes((0x04, 0x10, 0, 0, 0, 0)), data_out=bytes((0, 2, 0, 0)))
    advance(10)
    yield send("formatting", TUR)
    advance(100)
    yield send("formatted", cdb_10(0x28, length=1), data_in=512)


def nvme(port: Any, advance: Advance) -> Iterator[Answer]:
    """Sanitize with its log, formats, refusals; a block erase takes 20 s, a format 5 s."""

    def admin(name: str, opcode: int, nsid: int = 0, data_in: int = 0, **dwords: int) -> Answer:
        return asked(name, lambda: port.admin(NvmeCommand(opcode, nsid, **dwords), data_in, PATIENCE))

    def log(name: str, number: int, length: int) -> Answer:
        return admin(name, 0x02, 0xFFFFFFFF, length, cdw10=number | (length // 4 - 1) << 16)

    yield admin("namespaces", 0x06, 0, 4096, cdw10=2)
    yield admin("namespace", 0x06, 1, 4096, cdw10=0)
    yield admin("no such namespace", 0x06, 99, 4096, cdw10=0)
    yield admin("no such structure", 0x06, 0, 4096, cdw10=0x77)
    yield log("never sanitized", 0x81, 512)
    yield log("no such log", 0xDF, 512)
    yield admin("no such command", 0xC0)
    yield admin("no such sanitize", 0x84, cdw10=7)
    yield admin("leave a failure that there is not", 0x84, cdw10=1)
    yield admin("sanitize", 0x84, cdw10=2 | 1 << 3)
    advance(7)
    yield log("sanitizing", 0x81, 512)
    yield admin("no format meanwhile", 0x80, 1, cdw10=1 << 9)
    yield admin("no second one", 0x84, cdw10=2)
    advance(20)
    yield log("sanitized", 0x81, 512)
    yield admin("format of no namespace", 0x80, 77, cdw10=1 << 9)
    yield admin("format to no format", 0x80, 1, cdw10=1 << 9 | 9)
    yield admin("format", 0x80, 1, cdw10=1 << 9)
    yield admin("format by key", 0x80, 1, cdw10=2 << 9)
    yield admin("sanitize with a pattern", 0x84, cdw10=3 | 1 << 4, cdw11=0xDEADBEEF)
    advance(100)
    yield log("sanitized with it", 0x81, 512)

"""Firmware tables for QEMU's `-smbios file=…`, one structure each (DMTF DSP0134 3.2, section 7)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

_UNKNOWN_HANDLE = 0xFFFE
_MEGABYTES_LIMIT = 0x7FFF


def structure(kind: int, handle: int, formatted: bytes, *strings: str) -> bytes:
    """Header, formatted part and strings (6.1.2, 6.1.3). None may be empty: makers then write a blank."""
    texts = b"".join((text or " ").encode() + b"\0" for text in strings) or b"\0"
    return struct.pack("<BBH", kind, len(formatted) + 4, handle) + formatted + texts + b"\0"


def bios(vendor: str, version: str, date: str) -> bytes:
    pci, selectable_boot, uefi = 1 << 7, 1 << 16, 1 << 3
    fields = struct.pack("<BBHBBQBBBBBB", 1, 2, 0xE000, 3, 0xFF, pci | selectable_boot, 1, uefi, 2, 7, 1, 0)
    return structure(0, 0x0000, fields, vendor, version, date)


def system(uuid: str, *words: str) -> bytes:
    """Words: maker, product, version, serial number, SKU, family."""
    fields = bytes([1, 2, 3, 4]) + UUID(uuid).bytes_le + bytes([6, 5, 6])
    return structure(1, 0x0100, fields, *words)


def board(maker: str, product: str, version: str, serial: str, tag: str) -> bytes:
    return structure(2, 0x0200, bytes([1, 2, 3, 4, 5, 9, 0]) + struct.pack("<HBB", 0x0300, 10, 0),
                     maker, product, version, serial, tag)  # fmt: skip


def chassis(maker: str, kind: int, version: str, serial: str, tag: str) -> bytes:
    fields = bytes([1, kind, 2, 3, 4, 3, 3, 3, 3]) + struct.pack("<IBBBBB", 0, 0, 1, 0, 0, 0)
    return structure(3, 0x0300, fields, maker, version, serial, tag)


def port(number: int, name: str, connector: int, kind: int) -> bytes:
    """Connector and kind as 7.9.2 and 7.9.3 number them."""
    return structure(8, 0x0800 + number, bytes([0, 0, 1, connector, kind]), name)


def oem(*strings: str) -> bytes:
    return structure(11, 0x0B00, bytes([len(strings)]), *strings)


def memory_array(slots: int, most_megabytes: int) -> bytes:
    fields = struct.pack("<BBBIHHQ", 3, 3, 3, most_megabytes * 1024, _UNKNOWN_HANDLE, slots, 0)
    return structure(16, 0x1000, fields)


@dataclass(frozen=True)
class Module:
    """A slot for memory; without megabytes it is empty. Type and form factor as 7.18.2 and 7.18.1 number them."""

    slot: str
    megabytes: int = 0
    type: int = 0x18
    form: int = 0x0D
    speed: int = 1600
    maker: str = ""
    serial: str = ""
    part: str = ""


DDR3, DDR4, LPDDR3 = 0x18, 0x1A, 0x1D
DIMM, SODIMM, ROW_OF_CHIPS = 0x09, 0x0D, 0x0B


def memory_device(number: int, module: Module) -> bytes:
    full = bool(module.megabytes)
    size, more = module.megabytes, 0
    if size > _MEGABYTES_LIMIT:
        size, more = _MEGABYTES_LIMIT, size
    fields = struct.pack(
        "<HHHHHBBBBBHHBBBBBIHHHH",
        0x1000, _UNKNOWN_HANDLE, 64 if full else 0xFFFF, 64 if full else 0xFFFF, size, module.form, 0, 1, 2,
        module.type if full else 2, 0x80 if full else 2, module.speed if full else 0, 3, 4, 5, 6, 1 if full else 0,
        more, module.speed if full else 0, 0, 0, 0,
    )  # fmt: skip
    words = [module.maker, module.serial, "Not Specified", module.part] if full else ["Not Specified"] * 4
    return structure(17, 0x1100 + number, fields, module.slot, f"BANK {number}", *words)


def memory(modules: Sequence[Module], most_megabytes: int) -> list[bytes]:
    return [
        memory_array(len(modules), most_megabytes),
        *(memory_device(number, module) for number, module in enumerate(modules)),
    ]


def portable_battery(maker: str, name: str, milliwatt_hours: int, millivolts: int) -> bytes:
    lithium_ion, times_ten = 6, 10
    capacity = milliwatt_hours // times_ten
    fields = bytes([1, 2, 0, 0, 3, lithium_ion]) + struct.pack(
        "<HHBBHHBBI", capacity, millivolts, 4, 0xFF, 0x0FB2, 0x4A52, 5, times_ten, 0
    )
    return structure(22, 0x1600, fields, "Rear", maker, name, "03.01", "LION")

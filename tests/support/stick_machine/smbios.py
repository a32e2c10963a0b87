"""SMBIOS structures that QEMU makes no others of: a chassis that is a laptop's, memory modules of several sizes.

Layouts: DSP0134 3.7 (System Management BIOS Reference Specification), 7.4, 7.17 and 7.18.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

_NONE = 0xFFFE
"""No error information."""
_ARRAY = 0x1000
"""The handle that QEMU's own structures know the memory array by."""


@dataclass(frozen=True)
class Module:
    slot: str
    mebibytes: int
    """0: the slot is empty."""
    maker: str = ""
    serial: str = ""
    part: str = ""
    megatransfers: int = 0


def structure(kind: int, handle: int, formatted: bytes, *texts: str) -> bytes:
    """Head, formatted area and the texts that it names by their number from 1 on."""
    strings = b"".join(text.encode() + b"\0" for text in texts) or b"\0"
    return struct.pack("<BBH", kind, 4 + len(formatted), handle) + formatted + strings + b"\0"


def chassis(kind: int, maker: str, serial: str, asset: str) -> bytes:
    # bootup, power supply and thermal state safe, no security; no contained elements
    area = struct.pack("<BBBBBBBBBIBBBBB", 1, kind, 0, 2, 3, 3, 3, 3, 3, 0, 0, 1, 0, 0, 0)
    return structure(3, 0x300, area, maker, serial, asset)


def memory_array(slots: int, most_gibibytes: int) -> bytes:
    # on the board, system memory, no error correction
    area = struct.pack("<BBBIHHQ", 3, 3, 3, most_gibibytes << 20, _NONE, slots, 0)
    return structure(16, _ARRAY, area)


def memory_device(number: int, module: Module) -> bytes:
    sodimm, ddr3, synchronous = 0x0D, 0x18, 0x80
    full = module.mebibytes > 0
    millivolts = (1350, 1500, 1350) if full else (0, 0, 0)
    texts = [module.slot, "BANK 0", *([module.maker, module.serial, module.part] if full else [])]
    area = struct.pack(
        "<HHHHHBBBBBHHBBBBBIHHHH", _ARRAY, _NONE, 64 * full, 64 * full, module.mebibytes, sodimm, 0, 1, 2,
        ddr3 if full else 2, synchronous * full, module.megatransfers, *((3, 4, 0, 5) if full else (0, 0, 0, 0)),
        0, 0, module.megatransfers, *millivolts,
    )  # fmt: skip
    return structure(17, 0x1100 + number, area, *texts)


def options(folder: Path, structures: list[bytes]) -> list[str]:
    """QEMU's options: it takes each from a file, and makes none of that kind itself."""
    made = []
    for number, content in enumerate(structures):
        file = folder / f"smbios-{number}.bin"
        file.write_bytes(content)
        made += ["-smbios", f"file={file}"]
    return made

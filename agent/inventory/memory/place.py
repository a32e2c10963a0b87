"""One place for memory: a socket, or chips on the board (SMBIOS memory device, DSP0134, 7.18)."""

import re
from dataclasses import dataclass

from agent.inventory.dmidecode import Record
from agent.inventory.values import number, real

MOST = 1 << 46
"""64 TiB: what x86-64 with four levels of page tables can address (46 bits)."""
_UNITS = {"bytes": 0, "kb": 10, "mb": 20, "gb": 30, "tb": 40}
"""dmidecode's units are binary; newer versions write kB, MB, GB, older ones too."""
_CHIP_FORMS = {"row of chips", "chip", "die", "tsop"}
_ON_BOARD = re.compile(
    r"\bon[ -]?board\b(?! *dimm)|^system board memory$|^mother ?board$|\bmemory down\b", re.IGNORECASE
)
# How the makers of memory call single chips; their modules have other names (M471…, HMA…, 8ATF…).
_CHIP = re.compile(
    r"K[34][A-Z][A-Z0-9]{5}|H[59][A-Z]{2}[A-Z0-9]{4}|H5[48]G\d|MT[456]\d[A-Z]\d|NT[56][A-Z]{2}\d|ED[BFJ][A-Z0-9]{6}",
    re.ASCII,
)


@dataclass(frozen=True)
class Place:
    """A socket, or a place on the board with memory soldered to it."""

    record: Record
    size: int | None
    """In bytes; 0 for an empty socket, None for a module whose size is not told."""
    soldered: bool

    @property
    def empty(self) -> bool:
        return self.size == 0

    @property
    def checked(self) -> bool | None:
        """Whether it has bits for error correction: eight more for each 64, or each 32 with DDR5."""
        total, data = number(self.record.get("Total Width")), number(self.record.get("Data Width"))
        if not total or not data or data > total:
            return None
        return total > data or total % 16 != 0


def size(text: str | None) -> int | None:
    """Bytes of "8192 MB"; None for "Unknown" and for the absurd."""
    found = re.match(r"(\d{1,12}) (bytes|[kMGT]i?B)\b", text or "", re.IGNORECASE | re.ASCII)
    if not found:
        return None
    value = int(found[1]) << _UNITS[found[2].lower().replace("i", "")]
    return value if value <= MOST else None


def part_number(device: Record) -> str | None:
    """Apple and others write the letters' codes ("0x484D5434…")."""
    text = (device.get("Part Number") or "").strip()
    found = re.fullmatch(r"(?:0x)?((?:[2-7][0-9A-F]){8,}(?:00|FF)*)", text, re.IGNORECASE | re.ASCII)
    return bytes.fromhex(found[1]).rstrip(b"\0\xff").decode("ascii").strip() if found else text or None


def soldered(device: Record) -> bool:
    where = (real(device.get(name)) or "" for name in ("Locator", "Bank Locator"))
    return (
        lower(device, "Form Factor") in _CHIP_FORMS
        or low_power(device)
        or any(_ON_BOARD.search(text) for text in where)
        or _CHIP.match(part_number(device) or "") is not None
    )


def low_power(device: Record) -> bool:
    """LPDDR is soldered, but for the new compression-attached modules."""
    return lower(device, "Type").startswith("lpddr") and "camm" not in lower(device, "Form Factor")


def lower(record: Record, name: str) -> str:
    return (record.get(name) or "").strip().lower()

"""Numbers of single pieces in binary descriptions: monitors (VESA E-EDID 1.4, DisplayID), and the SCSI pages that tell
who a drive is (SPC-4, SAT-3).

`visit(text, kind)` gives what is to stand in place of a value. Lengths and checksums stay right, and wrong ones wrong.
"""

from collections.abc import Callable, Iterator

from agent.inventory.anonymous.standins import Kind

Visit = Callable[[str, Kind], str]

_EDID_BLOCK, _EDID_HEADER = 128, bytes.fromhex("00ffffffffffff00")
_EDID_NUMBER = slice(12, 16)
_NO_NUMBERS = {0, 0x01010101, 0xFFFFFFFF}
_DESCRIPTORS = range(54, 126, 18)
_SERIAL_TEXT, _NAME_TEXTS = b"\0\0\0\xff\0", (b"\0\0\0\xfc\0", b"\0\0\0\xfe\0")
_CTA, _DISPLAY_ID = 0x02, 0x70
_VENDOR_BLOCK, _CONTAINER = 3, bytes.fromhex("ca125c")
"""CTA-861-G, 7.5.4: a vendor's data block; Microsoft's holds the display's UUID ("container id")."""
_PRODUCT_BLOCKS = {0x00, 0x20}
"""DisplayID 1.3, 4.1, and 2.0, 4.1: product identification; its number stands at byte 5 of the payload."""
_LARGEST = 2**32

_IDENTIFY, _IDENTIFY_LENGTH = 60, 512
_SERIAL_WORDS, _NAME_WORDS = slice(20, 40), slice(216, 224)
"""ACS-3, 7.12.7: words 10-19 serial number, 108-111 World Wide Name."""


def edid(data: bytes, visit: Visit) -> bytes:
    """A display's description, with another number in each place that holds one."""
    if not data.startswith(_EDID_HEADER) or len(data) < _EDID_BLOCK:
        return data
    new = bytearray(data)
    new[_EDID_NUMBER] = _number(data[_EDID_NUMBER], visit)
    for start in _DESCRIPTORS:
        if data[start : start + 5] == _SERIAL_TEXT:
            _text(new, start + 5, start + 18, visit)
    for start in range(_EDID_BLOCK, len(data) - _EDID_BLOCK + 1, _EDID_BLOCK):
        if data[start] == _CTA:
            _container(new, start, visit)
        elif data[start] == _DISPLAY_ID:
            _display_id(new, start, visit)
    return mended(data, bytes(new))


def edid_texts(data: bytes) -> list[str]:
    """Names of the product, and free text."""
    parts = [data[start : start + 18] for start in _DESCRIPTORS if data.startswith(_EDID_HEADER)]
    return [part[5:].split(b"\n")[0].decode("latin-1") for part in parts if part[:5] in _NAME_TEXTS]


def mended(old: bytes, new: bytes) -> bytes:
    """`new` with the last byte of each block such that the block adds up as it did before."""
    if not old.startswith(_EDID_HEADER) or len(old) != len(new):
        return new
    mend = bytearray(new)
    for start in range(0, len(old) - _EDID_BLOCK + 1, _EDID_BLOCK):
        end = start + _EDID_BLOCK - 1
        if old[start] == _DISPLAY_ID and start:  # a section with a checksum of its own ends within the block
            own = start + 5 + old[start + 2]
            if own < end:
                _balance(old, mend, start + 1, own)
        _balance(old, mend, start, end)
    return bytes(mend)


def page(name: str, data: bytes, visit: Visit) -> bytes:
    """A vital product data page as the kernel shows it (`vpd_pg80`, `vpd_pg83`, `vpd_pg89`)."""
    new = bytearray(data)
    if name == "vpd_pg80":
        _text(new, 4, len(data), visit)
    elif name == "vpd_pg83":
        for start, end, kind in _designators(data):
            if kind is None:
                # T10 vendor identification (7.8.6.4): eight letters of maker, then what the maker likes.
                _last_word(new, start + 8, end, visit)
            else:
                new[start:end] = bytes.fromhex(visit(data[start:end].hex(), kind))
    elif name == "vpd_pg89" and len(data) >= _IDENTIFY + _IDENTIFY_LENGTH:
        identify = new[_IDENTIFY : _IDENTIFY + _IDENTIFY_LENGTH]
        swapped = bytearray(_swapped(identify[_SERIAL_WORDS]))
        _text(swapped, 0, len(swapped), visit)
        identify[_SERIAL_WORDS] = _swapped(swapped)
        name_bytes = _swapped(identify[_NAME_WORDS])
        identify[_NAME_WORDS] = _swapped(bytes.fromhex(visit(name_bytes.hex(), Kind.WWN)))
        new[_IDENTIFY : _IDENTIFY + _IDENTIFY_LENGTH] = identify
    return bytes(new)


def _number(raw: bytes, visit: Visit) -> bytes:
    number = int.from_bytes(raw, "little")
    if number in _NO_NUMBERS:
        return raw
    # As people see it, in decimals; a stand-in beyond 32 bits gets another first digit.
    told = visit(str(number), Kind.SERIAL)
    new = int(told)
    return (new if new < _LARGEST else int("1" + told[1:])).to_bytes(4, "little")


def _text(data: bytearray, start: int, end: int, visit: Visit) -> None:
    """ASCII up to a zero or a line's end."""
    text = bytes(data[start:end]).decode("latin-1")
    told = text.split("\0")[0].split("\n")[0]
    data[start : start + len(told)] = visit(told, Kind.SERIAL).encode("latin-1")


def _last_word(data: bytearray, start: int, end: int, visit: Visit) -> None:
    text = bytes(data[start:end]).decode("latin-1").rstrip("\0 ")
    if words := text.split():
        at = start + text.rindex(words[-1])
        _text(data, at, at + len(words[-1]), visit)


def _designators(data: bytes) -> Iterator[tuple[int, int, Kind | None]]:
    """Start, end and kind of each designator (SPC-4, 7.8.6); None for one in letters."""
    at = 4
    while at + 4 <= len(data):
        start, end = at + 4, at + 4 + data[at + 3]
        code, kind = data[at] & 0x0F, data[at + 1] & 0x0F
        if end > len(data):
            return
        if code == 1 and kind in (2, 3):
            yield start, end, Kind.WWN if kind == 3 else Kind.EUI
        elif code in (2, 3) and kind in (0, 1):
            yield start, end, None
        at = end


def _container(data: bytearray, block: int, visit: Visit) -> None:
    at, end = block + 4, block + min(data[block + 2], _EDID_BLOCK - 1)
    while at < end:
        kind, length = data[at] >> 5, data[at] & 0x1F
        if kind == _VENDOR_BLOCK and bytes(data[at + 1 : at + 4]) == _CONTAINER and length >= 21:
            start = at + 1 + length - 16
            data[start : start + 16] = bytes.fromhex(visit(bytes(data[start : start + 16]).hex(), Kind.UUID))
        at += 1 + length


def _display_id(data: bytearray, block: int, visit: Visit) -> None:
    at, end = block + 5, block + min(5 + data[block + 2], _EDID_BLOCK - 1)
    while at + 3 <= end:
        length = data[at + 2]
        if data[at] in _PRODUCT_BLOCKS and length >= 9:
            data[at + 8 : at + 12] = _number(bytes(data[at + 8 : at + 12]), visit)
        at += 3 + length


def _balance(old: bytes, new: bytearray, start: int, last: int) -> None:
    changed = sum(new[start : last + 1]) - sum(old[start : last + 1])
    new[last] = (new[last] - changed) % 256


def _swapped(data: bytes | bytearray) -> bytes:
    return bytes(byte for pair in zip(data[1::2], data[::2], strict=True) for byte in pair)

"""Who made a memory module, from the name or the number that the module's SPD carries (JEDEC JEP106)."""

import re

from agent.inventory.values import real

# (bank, code): as in the standard's list, without its parity bits on the bank.
_BY_NUMBER = {
    (1, 0x2C): "Micron", (1, 0x40): "ProMOS", (1, 0x98): "Toshiba", (1, 0xAD): "SK hynix", (1, 0xC1): "Infineon",
    (1, 0xCE): "Samsung", (1, 0xDA): "Winbond", (2, 0x4F): "Transcend", (2, 0x7A): "Apacer", (2, 0x94): "SMART Modular",
    (2, 0x98): "Kingston", (2, 0xBA): "PNY", (3, 0x9E): "Corsair", (3, 0xFE): "Elpida", (4, 0x0B): "Nanya",
    (4, 0x13): "GeIL", (4, 0x25): "Kingmax", (4, 0x83): "Buffalo", (5, 0x43): "Ramaxel", (5, 0xB0): "OCZ",
    (5, 0xCB): "ADATA", (5, 0xCD): "G.Skill", (5, 0xEF): "Team Group", (6, 0x02): "Patriot", (6, 0x51): "Qimonda",
    (6, 0x9B): "Crucial", (7, 0xC1): "ASint", (7, 0xF1): "Innodisk", (8, 0x5D): "Goodram", (13, 0x26): "Timetec",
}  # fmt: skip
# How the names begin that firmware writes, for those that it writes in several ways.
_BY_NAME = (
    (r"sk[ _]?hynix|hynix|hyundai", "SK hynix"), (r"micron", "Micron"), (r"crucial", "Crucial"),
    (r"samsung", "Samsung"), (r"king?ston", "Kingston"), (r"a-?data", "ADATA"), (r"g[ .-]?skill", "G.Skill"),
    (r"ramaxel", "Ramaxel"), (r"transcend", "Transcend"), (r"team ?group", "Team Group"), (r"patriot", "Patriot"),
    (r"nanya", "Nanya"), (r"elpida", "Elpida"), (r"corsair", "Corsair"), (r"smart (modular|brazil)", "SMART Modular"),
    (r"innodisk", "Innodisk"), (r"avant", "Avant"), (r"asint", "ASint"), (r"mushkin", "Mushkin"),
    (r"changxin|cxmt", "CXMT"), (r"lexar", "Lexar"), (r"kimtigo", "Kimtigo"),
)  # fmt: skip
_NAMES = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _BY_NAME)
_NO_NAME = re.compile(
    r"(\w*_)?manufacturer\w*|\w*assettagnum\d*|undefined|unde|48spaces|abcd|no dimm|unknown\b.*|[^a-z]*[a-z]?[^a-z]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:JEDEC ID:|Unknown - \[)?(?:0x)?((?:[0-9A-F]{2} ?){2,12})\]?", re.IGNORECASE | re.ASCII)
_MODULE_ID = re.compile(r"Bank (\d{1,3}), Hex 0x([0-9A-F]{2})", re.IGNORECASE | re.ASCII)
_CONTINUATION = 0x7F
_MOST_BANKS = 16
"""The list fills a bank in two years or so; more is no bank."""


def maker(name: str | None, module_id: str | None) -> str | None:
    """From SMBIOS's manufacturer, or else from its "Module Manufacturer ID"; None where neither names one."""
    text = real(name)
    if text and (number := _NUMBER.fullmatch(text)):
        return _of_number(bytes.fromhex(number[1]))
    if text and not _NO_NAME.fullmatch(text):
        return next((known for pattern, known in _NAMES if pattern.match(text)), text)
    found = _MODULE_ID.fullmatch((module_id or "").strip())
    return _BY_NUMBER.get((int(found[1]), int(found[2], 16))) if found else None


def _of_number(data: bytes) -> str | None:
    """Continuation codes and the code (7F 7F FE), or their count and the code (02 FE), or that swapped (FE 02)."""
    more = len(data) - len(data.lstrip(bytes([_CONTINUATION])))
    if more:
        return _BY_NUMBER.get((more + 1, data[more])) if more < len(data) else None
    # The highest bit makes the number of bits odd.
    before, after = data[0] & 0x7F, data[1] & 0x7F
    found = _BY_NUMBER.get((before + 1, data[1])) if before < _MOST_BANKS else None
    return found or (_BY_NUMBER.get((after + 1, data[0])) if after < _MOST_BANKS else None)

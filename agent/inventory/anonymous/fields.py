"""Where the numbers of single pieces stand: dmidecode's fields, files of /sys, udev's properties, keys of JSON.

Each function gives its text or document back with what `visit(text, kind)` says in the place of every such value, so
the same way leads through a recording to collect them and to replace them.
"""

import re

from agent.inventory.anonymous.binary import Visit
from agent.inventory.anonymous.standins import Kind

_DMI_KEY = re.compile(
    r".*serial(?! (port|services|presence))( number)?|.*uuid|.*asset tag.*|.*service tag.*|.*mac address|.*host ?name|"
    r".*redfish service.*|ipv[46] .*",
    re.IGNORECASE,
)
_DMI_HANDLE = re.compile(r"Handle 0x[0-9A-Fa-f]+, DMI type (\d+)")
_DMI_FIELD = re.compile(r"(\t[^\t:][^:]*: )(.+)")
_DMI_FREE_TEXT = {11, 12}
"""OEM strings and configuration options (DSP0134, 7.12 and 7.13): service tags and product keys stand there too."""
_DMI_MAKERS_OWN = 128
"""From this type on structures are the maker's own: what their bytes mean nobody else knows."""
_DMI_HEADER_BYTES = 4
_DMI_BYTES = re.compile(r"\t\t(?:[0-9A-F]{2} ?)+")
_CODE = re.compile(r"[A-Za-z0-9]*\d[A-Za-z0-9]*")
_CODE_DIGITS, _CODE_LENGTH = 4, 6

_SERIAL_FILES = re.compile(
    r"(product_|board_|chassis_)?serial(_number|_no)?|(board|chassis)_asset_tag|unique_id|uniq|hostid|psid"
)
_UUID_FILES = {"product_uuid", "uuid"}
_WWN_FILES = {"wwn", "sas_address", "port_name", "node_name"}
_EUI_FILES = {"nguid", "eui", "eui64"}
_MAC_FILES = {"address", "macaddress", "perm_hwaddr", "bd_addr"}
_MAC_PLACES = ("/net/", "/ieee80211/", "/bluetooth/", "/thunderbolt/")

_PROPERTY = re.compile(r'((?:E:|U: )?(\w+)="?)([^"]+)("?)')
_PROPERTY_KEY = re.compile(
    r"\w*SERIAL_(?:SHORT|NUMBER)|ID_SCSI_SERIAL|ID_WWN\w*|ID_PART_TABLE_UUID|MD_UUID|\w*UNIQ", re.IGNORECASE
)
_PREFIXES = ("eui.", "naa.", "uuid.", "nvme.")

_JSON_KEY = re.compile(
    r".*serial(_?(number|no))?|sn|.*uuid|.*guid|.*eui64|.*wwn|.*wwid|(.*_)?mac(_?address)?|psid|.*asset_?tag|.*sas_address|"
    r".*host_?name|unique_?id|logical_unit_id",
    re.IGNORECASE,
)
_NUMBERED = {
    "wwn": (Kind.WWN, (("naa", 1), ("oui", 6), ("id", 9))),
    "eui64": (Kind.EUI, (("oui", 6), ("ext_id", 10))),
}
"""smartctl takes these names apart: field and hexadecimal digits, the last of which tell the piece."""
_DEEPEST = 60

_PATTERNS = (
    (re.compile(r"(?<![0-9A-Fa-f:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:.-])"),
     Kind.MAC),
    (re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"), Kind.UUID),
    (re.compile(r"(?<=0x)5[0-9a-f]{15}(?![0-9a-f])"), Kind.WWN),
    (re.compile(r"(?:(?<=naa\.)|(?<=wwn-0x))(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-f])"), Kind.WWN),
    (re.compile(r"(?<=eui\.)(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-f])"), Kind.EUI),
    (re.compile(r"(?<![A-Z0-9-])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?![A-Z0-9-])"), Kind.SERIAL),  # a Windows key
)  # fmt: skip
# Of the same shape, and the same everywhere: kinds of partitions and the vendors of firmware variables.
_UUID_LETTERS = 36
_NO_UUIDS = re.compile(r"ID_PART_ENTRY_TYPE=\S*|\b\w+-[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")


def dmidecode(text: str, visit: Visit) -> str:
    """Its text line by line; of the makers' own structures the bytes become zeros, and no word stays."""
    lines, structure, shown = [], 0, 0
    for line in text.split("\n"):
        if handle := _DMI_HANDLE.match(line):
            structure, shown = min(int(handle[1][:4]), 255), 0
        found = _DMI_FIELD.fullmatch(line)
        if found and _DMI_KEY.fullmatch(found[1].strip("\t: ")):
            lines.append(found[1] + visit(found[2], Kind.SERIAL))
        elif structure >= _DMI_MAKERS_OWN and _DMI_BYTES.fullmatch(line):
            words = line.split()
            kept = words[: max(0, _DMI_HEADER_BYTES - shown)]
            shown += len(words)
            lines.append("\t\t" + " ".join([*kept, *["00"] * (len(words) - len(kept))]))
        elif structure >= _DMI_MAKERS_OWN and line.startswith("\t\t"):
            lines.append("\t\t" + visit(line[2:], Kind.OWN))
        elif structure in _DMI_FREE_TEXT and found:
            lines.append(found[1] + _CODE.sub(lambda code: _code(code[0], visit), found[2]))
        else:
            lines.append(line)
    return "\n".join(lines)


def file_kind(path: str) -> Kind | None:
    """What the file of /sys holds, where all of it is the number of a piece."""
    name = path.rpartition("/")[2]
    if name in _UUID_FILES:
        return Kind.UUID
    if name in _WWN_FILES:
        return Kind.WWN
    if name in _EUI_FILES:
        return Kind.EUI
    if name in _MAC_FILES and any(place in path for place in _MAC_PLACES):
        return Kind.MAC
    if path.endswith(("/dm/name", "/dm/uuid", "/md/uuid")):
        return Kind.OWN
    return Kind.SERIAL if _SERIAL_FILES.fullmatch(name) else None


def wwid(text: str, visit: Visit) -> str:
    """A SCSI or NVMe drive's name; those with a prefix are found by it, of "t10.MAKER MODEL SERIAL" the last word is
    the piece's."""
    words = text.split()
    if not text.startswith("t10.") or len(words) < 2:
        return text
    at = text.rindex(words[-1])
    return text[:at] + visit(words[-1], Kind.SERIAL) + text[at + len(words[-1]) :]


def properties(text: str, visit: Visit) -> str:
    """Lines KEY=value: udev's database (E:…), uevent files, and the kernel's list of input devices (U: Uniq=…)."""
    lines = []
    for line in text.split("\n"):
        found = _PROPERTY.fullmatch(line)
        # Values with a prefix are found by their look.
        if found and _PROPERTY_KEY.fullmatch(found[2]) and not found[3].startswith(_PREFIXES):
            kind = Kind.WWN if found[2].startswith("ID_WWN") else Kind.SERIAL
            lines.append(found[1] + visit(found[3], kind) + found[4])
        else:
            lines.append(line)
    return "\n".join(lines)


def document(value: object, visit: Visit, key: str = "", depth: int = 0) -> object:
    """A JSON document, whatever its shape."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        taken_apart = _numbered(key, value, visit)
        return {name: document(one, visit, str(name), depth + 1) for name, one in value.items()} | taken_apart
    if isinstance(value, list):
        return [document(one, visit, key, depth + 1) for one in value]
    if _JSON_KEY.fullmatch(key):
        kind = _json_kind(key)
        if isinstance(value, str):
            return visit(value, kind)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**128:
            return int(visit(str(value), kind))
    return value


def patterns(text: str, visit: Visit) -> None:
    """Tell `visit` what looks like a number of a piece, wherever it stands."""
    others = {found[-_UUID_LETTERS:].lower() for found in _NO_UUIDS.findall(text)}
    for pattern, kind in _PATTERNS:
        for found in pattern.finditer(text):
            if found[0].lower() not in others:
                visit(found[0], kind)


def _numbered(key: str, value: dict[str, object], visit: Visit) -> dict[str, object]:
    if key not in _NUMBERED:
        return {}
    kind, parts = _NUMBERED[key]
    told = ""
    for name, digits in parts:
        one = value.get(name)
        if not isinstance(one, int) or not 0 <= one < 16**digits:
            return {}
        told += f"{one:0{digits}x}"
    last, digits = parts[-1]
    return {last: int(visit(told, kind)[-digits:], 16)}


def _json_kind(key: str) -> Kind:
    name = key.lower()
    if name.endswith(("eui64", "nguid")):
        return Kind.EUI
    if "wwn" in name or name == "logical_unit_id" or name.endswith("sas_address"):
        return Kind.WWN
    if "host" in name:
        return Kind.NAME
    return Kind.UUID if name.endswith("uuid") else Kind.SERIAL


def _code(word: str, visit: Visit) -> str:
    digits = sum(char.isdigit() for char in word)
    return visit(word, Kind.OWN) if digits >= _CODE_DIGITS or (digits > 1 and len(word) >= _CODE_LENGTH) else word

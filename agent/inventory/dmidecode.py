"""The firmware's own description of the machine (SMBIOS, DMTF DSP0134), as dmidecode prints it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.host.source import Source
from agent.inventory.parts import CannotRead
from agent.model.message import say

BIOS, SYSTEM, BOARD, CHASSIS, PROCESSOR, MEMORY_ARRAY, MEMORY_DEVICE, BATTERY, SECURITY = 0, 1, 2, 3, 4, 16, 17, 22, 24
MEMORY_CONTROLLER, MEMORY_MODULE = 5, 6
"""Structure types (DSP0134, section 7). 5 and 6 are obsolete; machines from before 1999 have nothing else."""

SECONDS = 8.0
"""It takes some hundredths; a firmware that has to be asked page by page, a second; on a slow machine that is still
starting, some."""
_MOST_RECORDS = 2000
"""The largest servers have some hundred structures."""
# Since dmidecode 2.7 in one line; before, the type stood in the next one, and everything below a tab further in.
_HANDLE = re.compile(r"Handle (0x[0-9A-Fa-f]{1,8})(?:, DMI type (\d{1,3}), \d+ bytes\.?)?\s*$", re.ASCII)
_OLD_TYPE = re.compile(r"\tDMI type (\d{1,3}), \d+ bytes\.?\s*$", re.ASCII)
_NO_TYPE = -1


@dataclass
class Record:
    """One structure: its fields as text ("Manufacturer": "LENOVO"), and its lists."""

    handle: int
    type: int
    title: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.fields.get(name)


def read(source: Source) -> list[Record]:
    """Run dmidecode. Raises CannotRead, ToolMissing, ToolTimeout, OSError."""
    ran = source.tool(["dmidecode"], timeout=SECONDS)
    records = parse(ran.out)
    if not records:
        # It ends with 0 where there is no table (many virtual machines) and names what it missed, if anything.
        error = ran.err.strip().rpartition("\n")[2]
        if error:
            raise CannotRead(say("The firmware's description (SMBIOS) could not be read: {error}", error=error))
        raise CannotRead(say("This computer has no description in its firmware (SMBIOS), or hides it."))
    return records


def parse(text: str) -> list[Record]:
    """Read dmidecode's text, whatever its version. Never raises; what is no structure is left out, and so is what
    the firmware or a recorder wrote twice."""
    records: list[Record] = []
    record: Record | None = None
    last = margin = ""
    # Not splitlines: that also splits at the strange line ends of Unicode, which may stand inside a value.
    for line in text.split("\n"):
        if line.startswith("Handle "):
            if len(records) >= _MOST_RECORDS:
                break
            record = None
            if handle := _HANDLE.match(line):
                record = Record(int(handle[1], 16), int(handle[2] or _NO_TYPE))
                records.append(record)
                last = margin = ""
        elif record is None:
            continue
        elif record.type == _NO_TYPE and (old := _OLD_TYPE.match(line)):
            record.type, margin = int(old[1]), "\t"
        elif line in ("", "\r"):
            record = None  # an empty line ends the structure; a tab alone is an empty string in it
        elif not line.isspace():
            last = _add(record, line.removeprefix(margin), last)
    return _each_once(records)


def _add(record: Record, line: str, last: str) -> str:
    """Put one line into the record; returns the name of the field that following list lines belong to."""
    if not line.startswith("\t"):
        record.title = record.title or line.strip()
    elif line.startswith("\t\t"):
        if last:
            record.lists.setdefault(last, []).append(line.strip())
    else:
        name, colon, value = line[1:].partition(":")
        if name and colon and (not value or value[0] in " \r"):
            last = name.strip()
            record.fields.setdefault(last, value.strip())
    return last


def _each_once(records: list[Record]) -> list[Record]:
    """Some firmware shows its table twice; a handle is one structure's own (DSP0134, 6.1.2)."""
    by_handle: dict[int, list[Record]] = {}
    kept = []
    for record in records:
        same = by_handle.setdefault(record.handle, [])
        if record.type != _NO_TYPE and record not in same:
            same.append(record)
            kept.append(record)
    return kept


def of_type(records: Iterable[Record], kind: int) -> list[Record]:
    return [record for record in records if record.type == kind]


def first(records: Iterable[Record], kind: int) -> Record:
    """The first structure of a type; one without fields where there is none."""
    return next(iter(of_type(records, kind)), Record(-1, kind))


# The kernel shows the strings of the first four types as files; serials and UUID only to root.
_KERNEL = {
    BIOS: {"Vendor": "bios_vendor", "Version": "bios_version", "Release Date": "bios_date"},
    SYSTEM: {
        "Manufacturer": "sys_vendor", "Product Name": "product_name", "Version": "product_version",
        "Serial Number": "product_serial", "UUID": "product_uuid", "Family": "product_family",
    },
    BOARD: {
        "Manufacturer": "board_vendor", "Product Name": "board_name", "Version": "board_version",
        "Serial Number": "board_serial", "Asset Tag": "board_asset_tag",
    },
    CHASSIS: {
        "Manufacturer": "chassis_vendor", "Type": "chassis_type", "Serial Number": "chassis_serial",
        "Asset Tag": "chassis_asset_tag",
    },
}  # fmt: skip


def from_kernel(source: Source) -> list[Record]:
    """The same from /sys/class/dmi/id, for where dmidecode cannot be run. The chassis type is then its number."""
    records = []
    for kind, files in _KERNEL.items():
        texts = {name: source.text(f"/sys/class/dmi/id/{file}") for name, file in files.items()}
        if fields := {name: text for name, text in texts.items() if text is not None}:
            records.append(Record(-1, kind, fields=fields))
    return records

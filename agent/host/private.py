"""What of a machine no recording may hold: keys, other people's names, and what its owner did with it.

A recording is handed on, so it has what the inventory needs and nothing beside. Two rules: only the places that the
inventory reads are recorded at all, and of the files in which people's own words stand among facts, only the facts.
"""

import re
from collections.abc import Callable, Sequence

from agent.host.blockuse import ORDIS_LABELS

_PLACES = re.compile(
    r"/sys/.*|/run/udev/data/.*|"
    r"/proc/(cpuinfo|meminfo|swaps|partitions|mdstat|modules|version|(self|1)/mountinfo|(acpi|asound|bus|sys/dev)/.*)"
)
# MSDM holds the Windows key, SLIC its older kind.
_KEPT_BACK = re.compile(r"/sys/firmware/acpi/tables/(.*/)?(MSDM|SLIC)\d*|/sys/kernel/(security|debug|tracing)/.*")
_VARIABLES = "/sys/firmware/efi/efivars/"
# UEFI 2.10, 3.3: the variables of the standard itself. Others hold Wi-Fi passwords, seeds, what a maker likes.
_STANDARD = "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_SYSTEM_FOLDERS = frozenset({"/", "/boot", "/boot/efi", "/efi", "/home", "/usr", "/var", "/srv", "/opt"})
_LABELS = ("ID_FS_LABEL", "ID_PART_ENTRY_NAME", "PARTNAME")
_ELSEWHERE = "…"
# Nodes that the kernel named; /dev/VG/LV and /dev/mapper/VG-LV are people's names, often the computer's.
_NODE = re.compile(r"/dev/((cciss|ida|rd|etherd)/)?[^/]+")


def may_be_recorded(path: str) -> bool:
    """Whether the file's content may leave the machine at all."""
    if path.startswith(_VARIABLES):
        return path.endswith(_STANDARD)
    return bool(_PLACES.fullmatch(path)) and not _KEPT_BACK.fullmatch(path)


def facts_only(path: str, data: bytes) -> bytes:
    """The file's content without people's own words."""
    if path.endswith("/mountinfo"):
        return _lines(data, _mount)
    if path == "/proc/swaps":
        return _lines(data, _swap)
    if path.startswith("/run/udev/data/"):
        return _lines(data, _property)
    if path.endswith("/loop/backing_file"):
        return data if data.startswith(b"/dev/") else f"/{_ELSEWHERE}".encode()
    return data


def names_only(path: str, names: Sequence[str]) -> list[str]:
    """The folder's entries without processes and the labels that people gave to their file systems."""
    if path == "/proc":
        return [name for name in names if not name.isdecimal()]
    if path == "/dev/disk/by-label":
        return [name for name in names if name.upper() in ORDIS_LABELS]
    return list(names)


def _lines(data: bytes, shown: Callable[[str], str | None]) -> bytes:
    lines = (shown(line) for line in data.decode("utf-8", "replace").splitlines())
    return "".join(f"{line}\n" for line in lines if line is not None).encode()


def _mount(line: str) -> str | None:
    """A line of mountinfo (proc_pid_mountinfo(5)) whose device is one of this machine's, without what people named."""
    left, _, right = line.partition(" - ")
    fields, (kind, origin, options, *_) = left.split(), [*right.split(), "", "", ""]
    if len(fields) < 6 or not origin.startswith("/dev/"):
        return None
    fields[3] = "/"  # the part of the file system that is mounted, in bind mounts a person's folder
    if fields[4] not in _SYSTEM_FOLDERS and not fields[4].startswith(("/run/live", "/usr/lib/live")):
        fields[4] = f"/{fields[4].split('/')[1]}/{_ELSEWHERE}"
    nodes = ":".join(_node(path) for path in origin.split(":"))
    told = (option.partition("=") for option in options.split(","))
    devices = [f"{name}={_node(path)}" for name, _, path in told if path.startswith("/dev/")]
    return f"{' '.join(fields[:6])} - {kind} {nodes} {','.join(['rw', *devices])}"


def _node(path: str) -> str:
    return path if _NODE.fullmatch(path) else f"/dev/mapper/{_ELSEWHERE}"


def _swap(line: str) -> str:
    path = line.split(maxsplit=1)[0] if line.strip() else ""
    return line if path == "Filename" or _NODE.fullmatch(path) else line.replace(path, f"/{_ELSEWHERE}", 1)


def _property(line: str) -> str | None:
    """A line of udev's database, if it is a property; a label only where it is the stick's."""
    key, _, value = line.removeprefix("E:").partition("=")
    if not line.startswith("E:") or key.startswith(("ID_FS_UUID", "ID_PART_ENTRY_UUID", "DM_", "MD_NAME")):
        return None
    return line if not key.startswith(_LABELS) or value.upper() in ORDIS_LABELS else None

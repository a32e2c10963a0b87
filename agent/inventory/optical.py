"""Optical drives: SCSI peripherals of type 5 (SPC-4, 6.4.2) in /sys, what they write from /proc/sys/dev/cdrom/info."""

import re

from agent.host.source import Source
from agent.inventory.values import real
from agent.inventory.vendors import vendor
from agent.model.inventory import OpticalDrive

_SCSI = "/sys/bus/scsi/devices"
_INFO = "/proc/sys/dev/cdrom/info"
_DISC = "5"
_MADE_UP = re.compile(r"virtual|remote (cd|dvd)|cd-rom image", re.IGNORECASE)
"""What a server's remote control shows as if somebody had plugged it in."""


def read(source: Source) -> list[OpticalDrive]:
    places = {
        name: folder
        for name in source.names("/sys/block")
        if re.fullmatch(r"sr\d+", name) and (folder := source.link(f"/sys/block/{name}/device"))
    }
    for name in source.names(_SCSI):  # those for which the kernel has no driver
        folder = source.link(f"{_SCSI}/{name}")
        if folder and folder not in places.values() and source.text(f"{folder}/type") == _DISC:
            places[name] = folder
    writers = parse_writers(source.text(_INFO) or "") if places else {}
    found = [_drive(source, name, folder, writers.get(name)) for name, folder in sorted(places.items())]
    return [drive for drive in found if not _MADE_UP.search(drive.model or "")]


def parse_writers(text: str) -> dict[str, bool]:
    """Which drives write discs, by their kernel names: a table with a column for each. Never raises."""
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        title, _, rest = line.partition(":")
        rows.setdefault(title.strip(), rest.split())
    found = {}
    for column, name in enumerate(rows.get("drive name", [])):
        marks = [row[column] for title, row in rows.items() if title.startswith("Can write") and column < len(row)]
        if marks and set(marks) <= {"0", "1"}:
            found[name] = "1" in marks
    return found


def _drive(source: Source, name: str, folder: str, writes: bool | None) -> OpticalDrive:
    return OpticalDrive(
        name=name,
        vendor=vendor(source.text(f"{folder}/vendor")),
        model=real(source.text(f"{folder}/model")),
        writes=writes,
    )

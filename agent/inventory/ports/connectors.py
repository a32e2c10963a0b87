"""Sockets on the case as the firmware lists them: SMBIOS type 8 (DSP0134, 7.9).

Many makers leave the list of the board that they copied: the same list, with sockets that were never built, stands in
machines of different makers. Such lists are known by their marks, and nothing of them is believed.
"""

import re
from collections import Counter
from collections.abc import Sequence

from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record

_CONNECTOR = 8
_MOST = 24
"""Sockets of one kind; the boards with the most have 14."""

# Reference designs name their sockets by squares of the board (J3A1) or running numbers (J1504).
_REFERENCE = re.compile(r"(CON)?J?\d[A-Z]\d[A-Z]?|J\d{2,4}(/.*)?")
_COPIED = re.compile(r"tv[ _-]?out|external connector|usb\d\.\d - \d", re.IGNORECASE)
_INSIDE = re.compile(
    r"intern|\bfan|header|(?<!e)sata|m\.2|pci|power|dock|debug|finger|cam\b|edp|lvds|wi-?fi", re.IGNORECASE
)
_PAIRS = (re.compile(r"(?<![0-9])([0-9]{1,2})_([0-9]{1,2})$"), re.compile(r"_([0-9])([0-9])$"))

# By what is written at the socket; the first that fits. Then by the form of the connector.
_BY_NAME = (
    (re.compile(r"thunderbolt|\btbt", re.IGNORECASE), "thunderbolt"),
    (re.compile(r"type[ -]?c\b|usb[ -]?c\b", re.IGNORECASE), "usb_c"),
    (re.compile(r"hdmi(?!.*(dp|display ?port))", re.IGNORECASE), "hdmi"),
    (re.compile(r"disp?la[yt] ?port|\bm?dp ?\d?\b", re.IGNORECASE), "displayport"),
    (re.compile(r"\bdvi", re.IGNORECASE), "dvi"),
    (re.compile(r"\bvga|\bcrt\b|d[_-]sub", re.IGNORECASE), "vga"),
    (re.compile(r"esata", re.IGNORECASE), "esata"),
    (re.compile(r"smart ?card", re.IGNORECASE), "smart_card"),
    (re.compile(r"\bsd\b|sd ?card|card ?reader|memory card|flash ?card", re.IGNORECASE), "sd_card"),
    (re.compile(r"fire ?wire|1394", re.IGNORECASE), "firewire"),
)  # fmt: skip
_BY_FORM = {
    ("Access Bus (USB)", "USB"): "usb_a", ("Other", "USB"): "usb_a", ("None", "USB"): "usb_a",
    ("USB Type-C Receptacle", "USB"): "usb_c", ("DB-15 female", "Video Port"): "vga",
    ("RJ-45", "Network Port"): "ethernet", ("RJ-11", "Modem Port"): "modem",
    ("Mini Jack (headphones)", "Audio Port"): "audio", ("Mini DIN", "Audio Port"): "audio",
    ("PS/2", "Keyboard Port"): "ps2", ("PS/2", "Mouse Port"): "ps2",
    ("IEEE 1394", "Firewire (IEEE P1394)"): "firewire",
}  # fmt: skip


def read(records: Sequence[Record]) -> dict[str, int]:
    """How many sockets of each kind the firmware lists; empty where the list is not to be believed. Never raises."""
    listed = dmidecode.of_type(records, _CONNECTOR)
    if any(_copied(record) for record in listed):
        return {}
    found: Counter[str] = Counter()
    for record in listed:
        if kind := _kind(record):
            found[kind] += _sockets(_label(record)) if kind == "usb_a" else 1
    return {kind: count for kind, count in found.items() if count <= _MOST}


def _copied(record: Record) -> bool:
    return bool(
        _REFERENCE.fullmatch((record.get("Internal Reference Designator") or "").strip())
        or _COPIED.match(_label(record))
    )


def _label(record: Record) -> str:
    return (record.get("External Reference Designator") or "").strip()


def _kind(record: Record) -> str | None:
    label, form, use = _label(record), record.get("External Connector Type") or "", record.get("Port Type") or ""
    if label in ("", "None", "Not Specified", "NULL") or form.startswith("On Board") or _INSIDE.search(label):
        return None
    if use in ("Video Port", "Other", "None", "USB", "Thunderbolt", "SATA"):
        named = next((kind for pattern, kind in _BY_NAME if pattern.search(label)), None)
        if named is not None and not (use == "USB" and named not in ("usb_c", "thunderbolt")):
            return named
    if use.startswith(("Serial Port", "8251")) and form.startswith("DB-"):
        return "serial"
    if use.startswith("Parallel Port") and form.startswith("DB-"):
        return "parallel"
    return _BY_FORM.get((form, use))


def _sockets(label: str) -> int:
    """Two where one entry stands for a pair: "USB7_8", "U32G1_56"."""
    pairs = (found for pattern in _PAIRS if (found := pattern.search(label)))
    return 2 if any(int(pair[2]) == int(pair[1]) + 1 for pair in pairs) else 1

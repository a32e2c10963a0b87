"""Who a drive says it is, from what the kernel asked it when it appeared; the drive is not opened.

No pydantic: the drive's worker compares with this what was confirmed.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.host.source import Source
from agent.host.udev import properties
from agent.inventory.makers import maker
from agent.inventory.values import fuller, real
from agent.model.text import clean

_PAGE_SERIAL, _PAGE_ATA = 0x80, 0x89
_PAGE_LIMIT = 64 * 1024
_IDENTIFY_AT, _IDENTIFY_LENGTH = 60, 512
"""SAT-3, 12.4.2: IDENTIFY DEVICE data stands at byte 60 of the page."""


@dataclass(frozen=True)
class Label:
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None


def read(source: Source, name: str) -> Label:
    """The label of the whole disk with this kernel name (`sda`). A loop device's serial is its file's name."""
    folder = f"/sys/block/{name}"
    backing = source.text(f"{folder}/loop/backing_file")
    if backing:
        return Label(serial=clean(backing.rsplit("/", 1)[-1]) or None)
    device = f"{folder}/device"
    ata = ata_label(source.raw(f"{device}/vpd_pg89", _PAGE_LIMIT) or b"")
    known = properties(source, "block", name)
    said = real(source.text(f"{device}/vendor"))
    # The kernel shows 16 characters of a SCSI or ATA model; udev asks the drive for all of it. mmc calls it a name.
    model = fuller(
        ata.model or real(source.text(f"{device}/model")) or real(source.text(f"{device}/name")),
        real(_decoded(known.get("ID_MODEL_ENC", ""))),
    )
    return Label(
        # A PCI number ("0x1af4") stands in the same file of other kinds of device.
        vendor=maker(model, None if said is None or said.startswith("0x") else said),
        model=model,
        serial=ata.serial
        or serial_page(source.raw(f"{device}/vpd_pg80", _PAGE_LIMIT) or b"")
        or real(source.text(f"{device}/serial"))
        or real(source.text(f"{folder}/serial"))
        or real(known.get("ID_SCSI_SERIAL"))
        or real(known.get("ID_SERIAL_SHORT")),
        firmware=ata.firmware
        or real(source.text(f"{device}/firmware_rev"))
        or real(source.text(f"{device}/rev"))
        or real(source.text(f"{device}/fwrev"))
        or real(known.get("ID_REVISION")),
    )


def appearance(sequences: Sequence[int | None]) -> int | None:
    """One number for the appearance of a drive of several nodes (the namespaces of an NVMe subsystem), from the
    kernel's number of each, in their order; of a single node it is the kernel's own. None where one is not known.

    The kernel never gives a number twice while it runs, so any change (a node more, less, or anew) gives another
    number, but for a chance of 2**-52.
    """
    if not sequences or None in sequences:
        return None
    if len(sequences) == 1:
        return sequences[0]
    digest = hashlib.sha256(" ".join(map(str, sequences)).encode()).digest()
    return int.from_bytes(digest[:8]) >> 12  # as canonical JSON (RFC 8785) can hold it


def serial_page(page: bytes) -> str | None:
    """The serial from the SCSI page "unit serial number" (SPC-4, 7.8.15): four bytes of header, then text."""
    if len(page) < 4 or page[1] != _PAGE_SERIAL:
        return None
    return real(page[4 : 4 + int.from_bytes(page[2:4], "big")])


def ata_label(page: bytes) -> Label:
    """Model, serial and firmware from the SCSI page "ATA information", whole where INQUIRY cuts them."""
    identify = page[_IDENTIFY_AT : _IDENTIFY_AT + _IDENTIFY_LENGTH]
    if len(page) < 2 or page[1] != _PAGE_ATA or len(identify) < _IDENTIFY_LENGTH:
        return Label()
    # ACS-3, 7.12.7: words 10-19 serial, 23-26 firmware, 27-46 model.
    return Label(model=_words(identify, 27, 46), serial=_words(identify, 10, 19), firmware=_words(identify, 23, 26))


def _words(identify: bytes, first: int, last: int) -> str | None:
    """ATA strings hold two characters a word, the first in the upper byte."""
    raw = identify[first * 2 : last * 2 + 2]
    return real(bytes(byte for pair in zip(raw[1::2], raw[::2], strict=True) for byte in pair))


def _decoded(text: str) -> str:
    r"""udev writes blanks and the like as \x20."""
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), text)

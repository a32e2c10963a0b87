"""Which drive answered smartctl, and how it was reached: the identity part of smartctl's JSON.

ACS-3, 7.12.7.54 (IDENTIFY DEVICE word 217) gives the rotation rates; SPC-4, 7.6.1 the protocols of a SCSI transport.
"""

import re
from collections.abc import Mapping

from agent.inventory.makers import maker
from agent.inventory.smart.table import attributes, entries, name
from agent.inventory.values import count, dig, real
from agent.model.words import Transport

_SLOWEST_RPM, _FASTEST_RPM = 0x401, 0xFFFE
_BY_PROTOCOL = {"ata": Transport.ATA, "nvme": Transport.NVME, "scsi": Transport.SCSI}
_USB_TYPE = re.compile(r"usb|^snt", re.IGNORECASE)
"""Kinds of USB bridges by smartctl's names: usbjmicron, usbprolific …; sntjmicron, sntrealtek … have NVMe behind."""
_USB_INFO = re.compile(r"\[[^\]]*\busb\b", re.IGNORECASE)
_BY_SCSI_TRANSPORT = {
    0: Transport.NETWORK,  # Fibre Channel
    4: Transport.NETWORK,  # SRP, over InfiniBand
    5: Transport.NETWORK,  # iSCSI
    9: Transport.USB,  # UAS
}
_DISKS = frozenset({0x00, 0x07, 0x0E, 0x14})
"""SPC-4, table 145, peripheral device types: disk, optical memory, simplified disk, zoned disk."""
_TURNING = re.compile(r"spin_up|spin_retry|seek_error|seek_time|start_stop|load_cycle|head_flying", re.IGNORECASE)
_FLASH = re.compile(r"ssd|wear|erase|nand|flash|life|rsvd_blk|reservd", re.IGNORECASE)
_ENOUGH = 2


def model(document: Mapping[str, object]) -> str | None:
    """The model. SCSI drives give maker and product apart; older smartctl joins them itself."""
    told = real(document.get("model_name")) or real(document.get("scsi_model_name"))
    if told is not None:
        return told
    parts = (_said(document), real(document.get("scsi_product")) or real(document.get("product")))
    return " ".join(part for part in parts if part) or None if parts[1] else None


def vendor(document: Mapping[str, object]) -> str | None:
    return maker(model(document), _said(document))


def serial(document: Mapping[str, object]) -> str | None:
    return real(document.get("serial_number"))


def firmware_version(document: Mapping[str, object]) -> str | None:
    return next(
        (
            told
            for key in ("firmware_version", "scsi_revision", "revision")
            if (told := real(document.get(key))) is not None
        ),
        None,
    )


def size_bytes(document: Mapping[str, object]) -> int | None:
    """What the drive holds; of NVMe all namespaces that are listed, else all that it has."""
    if size := count(dig(document, "user_capacity", "bytes")):
        return size
    if blocks := count(dig(document, "user_capacity", "blocks")):
        return count(blocks * (count(document.get("logical_block_size"), 65536) or 512))
    spaces = [count(dig(space, "size", "bytes")) or 0 for space in entries(document, "nvme_namespaces")]
    return count(sum(spaces)) or count(document.get("nvme_total_capacity")) or None


def sector_bytes(document: Mapping[str, object]) -> tuple[int | None, int | None]:
    """Logical and physical."""
    logical, physical = (count(document.get(f"{kind}_block_size"), 1 << 20) for kind in ("logical", "physical"))
    return logical or None, physical or None


def transport(document: Mapping[str, object]) -> Transport:
    """How the drive is attached. Behind a RAID controller it is what the drive itself speaks."""
    kind, info = (str(dig(document, "device", key) or "") for key in ("type", "info_name"))
    if _USB_TYPE.search(kind) or _USB_INFO.search(info):
        return Transport.USB
    over = _BY_SCSI_TRANSPORT.get(count(dig(document, "scsi_transport_protocol", "value"), 15) or -1)
    if dig(document, "scsi_transport_protocol", "value") == 0:
        over = _BY_SCSI_TRANSPORT[0]
    return over or _BY_PROTOCOL.get(str(dig(document, "device", "protocol")).lower(), Transport.UNKNOWN)


def rotation_rpm(document: Mapping[str, object]) -> int | None:
    rate = count(document.get("rotation_rate"), _FASTEST_RPM)
    return rate if rate is not None and rate >= _SLOWEST_RPM else None


def rotational(document: Mapping[str, object]) -> bool | None:
    """Whether it turns. Drives from before 2007 do not tell their rate; those that count spin-ups and seeks turn."""
    rate = count(document.get("rotation_rate"), _FASTEST_RPM)
    if rate is not None:
        return rate >= _SLOWEST_RPM
    if str(dig(document, "device", "protocol")).lower() == "nvme":
        return False
    names = {name(entry) for entry in attributes(document)}
    if dig(document, "trim", "supported") is True or any(_FLASH.search(one) for one in names):
        return None
    return True if sum(bool(_TURNING.search(one)) for one in names) >= _ENOUGH else None


def form_factor(document: Mapping[str, object]) -> str | None:
    return real(dig(document, "form_factor", "name"))


def device_name(document: Mapping[str, object]) -> str | None:
    """The node that smartctl was given."""
    return real(dig(document, "device", "name"))


def no_disk(document: Mapping[str, object]) -> bool:
    """Whether SCSI tells another kind of device: tape, disc player, enclosure …"""
    kind = count(dig(document, "device_type", "scsi_value"))
    return kind is not None and kind not in _DISKS


def _said(document: Mapping[str, object]) -> str | None:
    return real(document.get("scsi_vendor")) or real(document.get("vendor"))

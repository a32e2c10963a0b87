"""TPM, the Windows key's presence, and the firmware's passwords."""

import re
from collections.abc import Sequence

from agent.host.source import Source, integer
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record

_TPM = "/sys/class/tpm/tpm0"
_ATTRIBUTES = "/sys/class/firmware-attributes"
_TABLES = "/sys/firmware/acpi/tables"
_VERSIONS = {1: "1.2", 2: "2.0"}
# DSP0134, 7.25: what the structure says of these two; a keyboard or reset-button setting locks nobody out.
_PASSWORDS = ("Power-On Password Status", "Administrator Password Status")


def tpm_version(source: Source) -> str | None:
    """ "1.2" or "2.0"; None where no TPM shows."""
    version = _VERSIONS.get(integer(source, f"{_TPM}/tpm_version_major") or 0)
    if version is None and re.search(r"TCG version: 1\.2", source.text(f"{_TPM}/device/caps") or ""):
        return "1.2"  # before Linux 5.6
    return version


def windows_key_present(source: Source) -> bool | None:
    """Whether the firmware carries the ACPI table MSDM. It is not read: it holds the key."""
    tables = source.names(_TABLES)
    return "MSDM" in tables if tables else None


def firmware_password(source: Source, records: Sequence[Record]) -> bool | None:
    """Whether the firmware says that a password locks it; None where it says nothing.

    From the kernel's firmware-attributes class (Dell, HP, Lenovo) and SMBIOS type 24.
    """
    told: list[bool] = []
    for driver in source.names(_ATTRIBUTES):
        folder = f"{_ATTRIBUTES}/{driver}/authentication"
        states = (integer(source, f"{folder}/{role}/is_enabled") for role in source.names(folder))
        told += [state == 1 for state in states if state is not None]
    for record in dmidecode.of_type(records, dmidecode.SECURITY):
        words = ((record.get(name) or "").lower() for name in _PASSWORDS)
        told += [word == "enabled" for word in words if word in ("enabled", "disabled")]
    return any(told) if told else None

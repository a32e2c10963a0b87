"""BIOS or UEFI, its version, and whether Secure Boot is on."""

import datetime as dt
import re
from collections.abc import Sequence

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.values import real
from agent.inventory.vendors import vendor
from agent.model.inventory import Firmware

_EFI = "/sys/firmware/efi"
# UEFI 2.10, 3.3: the variable SecureBoot of the vendor GUID EFI_GLOBAL_VARIABLE.
_SECURE_BOOT = f"{_EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_AMERICAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)", re.ASCII)
_ISO = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)", re.ASCII)
_FIRST_YEAR = 1981
"""The first PC's."""
_MONTHS = 12
_ATTRIBUTES = 4
"""efivarfs puts four bytes of attributes before the value."""


def read(source: Source, records: Sequence[Record]) -> Firmware:
    bios = dmidecode.first(records, dmidecode.BIOS)
    return Firmware(
        vendor=vendor(bios.get("Vendor")),
        version=real(bios.get("Version")),
        date=_date(bios.get("Release Date")),
        uefi=_uefi(source),
        secure_boot=_secure_boot(source),
    )


def _date(text: str | None) -> str | None:
    """ISO 8601; the text as it is where it is no date. Firmware writes mm/dd/yyyy or mm/dd/yy (DSP0134, 7.1)."""
    told = real(text)
    if found := _AMERICAN.match(told or ""):
        month, day, year = (int(part) for part in found.groups())
        if len(found[3]) == 2:
            year += 1900 if year >= _FIRST_YEAR % 100 else 2000
    elif found := _ISO.match(told or ""):
        year, month, day = (int(part) for part in found.groups())
    else:
        return told
    if month > _MONTHS:  # the standard is American, some makers are not
        month, day = day, month
    try:
        return dt.date(year, month, day).isoformat() if year >= _FIRST_YEAR else told
    except ValueError:
        return told


def _uefi(source: Source) -> bool | None:
    """True where this system was started through UEFI; a machine that has it may have been started the old way."""
    return bool(source.names(_EFI)) if source.names("/sys/firmware") else None


def _secure_boot(source: Source) -> bool | None:
    value = source.raw(_SECURE_BOOT, _ATTRIBUTES + 1) or b""
    return value[_ATTRIBUTES] == 1 if len(value) > _ATTRIBUTES else None

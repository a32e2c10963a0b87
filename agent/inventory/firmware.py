"""BIOS or UEFI, its version, and whether Secure Boot is on."""

from collections.abc import Sequence

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.machine import vendor
from agent.inventory.values import real
from agent.model.inventory import Firmware

_EFI = "/sys/firmware/efi"
# UEFI 2.10, 3.3: the variable SecureBoot of the vendor GUID EFI_GLOBAL_VARIABLE.
_SECURE_BOOT = f"{_EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_ATTRIBUTES = 4
"""efivarfs puts four bytes of attributes before the value."""


def read(source: Source, records: Sequence[Record]) -> Firmware:
    bios = dmidecode.first(records, dmidecode.BIOS)
    return Firmware(
        vendor=vendor(bios.get("Vendor")),
        version=real(bios.get("Version")),
        date=real(bios.get("Release Date")),
        uefi=_uefi(source),
        secure_boot=_secure_boot(source),
    )


def _uefi(source: Source) -> bool | None:
    """True where this system was started through UEFI; a machine that has it may have been started the old way."""
    return bool(source.names(_EFI)) if source.names("/sys/firmware") else None


def _secure_boot(source: Source) -> bool | None:
    value = source.raw(_SECURE_BOOT, _ATTRIBUTES + 1) or b""
    return value[_ATTRIBUTES] == 1 if len(value) > _ATTRIBUTES else None

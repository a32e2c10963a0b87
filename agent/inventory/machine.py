"""Vendor, model as people call it, serials, and the identity that stays the same from boot to boot."""

import hashlib
import re
from collections.abc import Sequence

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.chassis import chassis
from agent.inventory.dmidecode import Record
from agent.inventory.network import built_in_macs
from agent.inventory.values import real
from agent.model.inventory import Machine

_FORM = re.compile(
    r"[\s,]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|sa|kg|b\.?v|computers?|"
    r"electronics|technology|international|group)\b\.?,?(?=[\s,]|$)",
    re.IGNORECASE,
)
# How people call them, by how their names begin in the firmware.
_NAMES = {
    "hewlett": "HP", "hp": "HP", "asustek": "ASUS", "asus": "ASUS", "lenovo": "Lenovo", "dell": "Dell",
    "toshiba": "Toshiba", "fujitsu siemens": "Fujitsu Siemens", "fujitsu": "Fujitsu", "samsung": "Samsung",
    "micro-star": "MSI", "msi": "MSI", "gigabyte": "Gigabyte", "medion": "Medion", "acer": "Acer", "sony": "Sony",
    "intel": "Intel", "huawei": "Huawei", "packard bell": "Packard Bell", "apple": "Apple",
    "chuwi": "Chuwi", "lg": "LG",
}  # fmt: skip
# A Lenovo version that is a name: no number ("1.0"), no type code ("4304E1U"), not the maker's name again.
_LENOVO_NAME = re.compile(r"(?!rev\b|lenovo( product)?$|win\d|\d{4}[0-9a-z]{3}$)(?=.*[a-z]).{4,}", re.IGNORECASE)

_VIRTUAL = re.compile(
    r"qemu|kvm|vmware|virtualbox|innotek|bochs|\bxen\b|parallels|amazon ec2|google compute|openstack|bhyve|hyper-v|"
    r"virtual machine|virtual platform|standard pc \(",
    re.IGNORECASE,
)
# The UUID that one firmware maker's example carries, found in thousands of different machines.
_SHARED_UUIDS = {"03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read(source: Source, records: Sequence[Record]) -> Machine:
    """From the SMBIOS records, which may be empty; /proc/cpuinfo and the network cards help where they say nothing."""
    system = dmidecode.first(records, dmidecode.SYSTEM)
    board = dmidecode.first(records, dmidecode.BOARD)
    case = dmidecode.first(records, dmidecode.CHASSIS)
    model = _model(system, board)
    serial = real(system.get("Serial Number"))
    board_serial = real(board.get("Serial Number"))
    number = _uuid(system.get("UUID"))
    return Machine(
        vendor=vendor(system.get("Manufacturer")) or vendor(board.get("Manufacturer")),
        model=model,
        chassis=chassis(case.get("Type"), model, battery=bool(dmidecode.of_type(records, dmidecode.BATTERY))),
        serial=serial or real(case.get("Serial Number")),
        uuid=number,
        asset_tag=real(case.get("Asset Tag")),
        board_vendor=vendor(board.get("Manufacturer")),
        board_model=real(board.get("Product Name")),
        board_serial=board_serial,
        machine_id=_machine_id([number, serial, board_serial], source),
        virtual=_virtual(source, system, board),
    )


def vendor(text: str | None) -> str | None:
    """A maker's name without its legal form, as people say it; None for a placeholder."""
    name = real(text)
    if name is None:
        return None
    lower = name.lower()
    for start, known in _NAMES.items():
        if re.match(rf"{re.escape(start)}\b", lower):
            return known
    bare = real(_FORM.sub("", re.sub(r"\((r|tm)\)", "", name, flags=re.IGNORECASE)).strip(" ,."))
    return bare or name


def _model(system: Record, board: Record) -> str | None:
    product, version = real(system.get("Product Name")), real(system.get("Version"))
    # Lenovo writes its order code into the name and the name into the version.
    lenovo = (system.get("Manufacturer") or "").strip().lower() == "lenovo"
    if lenovo and version and _LENOVO_NAME.fullmatch(version):
        return version
    return product or real(board.get("Product Name"))


def _uuid(text: str | None) -> str | None:
    # dmidecode printed capitals before 3.0, and DSP0134 mixes the byte order before SMBIOS 2.6; case is all we fold.
    found = (real(text) or "").lower()
    return found if _UUID.fullmatch(found) and found not in _SHARED_UUIDS else None


def _machine_id(serials: Sequence[str | None], source: Source) -> str | None:
    """A hash of the serials that are soldered in; of the built-in network cards where there are none.

    Drives are never part of it: they are changed, and erased.
    """
    parts = [f"{name}={value}" for name, value in zip(("uuid", "system", "board"), serials, strict=True) if value]
    if not parts and not _hidden(source):
        parts = [f"mac={mac}" for mac in built_in_macs(source)]
    if not parts:
        return None
    return hashlib.sha256("\n".join(["ordis machine", *parts]).encode()).hexdigest()[:32]


def _hidden(source: Source) -> bool:
    """Whether there are serials that only root may read: an identity without them would be another one as root."""
    files = "/sys/class/dmi/id"
    return "product_uuid" in source.names(files) and source.text(f"{files}/product_uuid") is None


def _virtual(source: Source, system: Record, board: Record) -> bool:
    names = (record.get(name) or "" for record in (system, board) for name in ("Manufacturer", "Product Name"))
    if any(_VIRTUAL.search(name) for name in names):
        return True
    flags = (line for line in (source.text("/proc/cpuinfo") or "").splitlines() if line.startswith("flags"))
    # CPUID leaf 1, ECX bit 31: set by every hypervisor, by no processor.
    return "hypervisor" in next(flags, "").split()

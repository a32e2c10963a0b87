"""Vendor, model as people call it, serials, and the identity that stays the same from boot to boot."""

import re
from collections.abc import Sequence

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.chassis import chassis
from agent.inventory.dmidecode import Record
from agent.inventory.machine_id import Numbers, machine_id, serial, uuid
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


def read(source: Source, records: Sequence[Record]) -> Machine:
    """From the SMBIOS records, which may be empty; /proc/cpuinfo and the network cards help where they say nothing."""
    system = dmidecode.first(records, dmidecode.SYSTEM)
    board = dmidecode.first(records, dmidecode.BOARD)
    case = dmidecode.first(records, dmidecode.CHASSIS)
    model = _model(system, board)
    board_name = real(board.get("Product Name"))
    numbers = Numbers(
        uuid=uuid(system.get("UUID")),
        system_serial=serial(system.get("Serial Number")),
        board_serial=serial(board.get("Serial Number")),
        macs=built_in_macs(source),
        board=" ".join(filter(None, (vendor(board.get("Manufacturer")), board_name, model))) or None,
        hidden=_hidden(source),
    )
    identity = machine_id(numbers)
    return Machine(
        vendor=vendor(system.get("Manufacturer")) or vendor(board.get("Manufacturer")),
        model=model,
        chassis=chassis(case.get("Type"), model, battery=bool(dmidecode.of_type(records, dmidecode.BATTERY))),
        serial=numbers.system_serial or real(case.get("Serial Number")),
        uuid=numbers.uuid,
        asset_tag=real(case.get("Asset Tag")),
        board_vendor=vendor(board.get("Manufacturer")),
        board_model=board_name,
        board_serial=numbers.board_serial,
        machine_id=identity.value,
        machine_id_certainty=identity.certainty,
        machine_id_from=list(identity.rests_on),
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

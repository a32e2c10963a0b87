"""What the machine is called, what kind it is, its serials, and the identity that stays the same from boot to boot."""

import re
from collections.abc import Sequence

from agent.host.source import Source
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.machine.chassis import chassis
from agent.inventory.machine.chassis_evidence import gather
from agent.inventory.machine.identity import Numbers, machine_id, serial, uuid
from agent.inventory.machine.model_name import names
from agent.inventory.network import built_in_macs, built_in_radios
from agent.inventory.values import real
from agent.model.inventory import Machine

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
    named = names(system, board, case)
    # As the firmware writes them: an identity does not change because a name is said better.
    written = (board.get("Manufacturer"), board.get("Product Name"), system.get("Product Name"))
    numbers = Numbers(
        uuid=uuid(system.get("UUID")),
        system_serial=serial(system.get("Serial Number")),
        board_serial=serial(board.get("Serial Number")),
        macs=built_in_macs(source),
        radios=built_in_radios(source),
        board=" ".join(filter(None, map(real, written))) or None,
        hidden=_hidden(source),
    )
    identity = machine_id(numbers)
    return Machine(
        vendor=named.vendor,
        model=named.model,
        chassis=chassis(gather(source, records, named)),
        serial=numbers.system_serial or real(case.get("Serial Number")),
        uuid=numbers.uuid,
        asset_tag=real(case.get("Asset Tag")),
        board_vendor=named.board_vendor,
        board_model=named.board_model,
        board_serial=numbers.board_serial,
        machine_id=identity.value,
        machine_id_certainty=identity.certainty,
        machine_id_from=list(identity.rests_on),
        virtual=_virtual(source, system, board),
    )


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

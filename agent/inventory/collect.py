"""The whole inventory: the fast facts for the first screen, then what takes longer. Reading SMART is the workers'."""

from collections.abc import Callable
from functools import partial

from agent.host import cpuid
from agent.host.source import Source
from agent.inventory import (
    batteries,
    displays,
    dmidecode,
    drives,
    firmware,
    graphics,
    machine,
    memory,
    network,
    processors,
    security,
    unseen,
)
from agent.inventory.parts import Parts
from agent.model.inventory import Drive, Firmware, Inventory, Machine, Memory, UnseenDrive
from agent.model.message import say


def fast(source: Source, find_drives: Callable[[Source], list[Drive]] = drives.find) -> Inventory:
    """Everything from /sys, /proc and dmidecode, in under a second. Never raises: see `unreadable`."""
    parts = Parts()
    records = parts.read("smbios", partial(dmidecode.read, source)) or dmidecode.from_kernel(source)
    found = parts.read("drives", partial(find_drives, source))
    signs = parts.read("unseen_drives", partial(unseen.read, source))
    doubt = [_not_looked()] if found is None or signs is None else []
    return Inventory(
        machine=parts.read("machine", partial(machine.read, source, records)) or Machine(),
        firmware=parts.read("firmware", partial(firmware.read, source, records)) or Firmware(),
        processors=parts.read("processors", partial(processors.read, source)) or [],
        memory=parts.read("memory", partial(memory.read, source, records)) or Memory(),
        drives=found or [],
        batteries=parts.read("batteries", partial(batteries.read, source)) or [],
        graphics=parts.read("graphics", partial(graphics.read, source)) or [],
        network=parts.read("network", partial(network.read, source)) or [],
        mains_connected=parts.read("mains", partial(batteries.mains_connected, source)),
        tpm_version=parts.read("tpm", partial(security.tpm_version, source)),
        windows_key_present=parts.read("windows_key", partial(security.windows_key_present, source)),
        firmware_password=parts.read("password", partial(security.firmware_password, source, records)),
        unseen_drives=[*(signs or []), *doubt],
        unreadable=parts.unreadable,
    )


def slow(source: Source, inventory: Inventory) -> Inventory:
    """The same with py-cpuinfo's facts and the displays, which take seconds. Never raises."""
    parts = Parts()
    facts = parts.read("processor_details", partial(cpuid.read, source)) or cpuid.CpuFacts()
    more = parts.read("processors", partial(processors.completed, inventory.processors, facts))
    return inventory.model_copy(
        update={
            "processors": more or inventory.processors,
            "displays": parts.read("displays", partial(displays.read, source)) or inventory.displays,
            "unreadable": [*inventory.unreadable, *parts.unreadable],
        }
    )


def _not_looked() -> UnseenDrive:
    """Where looking for drives failed, nobody may say "all drives"."""
    return UnseenDrive(
        sign=say("The drives of this computer could not be listed, so some may be missing here."),
        remedy=say("Start again from the stick. If it happens again, take the drives out and erase them on the dock."),
    )

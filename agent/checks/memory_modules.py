"""Which memory module an error belongs to, where that can be told honestly.

The memory controller names it where it counts errors (ECC), and one module alone needs no name. Nothing else does:
stress-ng knows the addresses of its own process only, and the address ranges of SMBIOS (type 20) are no witness. Of
1,778 recorded machines with several modules, 581 say that these take turns (interleave) and give each a range of its
own all the same.
"""

import re

from agent.host.edac import Counts
from agent.model.inventory import Memory, MemoryModule


def named(memory: Memory, counted: Counts) -> str | None:
    """The slot of the module with the most of the errors that were counted; without any, that of the only module."""
    labels = {module: errors for (_, module), errors in counted.items() if module is not None}
    if labels:
        worst = max(labels, key=lambda label: (labels[label].uncorrected, labels[label].corrected))
        return slot(memory, worst)
    return only_one(memory)


def only_one(memory: Memory) -> str | None:
    """The slot of the only module; None where there are more, or it has no name."""
    full = [module for module in memory.modules if module.size_bytes]
    return full[0].slot if len(full) == 1 else None


def slot(memory: Memory, label: str) -> str:
    """The slot as it is called in the inventory, by the memory controller's name for the module ("CPU1_DIMM_A1",
    "mc#0csrow#0channel#1"); that name itself where the inventory knows none like it."""
    found = [module for module in memory.modules if module.size_bytes and _calls(label, module)]
    return found[0].slot or label if len(found) == 1 else label


def _calls(label: str, module: MemoryModule) -> bool:
    name = module.slot or ""
    return len(_plain(name)) > 1 and re.search(rf"(^|_){re.escape(_plain(name))}($|_)", _plain(label)) is not None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")

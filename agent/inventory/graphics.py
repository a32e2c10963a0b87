"""Graphics adapters: PCI functions of the display class, named by udev's database where it is there."""

from agent.host.source import Source
from agent.host.udev import properties
from agent.inventory import pci
from agent.inventory.values import real
from agent.model.inventory import Graphics

_DISPLAY = 0x03
_VENDORS = {
    0x1002: "AMD", 0x10DE: "NVIDIA", 0x8086: "Intel", 0x102B: "Matrox", 0x1039: "SiS", 0x1106: "VIA",
    0x1A03: "ASPEED", 0x5333: "S3", 0x1234: "QEMU", 0x15AD: "VMware", 0x1AF4: "Red Hat", 0x1B36: "Red Hat",
}  # fmt: skip
"""Numbers given by the PCI-SIG."""


def read(source: Source) -> list[Graphics]:
    found = []
    for function in pci.functions(source, _DISPLAY):
        known = properties(source, "pci", function.address)
        found.append(
            Graphics(
                vendor=_VENDORS.get(function.vendor) or real(known.get("ID_VENDOR_FROM_DATABASE")),
                model=real(known.get("ID_MODEL_FROM_DATABASE")),
                driver=function.driver,
                pci_id=function.pci_id,
            )
        )
    return found

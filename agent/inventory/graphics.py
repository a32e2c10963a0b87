"""Graphics adapters: PCI functions of the display class, named by udev's database where it is there."""

from agent.host.source import Source
from agent.inventory import pci
from agent.inventory.called import called, sold_as
from agent.inventory.pci import Function
from agent.model.inventory import Graphics

_DISPLAY = 0x03
_OTHER = 0x0380
"""Class and subclass of what is neither VGA nor 3D."""


def read(source: Source) -> list[Graphics]:
    found = []
    for function in functions(source):
        name = called(source, function.folder)
        found.append(
            Graphics(vendor=name.vendor, model=sold_as(name.model), driver=function.driver, pci_id=function.pci_id)
        )
    return found


def functions(source: Source) -> list[Function]:
    """The adapters as PCI functions."""
    display = list(pci.functions(source, _DISPLAY))
    return [each for each in display if not _second_half(each, display)]


def _second_half(function: Function, functions: list[Function]) -> bool:
    """Older adapters show their second output as a function of its own, which no driver takes."""
    slot, _, number = function.address.rpartition(".")
    return (
        number != "0"
        and function.kind >> 8 == _OTHER
        and function.driver is None
        and any(other.address == f"{slot}.0" and other.vendor == function.vendor for other in functions)
    )

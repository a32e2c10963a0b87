"""PCI functions as /sys/bus/pci shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source, integer

_DEVICES = "/sys/bus/pci/devices"


@dataclass(frozen=True)
class Function:
    """One function of a device. `kind` is the 24-bit class code: class, subclass, programming interface."""

    address: str
    kind: int
    vendor: int
    device: int
    driver: str | None

    @property
    def pci_id(self) -> str:
        """`8086:9a0b`, as lspci writes it."""
        return f"{self.vendor:04x}:{self.device:04x}"

    @property
    def folder(self) -> str:
        return f"{_DEVICES}/{self.address}"


def functions(source: Source, kind: int) -> Iterator[Function]:
    """All functions of a class (the upper byte of the class code)."""
    for address in source.names(_DEVICES):
        folder = f"{_DEVICES}/{address}"
        code = integer(source, f"{folder}/class", 16)
        if code is None or code >> 16 != kind:
            continue
        driver = source.link(f"{folder}/driver")
        yield Function(
            address=address,
            kind=code,
            vendor=(integer(source, f"{folder}/vendor", 16) or 0) & 0xFFFF,
            device=(integer(source, f"{folder}/device", 16) or 0) & 0xFFFF,
            driver=driver.rsplit("/", 1)[-1] if driver else None,
        )

"""PCI functions as /sys/bus/pci shows them, and the makers of what donated computers have inside."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source, integer

DEVICES = "/sys/bus/pci/devices"
_MAKERS = {
    0x1002: "AMD", 0x1022: "AMD", 0x10DE: "NVIDIA", 0x8086: "Intel", 0x102B: "Matrox", 0x1039: "SiS", 0x1106: "VIA",
    0x1A03: "ASPEED", 0x5333: "S3", 0x1234: "QEMU", 0x15AD: "VMware", 0x1AF4: "Red Hat", 0x1B36: "Red Hat",
    0x10EC: "Realtek", 0x14E4: "Broadcom", 0x168C: "Qualcomm Atheros", 0x1969: "Qualcomm Atheros", 0x17CB: "Qualcomm",
    0x14C3: "MediaTek", 0x1814: "Ralink", 0x11AB: "Marvell", 0x1B4B: "Marvell", 0x1D6A: "Aquantia",
}  # fmt: skip
"""Numbers given by the PCI-SIG."""


def maker(vendor: int | None) -> str | None:
    """Who the PCI-SIG gave this vendor number to, for the makers that matter here."""
    return _MAKERS.get(vendor or 0)


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
        return f"{DEVICES}/{self.address}"


def functions(source: Source, *kinds: int) -> Iterator[Function]:
    """All functions of these classes (the upper byte of the class code)."""
    for address in source.names(DEVICES):
        folder = f"{DEVICES}/{address}"
        code = integer(source, f"{folder}/class", 16)
        if code is None or code >> 16 not in kinds:
            continue
        driver = source.link(f"{folder}/driver")
        yield Function(
            address=address,
            kind=code,
            vendor=(integer(source, f"{folder}/vendor", 16) or 0) & 0xFFFF,
            device=(integer(source, f"{folder}/device", 16) or 0) & 0xFFFF,
            driver=driver.rsplit("/", 1)[-1] if driver else None,
        )

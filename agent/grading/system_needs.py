"""What current operating systems ask for, by their makers' documents. Bytes; levels of the x86-64 psABI."""

from dataclasses import dataclass

GIB = 1 << 30
GB = 10**9


@dataclass(frozen=True)
class Needs:
    """The conditions of one Linux system: those of the documents, not what it can be squeezed into."""

    name: str
    memory_bytes: int
    drive_bytes: int
    source: str
    level: int = 1
    cores: int = 1
    mhz: int = 0


LINUX = (
    Needs("Ubuntu 26.04 LTS", 6 * GIB, 25 * GB, "Ubuntu 26.04 LTS release notes, 2026-04", cores=2, mhz=2000),
    Needs("Ubuntu 24.04 LTS", 4 * GIB, 25 * GB, "Ubuntu 24.04 LTS release notes, 2024-04", cores=2, mhz=2000),
    Needs("Linux Mint 22", 2 * GIB, 20 * GB, "Linux Mint, linuxmint.com/faq.php, as quoted in 2025"),
    Needs("Debian 13", 2 * GIB, 10 * GB, "Debian 13 installation guide, 3.4: with desktop, recommended, 2025-08"),
    Needs("Debian 13 (LXQt, Xfce)", 1 * GIB, 10 * GB,
          "Debian 13 installation guide, 3.4: with desktop, minimum, 2025-08"),
)  # fmt: skip

WINDOWS_11_MEMORY_BYTES = 4 * GIB
WINDOWS_11_DRIVE_BYTES = 64 * GB
WINDOWS_11_CORES = 2
WINDOWS_11_MHZ = 1000
WINDOWS_11_SOURCE = "Microsoft, Windows 11 specifications"
"""microsoft.com/windows/windows-11-specifications: 64-bit processor on the list with two cores of 1 GHz, 4 GB, 64 GB,
UEFI capable of Secure Boot, TPM 2.0."""

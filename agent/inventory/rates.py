"""How quickly drives read and write, for the times that are shown before a start. Pure."""

from agent.model.inventory import Drive
from agent.model.words import Transport

HDD_BYTES_PER_SECOND = 120_000_000
"""Mean over a whole 3.5" or 2.5" disk of the last fifteen years; the outer tracks are up to twice as fast."""
SSD_BYTES_PER_SECOND = 350_000_000
"""A SATA SSD past its write cache."""
NVME_BYTES_PER_SECOND = 900_000_000
"""A consumer NVMe SSD past its write cache."""
USB_BYTES_PER_SECOND = 30_000_000
"""USB 2 at its best; a drive on USB 3 is done sooner."""
MMC_BYTES_PER_SECOND = 80_000_000
"""A soldered eMMC 5 of a small laptop past its write cache."""


def rate(drive: Drive) -> int:
    """Bytes per second."""
    if drive.transport is Transport.USB:
        return USB_BYTES_PER_SECOND
    if drive.rotational:
        return HDD_BYTES_PER_SECOND
    by_transport = {Transport.NVME: NVME_BYTES_PER_SECOND, Transport.MMC: MMC_BYTES_PER_SECOND}
    return by_transport.get(drive.transport, SSD_BYTES_PER_SECOND)

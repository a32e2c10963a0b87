"""How long a plan's steps take, for the time that is shown before a start; corrected while they run. Pure."""

from agent.model.inventory import Drive, EraseOffer
from agent.model.words import Method, Transport, Verify
from agent.sanitize.verify import SAMPLE_COUNT

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

_HDD_SECONDS_PER_BLOCK = 0.015
"""One random read of a disk with 5,400 turns a minute: half a turn and a mean seek."""
_FLASH_ERASE_SECONDS = 120.0
"""An erase of flash blocks, or a new key, where the drive announces nothing: most need seconds, a few minutes."""
_BY_ADDRESS = frozenset({Method.OVERWRITE, Method.NORMAL, Method.USER_DATA, Method.ENHANCED})
"""What a hard disk can do only sector by sector."""


def rate(drive: Drive) -> int:
    """Bytes per second."""
    if drive.transport is Transport.USB:
        return USB_BYTES_PER_SECOND
    if drive.rotational:
        return HDD_BYTES_PER_SECOND
    by_transport = {Transport.NVME: NVME_BYTES_PER_SECOND, Transport.MMC: MMC_BYTES_PER_SECOND}
    return by_transport.get(drive.transport, SSD_BYTES_PER_SECOND)


def reachable_bytes(drive: Drive, reveal: bool) -> int:
    """The size that is written: with the hidden areas that are removed before."""
    return drive.size_bytes + (sum(area.bytes for area in drive.hidden_areas if area.removable) if reveal else 0)


def overwrite_seconds(drive: Drive, size: int, passes: int, verify: Verify) -> float:
    """All passes and the reading back."""
    readings = 1 if verify is Verify.FULL else 0
    seconds = (passes + readings) * size / rate(drive)
    if verify is Verify.SAMPLED and drive.rotational:
        seconds += SAMPLE_COUNT * _HDD_SECONDS_PER_BLOCK
    return round(seconds, 1)


def firmware_seconds(drive: Drive, offer: EraseOffer) -> float:
    """What the drive announces, else what drives of its kind need."""
    if offer.seconds is not None:
        return offer.seconds
    if offer.method is Method.OVERWRITE or (drive.rotational and offer.method in _BY_ADDRESS):
        return round((drive.native_size_bytes or drive.size_bytes) / rate(drive), 1)
    return _FLASH_ERASE_SECONDS

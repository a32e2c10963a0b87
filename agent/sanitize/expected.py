"""How long a plan's steps take, for the time that is shown before a start; corrected while they run. Pure."""

from agent.inventory.rates import rate
from agent.model.inventory import Drive, EraseOffer
from agent.model.words import Method, Verify
from agent.sanitize.verify import SAMPLE_COUNT

_HDD_SECONDS_PER_BLOCK = 0.015
"""One random read of a disk with 5,400 turns a minute: half a turn and a mean seek."""
_FLASH_ERASE_SECONDS = 120.0
"""An erase of flash blocks, or a new key, where the drive announces nothing: most need seconds, a few minutes."""
_BY_ADDRESS = frozenset({Method.OVERWRITE, Method.NORMAL, Method.USER_DATA, Method.ENHANCED})
"""What a hard disk can do only sector by sector."""


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

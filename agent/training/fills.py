"""What stands in sectors that a drive has erased by itself."""

import hashlib

from agent.training.cells import Fill
from agent.training.description import Erased

_REPEATED = {Erased.ZEROS: b"\0", Erased.ONES: b"\xff", Erased.PATTERN: b"\x33\xcc\x55\xaa"}


def fill(erased: Erased, seed: str) -> Fill | None:
    """As `erased` says; noise is another for every seed. None: the sectors lose their place on the media."""
    if erased is Erased.DEALLOCATED:
        return None
    if erased is Erased.NOISE:
        return lambda offset, length: hashlib.shake_128(f"{seed} {offset}".encode()).digest(length)
    return repeated(_REPEATED[erased], 512)


def repeated(pattern: bytes, sector_bytes: int) -> Fill:
    """The pattern again and again, anew in each sector."""
    sector = (pattern * (sector_bytes // len(pattern) + 1))[:sector_bytes]
    return lambda _, length: sector * (length // sector_bytes)

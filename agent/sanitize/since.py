"""Whether a drive is still as a proved erase of an earlier life has left it.

The journal knows it by its serial number. A twin may have the same one, and between two lives anybody may have used the
drive: then the erase of before says nothing of what is on it now.
"""

from collections.abc import Callable, Mapping
from mmap import mmap

from agent.sanitize import canary
from agent.sanitize.medium import Medium
from agent.sanitize.past import Pass
from agent.sanitize.pattern import pattern


def untouched(
    medium: Medium,
    left: Mapping[int, bytes],
    block_bytes: int,
    begun: tuple[Pass, str] | None,
    alive: Callable[[], None],
) -> bool:
    """True where every block of `left` (address → digest right after the erase) still holds that, or what the pass that
    had `begun` after it writes there (the pass and the name of its pattern). Of a later pass than the first only what
    it surely reached can be known. Raises OSError when the drive is gone.
    """
    places = dict(left)
    if begun is not None and begun[0].number > 0:
        places = {address: b"" for address in left if address + block_bytes <= begun[0].held.offset}
    writes = pattern(begun[1], begun[0].key) if begun is not None else None
    with mmap(-1, block_bytes) as found, mmap(-1, block_bytes) as ours:
        for address, digest in sorted(places.items()):
            alive()
            data = canary.read(medium, found, block_bytes, address)
            if data is None:
                return False
            if canary.same(data, digest):
                continue
            if writes is None:
                return False
            writes.fill(ours, block_bytes, address)
            if data != ours[:block_bytes]:
                return False
    return bool(places)

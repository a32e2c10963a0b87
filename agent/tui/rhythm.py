"""Telling a barcode scanner from a person by the speed of the keys."""

GAP = 0.030
"""Seconds: a mean gap below it is no person's. Fast typists are near 100 ms, scanners at 1 to 15 ms."""
KEYS = 4
"""Fewer keys than this say nothing about a rhythm: two keys hit together are quick in anybody's hands."""
PAUSE = 0.5
"""Seconds without a key after which something new begins."""
_MEMORY = 64


class Rhythm:
    """Told of every key, with its time; says whether the key belongs to a scan."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._scanning = False

    def is_scan(self, now: float) -> bool:
        """`now` is the key's time in seconds on any clock that does not go back.

        True from the key on that gives a scan away until a pause, so that the Enter at a scan's end counts as part
        of it. All runs of keys that end with this one are looked at: a single long gap does not hide a scan.
        """
        if self._times and now - self._times[-1] > PAUSE:
            self._times.clear()
            self._scanning = False
        gaps = enumerate(reversed(self._times), start=1)
        self._scanning = self._scanning or any(n >= KEYS - 1 and now - then < GAP * n for n, then in gaps)
        self._times = [*self._times[-_MEMORY:], now]
        return self._scanning

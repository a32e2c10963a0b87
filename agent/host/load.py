"""How busy the processors are (proc_stat(5))."""

from agent.host.source import Source

_IDLE, _WAITS_FOR_DRIVES = 3, 4


class Load:
    """Nothing here raises."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._last = self._read()

    def busy_percent(self) -> float | None:
        """Of all processors' time since the last call; None where it is not told."""
        before, self._last = self._last, self._read()
        if before is None or self._last is None:
            return None
        passed, idle = self._last[0] - before[0], self._last[1] - before[1]
        return 100 * (passed - idle) / passed if passed > 0 and 0 <= idle <= passed else None

    def _read(self) -> tuple[int, int] | None:
        """Ticks in all, and those without work."""
        line = (self._source.text("/proc/stat") or "").partition("\n")[0].split()
        fields = line[1:9]  # guests' time, behind these, is counted in the first two already
        if len(fields) < 5 or line[0] != "cpu" or not all(field.isascii() and field.isdigit() for field in fields):
            return None
        ticks = [int(field[:18]) for field in fields]
        return sum(ticks), ticks[_IDLE] + ticks[_WAITS_FOR_DRIVES]

"""Temperatures, frequencies and throttling: what a processor under load tells of itself."""

import re

from agent.host import heat
from agent.host.source import Source, integer

_CPUS = "/sys/devices/system/cpu"
_HWMON = "/sys/class/hwmon"
_THERMAL = "/sys/class/thermal"

# Names that the kernel's drivers for temperatures inside the processor give (Documentation/hwmon).
_CHIPS = frozenset({"coretemp", "k8temp", "k10temp", "zenpower", "via_cputemp", "cpu_thermal", "cpu-thermal"})
# Thermal zones, the ones nearest to the processor first; acpitz is somewhere in the case.
_ZONES = ("x86_pkg_temp", "TCPU", "cpu-thermal", "cpu_thermal", "acpitz")
_PLAUSIBLE_CELSIUS = (1, 130)
_PLAUSIBLE_MHZ = (10, 20_000)
_PLAUSIBLE_COUNT = 10**9
_MHZ = re.compile(r"^cpu MHz\s*:\s*(\d{1,6}(?:\.\d{1,6})?)$", re.MULTILINE)
_MOST = 1024
"""Entries of one folder that are looked at."""


class Sensors:
    """The processor's sensors, found once and then read often. Nothing here raises; what cannot be read is None."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cpus = [f"{_CPUS}/{name}" for name in source.names(_CPUS)[:_MOST] if re.fullmatch(r"cpu\d+", name)]
        self._thermometers = self._in_processor() or self._in_zones()
        self._throttling = [
            f"{cpu}/thermal_throttle/{name}"
            for cpu in self._cpus
            for name in source.names(f"{cpu}/thermal_throttle")
            if name.endswith("_throttle_count")
        ]
        # ACPI passive cooling, which slows the processors of older laptops without counting it.
        self._brakes = [
            f"{_THERMAL}/{name}/cur_state"
            for name in source.names(_THERMAL)[:_MOST]
            if source.text(f"{_THERMAL}/{name}/type") == "Processor"
        ]
        self._counts = self._read_counts()
        self._braked = self._braking()

    def celsius(self) -> float | None:
        """The hottest place now."""
        return max((at for path in self._thermometers if (at := self._celsius(path)) is not None), default=None)

    def celsius_limit(self) -> float | None:
        """The lowest temperature that the maker calls critical."""
        limits = (self._celsius(path.replace("_input", "_crit")) for path in self._thermometers if "_input" in path)
        return min((limit for limit in limits if limit is not None), default=None)

    def mhz(self) -> float | None:
        """The average clock of all processors now."""
        speed = self._average("cpufreq/scaling_cur_freq", 1000)
        if speed is None:
            speed = _mean([float(found) for found in _MHZ.findall(self._source.text("/proc/cpuinfo") or "")])
        return speed

    def base_mhz(self) -> float | None:
        """The clock that the maker promises for as long as one likes, on the average of all processors; None where no
        driver tells it."""
        for name, unit in (("cpufreq/base_frequency", 1000), ("acpi_cppc/nominal_freq", 1)):
            if (speed := self._average(name, unit)) is not None:
                return speed
        return None

    def max_mhz(self) -> float | None:
        """The highest clock that the driver asks for, on the average of all processors."""
        return self._average("cpufreq/cpuinfo_max_freq", 1000)

    def throttled(self, kind: str = "") -> int | None:
        """How often the processor has slowed itself down since this object was made; None where it does not tell.

        Every thread of a package counts the package's events, so the largest increase is the answer, not the sum.
        `kind` is `core` or `package` for the events of one kind alone.
        """
        mine = {path: count for path, count in self._counts.items() if path.rsplit("/", 1)[-1].startswith(kind)}
        if not mine and (kind or not self._brakes):
            return None
        now = self._read_counts()
        rises = (now[path] - before for path, before in mine.items() if path in now)
        braked = not kind and self._braking() > self._braked
        return max(max(rises, default=0), int(braked), 0)

    def _average(self, name: str, unit: int) -> float | None:
        """Megahertz, from a file of each processor that counts in 1/`unit` of them."""
        told = (integer(self._source, f"{cpu}/{name}") for cpu in self._cpus)
        return _mean([speed / unit for speed in told if speed is not None])

    def _in_processor(self) -> list[str]:
        found: list[str] = []
        with_offset: list[str] = []
        for chip in self._source.names(_HWMON)[:_MOST]:
            if self._source.text(f"{_HWMON}/{chip}/name") not in _CHIPS:
                continue
            for name in self._source.names(f"{_HWMON}/{chip}")[:_MOST]:
                path = f"{_HWMON}/{chip}/{name}"
                if re.fullmatch(r"temp\d+_input", name) and self._celsius(path) is not None:
                    # k10temp's Tctl is up to 27 °C above the truth on some processors; Tdie then stands beside it.
                    label = self._source.text(path.replace("_input", "_label"))
                    (with_offset if label == "Tctl" else found).append(path)
        return found or with_offset

    def _in_zones(self) -> list[str]:
        zones = [f"{_THERMAL}/{name}" for name in self._source.names(_THERMAL)[:_MOST] if "zone" in name]
        for kind in _ZONES:
            found = [f"{zone}/temp" for zone in zones if self._source.text(f"{zone}/type") == kind]
            if found := [path for path in found if self._celsius(path) is not None]:
                return found
        return []

    def _celsius(self, path: str) -> float | None:
        return _sane_celsius(self._source, path)

    def _read_counts(self) -> dict[str, int]:
        counts = {path: integer(self._source, path) for path in self._throttling}
        return {path: count for path, count in counts.items() if count is not None and 0 <= count <= _PLAUSIBLE_COUNT}

    def _braking(self) -> int:
        return max((integer(self._source, path) or 0 for path in self._brakes), default=0)


def _mean(speeds: list[float]) -> float | None:
    low, high = _PLAUSIBLE_MHZ
    honest = [speed for speed in speeds if low <= speed <= high]
    return sum(honest) / len(honest) if honest else None


def thermometers(source: Source) -> tuple[int, int]:
    """How many thermometers of all kinds tell what can be, and how many tell what cannot. Those that tell nothing do
    not count, nor do those of drives: to read one is to disturb a drive that may be erasing. Never raises."""
    paths = [
        f"{_HWMON}/{chip}/{name}"
        for chip in source.names(_HWMON)[:_MOST]
        if source.text(f"{_HWMON}/{chip}/name") not in heat.DRIVERS
        for name in source.names(f"{_HWMON}/{chip}")[:_MOST]
        if re.fullmatch(r"temp\d+_input", name)
    ]
    paths += [f"{_THERMAL}/{name}/temp" for name in source.names(_THERMAL)[:_MOST] if "zone" in name]
    told = [path for path in paths if source.text(path)]
    sane = sum(_sane_celsius(source, path) is not None for path in told)
    return sane, len(told) - sane


def _sane_celsius(source: Source, path: str) -> float | None:
    thousandths = integer(source, path)
    low, high = _PLAUSIBLE_CELSIUS
    return thousandths / 1000 if thousandths is not None and low <= thousandths / 1000 <= high else None

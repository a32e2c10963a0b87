"""Troubles to be met on purpose: profiles that only training offers, each with the trouble that it plays.

What is played is the computer and its drives; checks, erase, grade and delivery are the real ones and find it out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.host.run import Ran
from agent.host.source import READ_LIMIT, Source
from agent.settings import Settings, Workshop
from agent.training.ata_about import AtaAbout
from agent.training.bench import BENCH
from agent.training.description import Counters, Description
from agent.training.faults import Faults

_SUPPLY = "/sys/class/power_supply"
_NOWHERE = "http://127.0.0.1:9"
"""The port of discard (RFC 863), where nobody listens: whoever asks is told so at once."""


@dataclass(frozen=True)
class Exercise:
    """What is different from a computer without trouble."""

    drives: Mapping[str, Description] = field(default_factory=lambda: BENCH)
    files: Mapping[str, str] = field(default_factory=dict)
    """Of /sys, by their paths, in the place of the computer's own."""
    workshop: Workshop | None = None

    def settings(self, settings: Settings) -> Settings:
        return settings if self.workshop is None else settings.model_copy(update={"workshop": self.workshop})

    def source(self, source: Source) -> Source:
        return Played(source, self.files) if self.files else source


def _with(name: str, **facts: object) -> dict[str, Description]:
    return {name: replace(BENCH[name], **facts)}  # type: ignore[arg-type]


def _battery() -> dict[str, str]:
    """A battery that holds 18 % of what it held when new, on its charger."""
    told = {
        "type": "Battery", "present": "1", "status": "Full", "capacity": "100", "cycle_count": "1180",
        "energy_full_design": "48000000", "energy_full": "8640000", "energy_now": "8640000", "power_now": "0",
        "manufacturer": "Simulated", "model_name": "Pile usée", "technology": "Li-ion",
    }  # fmt: skip
    return {
        **{f"{_SUPPLY}/BAT0/{name}": text for name, text in told.items()},
        f"{_SUPPLY}/AC/type": "Mains", f"{_SUPPLY}/AC/online": "1",
    }  # fmt: skip


EXERCISES: Mapping[str, Callable[[], Exercise]] = {
    # An SSD that could erase itself, had the computer's firmware not frozen it.
    "exercise-frozen-drive": lambda: Exercise(
        drives=_with("ssd", ata=AtaAbout(bios_freezes=True, erase_seconds=8), serial="SIM-SSD-GELE01")
    ),
    "exercise-failing-drive": lambda: Exercise(
        drives=_with(
            "hdd",
            serial="SIM-HDD-PANNE1",
            counters=Counters(reallocated=212, pending=24, offline_uncorrectable=24, reported_uncorrectable=31),
            faults=Faults(unreadable=(400_000, 400_001), unwritable=(400_000,)),
        )
    ),
    "exercise-no-network": lambda: Exercise(drives=_with("nvme"), workshop=Workshop(url=_NOWHERE)),
    "exercise-dead-battery": lambda: Exercise(drives=_with("nvme"), files=_battery()),
}
"""By the name of their profile."""


def exercise(profile: str) -> Exercise | None:
    """What a profile plays; None for one that plays nothing."""
    return EXERCISES[profile]() if profile in EXERCISES else None


class Played:
    """A source in which some files are ours; a folder that has one of them holds nothing else."""

    def __init__(self, source: Source, files: Mapping[str, str]) -> None:
        self._source = source
        self._files = files

    def _names(self, path: str) -> list[str]:
        inside = path.rstrip("/") + "/"
        return sorted({name[len(inside) :].partition("/")[0] for name in self._files if name.startswith(inside)})

    def _ours(self, path: str) -> bool:
        return path.startswith(f"{_SUPPLY}/")

    def text(self, path: str) -> str | None:
        return self._files.get(path) if self._ours(path) else self._source.text(path)

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        if not self._ours(path):
            return self._source.raw(path, limit)
        return self._files[path].encode()[:limit] if path in self._files else None

    def names(self, path: str) -> list[str]:
        return self._names(path) if self._ours(path) or path == _SUPPLY else self._source.names(path)

    def link(self, path: str) -> str | None:
        if not self._ours(path):
            return self._source.link(path)
        return path if path in self._files or self._names(path) else None

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        return self._source.tool(argv, timeout=timeout)

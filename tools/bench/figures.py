"""From single runs to the table: medians of pairs that ran right after each other, beside their targets."""

from dataclasses import asdict, dataclass, field
from statistics import median

from runners import Run

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Row:
    medium: str
    what: str
    ours: str
    other: str
    ratio: float | None
    """Ours over the other's; of processor time and memory the smaller is the better."""
    target: str
    verdict: str
    """`pass`, `short`, or why there is none."""


@dataclass
class Runs:
    """All runs of one medium, by name, one of each per round, at the same place."""

    medium: str
    size_bytes: int | None
    """What each of them moves; None where only the time counts."""
    of: dict[str, list[Run]] = field(default_factory=dict)

    def add(self, name: str, run: Run) -> None:
        self.of.setdefault(name, []).append(run)

    def shown(self, name: str) -> str:
        """The speed, or where only the time counts the seconds; the median."""
        seconds = median(run.seconds for run in self.of[name])
        if self.size_bytes is None:
            return _seconds(seconds)
        return f"{self.size_bytes * self._drives(name) / MIB / seconds:,.0f} MiB/s"

    def cpu(self, name: str) -> float:
        """Seconds of processor time per GiB, the median."""
        assert self.size_bytes
        return median(run.cpu_seconds or 0.0 for run in self.of[name]) * GIB / self.size_bytes

    def ratio(self, one: str, other: str) -> float:
        """How many times as fast `one` is as `other`: the median of the rounds' own ratios."""
        drives = self._drives(one) / self._drives(other)
        pairs = zip(self.of[one], self.of[other], strict=True)
        return drives * median(theirs.seconds / ours.seconds for ours, theirs in pairs)

    @staticmethod
    def _drives(name: str) -> int:
        return 2 if name.endswith("×2") else 1

    def row(self, what: str, ours: str, other: str, least: float | None) -> Row:
        ratio = self.ratio(ours, other)
        target, verdict = ("-", "-") if least is None else (f"≥ {least}", "pass" if ratio >= least else "short")
        return Row(self.medium, what, self.shown(ours), self.shown(other), round(ratio, 3), target, verdict)

    def cpu_row(self, what: str, ours: str, other: str) -> Row:
        mine, theirs = self.cpu(ours), self.cpu(other)
        figures = f"{mine:.2f} s/GiB", f"{theirs:.2f} s/GiB"
        ratio = mine / theirs if theirs else None
        return Row(self.medium, what, *figures, ratio and round(ratio, 3), "< 1", "pass" if mine < theirs else "short")

    def two_row(self, pattern: str, least: float) -> Row:
        """Two drives at once; where dd does not gain that much, the medium does not allow it."""
        ours, medium = self.ratio(f"ours {pattern} ×2", f"ours {pattern}"), self.ratio("dd write ×2", "dd write")
        verdict = "pass" if ours >= least else "short" if medium >= least else "the medium does not allow it"
        speeds = self.shown(f"ours {pattern} ×2"), f"dd ×2 is {medium:.2f} × dd"
        return Row(self.medium, f"two drives at once, {pattern}", *speeds, round(ours, 3), f"≥ {least}", verdict)


def memory_row(pattern: str, peak_bytes: int, limit_bytes: int) -> Row:
    shown, limit = f"{peak_bytes / MIB:.1f} MiB", f"{limit_bytes // MIB} MiB"
    return _limited("-", f"memory of a worker, {pattern}", shown, limit, within=peak_bytes < limit_bytes)


def time_row(medium: str, what: str, seconds: float, limit: float | None) -> Row:
    """Without a limit the figure only stands there."""
    if limit is None:
        return Row(medium, what, _seconds(seconds), "-", None, "-", "-")
    return _limited(medium, what, _seconds(seconds), f"{limit:g} s", within=seconds < limit)


def _limited(medium: str, what: str, shown: str, limit: str, *, within: bool) -> Row:
    return Row(medium, what, shown, "-", None, f"< {limit}", "pass" if within else "short")


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"


def table(rows: list[Row]) -> str:
    """As Markdown, so that it can go into docs/benchmark.md as it is."""
    heads = ("medium", "what", "ours", "other", "ratio", "target", "verdict")
    cells = [heads, *(tuple("-" if cell is None else str(cell) for cell in asdict(row).values()) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)

"""How values look on the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from agent.model.check import Figure
from agent.model.grade import Grade
from agent.model.inventory import Drive, Processor
from agent.model.message import Message, duration, memory_size, size
from agent.model.sanitization import DriveIdentity
from agent.report import worth
from agent.report.wording import tell
from workshop.words import labels

_UNITS = {"percent": "%", "celsius": "°C", "mhz": "MHz", "mts": "MT/s", "wh": "Wh", "hours": "h"}
"""By the ends of the figures' names; bytes and seconds have forms of their own."""
ORIGINS = {
    "shipped": "comes with Ordis",
    "folder": "from the stick",
    "workshop": "from the workshop",
    "file": "from a file",
}
TIME_SOURCES = {
    "network": "by network time",
    "machine_clock": "by the clock of the machine",
    "volunteer": "by the volunteer's date",
    "unconfirmed": "date unconfirmed",
}


class Worth:
    """What a grade says beyond its axes, as sentences."""

    def __init__(self, grade: Grade, tell: worth.Tell) -> None:
        self.because = worth.because(grade, tell)
        self.besides = [tell(reason) for reason in worth.besides(grade)]
        self.looks = worth.looks(grade, tell)
        self.advice = [(worth.advised(each, tell), worth.effort(each, tell)) for each in grade.advice]
        self.systems = [(each, worth.system_line(each, tell)) for each in grade.systems]
        self.footprint = worth.footprint_lines(grade.footprint, tell) if grade.footprint else []
        self.power = worth.power_lines(grade, tell)


@dataclass(frozen=True)
class Show:
    """Turns values into words of one language. Nothing here raises for any value that the model admits."""

    language: str

    def message(self, message: Message | None) -> str:
        return tell(message, self.language) if message else ""

    def worth(self, grade: Grade) -> "Worth":
        return Worth(grade, self.message)

    def size(self, value: float | None) -> str:
        return "?" if value is None else size(value, self.language)

    def memory(self, value: float | None) -> str:
        return "?" if value is None else memory_size(value, self.language)

    def duration(self, value: float) -> str:
        return duration(value, self.language)

    def time(self, value: datetime | str) -> str:
        """Date and time in UTC, to the minute."""
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):  # a year 1 or 9999 in another zone
            return "?"
        form = "%d/%m/%Y %H:%M UTC" if self.language == "fr" else "%Y-%m-%d %H:%M UTC"
        return moment.strftime(form)

    def time_source(self, source: str) -> str:
        return labels(self.language)(TIME_SOURCES[source])

    def processor(self, processor: Processor) -> str:
        word = labels(self.language)
        facts = [processor.model or processor.vendor or "?"]
        counts = (("cores", processor.cores), ("threads", processor.threads))
        facts += [f"{count} {word(unit)}" for unit, count in counts if count]
        facts += [f"x86-64-v{processor.x86_64_level}"] if processor.x86_64_level else []
        return ", ".join(facts)

    def drive_kind(self, drive: Drive | DriveIdentity) -> str:
        word = labels(self.language)
        rotational = drive.rotational if isinstance(drive, Drive) else None
        kind = "" if rotational is None else word("hard disk" if rotational else "SSD")
        unreal = [word(name) for name in ("simulated", "virtual") if getattr(drive, name)]
        return ", ".join(filter(None, [drive.transport.value.upper(), kind, *unreal]))

    def figure_name(self, figure: Figure) -> str:
        """`temperature_max_celsius` as “temperature max”: the unit is shown with the value."""
        name, _, unit = figure.name.rpartition("_")
        return (name if name and unit in (*_UNITS, "bytes", "seconds") else figure.name).replace("_", " ")

    def figure_value(self, value: float | str, figure: Figure) -> str:
        """The figure's value, or its threshold, with the unit that its name ends in."""
        unit = figure.name.rpartition("_")[2]
        if isinstance(value, str):
            return value
        if unit == "bytes":
            return size(value, self.language)
        if unit == "seconds":
            return self.duration(value)
        number = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
        number = number.replace(".", ",") if self.language == "fr" else number
        return f"{number} {_UNITS[unit]}" if unit in _UNITS else number

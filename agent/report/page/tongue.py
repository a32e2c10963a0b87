"""What all parts of the page say things with: the reader's language and the units that people use."""

import re
from dataclasses import dataclass
from datetime import datetime

from agent.model.inventory import Inventory
from agent.model.message import Message, memory_size, say, size
from agent.report.wording import tell

_HOURS_A_YEAR = 8766
"""365.25 days."""
_HOURS_A_MONTH = _HOURS_A_YEAR / 12
# dmidecode and the kernel hand on what SMBIOS has (DSP0134, 7.1: mm/dd/yyyy, before 2.3 mm/dd/yy).
_DATES = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d")


@dataclass(frozen=True)
class Tongue:
    """A language: called with a message, it says it.

    What hardware says of itself must not be a message's value: a model that is called “free” would be translated.
    """

    language: str

    def __call__(self, message: Message) -> str:
        return tell(message, self.language)

    def listed(self, *facts: str | Message | None) -> str:
        """The facts that there are, with commas between."""
        told = (self(fact) if isinstance(fact, Message) else fact for fact in facts)
        return ", ".join(fact for fact in told if fact)

    def about(self, what: str, text: str) -> str:
        """What is spoken of, and after a colon what is said of it."""
        return f"{what} : {text}" if self.language == "fr" else f"{what}: {text}"

    def memory(self, count: float) -> str:
        """Bytes as memory is sold."""
        return memory_size(count, self.language)

    def size(self, count: float) -> str:
        """Bytes as drives are sold: decimal, and 1 TB though it holds a little more."""
        return size(count, self.language)

    def inches(self, inches: float) -> Message:
        return say("{inches} inches", inches=int(inches) if inches == int(inches) else inches)

    def date(self, text: str) -> str:
        """A date of SMBIOS in the order of the language; what is no such date stays as it is."""
        for form in _DATES:
            try:
                day = datetime.strptime(text, form)  # noqa: DTZ007 - a day, at no place in particular
            except ValueError:
                continue
            return f"{day.day:02}/{day.month:02}/{day.year}" if self.language == "fr" else day.date().isoformat()
        return text

    def hours(self, hours: int) -> Message:
        """How long a drive has run, and how long that is."""
        if hours < 2 * _HOURS_A_MONTH:
            return say("switched on for {hours} h", hours=hours)
        if hours < 2 * _HOURS_A_YEAR:
            return say("switched on for {hours} h ({months} months)", hours=hours, months=round(hours / _HOURS_A_MONTH))
        years = round(hours / _HOURS_A_YEAR, 1)
        return say(
            "switched on for {hours} h ({years} years)", hours=hours, years=int(years) if years.is_integer() else years
        )


def why(inventory: Inventory, *parts: str) -> Message | None:
    """Why the first of these parts that could not be read could not."""
    return next((one.reason for name in parts for one in inventory.unreadable if one.part == name), None)


def drive_in(part: str) -> str | None:
    """The kernel's name of the drive whose health this part is, as in `health of sda`."""
    found = re.fullmatch(r"health of (\S+)", part)
    return found[1] if found else None

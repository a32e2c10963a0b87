"""Sentences for people, kept apart from their language until a face shows them.

A service serves several faces, each in its own language, so it sends the English sentence with its
values, and the face translates the sentence by gettext and fills the values in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.model.text import clean

Value = str | int | float
LIST = "; "
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Message:
    """An English sentence with named fields, and the values of the fields.

    A field is `{name}` or `{name:kind}`; the kinds are `bytes` (decimal units), `memory` (as memory is sold),
    `duration` (seconds), `clock` (seconds since midnight), `percent`, and `list` (words of the catalogue with `; `
    between them).
    """

    text: str
    values: dict[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return render(self)

    def as_dict(self) -> dict[str, object]:
        """The JSON form, which pydantic reads back."""
        return {"text": self.text, "values": dict(self.values)}


def say(text: str, **values: Value) -> Message:
    """Make a message. The name `say` is what marks a sentence for translation."""
    return Message(text, {k: clean(v, 500) if isinstance(v, str) else v for k, v in values.items()})


def render(message: Message, translate: Callable[[str], str] = str, language: str = "en") -> str:
    """Fill the values into the translated sentence; a missing value shows as `?`. Never raises."""

    def fill(match: re.Match[str]) -> str:
        value = message.values.get(match[1])
        if value is None:
            return "?"
        if isinstance(value, str):
            # A value may itself be a word that the catalogue knows ("passed", "notebook").
            words = value.split(LIST) if match[2] == "list" else [value]
            return clean(", ".join(translate(word) if word else word for word in words), 500)
        return _KINDS.get(match[2] or "", _plain)(value, language)

    return _FIELD.sub(fill, translate(message.text) if message.text else "")


def _decimal(value: float, digits: int, language: str) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language == "fr" else text


def _plain(value: float, language: str) -> str:
    if isinstance(value, int):
        return str(value)
    return _decimal(value, 1, language)


def size(value: float, language: str = "en") -> str:
    """Bytes in decimal units, as drives are sold: 256 GB, « 256 Go »."""
    units = ("o", "ko", "Mo", "Go", "To", "Po") if language == "fr" else ("B", "kB", "MB", "GB", "TB", "PB")
    rank, number = 0, float(value)
    while abs(number) >= 999.5 and rank < len(units) - 1:
        number, rank = number / 1000, rank + 1
    digits = 0 if rank == 0 or number >= 10 or round(number, 1).is_integer() else 1
    return f"{_decimal(number, digits, language)} {units[rank]}"


def memory_size(value: float, language: str = "en") -> str:
    """Bytes as memory is sold: what is 8 GiB by the standard (IEC 80000-13) says 8 GB, « 8 Go », on its label."""
    unit = "o" if language == "fr" else "B"
    for prefix, power in (("T", 40), ("G", 30), ("M", 20)):
        if value >= 1 << power:
            number = value / (1 << power)
            digits = 0 if abs(number - round(number)) < 0.05 else 1
            return f"{_decimal(number, digits, language)} {prefix}{unit}"
    return f"{int(value)} {unit}"


def duration(value: float, _language: str = "en") -> str:
    """Seconds as a person says them: 42 s, 7 min, 2 h 05."""
    seconds = round(value)
    if seconds < 90:
        return f"{seconds} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d}"


def _clock(value: float, language: str) -> str:
    """The time of day: 15:42, « 15 h 42 »."""
    minutes = int(value) // 60 % 1440
    return f"{minutes // 60}{' h ' if language == 'fr' else ':'}{minutes % 60:02d}"


def _percent(value: float, language: str) -> str:
    digits = 0 if float(value) == int(value) else 1
    return _decimal(value, digits, language) + ("\u202f%" if language == "fr" else "%")


_KINDS: dict[str, Callable[[int | float, str], str]] = {
    "bytes": size,
    "memory": memory_size,
    "duration": duration,
    "clock": _clock,
    "percent": _percent,
}

"""Barcode scans, told from typing by their speed, and what they say in the scanner's own layout."""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from textual import events

from agent.tui.rhythm import GAP, PAUSE, Rhythm
from agent.tui.scanner import Heard

SETTLED = 0.1
"""Seconds after a scan's last key after which nothing more of it comes."""
_SLACK = 0.3
"""Seconds by which the console's keys may come later than those of the device."""
_ENDS = ("enter", "tab")
Listen = Callable[[float], Heard | None]
"""What the devices have typed since that moment of time.monotonic; None where none is heard."""


class Hand(Enum):
    """Who pressed a key, as far as can be told by now."""

    PERSON = auto()
    SCANNER = auto()
    HASTY = auto()
    """An Enter or Tab closer behind another key than a person's: maybe the end of a scan of two or three characters."""


class Scan(NamedTuple):
    """What was scanned."""

    text: str
    entered: bool
    """The scanner added Enter."""
    whole: bool = True
    """False: something of it was lost; it is to be repeated."""


class Scans:
    """Told of every key that comes from the terminal, before anybody else."""

    def __init__(self) -> None:
        self.listen: Listen = lambda _since: None
        self._rhythm = Rhythm()
        self._typed = ""
        self._began = self._last = float("-inf")
        self._entered = False

    def hears(self, event: events.Key) -> Hand:
        """Whose the key is."""
        if not (event.is_printable or event.key in _ENDS):
            return Hand.PERSON
        gap = event.time - self._last
        if gap > PAUSE:
            self._typed, self._began, self._entered = "", event.time, False
        self._last = event.time
        hasty = event.key in _ENDS and gap < GAP and bool(self._typed)
        if event.is_printable and not self._entered:
            self._typed += event.character or ""
        self._entered |= event.key == "enter"
        if self._rhythm.is_scan(event.time):
            return Hand.SCANNER
        return Hand.HASTY if hasty else Hand.PERSON

    def over(self) -> Scan:
        """The scan that has just ended. Where no device was heard, scanner and screen are on different computers, or
        we may not read the devices: then what the terminal made of the keys counts."""
        heard = self.listen(self._began - _SLACK)
        if heard is None or not (heard.text or not heard.whole):
            return Scan(self._typed, self._entered)
        return Scan(heard.text, self._entered, heard.whole)

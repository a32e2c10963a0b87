"""What a keyboard's events say of its keys: pressed and released again, held, stuck; and which layout it has."""

from collections.abc import Iterable

from agent.host.evdev import KEY, Event
from agent.manual.layouts import ESCAPE, layout
from agent.model.manual import KeyboardView

STUCK_SECONDS = 5.0
"""Nobody who tries key after key holds one for so long."""
ENDING = frozenset({ESCAPE, 28, 57})
"""Escape, Enter, the space bar: any of them ends the test, since one may be dead."""
END_SECONDS = 2.0
"""How long one of them is to be held. The test ends when it comes up: until then it would type into the screen."""
IDLE_SECONDS = 15.0
"""Without a key that is new, the test ends: those keys may be the broken ones."""
COMPLETE_SECONDS = 3.0
"""The same, once every key that there must be was felt."""
OTHER = "other"
"""The name of a layout that is neither AZERTY nor QWERTY."""

_RELEASED, _PRESSED, _REPEATED = 0, 1, 2
_A_OF = {16: "azerty", 30: "qwerty"}
"""Where the letter A is."""
_Z_OF_OTHERS = 21
"""Where the letter Z is on QWERTZ keyboards, which have A where QWERTY has it."""


class Finder:
    """Finds the layout by the place of two letters, the first keys that are pressed. A person who presses others is not
    asked again."""

    def __init__(self, name: str, *, find: bool) -> None:
        self.name = name
        self.letter = "A" if find else ""
        """What is to be pressed now; empty: no key in particular."""

    def pressed(self, code: int) -> None:
        if self.letter == "A":
            self.name = _A_OF.get(code, self.name)
            self.letter = "Z" if _A_OF.get(code) == "qwerty" else ""
        elif self.letter == "Z":
            self.letter = ""
            if code == _Z_OF_OTHERS:
                self.name = OTHER


class Keys:
    """All keyboards of the machine taken together. Codes that are no key of the layout are ignored, as is whatever
    else a device may send. Times are seconds of one clock."""

    def __init__(self, name: str, at: float, seen: Iterable[int] = (), *, find: bool = False) -> None:
        """`name` is the layout's; with `find`, a guess. `seen` are the codes that were felt in an earlier try, which
        go on counting."""
        self._finder = Finder(name, find=find)
        self._known = layout(name).keys  # of all layouts the same
        self._since: dict[tuple[int, int], float] = {}
        self._from_start: set[tuple[int, int]] = set()
        self._seen: set[int] = set(seen) & self._known
        self._last_new = at
        self._ended_by_hand = False

    def feel(self, device: int, event: Event, at: float) -> None:
        if event.type != KEY or event.code not in self._known:
            return
        place = (device, event.code)
        if event.value == _PRESSED and (place not in self._since or place in self._from_start):
            self._since[place] = at
            self._from_start.discard(place)
            self._finder.pressed(event.code)
        elif event.value == _REPEATED and place not in self._since:  # it was never seen to go down
            self._since[place] = at
            self._from_start.add(place)
        elif event.value == _RELEASED and place in self._since:
            self._release(place, at)

    def held(self, device: int, codes: Iterable[int], at: float) -> None:
        """What the device says is down now: at the start, and after it has lost events. What was released meanwhile
        counts as neither pressed nor stuck; it is to be pressed again."""
        down = {(device, code) for code in codes if code in self._known}
        for place in [place for place in self._since if place[0] == device and place not in down]:
            del self._since[place]
            self._from_start.discard(place)
        for place in down - set(self._since):
            self._since[place] = at
            self._from_start.add(place)

    def _release(self, place: tuple[int, int], at: float) -> None:
        """A key that was down before anybody looked was not seen to go down."""
        since = self._since.pop(place)
        if place in self._from_start:
            self._from_start.discard(place)
            return
        if place[1] in ENDING and at - since >= END_SECONDS:
            self._ended_by_hand = True
        if place[1] not in self._seen:
            self._seen.add(place[1])
            self._last_new = at

    def ended(self, at: float) -> bool:
        """Whether the person is done."""
        return self._ended_by_hand or self._seconds_left(at) <= 0

    def _seconds_left(self, at: float) -> float:
        complete = layout(self._finder.name).wanted(self._seen) <= self._seen
        return self._last_new + (COMPLETE_SECONDS if complete else IDLE_SECONDS) - at

    def view(self, at: float) -> KeyboardView:
        down = {code for _, code in self._since}
        stuck = {code for (_, code), since in self._since.items() if at - since >= STUCK_SECONDS}
        return KeyboardView(
            layout=self._finder.name,
            letter=self._finder.letter,
            seen=sorted(self._seen),
            down=sorted(down),
            stuck=sorted(stuck),
            seconds_left=max(0, round(self._seconds_left(at))),
        )

"""What a keyboard's events say of its keys: pressed and released again, held, stuck."""

from collections.abc import Iterable

from agent.host.evdev import KEY, Event
from agent.manual.layouts import ESCAPE, Layout
from agent.model.manual import KeyboardView

STUCK_SECONDS = 5.0
"""Nobody who tries key after key holds one for so long."""
END_SECONDS = 2.0
"""Escape held for so long ends the test."""
IDLE_SECONDS = 15.0
"""Without a key that is new, the test ends: the Escape key may be the broken one."""
COMPLETE_SECONDS = 3.0
"""The same, once every key that there must be was felt."""

_RELEASED, _PRESSED = 0, 1


class Keys:
    """All keyboards of the machine taken together. Codes that are no key of the layout are ignored, as is whatever
    else a device may send. Times are seconds of one clock."""

    def __init__(self, layout: Layout, at: float, seen: Iterable[int] = ()) -> None:
        """`seen` are the codes that were felt in an earlier try, which go on counting."""
        self._layout = layout
        self._since: dict[tuple[int, int], float] = {}
        self._from_start: set[tuple[int, int]] = set()
        self._seen: set[int] = set(seen) & layout.keys
        self._last_new = at
        self._ended_by_hand = False

    def feel(self, device: int, event: Event, at: float) -> None:
        if event.type != KEY or event.code not in self._layout.keys:
            return
        place = (device, event.code)
        if event.value == _PRESSED:
            self._since.setdefault(place, at)
        elif event.value == _RELEASED and place in self._since:
            self._release(place, at)

    def held(self, device: int, codes: Iterable[int], at: float) -> None:
        """What the device says is down now: at the start, and after it has lost events. What was released meanwhile
        counts as neither pressed nor stuck; it is to be pressed again."""
        down = {(device, code) for code in codes if code in self._layout.keys}
        for place in [place for place in self._since if place[0] == device and place not in down]:
            del self._since[place]
        for place in down - set(self._since):
            self._since[place] = at
            self._from_start.add(place)

    def _release(self, place: tuple[int, int], at: float) -> None:
        """A key that was down before anybody looked was not seen to go down."""
        since = self._since.pop(place)
        if place in self._from_start:
            self._from_start.discard(place)
            return
        if place[1] == ESCAPE and at - since >= END_SECONDS:
            self._ended_by_hand = True
        if place[1] not in self._seen:
            self._seen.add(place[1])
            self._last_new = at

    def ended(self, at: float) -> bool:
        """Whether the person is done."""
        held = [since for (_, code), since in self._since.items() if code == ESCAPE]
        by_hand = self._ended_by_hand or any(END_SECONDS <= at - since < STUCK_SECONDS for since in held)
        complete = self._layout.required <= self._seen
        return by_hand or at - self._last_new >= (COMPLETE_SECONDS if complete else IDLE_SECONDS)

    def view(self, at: float) -> KeyboardView:
        down = {code for _, code in self._since}
        stuck = {code for (_, code), since in self._since.items() if at - since >= STUCK_SECONDS}
        return KeyboardView(
            layout=self._layout.name, seen=sorted(self._seen), down=sorted(down), stuck=sorted(stuck)
        )  # fmt: skip

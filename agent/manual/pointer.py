"""What a touchpad's or pointing stick's events say: moved in four directions, clicked with each button."""

from dataclasses import dataclass

from agent.host.evdev import ABSOLUTE, KEY, RELATIVE, SYN, SYN_DROPPED, Event
from agent.manual.trace import Spot, Trace
from agent.model.manual import TouchpadView

IDLE_SECONDS = 15.0
"""Without anything new, the test ends."""

_X, _Y = 0, 1
_REPORT = 0
"""Of SYN: what was told since the last one belongs together."""
_TOUCH, _LEFT, _RIGHT, _MIDDLE = 0x14A, 0x110, 0x111, 0x112
_BUTTONS = {_LEFT: "left", _RIGHT: "right", _MIDDLE: "middle"}
_WAYS = {_X: ("left", "right"), _Y: ("up", "down")}
_PART = 0.15
"""Of the pad's width or height: a stroke of one or two centimetres."""
_UNITS = 150
"""The same for what tells only how far it moved, or tells no size."""
_ORDER = ("left", "right", "up", "down", "middle")


@dataclass(frozen=True)
class Surface:
    """What a device says of itself. `clickpad`: the whole pad is one button, whose halves count as two."""

    ranges: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
    buttons: frozenset[int] = frozenset({_LEFT, _RIGHT})
    clickpad: bool = False


class _Track:
    """One axis of one touch: how far it came from each of its ends."""

    def __init__(self, enough: float) -> None:
        self._enough = enough
        self._ends: tuple[int, int] | None = None
        self.at: int | None = None

    def move(self, to: int) -> int | None:
        """0 or 1, where this is a stroke towards the lower or higher end."""
        low, high = self._ends or (to, to)
        self._ends, self.at = (min(low, to), max(high, to)), to
        if to - low >= self._enough:
            self._ends = (to, to)
            return 1
        if high - to >= self._enough:
            self._ends = (to, to)
            return 0
        return None

    def lift(self) -> None:
        self._ends = None


class _Hand:
    """One device."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.tracks = {axis: _Track(_enough(surface.ranges[axis])) for axis in (_X, _Y)}
        self.sums = {_X: 0, _Y: 0}
        self.down: dict[int, str] = {}
        self.spot = Spot(surface.ranges)

    def side(self, code: int) -> str:
        """Which button that is; the right half of a clickpad stands for the right one."""
        x, at = self.surface.ranges[_X], self.tracks[_X].at
        if code == _LEFT and self.surface.clickpad and x and at is not None and at > (x[0] + x[1]) / 2:
            return "right"
        return _BUTTONS[code]


def _enough(ends: tuple[int, int] | None) -> float:
    return _UNITS if ends is None or ends[1] - ends[0] < 1 else (ends[1] - ends[0]) * _PART


class Pointer:
    """All touchpads and sticks of the machine taken together. Times are seconds of one clock."""

    def __init__(self, surfaces: list[Surface], at: float, before: TouchpadView) -> None:
        """`before` is what was felt in an earlier try, which goes on counting."""
        self._hands = [_Hand(surface) for surface in surfaces]
        self._moved = set(before.moved) & set(_ORDER)
        self._clicked = set(before.clicked) & set(_BUTTONS.values())
        self._trace = Trace(before.trace)
        self._last_new = at

    def feel(self, device: int, event: Event, at: float) -> None:
        hand, before = self._hands[device], (len(self._moved), len(self._clicked))
        match event.type, event.code:
            case (t, axis) if t == ABSOLUTE and axis in _WAYS:
                hand.spot.at(axis, event.value)
                self._move(hand, axis, event.value)
            case (t, axis) if t == RELATIVE and axis in _WAYS:
                hand.sums[axis] += event.value
                hand.spot.by(axis, event.value)
                self._move(hand, axis, hand.sums[axis])
            case (t, code) if t == KEY and code in _BUTTONS:
                self._press(hand, code, down=event.value != 0)
            case (t, code) if (t, code) in ((KEY, _TOUCH), (SYN, SYN_DROPPED)):
                self._lift(hand, lost=t == SYN)
            case (t, code) if (t, code) == (SYN, _REPORT):
                self._trace.felt(hand.spot.cell())
        if (len(self._moved), len(self._clicked)) != before:
            self._last_new = at

    def _move(self, hand: _Hand, axis: int, to: int) -> None:
        if (way := hand.tracks[axis].move(to)) is not None:
            self._moved.add(_WAYS[axis][way])

    def _press(self, hand: _Hand, code: int, *, down: bool) -> None:
        """A button counts once it has come up again."""
        if down:
            hand.down[code] = hand.side(code)
        elif (button := hand.down.pop(code, None)) is not None:
            self._clicked.add(button)

    def _lift(self, hand: _Hand, *, lost: bool) -> None:
        for track in hand.tracks.values():
            track.lift()
        hand.spot.lift(lost=lost)
        self._trace.lift()
        if lost:
            hand.down.clear()

    @property
    def _buttons(self) -> set[str]:
        codes = {code for hand in self._hands for code in hand.surface.buttons & {_LEFT, _RIGHT}}
        halves = {"left", "right"} if any(hand.surface.clickpad for hand in self._hands) else set()
        return {_BUTTONS[code] for code in codes} | halves

    def ended(self, at: float) -> bool:
        everything = self._moved == {"left", "right", "up", "down"} and self._buttons <= self._clicked
        return everything or at - self._last_new >= IDLE_SECONDS

    def view(self) -> TouchpadView:
        return TouchpadView(
            moved=[way for way in _ORDER if way in self._moved],
            clicked=[button for button in _ORDER if button in self._clicked],
            buttons=[button for button in _ORDER if button in self._buttons],
            down=[button for button in _ORDER if any(button in hand.down.values() for hand in self._hands)],
            trace=self._trace.cells,
            at=self._trace.at,
        )

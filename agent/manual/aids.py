"""The live aids: how each is made, and those that listen to the keyboard and the touchpad."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, Self

from agent.host import evdev
from agent.host.source import Source
from agent.inventory import inputs
from agent.manual import senses, sockets
from agent.manual.felt import Felt, Order
from agent.manual.keys import Keys
from agent.manual.layouts import LAYOUTS
from agent.manual.pointer import Pointer, Surface
from agent.manual.senses import Useless
from agent.model.manual import Aid as Kind
from agent.model.manual import AnyView, KeyboardView, TouchpadView
from agent.model.message import say

MOST_DEVICES = 16
"""Opened at once; a laptop has two or three of a kind."""
_CLICKPAD = 2
"""INPUT_PROP_BUTTONPAD: the whole pad is one button."""
_X, _Y = 0, 1
_LET_GO_SECONDS = 1.0
"""How long the key that started the test may still be held before the keyboard is taken."""

NO_KEYBOARD = say("No keyboard can be listened to here. Try the keys in any text field.")
GONE = say("The device that was tried has gone. Fix its plug or cover, then start again: what was felt still counts.")
GUESSED = "azerty"
"""Until the keyboard has told its layout: the one that most of the donors have."""
NO_TOUCHPAD = say("No touchpad can be listened to here. Add a mouse, or look whether it is switched off.")


class Watched(Protocol):
    """Something that becomes readable with news."""

    def fileno(self) -> int: ...
    def take(self) -> bool:
        """Take the news in; false once there will be none any more."""


class Aid(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def watched(self) -> list[Watched]: ...
    def view(self) -> AnyView: ...
    def ended(self) -> bool: ...


class _Listener:
    """One device, whose events go to `hear`."""

    def __init__(self, device: evdev.Device, hear: Callable[[evdev.Event], None]) -> None:
        self._device = device
        self._hear = hear

    def fileno(self) -> int:
        return self._device.fileno()

    def take(self) -> bool:
        try:
            for event in self._device.events():
                self._hear(event)
        except OSError:  # pulled out
            return False
        return True


class _Devices:
    """Input devices that are open together."""

    def __init__(self, opened: Sequence[evdev.Device]) -> None:
        self._opened = opened
        self._watched: list[Watched] = []

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of them all."""
        for device in self._opened:
            with contextlib.suppress(OSError):
                device.close()

    def watched(self) -> list[Watched]:
        return self._watched

    def must_be_there(self) -> None:
        """Raises Useless once the last of them was pulled out."""
        if not self._watched:
            raise Useless(GONE)


class KeyboardAid(_Devices):
    """Takes the keyboards for itself: what is tried must not answer, switch or restart anything."""

    def __init__(self, opened: Sequence[evdev.Device], name: str, before: AnyView | None) -> None:
        super().__init__(opened)
        earlier = before if isinstance(before, KeyboardView) else KeyboardView(layout=GUESSED)
        find = name not in LAYOUTS
        self._keys = Keys(earlier.layout if find else name, time.monotonic(), earlier.seen, find=find)

    def __enter__(self) -> Self:
        try:
            self._take()
        except Useless:
            self.close()
            raise
        return self

    def _take(self) -> None:
        """Raises Useless."""
        until = time.monotonic() + _LET_GO_SECONDS
        while any(device.down() for device in self._opened) and time.monotonic() < until:
            time.sleep(0.02)
        for number, device in enumerate(self._opened):
            if not device.grab():  # what is tried would be typed into the screen
                raise Useless(NO_KEYBOARD)
            self._keys.held(number, device.down(), time.monotonic())
            self._watched.append(_Listener(device, self._to(number, device)))

    def _to(self, number: int, device: evdev.Device) -> Callable[[evdev.Event], None]:
        def hear(event: evdev.Event) -> None:
            now = time.monotonic()
            if (event.type, event.code) == (evdev.SYN, evdev.SYN_DROPPED):
                self._keys.held(number, device.down(), now)
            else:
                self._keys.feel(number, event, now)

        return hear

    def view(self) -> KeyboardView:
        self.must_be_there()
        return self._keys.view(time.monotonic())

    def ended(self) -> bool:
        return self._keys.ended(time.monotonic())


class TouchpadAid(_Devices):
    def __init__(self, opened: Sequence[evdev.Device], surfaces: list[Surface], before: AnyView | None) -> None:
        super().__init__(opened)
        felt = before if isinstance(before, TouchpadView) else TouchpadView()
        self._pointer = Pointer(surfaces, time.monotonic(), felt)

    def __enter__(self) -> Self:
        for number, device in enumerate(self._opened):
            self._watched.append(_Listener(device, self._to(number)))
        return self

    def _to(self, number: int) -> Callable[[evdev.Event], None]:
        return lambda event: self._pointer.feel(number, event, time.monotonic())

    def view(self) -> TouchpadView:
        self.must_be_there()
        return self._pointer.view()

    def ended(self) -> bool:
        return self._pointer.ended(time.monotonic())


def _opened(source: Source, kinds: Sequence[str]) -> list[tuple[evdev.Device, inputs.Device]]:
    """The machine's own devices of these kinds; where none is known to be its own, all that are not plugged in."""
    told = [(hand, device) for hand, device in inputs.hands(source) if hand.kind in kinds]
    own = [device for hand, device in told if hand.internal] or [
        device for hand, device in told if hand.internal is None
    ]
    found = []
    for device in own[:MOST_DEVICES]:
        for name in source.names(device.place):
            with contextlib.suppress(OSError):
                if evdev.NODE.fullmatch(name):
                    found.append((evdev.Device(name), device))
    return found[:MOST_DEVICES]


def keyboard(source: Source, order: Order) -> Aid | Felt:
    opened = [device for device, _ in _opened(source, ("keyboard",))]
    return KeyboardAid(opened, order.do, order.before) if opened else Felt(problem=NO_KEYBOARD)


def touchpad(source: Source, order: Order) -> Aid | Felt:
    opened = _opened(source, ("touchpad", "pointing_stick"))
    if not opened:
        return Felt(problem=NO_TOUCHPAD)
    surfaces = [
        Surface(
            ranges=(device.ends(_X), device.ends(_Y)),
            buttons=told.bits.get("KEY", frozenset()),
            clickpad=told.has("PROP", _CLICKPAD),
        )
        for device, told in opened
    ]
    return TouchpadAid([device for device, _ in opened], surfaces, order.before)


Making = Callable[[Source, Order], Aid | Felt]
AIDS: Mapping[Kind, Making] = {
    Kind.KEYBOARD: keyboard,
    Kind.TOUCHPAD: touchpad,
    Kind.TONE: senses.tone,
    Kind.LEVEL: senses.level,
    Kind.FRAME: senses.frame,
    Kind.PORTS: lambda source, order: sockets.PortsAid(source, order.before),
}
"""Colours are the face's own affair."""

"""What the keyboards of this computer type, read past the console: a barcode scanner is one with a layout of its own.

Nothing is taken from anybody: the console gets the same keys. Only what came within the last seconds is kept, and it is
asked for only when the screen has seen by the speed of the keys that a scanner was at work.
"""

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, Self

from agent.host import evdev
from agent.tui.keycodes import LAYOUTS, Decoder

LOOK_SECONDS = 2.0
"""How soon a scanner that was plugged in is heard."""
PAUSE = 0.5
"""Seconds without a key after which something new begins."""
MOST_DEVICES, MOST_CHARS = 16, 128


class Device(Protocol):
    """One open keyboard, as agent.host.evdev.Device."""

    def fileno(self) -> int: ...
    def events(self) -> Iterator[evdev.Event]: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Heard:
    """What one device typed without a pause."""

    text: str
    """Without the Enter or Tab at its end."""
    whole: bool
    """False where the kernel had to throw keys away."""


@dataclass
class _Burst:
    """One device, and what it has typed since the last pause."""

    device: Device
    decoders: dict[str, Decoder] = field(default_factory=lambda: {name: Decoder(name) for name in LAYOUTS})
    texts: dict[str, str] = field(default_factory=dict)
    """What it means in each layout."""
    whole: bool = True
    last: float = field(default=float("-inf"))

    def take(self, now: float) -> None:
        """Raises OSError once the device is gone."""
        for event in self.device.events():
            lost = (event.type, event.code) == (evdev.SYN, evdev.SYN_DROPPED)
            chars = {name: decoder.hear(event) for name, decoder in self.decoders.items()}
            if not lost and not any(chars.values()):
                continue
            if now - self.last > PAUSE:
                self.texts, self.whole = dict.fromkeys(LAYOUTS, ""), True
            self.last = now
            if lost or len(self.texts[LAYOUTS[0]]) >= MOST_CHARS:
                self.whole = False
            else:
                self.texts = {name: text + chars[name] for name, text in self.texts.items()}


class Scanner:
    """Listens in a thread of its own, since the kernel keeps only some dozen keys for whoever is slow to read them.

    `layout` says what scanners are set to, asked at each scan: the stick with the settings may come late. `nodes` gives
    the names of the keyboards that there are now (`event3`); `open_device` opens one. As a context it listens.
    """

    def __init__(
        self,
        layout: Callable[[], str],
        nodes: Callable[[], Iterable[str]],
        open_device: Callable[[str], Device] = evdev.Device,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._layout = layout
        self._nodes = nodes
        self._open = open_device
        self._clock = clock
        self._bursts: dict[str, _Burst] = {}
        self._lock = threading.RLock()
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._listen, name="scanner", daemon=True)

    def __enter__(self) -> Self:
        self.look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._woken)
        self._thread.join(LOOK_SECONDS)
        for name in list(self._bursts):
            self._drop(name)
        os.close(self._wake)

    def heard(self, since: float) -> Heard | None:
        """What the device that typed most after `since` has typed; None where none did. Seconds of time.monotonic."""
        self.take(0)
        with self._lock:
            typed = [burst for burst in self._bursts.values() if burst.last >= since]
            if not typed:
                return None
            burst = max(typed, key=lambda each: len(each.texts[LAYOUTS[0]]))
            text = burst.texts[self._layout()]
            return Heard(text.rstrip("\n").rpartition("\n")[2], burst.whole)

    def look(self) -> None:
        """Open the keyboards that came, let go of those that went. Never raises."""
        names = list(self._nodes())[:MOST_DEVICES]
        with self._lock:
            for name in self._bursts.keys() - set(names):
                self._drop(name)
            for name in names:
                if name not in self._bursts:
                    # Without the right to read them (no root), the scanner types like any keyboard.
                    with contextlib.suppress(OSError):
                        self._bursts[name] = _Burst(self._open(name))

    def take(self, seconds: float) -> bool:
        """Wait so long for keys, and take them in. False once the listening is to end."""
        with self._lock:
            ways = {burst.device.fileno(): name for name, burst in self._bursts.items()}
        try:
            ready, _, _ = select.select([self._wake, *ways], [], [], seconds)
        except (OSError, ValueError):  # one was closed meanwhile
            return True
        for way in ready:
            if way == self._wake:
                return False
            self._take(ways[way])
        return True

    def _take(self, name: str) -> None:
        with self._lock:
            try:
                if name in self._bursts:
                    self._bursts[name].take(self._clock())
            except OSError:  # pulled out
                self._drop(name)

    def _drop(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._bursts.pop(name).device.close()

    def _listen(self) -> None:
        looked = self._clock()
        while self.take(LOOK_SECONDS):
            if self._clock() - looked >= LOOK_SECONDS:
                looked = self._clock()
                self.look()

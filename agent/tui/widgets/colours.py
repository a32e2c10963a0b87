"""The whole screen in one colour, then the next: what is wrong with a panel shows on one of them."""

import os
from typing import ClassVar, NamedTuple

from textual import events
from textual.message import Message as WidgetMessage
from textual.timer import Timer

from agent.tui.lines.layout import plain
from agent.tui.widgets.sheet import Sheet


class Field(NamedTuple):
    """`rgb` is what shows; `name` and `number` that colour of the console which is made so for as long as it shows."""

    rgb: str
    name: str
    number: int


class Colours(Sheet, can_focus=True):
    """Hidden until `begin`. Every key shows the next colour, ← the one before, Esc none; after the last one it hides
    again. Nothing stands on them but a hint, and that not for long.

    The Linux console has no pure colours (its white is a grey), so it is told other ones meanwhile: `ESC ] P n rrggbb`,
    and `ESC ] R` for its own (console_codes(4)).
    """

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("ffffff", "ansi_white", 7),
        Field("000000", "ansi_black", 0),
        Field("ff0000", "ansi_red", 1),
        Field("00ff00", "ansi_green", 2),
        Field("0000ff", "ansi_blue", 4),
        Field("808080", "ansi_yellow", 3),
    )
    HINT_SECONDS: ClassVar[float] = 3.0

    class Seen(WidgetMessage):
        """No colour is shown any more."""

    def __init__(self) -> None:
        super().__init__(id="colours")
        self._at = 0
        self._fading: Timer | None = None
        self._console_is_told = False
        self.display = False

    def begin(self, hint: str) -> None:
        """Show the first colour, and the hint on it for a moment."""
        self._at = 0
        self.display = True
        self.focus()
        self.put(plain(hint))
        self._fading = self.set_timer(self.HINT_SECONDS, self.fade)
        self._show()

    def fade(self) -> None:
        """Leave nothing but the colour."""
        if self._fading is not None:
            self._fading.stop()
        self.put(plain(""))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.fade()
        self._at += -1 if event.key in ("left", "backspace") else 1
        if event.key == "escape" or self._at >= len(self.FIELDS):
            self.end()
        else:
            self._at = max(0, self._at)
            self._show()

    def _show(self) -> None:
        field = self.FIELDS[self._at]
        if self._is_console:
            self._tell_console(f"\x1b]P{field.number:X}{field.rgb}")
        self.styles.background = field.name if self._is_console else f"#{field.rgb}"

    def end(self) -> None:
        """Show none any more; also when another screen comes over this one."""
        if self.display:
            self.display = False
            self._restore()
            self.post_message(self.Seen())

    def _restore(self) -> None:
        """Give the console its own colours back."""
        if self._console_is_told:
            self._tell_console("\x1b]R")
            self._console_is_told = False

    def on_unmount(self) -> None:
        self._restore()

    @property
    def _is_console(self) -> bool:
        return os.environ.get("TERM") == "linux"

    def _tell_console(self, words: str) -> None:
        driver = self.app._driver  # noqa: SLF001 - Textual has no other way to its terminal
        if driver is not None:
            driver.write(words)
            self._console_is_told = True

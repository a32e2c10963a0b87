"""The whole screen in one colour, then the next: what is wrong with a panel shows on one of them."""

from typing import ClassVar

from textual import events
from textual.message import Message as WidgetMessage

from agent.tui.widgets.sheet import Sheet


class Colours(Sheet, can_focus=True):
    """Hidden until `begin`; every key shows the next colour, and after the last one hides it again."""

    COLOURS: ClassVar[tuple[str, ...]] = ("ansi_white", "ansi_black", "ansi_red", "ansi_green", "ansi_blue")

    class Seen(WidgetMessage):
        """All colours were shown."""

    def __init__(self) -> None:
        super().__init__(id="colours")
        self._next = 0
        self.display = False

    def begin(self) -> None:
        self._next = 0
        self.display = True
        self.focus()
        self._show_next()

    def _show_next(self) -> None:
        self.styles.background = self.COLOURS[self._next]
        self._next += 1

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if self._next < len(self.COLOURS):
            self._show_next()
        else:
            self.display = False
            self.post_message(self.Seen())

"""One thing to choose by Enter. Which one is chosen shows without colour, too."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as WidgetMessage

from agent.tui.widgets.sheet import Sheet


class Choice(Sheet, can_focus=True):
    """Only Enter presses it: the space bar is too easily leaned on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter", "choose", ""),
        # Also within a list that scrolls, which would take these for itself.
        ("down", "app.focus_next", ""),
        ("up", "app.focus_previous", ""),
        # Where several stand side by side.
        ("right", "app.focus_next", ""),
        ("left", "app.focus_previous", ""),
    ]

    class Chosen(WidgetMessage):
        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, name: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(name=name, id=id)
        self._label = ""

    def call_it(self, label: str) -> None:
        """Say what is chosen by it."""
        self._label = label
        self.draw()

    def draw(self) -> None:
        left, right = ("> ", " <") if self.has_focus else ("  ", "  ")
        self.put(Content(f"{left}{self._label}{right}"))

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.draw()

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self))

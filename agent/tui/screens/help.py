"""F1: what the screen below is for, which keys work on it, and what its words mean."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from agent.model.message import say
from agent.tui.face import Face
from agent.tui.lines.help import Explained, help_lines
from agent.tui.screens.base import ARROWS
from agent.tui.screens.over import OverScreen
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class HelpScreen(OverScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#help"

    def __init__(self, face: Face, explained: Explained, keys: Sequence[KeyHint]) -> None:
        """`keys`: those of the screen below."""
        super().__init__(face)
        self._explained = explained
        self._keys = keys

    def content(self) -> ComposeResult:
        with Scroller(id="help"):
            yield Sheet(id="lines")

    def fill(self) -> None:
        super().fill()
        self.put("#lines", help_lines(self._explained, self._keys, self.boxed_columns, self.face.tell))

    def hints(self) -> Iterable[KeyHint]:
        return (*super().hints(), (ARROWS, say("Scroll")))

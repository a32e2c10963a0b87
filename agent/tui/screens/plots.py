"""F6: temperature, clock, the drive's reads and the battery's power as curves."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult

from agent.model.message import say
from agent.tui.lines.plots import plots_lines
from agent.tui.screens.base import ARROWS
from agent.tui.screens.over import OverScreen
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class PlotsScreen(OverScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#plots"

    def content(self) -> ComposeResult:
        with Scroller(id="plots"):
            yield Sheet(id="lines")

    def fill(self) -> None:
        super().fill()
        self.put("#lines", plots_lines(self.face.state, self.boxed_columns, self.face.tell))

    def hints(self) -> Iterable[KeyHint]:
        return (*super().hints(), (ARROWS, say("Scroll")))

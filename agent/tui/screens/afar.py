"""Left alone, the screen says in letters to be read from three metres which machine this is and whether it needs
somebody. Any key takes it away."""

import time
from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.message import say
from agent.model.state import Timetable
from agent.tui.face import Face
from agent.tui.lines.afar import afar_lines
from agent.tui.lines.layout import plain
from agent.tui.screens.base import OrdisScreen
from agent.tui.theme import QUIET
from agent.tui.widgets.band import Band
from agent.tui.widgets.sheet import Sheet

LOOK_SECONDS = 10.0
"""How often the minutes are counted down; nothing is drawn where the text stays the same."""


class AfarScreen(OrdisScreen):
    """Lies before the others, which keep what was typed."""

    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._table: Timetable | None = None
        self._told = time.monotonic()

    def compose(self) -> ComposeResult:
        yield Band(id="band")
        with Vertical(id="body"):
            yield Sheet(id="afar")
        yield Sheet(id="wake")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(LOOK_SECONDS, self.update_view)

    def update_view(self) -> None:
        if not self.query("#wake"):
            return  # not composed yet
        self.query_one(Band).update(self.face)
        if self.face.state.timetable is not self._table:
            self._table, self._told = self.face.state.timetable, time.monotonic()
        room = (self.face.width - 2, self.rows)
        self.put("#afar", afar_lines(self.face, room, datetime.now(UTC), time.monotonic() - self._told))
        wake = self.face.tell(say("Press any key to go on."))
        self.query_one("#wake", Sheet).put(plain(f" {wake}", QUIET))

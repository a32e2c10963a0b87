"""The checklist: every step with its state, the machine above, the report below."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from agent.model.message import Message, say
from agent.model.words import Phase
from agent.tui.face import Detour
from agent.tui.lines.layout import plain
from agent.tui.lines.machine import subject_lines
from agent.tui.lines.result import delivery_line
from agent.tui.lines.steps import changeable, checklist_lines, first_running_row
from agent.tui.screens.base import ARROWS, ESCAPE, Go, OrdisScreen
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class ChecklistScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f8", "change", show=False),
    ]

    def body(self) -> ComposeResult:
        yield Sheet(id="facts")
        with Scroller(id="steps"):
            yield Sheet(id="list")
        yield Sheet(id="report")

    def on_mount(self) -> None:
        super().on_mount()
        self._followed: int | None = None

    def fill(self) -> None:
        state, tell, width = self.face.state, self.face.tell, self.columns
        self.put("#facts", subject_lines(state, width, tell))
        self.put("#list", checklist_lines(state, self.boxed_columns, tell) or [plain(tell(say("Starting...")))])
        table = state.timetable
        self.put("#report", [plain(tell(table.told())) if table else delivery_line(state.delivery, tell)])
        self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        """Keep the running step in sight, without taking the list out of a reader's hands at every event."""
        row = first_running_row(self.face.state, self.boxed_columns, self.face.tell)
        if row is None or row == self._followed:
            return
        self._followed = row
        # None, where the next question came before this call and took the screen away.
        for steps in self.query("#steps").results(Scroller):
            steps.scroll_to(y=max(0, row - 2), animate=False)

    def hints(self) -> Iterable[KeyHint]:
        back = ((ESCAPE, say("Back")),) if self._may_go_back() else ()
        change = ((Message("F8"), say("Change a step")),) if changeable(self.face.state) else ()
        scroll = () if back and change else ((ARROWS, say("Scroll")),)  # the line has no room for all in French
        return (*back, *scroll, *change)

    def _may_go_back(self) -> bool:
        return self.face.detour is Detour.STEPS or self.face.state.phase is Phase.FINISHED

    def action_change(self) -> None:
        if changeable(self.face.state):
            self.post_message(Go(Detour.CHANGE))

    def action_back(self) -> None:
        if self._may_go_back():
            self.post_message(Go(None))

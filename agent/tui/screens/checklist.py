"""The checklist: every step in a row, the chosen one closer, and when all will be over."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from agent.model.message import Message, say
from agent.model.state import StepState
from agent.model.words import Phase, Subject
from agent.tui.face import Detour
from agent.tui.lines.checklist import checklist_rows, needs_looking
from agent.tui.lines.closer import closer_lines
from agent.tui.lines.layout import plain
from agent.tui.lines.machine import subject_lines, unseen_lines
from agent.tui.lines.result import delivery_line
from agent.tui.lines.steps import changeable
from agent.tui.screens.base import ARROWS, ESCAPE, Go, OrdisScreen
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet
from agent.tui.widgets.step_list import StepList

WIDE = 112
"""Columns from which on the chosen step stands beside the list, not below it."""
BESIDE = 46
"""Columns that it then takes, border included."""


class ChecklistScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f8", "change", show=False),
    ]

    def body(self) -> ComposeResult:
        self._chosen: str | None = None
        yield Sheet(id="facts")
        with Container(id="both"):
            with StepList(id="steps"):
                yield Sheet(id="list")
            with Scroller(id="closer", can_focus=False):
                yield Sheet(id="one")
        yield Sheet(id="report")

    @property
    def _wide(self) -> bool:
        return self.face.width >= WIDE

    def fill(self) -> None:
        state, tell = self.face.state, self.face.tell
        for both in self.query("#both"):
            both.set_class(self._wide, "wide")
        dock = state.subject is Subject.DRIVE
        self.put("#facts", (subject_lines if dock else unseen_lines)(state, self.columns, tell))
        room = self.boxed_columns - (BESIDE if self._wide else 0)
        shown = self._shown
        rows = checklist_rows(state, room, tell, shown.id if shown else None)
        self.put("#list", rows or [plain(tell(say("Starting...")))])
        width = BESIDE - 4 if self._wide else self.boxed_columns
        self.put("#one", closer_lines(state, shown, width, tell) if shown else [])
        table = state.timetable
        self.put("#report", [plain(tell(table.told())) if table else delivery_line(state.delivery, tell)])
        self.call_after_refresh(self._keep_in_sight)

    @property
    def _shown(self) -> StepState | None:
        """The step that a person chose, as long as it is there; else the one that needs looking at."""
        steps = {step.id: step for step in self.face.state.steps}
        if self._chosen not in steps:
            self._chosen = None
        return steps.get(self._chosen or needs_looking(self.face.state) or "")

    def _keep_in_sight(self) -> None:
        # None, where the next question came before this call and took the screen away.
        for steps in self.query("#steps").results(StepList):
            if (shown := self._shown) is not None:
                steps.keep_in_sight([step.id for step in self.face.state.steps].index(shown.id))

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._keep_in_sight)

    def action_choose(self, by: int) -> None:
        """Look at another step closer."""
        ids = [step.id for step in self.face.state.steps]
        if (shown := self._shown) is not None:
            self._chosen = ids[min(max(ids.index(shown.id) + by, 0), len(ids) - 1)]
            for closer in self.query("#closer").results(Scroller):
                closer.scroll_home(animate=False)
            self.update_view()

    def action_scroll_part(self, pages: int) -> None:
        """What is shown closer may be longer than its place; the list follows the arrows."""
        for closer in self.query("#closer").results(Scroller):
            closer.scroll_relative(y=pages * max(1, closer.size.height - 2), animate=False)

    def hints(self) -> Iterable[KeyHint]:
        back = ((ESCAPE, say("Back")),) if self._may_go_back() else ()
        change = ((Message("F8"), say("Change a step")),) if changeable(self.face.state) else ()
        scroll = () if back and change else ((ARROWS, say("Look closer")),)  # no room for all in French
        return (*back, *scroll, *change)

    def _may_go_back(self) -> bool:
        return self.face.detour is Detour.STEPS or self.face.state.phase is Phase.FINISHED

    def action_change(self) -> None:
        if changeable(self.face.state):
            self.post_message(Go(Detour.CHANGE))

    def action_back(self) -> None:
        if self._may_go_back():
            self.post_message(Go(None))
        elif self._chosen is not None:
            self._chosen = None  # what runs is followed again
            self.update_view()

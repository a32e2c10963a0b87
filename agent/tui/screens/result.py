"""The result: the grade large, why, what became of each drive, and where the report is."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from agent.model.message import say
from agent.model.words import Subject
from agent.tui.lines.drives import certificate_lines, drives_lines, headline
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.qr import qr_lines
from agent.tui.lines.result import big_letter, grade_lines
from agent.tui.screens.end import EndScreen
from agent.tui.theme import STRONG
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_LETTER_COLUMNS = 11
LEAST = 74
"""Columns that grade and reasons keep where the code of the report's page stands beside them."""


class ResultScreen(EndScreen):
    def body(self) -> ComposeResult:
        with Horizontal(id="result"):
            with Scroller(id="outcome", can_focus=False):
                with Horizontal(id="grade"):
                    yield Sheet(id="letter")
                    yield Sheet(id="reasons")
                yield Sheet(id="erased")
            yield Sheet(id="beside-result")
        yield from self.next_steps()

    def fill(self) -> None:
        state, tell = self.face.state, self.face.tell
        room = self.face.width - LEAST - 1
        code = qr_lines(state.page, room, self.face.height - 8) if state.page and room > 0 else []
        self.put("#beside-result", code)
        width = self.boxed_columns - (code[0].cell_length + 1 if code else 0)
        self.put("#letter", big_letter(state.grade.letter) if state.grade else [])
        bare = wrapped(tell(say("Bare drives: each has a report of its own, and no grade.")), width, style=STRONG)
        machine = state.subject is Subject.MACHINE
        self.put("#reasons", grade_lines(state.grade, width - _LETTER_COLUMNS, tell) if machine else bare)
        certificate = certificate_lines(state, width, tell)
        drives = drives_lines(state, width, tell)
        self.put("#erased", [plain(""), *certificate, *drives])
        self.fill_next(headline(state, self.columns, tell))

"""The intake could not go on: what happened, what it means, what to do next."""

from textual.app import ComposeResult

from agent.model.message import Message, say
from agent.model.words import Phase
from agent.tui.lines.drives import drives_lines
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.screens.end import EndScreen
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class ProblemScreen(EndScreen):
    def body(self) -> ComposeResult:
        with Scroller(id="outcome", can_focus=False):
            yield Sheet(id="what")
            yield Sheet(id="erased")
        yield from self.next_steps()

    def fill(self) -> None:
        state, tell, width = self.face.state, self.face.tell, self.boxed_columns
        happened = self._part(say("What happened"), state.problem or say("The intake ended early."), BAD)
        means = self._part(say("What it means"), self._means())
        hint = state.problem_hint or say("Start a new intake. If it happens again, save a support file (F9).")
        self.put("#what", [*happened, plain(""), *means, plain(""), *self._part(say("What to do next"), hint)])
        drives = drives_lines(state, width, tell)
        self.put("#erased", [plain(""), plain(tell(say("Drives:")), STRONG), *drives] if drives else [])
        self.fill_next()

    def _means(self) -> Message:
        if self.face.state.phase in (Phase.IDLE, Phase.FINISHED):  # a start that was refused
            return say("Nothing was begun: nothing was tested or erased just now.")
        return say(
            "This intake is not complete: the machine stays in the workshop. What was done to its drives is below."
        )

    def _part(self, title: Message, text: Message, style: str = "") -> Lines:
        rows = wrapped(self.face.tell(text), self.boxed_columns, 2, style)
        return [plain(self.face.tell(title), STRONG), *rows]

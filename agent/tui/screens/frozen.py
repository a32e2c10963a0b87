"""Drives that the computer has frozen: sleep, re-plug, or go on without. The focus starts on what does nothing."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import say
from agent.model.messages import Answer
from agent.model.state import FrozenDrivesQuestion
from agent.tui.face import Face
from agent.tui.lines.drives import identity_text
from agent.tui.lines.layout import plain, wrapped
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_LABELS = {
    "on": say("Go on without: overwrite the drive instead"),
    "sleep": say("Let the computer sleep for some seconds (it wakes up by itself)"),
    "replug": say("Re-plug the drive now (one minute)"),
}


class FrozenScreen(OrdisScreen):
    """Escape goes on without."""

    AUTO_FOCUS: ClassVar[str | None] = "#on"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_on", show=False)]

    def __init__(self, face: Face, question: FrozenDrivesQuestion) -> None:
        super().__init__(face)
        self._question = question

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            with Scroller(id="drives", can_focus=False):
                yield Sheet(id="list")
            yield Sheet(id="problem")
            yield Choice("on", id="on")
            if self._question.may_sleep:
                yield Choice("sleep", id="sleep")
            yield Choice("replug", id="replug")

    def fill(self) -> None:
        tell, width, question = self.face.tell, self.boxed_columns, self._question
        self.put("#text", wrapped(tell(question.text), width, style=STRONG))
        lines = [line for drive in question.drives for line in wrapped("- " + identity_text(drive, tell), width, 2)]
        if question.no_sleep is not None:
            lines += wrapped(tell(question.no_sleep), width)
        self.put("#list", [*lines, plain("")])
        self.put("#problem", wrapped("! " + tell(question.problem), width, style=BAD) if question.problem else [])
        for choice in self.query(Choice):
            choice.call_it(tell(_LABELS[choice.name or "on"]))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")), (ESCAPE, say("Go on")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self._answer(message.choice.name or "on")

    def action_go_on(self) -> None:
        self._answer("on")

    def _answer(self, text: str) -> None:
        self.post_message(Send(Answer(mode=self.face.mode, question_id=self._question.id, text=text)))

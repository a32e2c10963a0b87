"""The date, where the computer's clock cannot be right. Escape leaves it open: the report then says so."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import say
from agent.model.messages import Answer
from agent.model.state import DateQuestion
from agent.tui.face import Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.screens.base import ENTER, ESCAPE, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class DateScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#date"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave_open", show=False)]

    def __init__(self, face: Face, question: DateQuestion) -> None:
        super().__init__(face)
        self._question = question

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield FieldLine("date", field_id="date")
            yield Sheet(id="problem")
            yield Choice("open", id="open")

    def fill(self) -> None:
        tell, width, question = self.face.tell, self.boxed_columns, self._question
        how = (
            say("Type day/month/year hour:minute, for example 31/12/2026 14:05 (time of {zone}).", zone=question.zone),
            say("The checks go on meanwhile. As soon as the network tells the time, this question goes away."),
        )
        rows = [row for each in how for row in wrapped(tell(each), width)]
        self.put("#text", [*wrapped(tell(question.text), width, style=STRONG), *rows, plain("")])
        self.query_one(FieldLine).put(tell(say("Date and time:")))
        problem = wrapped("! " + tell(question.problem), width, style=BAD) if question.problem else []
        self.put("#problem", [*problem, plain("")])
        self.query_one("#open", Choice).call_it(tell(say("I do not know: leave the date unconfirmed")))

    def hints(self) -> Iterable[KeyHint]:
        return ((ENTER, say("Confirm")), (ESCAPE, say("Leave it open")))

    def on_input_submitted(self, message: Field.Submitted) -> None:
        if typed := message.value.strip():
            self._answer(typed)

    def on_choice_chosen(self, _message: Choice.Chosen) -> None:
        self.action_leave_open()

    def action_leave_open(self) -> None:
        self._answer(None)

    def _answer(self, text: str | None) -> None:
        self.post_message(Send(Answer(mode=self.face.mode, question_id=self._question.id, text=text)))

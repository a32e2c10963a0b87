"""A question with two answers; the focus starts on the one that does nothing."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import Message, say
from agent.tui.lines.layout import plain, wrapped
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, OrdisScreen
from agent.tui.theme import STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class YesNoScreen(OrdisScreen):
    """Escape is "no", too."""

    AUTO_FOCUS: ClassVar[str | None] = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def question(self) -> Message:
        raise NotImplementedError

    def explanation(self) -> Message:
        """What each answer means."""
        raise NotImplementedError

    def answers(self) -> tuple[Message, Message]:
        """What stands on "no" and on "yes"."""
        raise NotImplementedError

    def decide(self, yes: bool) -> None:
        raise NotImplementedError

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Sheet(id="explanation")
            yield Choice("no", id="no")
            yield Choice("yes", id="yes")

    def fill(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        self.put("#text", wrapped(tell(self.question()), width, style=STRONG))
        self.put("#explanation", [*wrapped(tell(self.explanation()), width), plain("")])
        no, yes = self.answers()
        self.query_one("#no", Choice).call_it(tell(no))
        self.query_one("#yes", Choice).call_it(tell(yes))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")), (ESCAPE, say("No")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.decide(message.choice.id == "yes")

    def action_no(self) -> None:
        self.decide(False)

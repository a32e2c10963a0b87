"""F9: one file for those who can help, with or without serial numbers."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.message import say
from agent.model.messages import SaveSupport
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.lines.network import said_lines
from agent.tui.screens.base import ARROWS, ENTER, Send
from agent.tui.screens.over import OverScreen
from agent.tui.theme import BUSY, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class SupportScreen(OverScreen):
    """The focus begins on the file that tells least: saving it does no harm."""

    AUTO_FOCUS: ClassVar[str | None] = "#anonymous"

    def content(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Choice("anonymous", id="anonymous")
            yield Choice("whole", id="whole")
            yield Choice("back", id="back")
            yield Sheet(id="said")

    def fill(self) -> None:
        super().fill()
        tell, width = self.face.tell, self.boxed_columns
        self.put("#text", self._head(width))
        self.query_one("#anonymous", Choice).call_it(tell(say("Save it, without serial numbers and tag")))
        self.query_one("#whole", Choice).call_it(tell(say("Save it with everything that tells which machine it is")))
        self.query_one("#back", Choice).call_it(tell(say("Back")))
        state = self.face.support
        saving = [plain(tell(say("Saving: this takes some seconds...")), BUSY)] if state and state.saving else []
        said = saving or said_lines(state.said if state else None, width, tell)
        self.put("#said", [plain(""), *said] if said else [])

    def _head(self, width: int) -> Lines:
        tell = self.face.tell
        why = say("When something goes wrong, one file tells those who can help what happened.")
        lines = [*wrapped(tell(why), width, style=STRONG), plain("")]
        for sentence in (
            say("In it: what this machine is, its steps so far, the last intakes, and what the programs wrote down."),
            say("Never in it: keys of the stick, passwords, names of Wi-Fi networks, anything from the drives."),
        ):
            lines += marked("-", "", tell(sentence), width)
        return [*lines, plain("")]

    def hints(self) -> Iterable[KeyHint]:
        return (*super().hints(), (ARROWS, say("Choose")), (ENTER, say("Confirm")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if message.choice.id == "back":
            self.action_close()
        elif self.face.support is None or not self.face.support.saving:
            self.post_message(Send(SaveSupport(mode=self.face.mode, anonymous=message.choice.id == "anonymous")))

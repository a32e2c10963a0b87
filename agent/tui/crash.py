"""The screen broke: a second, tiny one says so. It shares nothing with the broken one but its looks."""

from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import say
from agent.model.state import IntakeState
from agent.model.words import Mode
from agent.tui.face import Face
from agent.tui.lines.layout import paragraph, plain, wrapped
from agent.tui.theme import BAD, STRONG, THEME
from agent.tui.widgets.band import Band
from agent.tui.widgets.keys import Keys
from agent.tui.widgets.sheet import Sheet


class CrashApp(App[bool]):
    """Ends with True to open the screen again, with False or None to leave."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "decide(True)", show=False),
        Binding("f10", "decide(False)", show=False),
    ]

    def __init__(self, mode: Mode, language: str, log_file: Path | None) -> None:
        super().__init__()
        self.register_theme(THEME)
        self.theme = THEME.name
        self._face = Face(IntakeState(mode=mode), language)
        self._log_file = log_file

    def compose(self) -> ComposeResult:
        yield Band()
        with Vertical(id="body"), Vertical(classes="box"):
            yield Sheet(id="text")
        yield Keys()

    def on_mount(self) -> None:
        tell, width = self._face.tell, self.size.width - 6
        self._face.width = self.size.width
        goes_on = say("The intake itself goes on: no step was stopped, and nothing was lost. Do not switch off.")
        lines = [
            *wrapped(tell(say("The screen had an error of its own.")), width, style=BAD),
            plain(""),
            *wrapped(tell(goes_on), width, style=STRONG),
            plain(""),
        ]
        if self._log_file is not None:
            where = say("The details are in {file}.", file=str(self._log_file))
            lines += [*wrapped(tell(where), width), plain("")]
        lines += wrapped(tell(say("Press Enter to open the screen again.")), width)
        self.query_one(Band).update(self._face)
        self.query_one("#text", Sheet).put(paragraph(lines))
        hints = ((say("Enter"), say("Open again")), (say("F10"), say("Quit")))
        self.query_one(Keys).name_them(hints, self._face)

    def action_decide(self, again: bool) -> None:
        self.exit(again)

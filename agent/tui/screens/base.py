"""What every screen has: the band on top, the keys at the bottom, and the way back to the app."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message as ScreenMessage
from textual.screen import Screen

from agent.model.message import Message, say
from agent.model.messages import Command
from agent.model.words import Mode
from agent.tui.face import Detour, Face, Leave
from agent.tui.lines.layout import Lines, paragraph
from agent.tui.scans import Scan
from agent.tui.widgets.band import Band
from agent.tui.widgets.field import Field
from agent.tui.widgets.keys import KeyHint, Keys
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

ENTER, ESCAPE, TAB = say("Enter"), say("Esc"), say("Tab")
ARROWS = say("Arrows")
MORE_KEYS: tuple[KeyHint, ...] = (
    (Message("F3"), say("Network")),
    (Message("F4"), say("Settings")),
    (Message("F6"), say("Curves")),
    (Message("F9"), say("Support file")),
)
"""They work everywhere, and are named where there is room; the help names them all."""
SCANNED = ("tag", "lot", "psid")
"""The fields that a barcode scanner may fill, on a screen that accepts scans."""


class Send(ScreenMessage):
    """A command for the service."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class Go(ScreenMessage):
    """Away to a screen that the state does not ask for; None: back. `about`: what it is about, where it needs that."""

    def __init__(self, detour: Detour | None, about: str = "") -> None:
        super().__init__()
        self.detour = detour
        self.about = about


class Out(ScreenMessage):
    """The person leaves the screen."""

    def __init__(self, leave: Leave) -> None:
        super().__init__()
        self.leave = leave


class OrdisScreen(Screen[None]):
    """`fill` shows the state; it is called again at every event, at a resize and when the language changes."""

    ACCEPTS_SCANS: ClassVar[bool] = False
    """Whether what a barcode scanner types may come through."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("pagedown", "scroll_part(1)", show=False),
        Binding("pageup", "scroll_part(-1)", show=False),
    ]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face

    def compose(self) -> ComposeResult:
        yield Band(id="band")
        with Vertical(id="body"):
            yield from self.body()
        yield Keys(id="keys")

    def body(self) -> ComposeResult:
        """The widgets between band and keys."""
        raise NotImplementedError

    def fill(self) -> None:
        """Show the state in them."""
        raise NotImplementedError

    def hints(self) -> Iterable[KeyHint]:
        """The keys of this screen; those that work everywhere are added."""
        return ()

    def accepts_scan(self) -> bool:
        """Whether a scan is welcome here and now."""
        return self.ACCEPTS_SCANS

    def scanned(self) -> None:
        """A scan came where none is welcome; nothing of it may stay."""

    def take_scan(self, scan: Scan) -> None:
        """A scan came where it is welcome. It replaces what stands in the field, also what its first keys left there,
        and goes on by its own Enter."""
        focused = self.focused
        here = isinstance(focused, Field) and focused.id in SCANNED
        problem = self.refuses_scan(scan.text) if scan.whole else say("Not all of the scan arrived. Scan again.")
        for field in [focused] if here else self.query("#tag"):
            assert isinstance(field, Field)
            # Behind the scan's first keys, which may still wait to be handled by the field.
            field.call_later(field.take, "" if problem else scan.text, enter=scan.entered and not problem)
        self.scan_problem(problem)

    def refuses_scan(self, _text: str) -> Message | None:
        """Why what was scanned is not what is asked for, where that is so."""
        return None

    def scan_problem(self, problem: Message | None) -> None:
        """Show why a scan was not taken; None: it was."""

    def on_mount(self) -> None:
        for scroller in self.query(Scroller):
            scroller.face = self.face
        self.update_view()

    def update_view(self) -> None:
        if not self.query("#keys"):
            return  # not composed yet; on_mount comes back here
        self.query_one(Band).update(self.face)
        self.fill()
        other = Message("English" if self.face.language == "fr" else "Français")
        steps = ((Message("F7"), say("Steps")),) if self.face.may_see_steps else ()
        everywhere = (*steps, (Message("F2"), other), (Message("F1"), say("Help")), (Message("F10"), say("Quit")))
        self.query_one("#keys", Keys).name_them((*self.hints(), *everywhere), self.face, MORE_KEYS)
        for scroller in self.query(Scroller):
            self.call_after_refresh(scroller.hint)

    def action_scroll_part(self, pages: int) -> None:
        """Scroll the part that may hold more than fits, wherever the focus is."""
        for scroller in self.query(Scroller):
            scroller.scroll_relative(y=pages * (scroller.size.height - 2), animate=False)

    def put(self, selector: str, lines: Lines) -> None:
        """Show lines in the Sheet called so; an empty one takes no room.

        A late call finds none, when the next question has already taken the screen away.
        """
        for sheet in self.query(selector).results(Sheet):
            sheet.display = bool(lines)
            sheet.put(paragraph(lines))

    @property
    def rows(self) -> int:
        """Rows between what stands on top and the line of keys."""
        warnings = (self.face.mode is Mode.TRAINING) + (self.face.state.unsaved > 0) + bool(self.face.stuck)
        return self.face.height - 2 - warnings

    @property
    def columns(self) -> int:
        """Columns for text outside boxes."""
        return self.face.width - 4

    @property
    def boxed_columns(self) -> int:
        """Columns for text inside a box, whose border and padding take two each side."""
        return self.face.width - 6

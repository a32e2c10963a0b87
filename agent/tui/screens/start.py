"""The start: the machine as far as known, the stick and the workshop, whose machine it is, and which profile to run."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from agent.model.message import Message, say
from agent.model.messages import IntakeRequest, Start
from agent.model.surroundings import no_tag
from agent.tui.face import Face
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.lines.machine import machine_lines
from agent.tui.lines.surroundings import surroundings_lines
from agent.tui.screens.base import ARROWS, ENTER, SCANNED, OrdisScreen, Send
from agent.tui.theme import BAD, BUSY, DOUBT, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_AS_BEFORE = {
    "lot": say("Lot (that of the last machine):"),
    "volunteer": say("Your initials (as last time):"),
}
LABELS = {
    "tag": say("Tag (scan it or type it):"),
    "lot": say("Lot of the donor:"),
    "volunteer": say("Your initials:"),
}


_LEAST_PROFILES, _BORDER = 3, 2
"""Rows of the list of profiles, where all others need room, too."""


class StartScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._sent = False
        self._problem: Message | None = None
        # The proposed one first: it is the one below the fields. Another list is another screen, which may come late.
        self._profiles = sorted(face.profiles, key=lambda choice: choice.name != face.proposed)

    def body(self) -> ComposeResult:
        draft, state = self.face.draft, self.face.state
        typed = {"tag": draft.tag or state.asset_tag, "lot": draft.lot, "volunteer": draft.volunteer}
        last = {"tag": None, "lot": state.lot, "volunteer": state.volunteer}
        with Scroller(id="told", can_focus=False):
            yield Sheet(id="facts")
            yield Sheet(id="around")
        for name in LABELS if self._profiles else ():
            yield FieldLine(name, field_id=name, value=last[name] if typed[name] is None else typed[name])
        yield Sheet(id="problem")
        with Scroller(id="choices", can_focus=False):
            for choice in self._profiles:
                yield Choice(choice.name)
        yield Sheet(id="wait")

    def on_mount(self) -> None:
        super().on_mount()
        places: list[Widget] = [*self.query(Field), *self.query(Choice)]
        for place in [each for each in places if each.name == self.face.draft.focus] or places[:1]:
            place.focus()

    def fill(self) -> None:
        tell = self.face.tell
        lines = list(self.query(FieldLine))
        labels = [tell(self._label(line.key)) for line in lines]
        for line, label in zip(lines, labels, strict=True):
            line.put(label.ljust(max(map(len, labels))))
        self._fill_choices()
        self._say(self._problem)

    def _lay_out(self, problem: Lines) -> None:
        """Where not all of it has room, first the blank lines and the promise go; then what is told above scrolls."""
        wait = None if self.face.heard and not self._sent else self._waiting()
        least = min(len(self._profiles), _LEAST_PROFILES) + _BORDER if self._profiles else 0
        below = len(self.query(FieldLine)) + len(problem) + least + (wait is not None)
        facts, around = self._told(self.columns)
        promise = self._promise(self.columns)
        roomy = len(facts) + len(around) + 2 + len(promise) + below <= self.rows
        if tight := len(facts) + len(around) + below > self.rows:
            facts, around = self._told(self.boxed_columns)
        gap = [plain("")] if roomy else []
        self.put("#facts", facts and [*facts, *gap])
        self.put("#around", around and [*around, *gap])
        self.put("#problem", problem)
        self.put("#wait", [plain(self.face.tell(wait), BUSY)] if wait else promise if roomy else [])
        for told in self.query("#told"):
            told.display = bool(facts or around)
            told.set_class(tight, "tight")
            told.styles.height = self.rows - below if tight else "auto"

    def _told(self, width: int) -> tuple[Lines, Lines]:
        """The machine, and what is round it."""
        state, tell = self.face.state, self.face.tell
        remarks = [row for one in state.profile_remarks for row in marked("[ !]", DOUBT, tell(one), width, DOUBT)]
        facts = machine_lines(state.inventory, width, tell) if state.inventory else []
        return facts, surroundings_lines(state, width, tell) + remarks

    def _waiting(self) -> Message:
        return say("Starting...") if self.face.heard else say("Looking for the intake service...")

    def _label(self, name: str) -> Message:
        """What is there from before is not to be taken for what somebody typed for this machine."""
        before = {"lot": self.face.state.lot, "volunteer": self.face.state.volunteer}.get(name)
        return _AS_BEFORE[name] if before and self._typed(name) == before else LABELS[name]

    def _fill_choices(self) -> None:
        proposal = self.face.state.surroundings.proposal
        for choices in self.query("#choices"):
            choices.display = bool(self._profiles)
            because = [self.face.tell(proposal.because)] if proposal is not None else []
            choices.border_title = plain(" ".join((self.face.tell(say("Which profile?")), *because)))
        for widget, choice in zip(self.query(Choice), self._profiles, strict=True):
            title = self.face.profile_title(choice)
            if proposal is not None and choice.name == proposal.profile:
                title = self.face.tell(say("{title} (proposed)", title=title))
            widget.call_it(title)

    def _promise(self, width: int) -> Lines:
        safe = say("Nothing is erased without a question that you answer by typing.")
        return wrapped(self.face.tell(safe), width, style=STRONG)

    def _say(self, problem: Message | None) -> None:
        self._problem = problem
        self._lay_out(wrapped("! " + self.face.tell(problem), self.columns, style=BAD) if problem else [])

    def hints(self) -> Iterable[KeyHint]:
        on_choice = isinstance(self.focused, Choice)
        return ((ARROWS, say("Choose")), (ENTER, say("Start") if on_choice else say("Next")))

    # ---- typing

    def accepts_scan(self) -> bool:
        return isinstance(self.focused, Field) and self.focused.id in SCANNED

    def scanned(self) -> None:
        if isinstance(self.focused, Field):
            # Behind the scan's first keys, which may still wait to be handled by the field.
            self.focused.call_later(self.focused.clear)
        self._say(say("That came from a scanner, which fills in tag and lot only. Go there by the arrow keys."))

    def scan_problem(self, problem: Message | None) -> None:
        self._say(problem)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.face.draft.focus = event.widget.name or "tag"
        self.update_view()

    def on_input_changed(self, message: Field.Changed) -> None:
        if (name := message.input.name) is not None:
            setattr(self.face.draft, name, message.value)
        if message.input.value:
            self._problem = None
        self.update_view()

    def on_input_submitted(self, message: Field.Submitted) -> None:
        """Enter goes on to what comes next, and starts nothing."""
        if message.input.name == "tag" and self._wrong_tag():
            return
        self.focus_next()

    def _wrong_tag(self) -> bool:
        tag = self._typed("tag")
        if tag is None or self.face.state.surroundings.is_asset_tag(tag):
            return False
        self._say(no_tag(tag))
        self.query_one("#tag", Field).focus()
        return True

    def _typed(self, name: str) -> str | None:
        return next((field.value.strip() for field in self.query(f"#{name}").results(Field)), "") or None

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if not self.face.heard or self._sent or self._wrong_tag():
            return
        self._sent = True
        request = IntakeRequest(
            profile=message.choice.name or "",
            asset_tag=self._typed("tag"),
            lot=self._typed("lot"),
            volunteer=self._typed("volunteer"),
        )
        self.face.draft.tag = None
        self.post_message(Send(Start(mode=self.face.mode, request=request)))
        self.update_view()

"""Stopping one check or erase: which one, and whether that is really meant. Both screens start on what does nothing."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import Message, say
from agent.model.messages import StopStep
from agent.tui.face import Detour, Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.steps import is_erase, stoppable
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, Go, OrdisScreen, Send
from agent.tui.screens.yes_no import YesNoScreen
from agent.tui.theme import STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class StopScreen(OrdisScreen):
    """The steps that were stoppable when it opened; one that ends meanwhile can do no harm."""

    AUTO_FOCUS: ClassVar[str | None] = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._steps = {step.id: step.title for step in stoppable(face.state)}

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Choice("no", id="no")
            with Scroller(id="choices", can_focus=False):
                for step_id in self._steps:
                    yield Choice(step_id)

    def fill(self) -> None:
        tell = self.face.tell
        ask = wrapped(tell(say("Which step is to be stopped? The others go on.")), self.boxed_columns, style=STRONG)
        self.put("#text", [*ask, plain("")])
        for choice in self.query(Choice):
            title = self._steps.get(choice.name or "", say("None: go on with everything"))
            choice.call_it(tell(title))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")), (ESCAPE, say("No")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        step_id = message.choice.name or ""
        self.post_message(Go(Detour.STOP_ONE, step_id) if step_id in self._steps else Go(None))

    def action_back(self) -> None:
        self.post_message(Go(None))


class StopOneScreen(YesNoScreen):
    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._step_id = face.about

    def question(self) -> Message:
        steps = [step.title for step in self.face.state.steps if step.id == self._step_id]
        return say("{step}: stop this step?", step=self.face.tell(steps[0]) if steps else self._step_id)

    def explanation(self) -> Message:
        if is_erase(self._step_id):
            return say(
                "The drive will not count as erased, and what is gone does not come back. A new intake can erase it. "
                "While the drive erases itself, nothing can stop it: then it goes on to its end."
            )
        return say("The check will count as not done, and the grade says so.")

    def answers(self) -> tuple[Message, Message]:
        return say("No, go on"), say("Yes, stop it")

    def decide(self, yes: bool) -> None:
        if yes:
            self.post_message(Send(StopStep(mode=self.face.mode, step_id=self._step_id)))
        self.post_message(Go(None))

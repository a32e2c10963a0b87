"""Stopping, skipping or repeating one step: which one, and whether that is really meant. Both screens start on what
does nothing."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import Message, say
from agent.model.messages import RepeatStep, StopStep
from agent.model.words import Phase, StepAction
from agent.tui.face import Detour, Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.steps import changeable, is_check, is_erase
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, Go, OrdisScreen, Send
from agent.tui.screens.yes_no import YesNoScreen
from agent.tui.theme import STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_NAMED = {
    StepAction.SKIP: say("Skip: {step}"),
    StepAction.STOP: say("Stop: {step}"),
    StepAction.REPEAT: say("Repeat: {step}"),
}
_ASKED = {
    StepAction.SKIP: say("{step}: skip this step?"),
    StepAction.STOP: say("{step}: stop this step?"),
    StepAction.REPEAT: say("{step}: repeat this step?"),
}
_YES = {
    StepAction.SKIP: say("Yes, skip it"),
    StepAction.STOP: say("Yes, stop it"),
    StepAction.REPEAT: say("Yes, repeat it"),
}


class ChangeScreen(OrdisScreen):
    """What could be done when it opened; a step that has gone on meanwhile is no harm."""

    AUTO_FOCUS: ClassVar[str | None] = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._choices = {f"{step.may} {step.id}": (step.may, step.title) for step in changeable(face.state) if step.may}

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Choice("no", id="no")
            with Scroller(id="choices", can_focus=False):
                for what in self._choices:
                    yield Choice(what)

    def fill(self) -> None:
        tell = self.face.tell
        ask = wrapped(tell(say("Which step is to be changed? The others go on.")), self.boxed_columns, style=STRONG)
        self.put("#text", [*ask, plain("")])
        for choice in self.query(Choice):
            if (chosen := self._choices.get(choice.name or "")) is None:
                choice.call_it(tell(say("None: go on with everything")))
            else:
                named = _NAMED[chosen[0]]
                choice.call_it(tell(Message(named.text, {"step": tell(chosen[1])})))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")), (ESCAPE, say("No")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        what = message.choice.name or ""
        self.post_message(Go(Detour.CHANGE_ONE, what) if what in self._choices else Go(None))

    def action_back(self) -> None:
        self.post_message(Go(None))


class ChangeOneScreen(YesNoScreen):
    """What is asked stays what it was when it opened, however the step goes on behind it."""

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        action, _, self._step_id = face.about.partition(" ")
        self._action = StepAction(action)

    def question(self) -> Message:
        steps = [step.title for step in self.face.state.steps if step.id == self._step_id]
        return Message(_ASKED[self._action].text, {"step": self.face.tell(steps[0]) if steps else self._step_id})

    def explanation(self) -> Message:
        if is_erase(self._step_id):
            return self._of_erase()
        if self._step_id == "dock":
            return say("No further drive is taken. Those in work go on to their end; then the result is shown.")
        if self._action is StepAction.REPEAT and self._step_id == "delivery":
            return say("It is tried now, instead of later by itself.")
        if self._action is StepAction.REPEAT and self.face.state.phase is Phase.FINISHED:
            return say("Then another report is made, which takes the place of this one.")
        if self._action is StepAction.REPEAT:
            return say("It begins as soon as what it needs is free. The report says that it was repeated.")
        if is_check(self._step_id):
            return say("The check will count as not done, and the grade says so.")
        return say("The intake goes on without it.")

    def _of_erase(self) -> Message:
        if self._action is StepAction.REPEAT:
            return say(
                "The drive is erased, and everything is read back. If nobody has confirmed this drive, you are asked "
                "about it first."
            )
        if self._action is StepAction.SKIP:
            return say("Nothing is written to the drive: it will not count as erased.")
        return say(
            "The drive will not count as erased, and what is gone does not come back. A new intake can erase it. "
            "While the drive erases itself, nothing can stop it: then it goes on to its end."
        )

    def answers(self) -> tuple[Message, Message]:
        return say("No, go on"), _YES[self._action]

    def decide(self, yes: bool) -> None:
        if yes:
            command = RepeatStep if self._action is StepAction.REPEAT else StopStep
            self.post_message(Send(command(mode=self.face.mode, step_id=self._step_id)))
        self.post_message(Go(None))

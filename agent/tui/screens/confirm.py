"""The one question after which data is gone. It starts on "no", and only typing changes that."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import say
from agent.model.messages import Answer
from agent.model.state import ConfirmEraseQuestion
from agent.tui.face import Face
from agent.tui.lines.drives import Typed, erases_itself
from agent.tui.lines.layout import Lines, wrapped
from agent.tui.screens.base import ENTER, ESCAPE, TAB, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.drive_block import DriveBlock
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class ConfirmScreen(OrdisScreen):
    """Shows the frozen list. The tag names the whole list; the end of a serial names one drive."""

    AUTO_FOCUS: ClassVar[str | None] = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "decline", show=False)]

    def __init__(self, face: Face, question: ConfirmEraseQuestion) -> None:
        super().__init__(face)
        self._question = question
        self._scanned = False

    @property
    def _erasable(self) -> bool:
        return any(plan.steps for plan in self._question.plans)

    @property
    def _by_tag(self) -> bool:
        plans = self._question.plans
        return bool(self._question.asset_tag) and any(plan.steps and not plan.single_confirmation for plan in plans)

    def body(self) -> ComposeResult:
        yield Sheet(id="text")
        with Scroller(id="drives", can_focus=not self._erasable):
            for number, plan in enumerate(self._question.plans, start=1):
                yield DriveBlock(number, plan, self._question.asset_tag)
        yield Sheet(id="problem")
        if self._by_tag:
            with Vertical(id="by-tag"):
                yield FieldLine("tag", field_id="tag")
        yield Choice("no", id="no")
        if self._erasable:
            yield Choice("erase", id="erase")

    def fill(self) -> None:
        tell = self.face.tell
        if isinstance(self.face.state.question, ConfirmEraseQuestion):
            self._question = self.face.state.question
        how = say('To erase, type the end of a serial number. Otherwise: "No".')
        if self._by_tag:
            how = say('To erase, type the tag or the end of a serial number. Otherwise: "No".')
        text = self._rows(tell(self._question.text), STRONG) + (self._rows(tell(how)) if self._erasable else [])
        if any(erases_itself(plan) for plan in self._question.plans):
            text += self._rows(tell(say("What a drive does itself cannot be stopped: never switch off meanwhile.")))
        self.put("#text", text)
        for block in self.query(DriveBlock):
            block.update(self.face, self.boxed_columns)
        whole = say("For the whole list, type the tag {tag}:", tag=self._question.asset_tag or "")
        for line in self.query("#by-tag FieldLine").results(FieldLine):
            line.put(tell(whole))
        nothing = say("No, erase nothing") if self._erasable else say("Go on: nothing here can be erased")
        self.query_one("#no", Choice).call_it(tell(nothing))
        self._fill_typed()

    def _rows(self, text: str, style: str = "") -> Lines:
        return wrapped(text, self.columns, style=style)

    def _fill_typed(self) -> None:
        """What depends on what was typed."""
        tell = self.face.tell
        typed = self._typed()
        problem = typed.wrong() or self._question.problem
        if self._scanned:
            problem = say("That came from a scanner or was pasted, and was cleared. Please type it on the keyboard.")
        self.put("#problem", self._rows("! " + tell(problem), BAD) if problem else [])
        named = typed.named()
        for erase in self.query("#erase").results(Choice):
            erase.disabled = not named
            numbers = ", ".join(str(number) for number in named)
            what = say("Erase: drive {numbers}", numbers=numbers) if named else say("Erase: nothing is named yet")
            erase.call_it(tell(what))

    def _typed(self) -> Typed:
        """As it stands in the fields."""
        ends = {field.name or "": field.value.strip() for field in self.query(Field)}
        return Typed(self._question.plans, self._question.asset_tag, ends.pop("tag", ""), ends)

    def hints(self) -> Iterable[KeyHint]:
        return ((TAB, say("Next")), (ENTER, say("Confirm")), (ESCAPE, say("Refuse")))

    def scanned(self) -> None:
        if isinstance(self.focused, Field):
            # Behind the scan's first keys, which may still wait to be handled by the field.
            self.focused.call_later(self.focused.clear)
        self._scanned = True
        self._fill_typed()

    def on_input_changed(self, message: Field.Changed) -> None:
        if message.input.value:
            self._scanned = False
        self._fill_typed()

    def on_input_submitted(self, message: Field.Submitted) -> None:
        """Enter goes on to the next field, never past the "no" by chance."""
        fields = list(self.query(Field))
        later = fields[fields.index(message.input) + 1 :] if isinstance(message.input, Field) else []
        if later:
            later[0].focus()
        elif self._typed().named():
            self.query("#erase").focus()

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if message.choice.id == "no":
            self.action_decline()
            return
        typed = self._typed()
        if typed.named() and (ends := typed.singly()):
            self._answer(None, ends)
        elif typed.named():
            self._answer(typed.tag, {})

    def action_decline(self) -> None:
        self._answer(None, {})

    def _answer(self, text: str | None, ends: dict[str, str]) -> None:
        answer = Answer(mode=self.face.mode, question_id=self._question.id, text=text, serial_ends=ends)
        self.post_message(Send(answer))

"""One question of a manual check: what to try, what was felt meanwhile, the answers, and a remark."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult

from agent.manual.base import SKIP, SKIP_ALL
from agent.model.manual import Aid
from agent.model.manual import Choice as Answering
from agent.model.message import Message, say
from agent.model.messages import Answer, UseAid
from agent.model.state import ManualQuestion
from agent.tui.face import Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.manual import aid_lines
from agent.tui.screens.base import ARROWS, ENTER, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.colours import Colours
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_SKIPS = (
    Answering(key="s", value=SKIP, label=say("Leave this out")),
    Answering(key="t", value=SKIP_ALL, label=say("Leave out all that follows")),
)


class ManualScreen(OrdisScreen):
    """Nothing has the focus at first, so that no key pressed too often answers. A letter leads to a choice; only Enter
    takes it."""

    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, face: Face, question: ManualQuestion) -> None:
        super().__init__(face)
        self._question = question
        check = question.check
        self._actions = {f"do-{number}": action for number, action in enumerate(check.actions)}
        self._answers = {f"say-{number}": answer for number, answer in enumerate((*check.answers, *_SKIPS))}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Colours()

    def body(self) -> ComposeResult:
        with Scroller(id="manual", can_focus=False):
            yield Sheet(id="text")
            yield Sheet(id="felt")
            yield Sheet(id="problem")
            for name in self._actions:
                yield Choice(name)
            yield Sheet(id="gap")
            for name in self._answers:
                yield Choice(name)
            yield FieldLine("remark", field_id="remark")

    def fill(self) -> None:
        tell, width, check = self.face.tell, self.boxed_columns, self._question.check
        title = plain(tell(check.title), STRONG)
        self.put("#text", [title, *wrapped(tell(self._question.text), width), plain("")])
        aid = self.face.state.aid
        self.put("#felt", aid_lines(aid if aid and aid.question_id == self._question.id else None, width, tell))
        problem = self._question.problem
        self.put("#problem", [*wrapped("! " + tell(problem), width, style=BAD), plain("")] if problem else [])
        self.put("#gap", [plain("")] if self._actions else [])
        for choice in self.query(Choice):
            one = {**self._actions, **self._answers}[choice.name or ""]
            choice.call_it(tell(Message("{key}: {label}", {"key": one.key, "label": tell(one.label)})))
        self.query_one(FieldLine).put(tell(say("Remark:")))

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")))

    def on_key(self, event: events.Key) -> None:
        """A letter leads to its choice, unless it is typed into the remark."""
        if isinstance(self.focused, Field) or event.character is None:
            return
        for choice in self.query(Choice):
            one = (self._actions | self._answers).get(choice.name or "")
            if one is not None and one.key == event.character.lower():
                choice.focus()
                event.stop()

    def on_input_submitted(self, _message: Field.Submitted) -> None:
        """Enter in the remark answers nothing: it leads back to the answers."""
        self._to_answers()

    def _to_answers(self) -> None:
        first = next(iter(self._answers))
        for choice in self.query(Choice):
            if choice.name == first:
                choice.focus()

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        name, question, mode = message.choice.name or "", self._question, self.face.mode
        if (action := self._actions.get(name)) is not None:
            if question.check.aid is Aid.COLOURS:
                self.query_one(Colours).begin()
            else:
                self.post_message(Send(UseAid(mode=mode, question_id=question.id, do=action.value)))
        elif (answer := self._answers.get(name)) is not None:
            remark = self.query_one(Field).value.strip() or None
            self.post_message(Send(Answer(mode=mode, question_id=question.id, text=answer.value, remark=remark)))

    def on_colours_seen(self, _message: Colours.Seen) -> None:
        self._to_answers()

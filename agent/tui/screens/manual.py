"""One question of a manual check: what to try, what was felt meanwhile, the answers, and a remark."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from agent.manual.base import BACK, SKIP, SKIP_ALL, STOP
from agent.model.manual import Aid, AidState
from agent.model.manual import Choice as Answering
from agent.model.message import Message, say
from agent.model.messages import Answer, UseAid
from agent.model.state import ManualQuestion
from agent.tui.face import Face
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.manual import aid_lines, beside
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.colours import Colours
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_BACK = Answering(key="v", value=BACK, label=say("Go back"))
_SKIPS = (
    Answering(key="s", value=SKIP, label=say("Leave this out")),
    Answering(key="t", value=SKIP_ALL, label=say("Leave out all that follows")),
)
_NEXT_COLOUR = say("Any key: the next colour · ← the one before · Esc: end")
_FRAME_ROWS = 3
"""The border, and one to spare."""
_LARGE = (Aid.KEYBOARD, Aid.TOUCHPAD, Aid.FRAME)
_MANY_ROWS = 28
"""With fewer of them, what is large takes the place of the instruction, which was read before."""
_ASKED_ROWS = 3
"""Below what was felt, beside answers and problem: what starts the aid, the ways to leave it out, the remark."""


class ManualScreen(OrdisScreen):
    """Nothing has the focus at first, so that no key pressed too often answers. Where an aid helps, a letter leads to
    a choice, and only Enter takes it; where words are enough, a letter answers, once it was pressed alone: neither a
    scanner nor a key that is held down answers anything."""

    AUTO_FOCUS: ClassVar[str | None] = None
    ALONE_SECONDS: ClassVar[float] = 0.3
    """Without another key before and after it, a letter is a person's answer."""

    def __init__(self, face: Face, question: ManualQuestion) -> None:
        super().__init__(face)
        self._question = question
        check = question.check
        self._actions = {f"do-{number}": action for number, action in enumerate(check.actions)}
        self._answers = {f"say-{number}": answer for number, answer in enumerate(check.answers)}
        others = (*_SKIPS, _BACK) if question.may_go_back else _SKIPS
        self._skips = {f"skip-{number}": answer for number, answer in enumerate(others)}
        self._last_key = float("-inf")
        self._sure: Timer | None = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Colours()

    def body(self) -> ComposeResult:
        with Scroller(id="manual", can_focus=False):
            yield Sheet(id="text")
            yield Sheet(id="felt")
            with Vertical(id="asked"):
                yield Sheet(id="problem")
                with Horizontal(id="actions"):
                    for name in self._actions:
                        yield Choice(name)
                yield Sheet(id="gap")
                for name in self._answers:
                    yield Choice(name)
                with Horizontal(id="skips"):
                    for name in self._skips:
                        yield Choice(name)
                yield FieldLine("remark", field_id="remark")

    # ---- what is shown

    @property
    def _aid(self) -> AidState | None:
        aid = self.face.state.aid
        return aid if aid is not None and aid.question_id == self._question.id else None

    @property
    def _alone(self) -> bool:
        """The keyboard is tried and belongs to nobody else: what keys could do needs no room."""
        aid = self._aid
        return aid is not None and self._question.check.aid is Aid.KEYBOARD and (aid.running or aid.starting)

    @property
    def _rows(self) -> int:
        return self.rows - _FRAME_ROWS

    def fill(self) -> None:
        tell, width, alone, problem = self.face.tell, self.boxed_columns, self._alone, self._question.problem
        head = self._head()
        why = wrapped("! " + tell(problem), width, style=BAD) if problem else []
        gap = [plain("")] if self._actions and not (self._aid and self._rows < _MANY_ROWS) else []
        asked = 0 if alone else len(why) + len(gap) + len(self._answers) + _ASKED_ROWS
        felt = aid_lines(self._aid, width, self._rows - len(head) - asked, tell)
        self.put("#text", head)
        self.put("#felt", felt)
        self.put("#problem", why)
        self.put("#gap", gap)
        if alone:
            self.set_focus(None)
        for part in self.query("#asked"):
            part.display = not alone
        for choice in self.query(Choice):
            one = self._all[choice.name or ""]
            choice.call_it(tell(Message("{key}: {label}", {"key": one.key, "label": tell(one.label)})))
        self.query_one(FieldLine).put(tell(say("Remark:")))

    def _head(self) -> Lines:
        """What is asked, and what the computer itself knows of it, as far as there is room beside what was felt."""
        tell, width, check, aid = self.face.tell, self.boxed_columns, self._question.check, self._aid
        large = aid is not None and check.aid in _LARGE
        lines = [plain(tell(check.title), STRONG)]
        if not large or aid is None or aid.view is None or self._rows >= _MANY_ROWS:
            lines += wrapped(tell(self._question.text), width)
        lines += beside(check.id, self.face.state, width, tell)
        return lines if large else [*lines, plain("")]

    @property
    def _all(self) -> dict[str, Answering]:
        return self._actions | self._answers | self._skips

    def hints(self) -> Iterable[KeyHint]:
        if self._alone:
            return ((ESCAPE, say("hold it: end")),)
        if self._at_once:
            return ((say("Letter"), say("Answer")), (ARROWS, say("Choose")))
        return ((ARROWS, say("Choose")), (ENTER, say("Confirm")))

    # ---- what is done

    @property
    def _at_once(self) -> bool:
        return self._question.check.aid is Aid.QUESTIONS

    def on_key(self, event: events.Key) -> None:
        """A letter leads to its choice, unless it is typed into the remark."""
        lone, self._last_key = event.time - self._last_key >= self.ALONE_SECONDS, event.time
        self.scanned()
        if self._alone and event.key == "escape":  # of another keyboard than the one that is tried
            self._use_aid(STOP)
        if isinstance(self.focused, Field) or event.character is None or self._alone:
            return
        for choice in self._choices():
            one = self._all[choice.name or ""]
            if one.key == event.character.lower():
                choice.focus()
                event.stop()
                if self._at_once and lone and one.value != SKIP_ALL:  # which nobody could take back
                    self._sure = self.set_timer(self.ALONE_SECONDS, choice.action_choose)

    def _choices(self) -> Iterator[Choice]:
        return iter(self.query(Choice))

    def scanned(self) -> None:
        """Another key came: the letter before it was no answer."""
        if self._sure is not None:
            self._sure.stop()
            self._sure = None

    def on_input_submitted(self, _message: Field.Submitted) -> None:
        """Enter in the remark answers nothing, nor does a second one."""
        self.set_focus(None)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        name, question = message.choice.name or "", self._question
        if (action := self._actions.get(name)) is not None:
            if question.check.aid is Aid.COLOURS:
                self.query_one(Colours).begin(self.face.tell(_NEXT_COLOUR))
            else:
                self._use_aid(action.value)
        elif (answer := (self._answers | self._skips).get(name)) is not None:
            remark = self.query_one(Field).value.strip() or None
            told = Answer(mode=self.face.mode, question_id=question.id, text=answer.value, remark=remark)
            self.post_message(Send(told))

    def _use_aid(self, do: str) -> None:
        self.post_message(Send(UseAid(mode=self.face.mode, question_id=self._question.id, do=do)))

    def on_screen_suspend(self) -> None:
        """Another screen has come over this one."""
        self.query_one(Colours).end()

    def on_colours_seen(self, _message: Colours.Seen) -> None:
        """One more key than there were colours answers nothing."""
        self.set_focus(None)

"""No drive was seen: only a person can say whether there is none."""

from agent.model.message import Message, say
from agent.model.messages import Answer
from agent.model.state import EmptyBayQuestion
from agent.tui.face import Face
from agent.tui.screens.base import Send
from agent.tui.screens.yes_no import YesNoScreen


class EmptyBayScreen(YesNoScreen):
    def __init__(self, face: Face, question: EmptyBayQuestion) -> None:
        super().__init__(face)
        self._question = question

    def question(self) -> Message:
        return self._question.text

    def explanation(self) -> Message:
        return say(
            'Answer "yes" only if you have opened the machine and seen the empty place. '
            "A drive that is there but hidden would leave with its data."
        )

    def answers(self) -> tuple[Message, Message]:
        return say("No, or I have not looked"), say("Yes: opened, and the place is empty")

    def decide(self, yes: bool) -> None:
        text = "yes" if yes else "no"
        self.post_message(Send(Answer(mode=self.face.mode, question_id=self._question.id, text=text)))

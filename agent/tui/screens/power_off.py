"""Switching off while the report exists in memory only is asked about; otherwise the key is enough."""

from agent.model.message import Message, say
from agent.tui.face import Leave
from agent.tui.screens.base import Go, Out
from agent.tui.screens.yes_no import YesNoScreen


class PowerOffScreen(YesNoScreen):
    def question(self) -> Message:
        if (count := self.face.state.unsaved) > 1:
            return say("{count} reports are NOT SAVED. Switch off all the same?", count=count)
        return say("The report is NOT SAVED. Switch off all the same?")

    def explanation(self) -> Message:
        return say("It exists in memory only: switching off loses it, and with it the proof of what was erased.")

    def answers(self) -> tuple[Message, Message]:
        return say("No, keep the machine on"), say("Yes, lose the report and switch off")

    def decide(self, yes: bool) -> None:
        self.post_message(Out(Leave.POWER_OFF) if yes else Go(None))

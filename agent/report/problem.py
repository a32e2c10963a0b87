"""What went wrong, in words for the person who must act."""

from agent.model.message import Message


class Problem(Exception):
    """An error with a sentence and, where there is something to do, a hint."""

    def __init__(self, reason: Message, hint: Message | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.hint = hint

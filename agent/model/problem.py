"""What went wrong, in words for the person who must act. The base of every error that a user sees."""

from typing import ClassVar

from agent.model.message import Message


class Problem(Exception):
    """An error with a sentence (what happened, what it means) and, where there is something to do, a hint."""

    exit_code: ClassVar[int] = 2
    """Of the command that it ends: 2 wrong usage or refused, 3 could not be carried out."""

    def __init__(self, reason: Message, hint: Message | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.hint = hint

"""Why a report was not delivered."""

from agent.model.message import Message
from agent.model.problem import Problem


class DeliveryError(Problem):
    """The report was not delivered. `retry`: the same attempt may succeed later without anybody doing anything."""

    def __init__(self, reason: Message, hint: Message | None = None, *, retry: bool) -> None:
        super().__init__(reason, hint)
        self.retry = retry


class UnknownKey(DeliveryError):
    """The workshop does not accept what this key signs."""

    def __init__(self, reason: Message, hint: Message | None = None) -> None:
        super().__init__(reason, hint, retry=False)


class Unreachable(DeliveryError):
    """The workshop itself did not answer: the other reports need not be tried now."""

    def __init__(self, reason: Message, hint: Message | None = None) -> None:
        super().__init__(reason, hint, retry=True)


class Portal(Unreachable):
    """Something else answers in the workshop's place: most likely the network wants a sign-in first."""

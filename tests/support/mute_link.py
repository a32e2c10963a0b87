"""A drive whose worker tells nothing: stands in for agent.drivelink.DriveLink."""

from typing import Self

from agent.model.message import Message, say


class MuteLink:
    """Nothing is told beyond what is known of the drive already."""

    @classmethod
    async def start(cls, _: object) -> Self:
        return cls()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def probe(self) -> None: ...

    async def contents(self) -> None: ...

    async def health(self) -> Message:
        return say("The drive does not tell its health.")

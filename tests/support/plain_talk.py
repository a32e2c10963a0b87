"""The worker's talk with a service that is not there: everything is kept, nothing is waited for."""

from collections.abc import Mapping

from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Record
from agent.training.clock import SteppedClock


class ToldClock:
    """sanitize.talk.Clock over the simulated drive's own time, so that both agree without waiting."""

    def __init__(self, stepped: SteppedClock | None = None) -> None:
        self.stepped = stepped or SteppedClock()

    def now(self) -> float:
        return self.stepped.now()

    def sleep(self, seconds: float) -> None:
        self.stepped.advance(seconds)


class PlainTalk:
    """Satisfies sanitize.talk.Talk."""

    def __init__(self, clock: ToldClock | None = None) -> None:
        self.clock = clock or ToldClock()
        self.records: list[Record] = []
        self.phases: list[tuple[str, int, int]] = []
        self.silences: list[float] = []
        self.surfaces: list[Mapping[str, object]] = []
        self.stop_at: str | None = None
        """The phase in which the service says stop."""

    def progress(self, phase: str, done: int, total: int) -> None:
        self.phases.append((phase, done, total))
        if phase == self.stop_at:
            raise Stopped

    def checkpoint(self, record: Record) -> None:
        self.records.append(record)

    def silent(self, seconds: float) -> None:
        self.silences.append(seconds)

    def surface(self, found: Mapping[str, object]) -> None:
        self.surfaces.append(found)

    def kinds(self) -> list[object]:
        return [record["kind"] for record in self.records]

"""A clock for tests: what each of a computer's clocks says is set by the test."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BUILT = datetime(2026, 11, 29, tzinfo=UTC)
RIGHT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
EMPTY = datetime(2010, 1, 1, tzinfo=UTC)
"""What a clock with an empty battery says."""


@dataclass
class PlayedClock:
    """Runs on only where the test says so (`later`); satisfies agent.host.clock.Clock."""

    system: datetime = RIGHT
    rtc: datetime | None = RIGHT
    image: datetime | None = BUILT
    network: bool = False
    by_hand: bool = False
    settable: bool = True
    refuses: OSError | None = None
    seconds: float = 1000.0
    sets: list[datetime] = field(default_factory=list)

    def now(self) -> datetime:
        return self.system

    def running(self) -> float:
        return self.seconds

    def synchronised(self) -> bool:
        return self.network

    def battery(self) -> datetime | None:
        return self.rtc

    def built(self) -> datetime | None:
        return self.image

    def set(self, now: datetime) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.sets.append(now)
        self.system, self.by_hand = now, True

    def later(self, seconds: float) -> None:
        self.system += timedelta(seconds=seconds)
        self.seconds += seconds

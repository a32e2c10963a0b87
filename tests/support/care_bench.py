"""What works beside the intake, tried without a service: a workplace, a state, and what was told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_place import place

from agent.care.desk import Desk
from agent.model.messages import AnyEvent
from agent.model.state import IntakeState
from agent.model.words import Mode
from agent.settings import Settings


class CareBench:
    """`told`: what the face that asked has heard; `emitted`: what all did; `used`: settings that count from now on."""

    def __init__(self, folder: Path, mode: Mode = Mode.TRAINING, config: Path | None = None, **changes: Any) -> None:
        self.place = replace(place(folder), mode=mode, **changes)
        self.state = IntakeState(mode=mode)
        self.config = config
        self.emitted: list[AnyEvent] = []
        self.told: list[Any] = []
        self.used: list[Settings] = []
        self.looks = 0

    @property
    def desk(self) -> Desk:
        return Desk(
            lambda: self.place, lambda: self.state, self.emitted.append, self.used.append, self.config, self._look
        )

    async def _look(self) -> None:
        self.looks += 1

    def tell(self, event: AnyEvent) -> None:
        assert event.apply(self.state) is self.state  # no state, and so no snapshot, has it
        self.told.append(event)

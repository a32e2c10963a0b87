"""The process of a live aid in training: as agent.manual, but the loudspeaker stays silent, and microphone and camera
off. Keyboard, touchpad and sockets are felt as they are: they tell nothing but what the trainee does."""

import math
import sys
import time
from collections.abc import Mapping
from typing import Self

from agent.host.source import Source
from agent.manual import __main__ as child
from agent.manual.aids import AIDS, Making, Watched
from agent.manual.felt import Order
from agent.manual.senses import LISTEN_SECONDS, TONE_SECONDS, seen
from agent.model.manual import Aid as Kind
from agent.model.manual import AnyView, FrameView, LevelView, ToneView
from agent.training import senses

_STEP_PIXELS = 80


class _Played:
    """Something that goes on by itself for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()

    @property
    def gone(self) -> float:
        return time.monotonic() - self._began

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def watched(self) -> list[Watched]:
        return []

    def ended(self) -> bool:
        return self.gone >= self._seconds


class Tone(_Played):
    """A loudspeaker that is said to play."""

    def __init__(self, side: str, before: AnyView | None) -> None:
        super().__init__(TONE_SECONDS)
        self._side = side
        self._played = list(before.played) if isinstance(before, ToneView) else []

    def view(self) -> ToneView:
        if not self.ended():
            return ToneView(playing=self._side, played=self._played)
        return ToneView(played=sorted({*self._played, self._side}))


class Level(_Played):
    """A voice that rises and falls."""

    def __init__(self) -> None:
        super().__init__(LISTEN_SECONDS)
        self._levels: list[float] = []

    def view(self) -> LevelView:
        self._levels.append(round(40 - 30 * math.cos(self.gone), 1))
        return LevelView(
            percent=self._levels[-1], highest_percent=max(self._levels), lowest_percent=min(self._levels)
        )  # fmt: skip


class Picture(_Played):
    """A spot that moves."""

    def __init__(self) -> None:
        super().__init__(LISTEN_SECONDS)

    def view(self) -> FrameView:
        return seen(senses.frame("", _STEP_PIXELS * int(self.gone)))


def _tone(_source: Source, order: Order) -> Tone:
    return Tone(order.do, order.before)


def _level(_source: Source, _order: Order) -> Level:
    return Level()


def _picture(_source: Source, _order: Order) -> Picture:
    return Picture()


PLAYED: Mapping[Kind, Making] = {**AIDS, Kind.TONE: _tone, Kind.LEVEL: _level, Kind.FRAME: _picture}

if __name__ == "__main__":
    sys.exit(child.main(PLAYED))

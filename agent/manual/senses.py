"""The live aids that use programs: a tone on one side, how loud it is before the microphone, what the camera sees.

Nothing of what is heard or seen leaves this process but a percentage and large grey squares, and nothing is kept.
"""

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Self

from agent.checks.picture import Broken, blocks
from agent.host import sound as host
from agent.host import video
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source
from agent.inventory import cameras, sound
from agent.manual.felt import Felt, Order
from agent.manual.tints import colours
from agent.model.manual import AnyView, FrameView, LevelView, ToneView
from agent.model.message import Message, say
from agent.model.messages import GLANCE_WIDTH

if TYPE_CHECKING:
    from agent.manual.aids import Watched

HERTZ = 440
"""An ordinary a': every loudspeaker of a computer plays it, and nobody minds."""
TONE_SECONDS = 2
_VOLUME_PERCENT = 60
LISTEN_SECONDS = LOOK_SECONDS = 30.0
"""After which these end by themselves; they can be started again."""
_MOST_MICROPHONES = 2
_QUIETEST_DB = -60.0
"""Decibels below the loudest sample that count as nothing: the noise of an open microphone."""
_LOUDEST = 32768

NO_SPEAKER = say("No loudspeaker can be played here. Look for a key that switches sound off.")
NO_MICROPHONE = say("No microphone can be heard here. Look for a key that switches it off.")
NO_CAMERA = say("No camera gives a picture here. Look for a switch, a key or a cover.")


class Useless(Exception):
    """The aid cannot help any more; `why` says what to do."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@contextlib.contextmanager
def _useful(why: Message) -> Iterator[None]:
    try:
        yield
    except (ToolMissing, ToolTimeout, OSError, host.CannotPlay, video.NoPicture, Broken) as error:
        raise Useless(why) from error


class _Sense:
    """What looks or listens by itself: nothing has to be waited for."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def watched(self) -> list["Watched"]:
        return []


class ToneAid(_Sense):
    """Says what it is going to play, then plays it."""

    def __init__(self, speaker: str, side: str, before: AnyView | None) -> None:
        super().__init__()
        self._speaker, self._side = speaker, side
        self._played = list(before.played) if isinstance(before, ToneView) else []
        self._said = self._done = False

    def __enter__(self) -> Self:
        with _useful(NO_SPEAKER):
            self._open.enter_context(host.turned_up(host.card(self._speaker), _VOLUME_PERCENT))
        return self

    def view(self) -> ToneView:
        if not self._said:
            self._said = True
            return ToneView(playing=self._side, played=self._played)
        if not self._done:
            with _useful(NO_SPEAKER):
                host.play(self._speaker, HERTZ, TONE_SECONDS, self._side)
            self._done = True
            self._played = sorted({*self._played, self._side})
        return ToneView(played=self._played)

    def ended(self) -> bool:
        return self._done


class LevelAid(_Sense):
    """Listens a second at a time."""

    def __init__(self, microphones: Sequence[str]) -> None:
        super().__init__()
        self._microphones = microphones
        self._levels: list[float] = []

    def __enter__(self) -> Self:
        with _useful(NO_MICROPHONE):
            self._open.enter_context(host.turned_up(host.card(self._microphones[0]), _VOLUME_PERCENT))
        return self

    def view(self) -> LevelView:
        with _useful(NO_MICROPHONE):
            heard = [samples for samples in host.listen(self._microphones, 1) if len(samples)]
        if not heard:
            raise Useless(NO_MICROPHONE)
        self._levels.append(max(loudness(samples) for samples in heard))
        return LevelView(
            percent=self._levels[-1], highest_percent=max(self._levels), lowest_percent=min(self._levels)
        )  # fmt: skip

    def ended(self) -> bool:
        return time.monotonic() - self._began >= LISTEN_SECONDS


def loudness(samples: Sequence[int]) -> float:
    """Percent, on a scale of decibels: 100 for the loudest possible tone, 0 for -60 dB and less. A microphone's own
    constant voltage is no sound."""
    mean = sum(samples) / len(samples)
    power = sum((sample - mean) ** 2 for sample in samples) / len(samples)
    if power <= 0:
        return 0.0
    decibels = 10 * math.log10(2 * power / _LOUDEST**2)
    return round(min(100.0, max(0.0, 100 * (1 - decibels / _QUIETEST_DB))), 1)


class FrameAid(_Sense):
    """Takes one picture after the other."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def view(self) -> FrameView:
        with _useful(NO_CAMERA):
            return seen(video.frame(self._node))

    def ended(self) -> bool:
        return time.monotonic() - self._began >= LOOK_SECONDS


def seen(frame: video.Frame) -> FrameView:
    """The picture as a face shows it. Raises Broken."""
    greys = list(blocks(frame).levels)
    return FrameView(columns=GLANCE_WIDTH, greys=greys, colours=colours(frame, greys))


def tone(source: Source, order: Order) -> ToneAid | Felt:
    speakers, _ = sound.devices(source)
    return ToneAid(speakers[0], order.do, order.before) if speakers else Felt(problem=NO_SPEAKER)


def level(source: Source, _order: Order) -> LevelAid | Felt:
    _, microphones = sound.devices(source)
    return LevelAid(microphones[:_MOST_MICROPHONES]) if microphones else Felt(problem=NO_MICROPHONE)


def frame(source: Source, _order: Order) -> FrameAid | Felt:
    """The first camera that is built in; else the first one."""
    found = sorted(cameras.read(source), key=lambda camera: camera.internal is not True)
    nodes = [node for camera in found for node in cameras.nodes(source, camera.name)]
    return FrameAid(nodes[0]) if nodes else Felt(problem=NO_CAMERA)

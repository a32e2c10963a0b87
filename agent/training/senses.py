"""What the camera sees, the microphones hear and the radios find in training: made up, so that the devices of the
trainee's own computer are left alone."""

import contextlib
import math
import random
from array import array
from collections.abc import Iterator, Sequence

from agent.host.rfkill import Switches
from agent.host.sound import RATE
from agent.host.source import Source
from agent.host.video import Frame
from agent.host.wifi import Around

_WIDTH, _HEIGHT = 640, 480
_NOISE, _TONE = 30, 6000
"""Of 32,768: a quiet room, and a tone that is plain to hear in it."""


def frame(_node: str, moved: int = 0) -> Frame:
    """A bright spot on a dark wall, `moved` to the right by so many pixels."""
    middle = (_WIDTH // 4 + moved) % _WIDTH
    line = bytearray()
    for column in range(_WIDTH):
        line += bytes((max(30, 230 - abs(column - middle)), 128))
    return Frame("YUYV", _WIDTH, _HEIGHT, _WIDTH * 2, bytes(line) * _HEIGHT)


def listen(microphones: Sequence[str], seconds: int, speaker: str | None = None, hertz: int = 0) -> list[Sequence[int]]:
    """As agent.host.sound.listen: a quiet room, and the tone that is played in it."""
    noise, top = random.Random(0), _TONE if speaker is not None else 0  # noqa: S311 - a room's noise guards no secret
    heard = array(
        "h",
        (
            noise.randint(-_NOISE, _NOISE) + round(top * math.sin(math.tau * hertz * at / RATE))
            for at in range(seconds * RATE)
        ),
    )
    return [heard for _ in microphones]


def plugged(_card: int) -> list[str]:
    return []


@contextlib.contextmanager
def turned_up(_card: int, _percent: int) -> Iterator[None]:
    yield


@contextlib.contextmanager
def switched_on(_source: Source, _kind: str) -> Iterator[Switches]:
    yield Switches()


def look_around(_name: str) -> Around:
    return Around(networks=3, signals_dbm=[-48.0, -63.0, -79.0])


def switch_on(_number: int) -> int:
    return 0

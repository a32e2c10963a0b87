"""When the picture on a computer's screen was there, seen from outside: the same for every system."""

import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops
from stick_machine.computer import Computer

STILL_SECONDS = 20.0
"""A picture that stays this long is the last one: no start is silent for longer once its screen is bright."""
SIZE = (320, 200)
"""Pictures are compared this small."""
ALIKE = 16
"""Points that may differ: a blinking cursor is eight, a word of a few letters more than these."""
DARK = 24
"""A picture with no more bright points than these says nothing yet: the cursor of a kernel that starts."""

Seen = list[tuple[float, Image.Image]]


def watch(computer: Computer, folder: Path, enough: Callable[[Seen], bool]) -> Seen:
    """Photograph the screen twice a second until it is enough. Seconds since it was switched on, and the picture."""
    seen: Seen = []
    while not enough(seen):
        at, picture = computer.age, computer.qmp.picture(folder / "now.png")
        seen.append((at, picture.convert("L").resize(SIZE)))
        time.sleep(0.5)
    return seen


def stands_still(least_seconds: float) -> Callable[[Seen], bool]:
    """Not before these seconds, and not before the picture has stood still."""

    def enough(seen: Seen) -> bool:
        if not seen or seen[-1][0] < least_seconds or bright(seen[-1][1]) <= DARK:
            return False
        last = seen[-1][0] - STILL_SECONDS
        return all(alike(picture, seen[-1][1]) for at, picture in seen if at >= last)

    return enough


def since(seen: Seen, lowest: float = 1.0) -> float:
    """From when on the picture was what it was at the end; of it only this share, from below."""
    part = (0, int(SIZE[1] * (1 - lowest)), *SIZE)
    last = seen[-1][1].crop(part)
    came = seen[-1][0]
    for at, picture in reversed(seen):
        if not alike(picture.crop(part), last):
            break
        came = at
    return came


def bright(picture: Image.Image) -> int:
    return sum(picture.histogram()[64:])


def alike(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return False
    changed = ImageChops.difference(one, other).point(lambda value: 255 if value > 48 else 0)
    return changed.histogram()[255] <= ALIKE

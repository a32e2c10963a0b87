"""How large a display's picture is: centimetres of the first block against millimetres of the first timing.

Which of the two counts (E-EDID 1.4, section 3.6.2, and what 800 recorded displays taught):

- Where both agree, the millimetres, since they are exact.
- Where they do not, the centimetres: timings are often copied from another product or name the size of another picture.
- Except where the centimetres cannot have the picture's shape (500 x 300 mm for 1920 x 1080) and the millimetres have
  it and are nearly the same size: then those.
- With a ratio in the place of the centimetres, the millimetres if they have the picture's shape.
- Two zeros mean that the size varies, as a projector's does: then the millimetres are another product's too.

Televisions give the picture's ratio in the place of a size (16 x 9 or 160 x 90): that is no size. HDMI has a flag for
it too.
"""

from agent.inventory.displays.extensions import Unit
from agent.inventory.displays.timing import Picture

_RATIOS = {(160, 90), (160, 100), (1600, 900), (1600, 1000)}
"""In mm. No screen of those very sizes is sold: 72.3 inches stand in televisions of five makers, large and small."""
_SMALLEST_MM, _LARGEST_MM = 30, 5000
_LONGEST = 8
"""Times the shorter side: beyond the longest bars that are sold (5.3)."""
_STEP = 10
"""The first block counts whole centimetres: so much may be lost or added."""
_SHAPE = 0.05
_NEAR = 0.10

Size = tuple[int, int]


def size(cm: Size, unit: Unit, exact: Size, picture: Picture | None) -> Size | None:
    """Width and height in mm, or None where the display does not tell. `exact` is the first timing's size in mm."""
    if unit is Unit.RATIO or not any(cm):
        return None
    told = _real((cm[0] * _STEP * unit.value, cm[1] * _STEP * unit.value))
    fine = _real(exact)
    if told is None:
        return fine if fine and picture and _shaped(fine, picture) else None
    if fine is None:
        return told
    if all(abs(one - other) <= _STEP * unit.value for one, other in zip(told, fine, strict=True)):
        return fine
    near = abs(sum(fine) - sum(told)) <= _NEAR * sum(told)
    if near and picture and _shaped(fine, picture) and not _could_be(told, picture, unit):
        return fine
    return told


def could_be(cm: Size, picture: Picture) -> bool:
    """Whether a size in whole centimetres can have the picture's shape, with square pixels."""
    told = _real((cm[0] * _STEP, cm[1] * _STEP))
    return told is not None and _could_be(told, picture, Unit.CM)


def _real(mm: Size) -> Size | None:
    if mm in _RATIOS or min(mm) < _SMALLEST_MM or max(mm) > _LARGEST_MM or max(mm) > _LONGEST * min(mm):
        return None
    return mm


def _ratio(wide: float, high: float) -> float:
    """At least 1: a portrait panel may describe itself lying down."""
    return max(wide, high) / min(wide, high)


def _shaped(mm: Size, picture: Picture) -> bool:
    wanted = _ratio(picture.width_px, picture.height_px)
    return abs(_ratio(*mm) - wanted) <= _SHAPE * wanted


def _could_be(mm: Size, picture: Picture, unit: Unit) -> bool:
    """Rounded or cut off: each side may be half a step less or a whole step more."""
    long, short = max(mm), min(mm)
    less, more = _STEP * unit.value / 2, _STEP * unit.value
    return (
        (long - less) / (short + more) <= _ratio(picture.width_px, picture.height_px) <= (long + more) / (short - less)
    )

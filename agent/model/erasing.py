"""An erase while it runs, in figures."""

from agent.model.base import Bytes, Count, Model, Text


class EraseState(Model):
    """What can be told at this moment; None: it cannot."""

    phase: Text | None = None
    """`write`, `verify`, `firmware` (the drive erases itself), `marks`."""
    bytes_per_second: Bytes | None = None
    celsius: int | None = None
    bad_places: Count = 0
    """That could not be written so far, as the journal has them: at most half a minute old."""

"""Where a finger went, on a coarse field: what is dead on a touchpad stays empty however often it is stroked."""

from collections.abc import Iterable

from agent.model.manual import TRACE_COLUMNS, TRACE_ROWS

STEPS = 1500
"""What a pointing stick, or a pad that does not tell its size, moves from one edge of the field to the other."""

Ends = tuple[int, int] | None


class Spot:
    """One device's place on the field. What only tells how far it moved begins in the middle and stays at the edge."""

    def __init__(self, ranges: tuple[Ends, Ends]) -> None:
        self._ends = [ends if ends and ends[0] < ends[1] else (0, STEPS) for ends in ranges]
        self._place: list[int | None] = [None, None]
        self._news = False

    def at(self, axis: int, to: int) -> None:
        """The place itself, on the axis 0 (from the left) or 1 (from the top)."""
        low, high = self._ends[axis]
        self._place[axis] = min(high, max(low, to))
        self._news = True

    def by(self, axis: int, far: int) -> None:
        """How far it moved."""
        middle = [(low + high) // 2 for low, high in self._ends]
        self._place = [half if place is None else place for place, half in zip(self._place, middle, strict=True)]
        self.at(axis, (self._place[axis] or 0) + far)

    def lift(self, *, lost: bool = False) -> None:
        """The finger is gone. The kernel does not tell a place again that is the same when it comes back; only where
        events were lost is none known any more."""
        self._news = False
        if lost:
            self._place = [None, None]

    def cell(self) -> int | None:
        """Where it is, if both axes are known and there was news; the kernel tells of one axis after the other."""
        x, y = self._place
        if x is None or y is None or not self._news:
            return None
        self._news = False
        column, row = (
            (place - low) * count // (high - low + 1)
            for place, (low, high), count in zip((x, y), self._ends, (TRACE_COLUMNS, TRACE_ROWS), strict=True)
        )
        return row * TRACE_COLUMNS + column


class Trace:
    """All devices' places together, in the order in which they were first felt."""

    def __init__(self, before: Iterable[int] = ()) -> None:
        self._cells = dict.fromkeys(cell for cell in before if 0 <= cell < TRACE_COLUMNS * TRACE_ROWS)
        self.at: int | None = None

    def felt(self, cell: int | None) -> None:
        """The finger is there."""
        if cell is not None:
            self._cells[cell] = None
            self.at = cell

    def lift(self) -> None:
        """No finger is anywhere."""
        self.at = None

    @property
    def cells(self) -> list[int]:
        return list(self._cells)

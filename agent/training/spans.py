"""Sets of addresses as half-open spans, since a drive has too many sectors for one entry each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class Spans:
    """Whole numbers from 0 on. Adding and taking away costs what it touches."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in spans:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        """Put in what lies from `start` to before `end`; neighbours melt together."""
        if start >= end:
            return
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last], self._ends[first:last] = [start], [end]

    def remove(self, start: int, end: int) -> None:
        """Take out what lies from `start` to before `end`."""
        if start >= end:
            return
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first >= last:
            return
        left = [(self._starts[first], start)] if self._starts[first] < start else []
        right = [(end, self._ends[last - 1])] if end < self._ends[last - 1] else []
        rest = left + right
        self._starts[first:last], self._ends[first:last] = [one[0] for one in rest], [one[1] for one in rest]

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts that lie between `start` and `end`, in ascending order."""
        for place in range(bisect_right(self._ends, start), bisect_left(self._starts, end)):
            yield max(start, self._starts[place]), min(end, self._ends[place])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(list(zip(self._starts, self._ends, strict=True)))

    def __contains__(self, number: int) -> bool:
        return any(self.within(number, number + 1))

    def __bool__(self) -> bool:
        return bool(self._starts)

    def total(self) -> int:
        """How many numbers are in it."""
        return sum(self._ends) - sum(self._starts)

    def copy(self) -> "Spans":
        return Spans(self)

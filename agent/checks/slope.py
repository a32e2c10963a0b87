"""How fast a value falls that is told in steps."""

_LEAST_STEPS = 3


class Slope:
    """A straight line through points in time, by least squares."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []

    def add(self, seconds: float, value: float) -> None:
        self._points.append((seconds, value))

    def per_hour(self) -> float | None:
        """How much the value changes in an hour; None as long as it has not moved in at least three steps."""
        values = {value for _, value in self._points}
        if len(values) <= _LEAST_STEPS:
            return None
        count = len(self._points)
        middle = sum(seconds for seconds, _ in self._points) / count
        spread = sum((seconds - middle) ** 2 for seconds, _ in self._points)
        if not spread:
            return None
        return 3600 * sum((seconds - middle) * value for seconds, value in self._points) / spread

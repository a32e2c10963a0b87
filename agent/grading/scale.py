"""The order of the letters, and finding one's place among thresholds."""

from collections.abc import Mapping

from agent.model.words import GradeLetter


def better(letter: GradeLetter) -> GradeLetter | None:
    """The next better letter; None for A."""
    return list(GradeLetter)[letter.rank - 1] if letter.rank else None


def place(value: float, least: Mapping[GradeLetter, float], otherwise: GradeLetter) -> GradeLetter:
    """The best letter whose least value is reached; `least` holds them from best to worst."""
    return next((letter for letter, wanted in least.items() if value >= wanted), otherwise)

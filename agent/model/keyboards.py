"""The keyboards that a workshop can choose for its sticks."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

KeyboardName = Literal["fr", "be", "ch", "us", "uk", "ca", "de"]


class Keyboard(NamedTuple):
    keymap: str
    """As kbd calls it (Debian's console-data)."""
    shape: str
    """As agent.manual.layouts calls it."""


KEYBOARDS: Mapping[KeyboardName, Keyboard] = {
    "fr": Keyboard("fr-latin9", "azerty"),
    "be": Keyboard("be-latin1", "azerty"),
    "ch": Keyboard("fr_CH-latin1", "other"),
    "us": Keyboard("us", "qwerty"),
    "uk": Keyboard("uk", "qwerty"),
    "ca": Keyboard("cf", "qwerty"),
    "de": Keyboard("de-latin1", "other"),
}

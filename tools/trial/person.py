"""A person before the screen: tmux is the terminal, send-keys the hands, capture-pane the eyes."""

import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

BETWEEN_KEYS = 0.2
"""Seconds: faster keys would be told from a person's (agent/tui/rhythm.py), and a scanner may not answer everything."""
LOOK = 0.05
FAR = "Appuyez sur une touche pour continuer"
"""Left alone for a minute, the screen is for those who see it from afar; any key brings it back, and does no more."""
REACTION = 60.0
"""Seconds for what a key does to be seen, on a computer that is busy with checks and erases."""


class Unseen(Exception):
    """What should have come did not; the text shows the screen as it is."""


class Person:
    """A tmux server of our own in `folder`, whose only window runs `command`. Leaving it ends the server."""

    def __init__(self, folder: Path, command: Sequence[str], size: tuple[int, int]) -> None:
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        columns, rows = map(str, size)
        self._call("start-server", ";", "set", "-g", "status", "off", ";", "set", "-g", "escape-time", "0", ";",
                   "new-session", "-d", "-x", columns, "-y", rows, *command)  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._call("kill-server", check=False)

    def _call(self, *words: str, check: bool = True) -> str:
        ran = subprocess.run(
            [*self._tmux, *words], stdin=subprocess.DEVNULL, capture_output=True, check=check, encoding="utf-8",
            timeout=REACTION,
        )  # fmt: skip
        return ran.stdout

    def look(self) -> str:
        """All rows, with ordinary blanks in the place of French ones."""
        return self._call("capture-pane", "-p").replace("\xa0", " ")

    def look_at_colours(self) -> list[str]:
        """The rows with their colours, as a terminal is told them."""
        return self._call("capture-pane", "-p", "-e", "-N").split("\n")

    def press(self, *keys: str) -> None:
        """One after the other, by their names for tmux: Enter, Tab, F7."""
        for key in keys:
            self._call("send-keys", key)
            time.sleep(BETWEEN_KEYS)

    def type(self, text: str) -> None:
        for letter in text:
            self._call("send-keys", "-l", letter)
            time.sleep(BETWEEN_KEYS)

    def sees(self, *patterns: str, seconds: float = REACTION) -> str:
        """Wait until all the regular expressions are on the screen at once; the screen. Raises Unseen."""
        end = time.monotonic() + seconds
        while missing := [each for each in patterns if not re.search(each, seen := self.look())]:
            if FAR in seen:
                self.press("Up")
            if time.monotonic() > end:
                raise Unseen(f"not seen in {seconds:.0f} s: {missing}. The screen is:\n{seen}")
            time.sleep(LOOK)
        return self.look()

    def sees_no(self, pattern: str) -> None:
        """Raises Unseen where it is there now."""
        if re.search(pattern, seen := self.look()):
            raise Unseen(f"should not be there: {pattern}. The screen is:\n{seen}")

    def goes_to(self, pattern: str, key: str = "Down", back: str = "Up", most: int = 40) -> None:
        """Press a key until the focus is on what is called so, then back if it was not met. Raises Unseen."""
        for pressed in [key] * most + [back] * most:
            if re.search(f"> ?{pattern}", self.look()):
                return
            self.press(pressed)
        self.sees(f"> ?{pattern}")

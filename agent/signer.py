"""The stick's keys for as long as the program runs: also once the stick has moved on to the next machine."""

import contextlib
from collections.abc import Callable

from agent.model.words import Mode
from agent.report import keys
from agent.report.keys import KeyProblem, SigningKey
from agent.settings import Settings


class Signer:
    """Reads each key when it is wanted, and falls back on what it has read before."""

    def __init__(self, settings: Settings, owner: Mode, keeps: Callable[[], bool]) -> None:
        """`owner` is the mode whose folder holds the keys; `keeps` as Workplace.keeps."""
        self._settings = settings
        self._owner = owner
        self._keeps = keeps
        self._read: dict[Mode, SigningKey] = {}

    def key(self, mode: Mode) -> SigningKey:
        """The key for reports of this mode, made where there is none. Raises KeyProblem where it never could be read.

        While the folder lies in memory, a key that was read before is the better one: it may be known to the workshop.
        """
        known = self._read.get(mode)
        if known is not None and not self._keeps():
            return known
        try:
            self._read[mode] = keys.load_or_make(self._settings.keys(self._owner), mode)
        except KeyProblem:
            if known is None:
                raise
        return self._read[mode]

    def remember(self) -> None:
        """Read the key now that the stick is there. Never raises."""
        with contextlib.suppress(KeyProblem):
            self.key(self._owner)

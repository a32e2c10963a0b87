"""The stick's keys for as long as the program runs: also once the stick has moved on to the next machine."""

import contextlib
from collections.abc import Callable

from agent.model.report import Report, SignedReport
from agent.model.words import Mode
from agent.report import keys
from agent.report.keys import KeyProblem, SigningKey
from agent.report.sign import sign
from agent.settings import Settings


class Signer:
    """Reads each key when it is wanted, and falls back on what it has read before."""

    def __init__(self, settings: Settings, owner: Mode, keeps: Callable[[], bool]) -> None:
        """`owner` is the mode whose folder holds the keys; `keeps` as Workplace.keeps."""
        self._settings = settings
        self._owner = owner
        self._keeps = keeps
        self._read: dict[Mode, SigningKey] = {}
        self._passing: set[str] = set()
        """Public keys that go with this computer's memory, so that no workshop knows them."""

    def key(self, mode: Mode) -> SigningKey:
        """The key for reports of this mode, made where there is none. Raises KeyProblem where it never could be read.

        While the folder lies in memory, a key that was read before is the better one: it may be known to the workshop.
        """
        known = self._read.get(mode)
        if known is not None and not self._keeps():
            return known
        try:
            read = self._read[mode] = keys.load_or_make(self._settings.keys(self._owner), mode)
        except KeyProblem:
            if known is None:
                raise
            return known
        if not self._keeps():
            self._passing.add(str(read.public))
        return read

    def remember(self) -> None:
        """Read the key now that the stick is there. Never raises."""
        with contextlib.suppress(KeyProblem):
            self.key(self._owner)

    def settled(self, signed: SignedReport) -> SignedReport:
        """The report signed by the stick that is there now, where a key that only this computer's memory holds had
        signed it: the workshop knows the one, and could never know the other. Raises KeyProblem."""
        if signed.signature.key not in self._passing or not self._keeps():
            return signed
        report = Report.model_validate(signed.report)
        return sign(report, self.key(Mode.TRAINING if report.training else Mode.REAL))

"""One run of stress-ng, and what can honestly be said of it.

stress-ng's exit code alone is not to be believed: of a worker that was killed, or of one that crashed while it
tested memory, versions 0.15 and 0.18 only speak in their debug lines and end with 0; told to stop early they end
with 0 too. So the debug lines are read, and the time is measured here.
"""

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.host.run import Ran, ToolMissing, find, run
from agent.model.message import Message, say
from agent.model.words import Outcome

_FAIL = re.compile(r"^stress-ng: fail: +\[\d+\] (.+)$", re.MULTILINE)
# What stress-ng says of its own bookkeeping; expected after a worker was killed in the middle of it.
_BOOKKEEPING = re.compile(r"metrics-check:|instance \d+ (?:corrupted|hash error|unexpected null)")
_SIGNAL = re.compile(r"(?:died|terminated)\b.*?signal:? (?:signal )?(\d{1,2})\b")
_CRASHES = frozenset({4, 6, 7, 8, 11})  # SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV
_KILL = 9
_NOT_SUCCESS, _NO_RESOURCE = 2, 3  # stress-ng(1), EXIT STATUS
_YAML_LIMIT = 64 * 1024


@dataclass(frozen=True)
class Stress:
    """What a run left behind. `bogo_ops` and `bogo_rate` (per second of wall clock) are None where not told."""

    ran: Ran
    bogo_ops: int | None
    bogo_rate: float | None

    @property
    def working_seconds(self) -> float:
        """How long a worker worked on the average: without the start of stress-ng, where that is told."""
        return self.bogo_ops / self.bogo_rate if self.bogo_ops and self.bogo_rate else self.ran.seconds

    @property
    def wrong(self) -> list[str]:
        """The wrong results that it found, in its own words."""
        said = _FAIL.findall(self._said)
        if self._signals:
            return [line for line in said if not _BOOKKEEPING.search(line)]
        return said

    @property
    def crashed(self) -> bool:
        """A worker died of what a sound program on a sound machine does not do."""
        return bool(self._signals & _CRASHES)

    def trouble(self, wrong: Message, at_least: float = 0) -> tuple[Outcome, Message] | None:
        """Why the run proves nothing good; None where it found no fault and lasted `at_least` seconds.

        `wrong` is the sentence for wrong results.
        """
        if self.wrong:
            return Outcome.FAILED, wrong
        if self.crashed:
            return Outcome.FAILED, say(
                "The test program crashed, which happens when the processor or the memory is faulty. Test the memory "
                "from the boot menu; if it is good, use the machine for parts."
            )
        if _KILL in self._signals:
            return Outcome.ERROR, say(
                "The test was killed from outside, most often because the memory ran out. Start the check again."
            )
        if self.ran.code == _NO_RESOURCE:
            return Outcome.ERROR, say("There was not enough free memory for the test. Start the check again.")
        if self.ran.code != 0:
            return Outcome.ERROR, say(
                "The test program ended with an error ({code}: {words}). Start the check again.",
                code=self.ran.code, words=self._last_words,
            )  # fmt: skip
        if self.ran.seconds < at_least:
            return Outcome.ERROR, say(
                "The test ended after {seconds:duration}, before its time. Start the check again.",
                seconds=self.ran.seconds,
            )
        return None

    @property
    def _said(self) -> str:
        return self.ran.err + "\n" + self.ran.out

    @property
    def _signals(self) -> set[int]:
        return {int(number) for number in _SIGNAL.findall(self._said)} | {-min(self.ran.code, 0)} - {0}

    @property
    def _last_words(self) -> str:
        lines = [line for line in self._said.splitlines() if line.strip() and ": debug: " not in line]
        return lines[-1] if lines else "-"


def stress(arguments: Sequence[str], seconds: int, watch: Callable[[float], bool]) -> Stress:
    """Run stress-ng for `seconds`, which must verify its results.

    `watch` is called about twice a second with the seconds gone by, and ends the run by returning False.
    Raises ToolMissing, ToolTimeout, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="ordis-check-") as folder:
        measured = os.path.join(folder, "metrics.yaml")
        ran = run(
            [
                *_leash(), find("stress-ng"), *arguments, "--verify", "--abort", "--verbose", "--metrics",
                "--yaml", measured, "--temp-path", folder, "--timeout", f"{seconds}s",
            ],
            timeout=seconds * 2 + 30,
            tick=watch,
        )  # fmt: skip
        ops, rate = _measured(measured)
    return Stress(ran, ops, rate)


def _leash() -> list[str]:
    """stress-ng must not outlive this process, even if it is killed and cannot end it."""
    try:
        return [find("setpriv"), "--pdeathsig", "TERM"]
    except ToolMissing:  # its own --timeout still ends it
        return []


def _measured(path: str) -> tuple[int | None, float | None]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_YAML_LIMIT)
    except OSError:
        return None, None
    ops = re.search(r"^\s+bogo-ops: (\d{1,15})$", text, re.MULTILINE)
    rate = re.search(r"^\s+bogo-ops-per-second-real-time: (\d{1,15}\.\d{1,9})$", text, re.MULTILINE)
    return int(ops[1]) if ops else None, float(rate[1]) if rate else None

"""The microphone hears the loudspeaker: a tone is played and must be found in what was recorded, and not in silence.

The recordings exist in memory only, for as long as it takes to measure them.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from agent.checks.base import Bench, figures
from agent.checks.tone import above_noise_db, decibels, power
from agent.host import sound as host
from agent.inventory import sound
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.part_checks import SoundCheck
from agent.model.profile import Checks
from agent.model.words import Chassis, Outcome

ID = "sound"
TITLE = say("Loudspeaker and microphone")
LOADS = frozenset({"sound"})

_HERTZ = 1010
"""Where small loudspeakers are good, and no multiple of the mains' 50 or 60 Hz."""
_SECONDS = 3
"""Of each recording; only the last second is measured, when loudspeaker and microphone have woken up."""
_EXPECTED_SECONDS = 15
_MOST_MICROPHONES = 4
_SILENT = 1
"""Between the highest and the lowest sample: a microphone that is there is never so still."""


@dataclass(frozen=True)
class Heard:
    """Of the microphone that heard it best. Decibels; None where no microphone gave a recording."""

    above_noise_db: float | None = None
    above_silence_db: float | None = None
    dead: bool = False
    """Every recording was of one value throughout."""

    @property
    def decibels(self) -> float | None:
        """The lesser of the two: a tone that was in the room before is none of ours."""
        if self.above_noise_db is None or self.above_silence_db is None:
            return None
        return min(self.above_noise_db, self.above_silence_db)


class Listen(Protocol):
    def __call__(
        self, microphones: Sequence[str], seconds: int, speaker: str | None = None, hertz: int = 0
    ) -> list[Sequence[int]]: ...


TurnedUp = Callable[[int, int], AbstractContextManager[None]]


def applies(inventory: Inventory) -> bool:
    return any(card.playback or card.capture for card in inventory.sound)


def missed(_inventory: Inventory) -> Message:
    return say("No sound card was found.")


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _EXPECTED_SECONDS


def check(
    bench: Bench,
    listen: Listen = host.listen,
    plugged: Callable[[int], list[str]] = host.plugged,
    turned_up: TurnedUp | None = None,
) -> CheckResult:
    """Training plays what does the work here. Raises ToolMissing, ToolTimeout, OSError."""
    settings = bench.checks.sound
    speakers, microphones = sound.devices(bench.source)
    portable = has_both(bench.inventory)
    if not speakers or not microphones:
        return _result(bench, *_without(speakers, portable))
    speaker = speakers[0]
    jacks = plugged(host.card(speaker))
    if headphones := next((name for name in jacks if "head" in name.lower()), None):
        return _result(bench, Outcome.SKIPPED, say(
            "Something is plugged into the socket for headphones, so the loudspeaker is silent. Unplug it, then start "
            "the check again."), headphones=headphones)  # fmt: skip
    # The loudspeaker's own card first: its microphone is the one that is built in.
    tried = sorted(microphones, key=lambda each: host.card(each) != host.card(speaker))[:_MOST_MICROPHONES]
    try:
        heard = _listen(bench, listen, turned_up or host.turned_up, speaker, tried)
    except host.CannotPlay as cannot:
        return _result(bench, Outcome.ERROR, say(
            "The tone could not be played ({why}). Close what else plays sound, then start the check again.",
            why=str(cannot)))  # fmt: skip
    outcome, reason = judge(heard, settings, portable)
    return _result(bench, outcome, reason, heard)


def has_both(inventory: Inventory) -> bool:
    """Whether a computer of this kind has loudspeaker and microphone of its own."""
    return inventory.machine.chassis.portable or inventory.machine.chassis is Chassis.ALL_IN_ONE


def judge(heard: Heard, settings: SoundCheck, portable: bool) -> tuple[Outcome, Message]:
    """Pure. `portable`: it should have both; others get no worse than `skipped` when nothing was heard."""
    level = heard.decibels
    if level is None:
        return Outcome.ERROR, say(
            "No microphone could be used: another program may hold it. Close it, then start the check again."
        )
    if level >= settings.heard_db:
        return Outcome.PASSED, say("The microphone hears the loudspeaker ({level} dB above noise).", level=round(level))
    if level >= settings.faint_db:
        return Outcome.DEGRADED, say(
            "The microphone hears the loudspeaker only faintly ({level} dB above noise). Look for dirt before one of "
            "them, and try where it is quiet.", level=round(level),
        )  # fmt: skip
    if not portable:
        return Outcome.SKIPPED, say(
            "The microphone did not hear the loudspeaker: such a computer may have neither. Plug them in, or a "
            "headset, to test the sockets by hand."
        )
    if heard.dead:
        return Outcome.FAILED, say(
            "The microphone gives nothing at all, not even noise. Look for a key that switches it off; else it is "
            "faulty."
        )
    return Outcome.FAILED, say(
        "The microphone did not hear the tone. If you heard it, the microphone is off or faulty; if not, the "
        "loudspeaker is."
    )


def _without(speakers: list[str], portable: bool) -> tuple[Outcome, Message]:
    what = say("No microphone was found.") if speakers else say("No loudspeaker was found.")
    return (Outcome.FAILED if portable else Outcome.SKIPPED), what


def _listen(bench: Bench, listen: Listen, turned_up: TurnedUp, speaker: str, microphones: list[str]) -> Heard:
    with turned_up(host.card(speaker), round(bench.checks.sound.volume_percent)):
        bench.report(10, say("listening to the silence"), _SECONDS * 2)
        silence = listen(microphones, _SECONDS)
        bench.report(50, say("playing a tone"), _SECONDS)
        tone = listen(microphones, _SECONDS, speaker, _HERTZ)
    return measure(silence, tone)


def measure(silence: list[Sequence[int]], tone: list[Sequence[int]]) -> Heard:
    """Pure: the best of the microphones, in the same order in both."""
    usable = [
        (before[-host.RATE :], during[-host.RATE :])
        for before, during in zip(silence, tone, strict=False)
        if min(len(before), len(during)) >= host.RATE
    ]
    if not usable:
        return Heard()
    dead = all(max(during) - min(during) <= _SILENT for _, during in usable)
    return max((_measured(before, during, dead) for before, during in usable), key=lambda each: each.decibels or 0)


def _measured(before: Sequence[int], during: Sequence[int], dead: bool) -> Heard:
    own = decibels(power(during, host.RATE, _HERTZ), power(before, host.RATE, _HERTZ))
    return Heard(above_noise_db(during, host.RATE, _HERTZ), own, dead)


def _result(
    bench: Bench, outcome: Outcome, reason: Message, heard: Heard | None = None, headphones: str | None = None
) -> CheckResult:
    measured = (
        ("tone_above_noise_db", heard.above_noise_db if heard else None),
        ("tone_above_silence_db", heard.above_silence_db if heard else None),
    )
    threshold = bench.checks.sound.heard_db
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *(Figure(name=name, value=round(value, 1), threshold=threshold) for name, value in measured
              if value is not None),
            *figures(plugged=headphones),
        ],
    )  # fmt: skip

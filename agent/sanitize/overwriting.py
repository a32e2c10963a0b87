"""Technique: the passes of an overwrite, journalled so that they can be resumed, and the reading back of the last."""

import secrets
from dataclasses import replace

from agent.model.words import Verify
from agent.sanitize import surface
from agent.sanitize.medium import Medium
from agent.sanitize.order import Step
from agent.sanitize.overwrite import Held, Keeper, Written, overwrite
from agent.sanitize.past import Pass
from agent.sanitize.pattern import KEY_BYTES, pattern
from agent.sanitize.steps import Overwritten
from agent.sanitize.surface import Latency
from agent.sanitize.talk import Talk
from agent.sanitize.verify import Extent, Verified, verify

KEEP_SECONDS = 30.0
"""How much work a power cut may cost: flushing and journalling more often would slow an SSD down."""
AGAIN_SECONDS = 10.0
"""For second readings of slow places, once everything was read back."""
MOST_FAILED = 64
"""Chunks that could not be written, as the journal keeps them; with more the drive is scrap and starts anew."""


class Overwriting:
    """One overwrite of one drive of `size` bytes."""

    def __init__(self, medium: Medium, size: int, talk: Talk) -> None:
        self._medium = medium
        self._size = size
        self._talk = talk

    def run(self, number: int, step: Step, extent: Extent, begun: Pass | None) -> Overwritten:
        """Carry out the passes of step `number`, from where it was cut off if `begun` says so, and read the last back.

        Raises chunks.Stopped where the talk does, OSError when the drive is gone.
        """
        started = self._talk.clock.now()
        if begun is not None and (begun.step != number or begun.number >= len(step.passes)):
            begun = None
        first = begun.number if begun else 0
        written, key = None, b""
        for index in range(first, len(step.passes)):
            resumed = begun if begun and begun.number == index else None
            key = resumed.key if resumed else secrets.token_bytes(KEY_BYTES)
            written = self._pass(number, step, index, key, resumed.held if resumed else Held())
            if written.unwritable or not written.flushed:
                break
        assert written is not None, "an overwrite has at least one pass"
        verified = None
        if extent.mode is not Verify.NONE and not written.unwritable and written.flushed:
            verified = self._verify(step, key, extent)
        resumed_at = begun.held.offset if begun else 0
        return Overwritten(step, written, extent.mode, verified, self._talk.clock.now() - started, resumed_at)

    def _pass(self, number: int, step: Step, index: int, key: bytes, held: Held) -> Written:
        head = {"number": number, "pass": index, "key": key.hex(), "size_bytes": self._size}
        keeper = _Keeper(held, self._talk, head)
        keeper.keep(held)
        whole = self._size * len(step.passes)
        return overwrite(
            self._medium,
            self._size,
            pattern(step.passes[index], key),
            lambda done: self._talk.progress("write", self._size * index + done, whole),
            keeper,
        )

    def _verify(self, step: Step, key: bytes, extent: Extent) -> Verified:
        latency = Latency(self._size, self._talk.clock.now)
        verified = verify(
            self._medium,
            self._size,
            pattern(step.passes[-1], key),
            replace(extent, latency=latency),
            lambda done, total: self._talk.progress("verify", done, total),
        )
        if extent.mode is Verify.FULL:
            # Who has read everything has looked at the whole surface: no check need read it a second time.
            # All is proved by now: nothing may break it off any more, and it takes no time worth a word.
            latency.look_again(self._medium, lambda: None, AGAIN_SECONDS)
            read = surface.Read(self._size, self._size, verified.bytes_gone_over)
            self._talk.surface(surface.facts(read, verified.unreadable, latency))
        return verified


class _Keeper(Keeper):
    """Journals how far a pass is, every so often."""

    def __init__(self, begins: Held, talk: Talk, head: dict[str, object]) -> None:
        super().__init__(begins)
        self._talk = talk
        self._head = head
        self._kept = talk.clock.now()

    def due(self) -> bool:
        return self._talk.clock.now() - self._kept >= KEEP_SECONDS

    def keep(self, held: Held) -> None:
        self._kept = self._talk.clock.now()
        if len(held.failed) > MOST_FAILED:
            held = Held()
        failed = [list(span) for span in held.failed]
        self._talk.checkpoint({"kind": "offset", **self._head, "bytes": held.offset, "failed": failed})

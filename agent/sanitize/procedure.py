"""The erase of one open drive from the guard's yes to the evidence. Runs in the drive's worker."""

import time
from collections.abc import Mapping
from dataclasses import asdict, replace

from agent.inventory.own_word import another
from agent.model.message import Message, say
from agent.model.ports import NoAnswer
from agent.model.words import Pattern, SanitizationStatus, Technique, Verify
from agent.sanitize import canary, own_password, past, pilot, since, told
from agent.sanitize.drive_firmware import firmware_of
from agent.sanitize.evidence import ANOTHER, Facts, conclude
from agent.sanitize.firmware import About, DriveFirmware, Erase, HiddenArea, NotAccepted, Record, State
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.opal.discovery import still_locked
from agent.sanitize.order import Order, Step
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.overwriting import Overwriting
from agent.sanitize.pilot import Ran
from agent.sanitize.steps import FirmwareErased, Overwritten, StepFacts
from agent.sanitize.talk import Talk
from agent.sanitize.verify import Extent

FALLBACK = Step(Technique.OVERWRITE, passes=("random",))
"""What is left after a firmware erase that is not proved: everything overwritten and read back. Random, so that also a
drive that stores two addresses in one place shows it."""

SLOWEST = 20e6
"""Bytes per second of a disk that overwrites itself and does not announce how long it takes."""


def erase(
    medium: Medium,
    confirmed: Identity,
    order: Order,
    talk: Talk,
    earlier: tuple[Record, ...] = (),
) -> dict[str, object]:
    """Carry the order out; return the fields of model.sanitization.Sanitization but for the drive itself.

    `earlier` is what the journal holds of an erase of this drive that was cut off. Raises chunks.Stopped where `talk`
    does, OSError when the drive goes away.
    """
    return Procedure(medium, confirmed, order, talk, earlier).run()


class Procedure:
    """One erase. Create it and call `run` once."""

    def __init__(
        self,
        medium: Medium,
        confirmed: Identity,
        order: Order,
        talk: Talk,
        earlier: tuple[Record, ...],
    ) -> None:
        self._medium = medium
        self._identity = confirmed
        self._order = order
        self._talk = own_password.Noting(talk)
        self._clock = talk.clock
        self._earlier = earlier
        self._firmware: DriveFirmware | None = None
        self._about: About | None = None
        self._revealed: list[HiddenArea] = []
        self._steps: list[StepFacts] = []
        self._remarks: list[Message] = []
        self._refusal: Message | None = None

    def run(self) -> dict[str, object]:
        started, cpu = self._clock.now(), time.process_time()
        # Nothing is sent that could change the drive before this is on the stick.
        self._talk.checkpoint(
            {
                "kind": "begin",
                "steps": past.plain(self._order),
                "identity": asdict(self._identity),
            }
        )
        self._past = past.read(self._earlier, self._order, self._identity.size_bytes)
        self._prepare()
        # Once more, with the size that the drive has now: what was kept of another size counts for nothing.
        self._past = past.read(self._earlier, self._order, self._identity.size_bytes)
        if self._refusal is None:
            self._carry_out()
        self._take_password_away()
        facts = self._facts()
        conclusion = conclude(facts)
        discarded = False
        if self._order.discard and conclusion.status is SanitizationStatus.SANITIZED:
            discarded = self._discard()
        return {
            **told.conclusion(conclusion),
            **told.amounts(facts),
            "pattern": _pattern(self._steps),
            "seconds": round(self._clock.now() - started, 3),
            "cpu_seconds": round(time.process_time() - cpu, 3),
            "evidence": told.evidence(facts, conclusion, self._revealed, self._untouched(), discarded=discarded),
        }

    # ---- before the first step

    def _prepare(self) -> None:
        """Ask the drive, take away what an earlier life left, wait for what runs, make hidden areas reachable."""
        try:
            self._firmware = firmware_of(self._medium, psid=self._order.psid, leftover=self._past.password)
            if self._firmware is None:
                return
            self._about = self._settled(self._firmware)
            self._refusal = self._refusal or self._contradiction(self._about)
            if self._refusal is not None:
                return
            if self._hides(self._about):
                self._reveal(self._firmware)
        except (NoAnswer, OSError) as error:
            raise_if_gone(error)
            self._firmware = self._about = None
            self._remarks.append(say("The drive did not answer when it was asked what it can do."))
            return
        reverts = any(step.technique is Technique.OPAL_REVERT for step in self._order.steps)
        if (self._about.locked or self._about.shadowed) and not reverts:
            self._refusal = say(
                "The drive is locked with a password that nobody here knows. Type the number on its label (PSID), "
                "if it has one."
            )

    def _contradiction(self, about: About) -> Message | None:
        """Why the drive is not the one that the kernel shows, by its own word."""
        if about.said is None or self._medium.ports.bridge:
            return None
        return another(self._identity, about.said)

    def _hides(self, about: About) -> bool:
        return self._order.reveal and any(area.removable for area in about.hidden)

    def _settled(self, firmware: DriveFirmware) -> About:
        """What the drive tells once nothing of an earlier erase stands in the way."""
        about = firmware.about()
        if about.running and (self._hides(about) or self._past.planted.keys() <= self._past.done.keys()):
            about = self._waited(firmware, about)
        if about.leftover_password or about.failed_before:
            try:
                firmware.tidy(self._talk.checkpoint)
            except NotAccepted as refused:
                self._remarks.append(refused.reason)
            about = firmware.about()
        return about

    def _waited(self, firmware: DriveFirmware, about: About) -> About:
        """An erase that runs since before cannot be stopped, and until its end nothing else can be done."""
        announced = max((offer.seconds or 0.0 for offer in about.offers), default=0.0)
        announced = announced or self._identity.size_bytes / SLOWEST
        begun = self._clock.now()
        until = begun + announced * 1.5 + pilot.GRACE_SECONDS
        self._talk.silent(announced)
        try:
            while about.running and self._clock.now() < until:
                share = (self._clock.now() - begun) / (until - begun)
                self._talk.progress("firmware", round(pilot.PARTS * share), pilot.PARTS)
                self._clock.sleep(2.0)
                about = firmware.about()
        finally:
            self._talk.silent(0)  # from here on it can be stopped again
        if about.running:
            self._refusal = say("The drive says that it is erasing itself, but it does not come to an end.")
        return about

    def _reveal(self, firmware: DriveFirmware) -> None:
        assert self._about is not None
        before, boundaries = self._about.hidden, self._about.boundaries
        try:
            firmware.reveal(self._talk.checkpoint)
        except NotAccepted as refused:
            self._remarks.append(refused.reason)
        self._rescan()
        about = firmware.about()
        # Where a hidden area began, it is looked most closely.
        self._about = replace(about, boundaries=tuple(sorted({*boundaries, *about.boundaries})))
        left = {area.kind for area in self._about.hidden}
        self._revealed = [area for area in before if area.kind not in left]
        found = self._medium.identity()
        said = self._about.said
        if said is not None and said.size_bytes is not None and said.size_bytes != found.size_bytes:
            self._remarks.append(
                say(
                    "After a hidden area was removed, the drive says {said:bytes}, the system {found:bytes}.",
                    said=said.size_bytes, found=found.size_bytes,
                )
            )  # fmt: skip
        # Only the size may have changed, and only to what the drive itself calls its own.
        self._identity = Identity(self._identity.serial, self._identity.model, found.size_bytes, self._identity.diskseq)

    def _rescan(self) -> None:
        try:
            self._medium.rescan()
        except Refused as refused:
            self._refusal = refused.reason
        except OSError as error:
            raise_if_gone(error)  # not every transport can rescan; the sizes are compared in any case

    def _untouched(self) -> tuple[Message, ...]:
        return self._about.untouched if self._about else self._medium.coverage().untouched

    # ---- the steps

    def _carry_out(self) -> None:
        for number, step in enumerate(self._order.steps):
            if not self._may_go_on():
                return
            if step.technique is Technique.OVERWRITE:
                self._overwrite(number, step)
            else:
                self._erase(number, step)
            if self._hopeless():
                return
        if self._lacks_reading_back() and self._may_go_on():
            self._overwrite(len(self._order.steps), FALLBACK)

    def _lacks_reading_back(self) -> bool:
        """What the drive did by itself can only be sampled: not enough after a lie, after an interruption, and where
        everything was to be read back."""
        if isinstance(self._steps[-1], Overwritten):
            return False
        verify = self._order.verify
        return self._disproved() or verify is Verify.FULL or (verify is Verify.SAMPLED and self._past.cut_off)

    def _may_go_on(self) -> bool:
        """Whoever leaves a step out says why: a drive that is itself again at the end had not all of its steps."""
        if self._refusal is None and not self._same():
            self._refusal = ANOTHER
        return self._refusal is None

    def _same(self) -> bool:
        """The drive behind the descriptor is still the one that was confirmed; asked before every step, of the kernel
        and, where it speaks, of the drive itself."""
        return self._now() == self._identity

    def _now(self) -> Identity | None:
        """Who is behind the descriptor now; None where that is another, or nobody can tell."""
        found = _identity(self._medium)
        if found is None or self._firmware is None or self._about is None or self._about.said is None:
            return found
        try:
            said = self._firmware.said()
        except (NoAnswer, OSError) as error:
            raise_if_gone(error)
            return None
        first = self._about.said
        if said is None or (said.serial, said.model) != (first.serial, first.model):
            return None
        return None if not self._medium.ports.bridge and another(found, said) else found

    def _hopeless(self) -> bool:
        """Nothing more can be done with this drive now."""
        last = self._steps[-1]
        if isinstance(last, FirmwareErased):
            if last.ran.stuck or self._stays_locked(last):
                self._refusal = last.ran.reason
            return self._refusal is not None
        return last.failure is not None

    def _stays_locked(self, last: FirmwareErased) -> bool:
        """It did not take the PSID: what would be written next can only fail, block by block, and hide why."""
        if last.step.technique is not Technique.OPAL_REVERT or last.ran.done:
            return False
        lock = still_locked(self._medium.ports)
        return lock is not None and lock.unread is None and not lock.open

    def _disproved(self) -> bool:
        return any(isinstance(step, FirmwareErased) and not step.proved for step in self._steps)

    def _overwrite(self, number: int, step: Step) -> None:
        verify = self._order.verify
        if self._disproved() or (verify is not Verify.NONE and self._past.cut_off):
            verify = Verify.FULL
        boundaries = self._about.boundaries if self._about else ()
        passes = Overwriting(self._medium, self._identity.size_bytes, self._talk)
        extent = Extent(verify, boundaries)
        done = passes.run(number, step, extent, self._past.begun)
        if done.resumed_at and done.verified is not None and done.verified.mismatched:
            # Somebody has written to the drive since then, or the journal is wrong: all of it, from the first block.
            # And what the journal tells of an erase before counts no more.
            self._steps = [
                replace(each, seen=None) if isinstance(each, FirmwareErased) else each for each in self._steps
            ]
            extent = replace(extent, mode=Verify.FULL)
            done = passes.run(number, step, extent, None)
        self._steps.append(done)

    def _erase(self, number: int, step: Step) -> None:
        if (before := self._done_before(number, step)) is not None:
            self._steps.append(before)
            return
        done = self._erase_now(number, step)
        if done.ran.cut_off and self._same():
            done = self._erase_now(number, step)
        self._steps.append(done)
        if done.proved:
            self._talk.checkpoint({"kind": "step_done", "number": number, "told": told.remembered(done)})

    def _done_before(self, number: int, step: Step) -> FirmwareErased | None:
        """The erase of an earlier life, where it was proved and the drive is still as it left it. As the last step it
        ended right before the cut, and is done anew: nothing after it would be read back."""
        finished, following = self._past.done.get(number), self._order.steps[number + 1 :]
        if finished is None or not following:
            return None
        begun = self._past.begun
        try:
            done = told.erased(step, finished)
            written = (begun, self._order.steps[begun.step].passes[begun.number]) if begun is not None else None
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return None  # no such record is ours
        assert done.planted is not None
        assert done.seen is not None
        same = since.untouched(self._medium, done.seen.after, done.planted.block_bytes, written, self._alive)
        return done if same else None

    def _erase_now(self, number: int, step: Step) -> FirmwareErased:
        assert step.method is not None
        if self._firmware is None or self._about is None:
            return FirmwareErased(step, Ran(reason=say("The drive's own erase commands cannot be reached.")))
        whole = any(
            offer.whole
            for offer in self._about.offers
            if (offer.technique, offer.method) == (step.technique, step.method)
        )
        try:
            way = self._firmware.erase(step.technique, step.method)
            planted = self._past.planted.get(number)
            running = planted is not None and _runs(way)
            if planted is None or not running:
                planted = self._plant()
                self._talk.checkpoint(
                    {
                        "kind": "step",
                        "number": number,
                        "technique": str(step.technique),
                        "method": str(step.method),
                        "planted": planted.as_dict(),
                    }
                )
                # Of before, nothing holds any more: neither other marks nor a pass that had begun.
                self._past = replace(self._past, planted={**self._past.planted, number: planted}, begun=None)
        except NotAccepted as refused:
            return FirmwareErased(step, Ran(reason=refused.reason))
        except (NoAnswer, OSError) as error:
            raise_if_gone(error)
            return FirmwareErased(step, Ran(reason=say("The drive did not answer when it was asked what it can do.")))
        ran = pilot.carry_out(way, self._talk, running=running)
        if not ran.done and not ran.stuck:
            self._leave_failure(way)
        if ran.stuck:
            return FirmwareErased(step, ran, planted)
        self._rescan()
        seen = canary.look(self._medium, planted, self._alive) if self._same() else None
        return FirmwareErased(step, ran, planted, seen, whole)

    def _plant(self) -> canary.Planted:
        boundaries = self._about.boundaries if self._about else ()
        try:
            return canary.plant(self._medium, self._identity.size_bytes, boundaries, self._alive)
        except OSError as error:
            raise_if_gone(error)
            return canary.Planted(canary.BLOCK, {}, {})  # a locked drive takes no marks

    def _alive(self) -> None:
        """A sign of life, and the chance to stop, while nothing else can be told."""
        self._talk.progress("marks", 0, 0)

    def _leave_failure(self, way: Erase) -> None:
        """Whether that helped, the overwriting that follows will show."""
        self._talk.silent(way.seconds)  # some erase once more for it
        try:
            way.leave_failure()
        except (NoAnswer, OSError) as error:
            raise_if_gone(error)
        finally:
            self._talk.silent(0)

    def _take_password_away(self) -> None:
        if self._refusal is None and self._talk.password and self._same():
            left = own_password.take_away(self._medium, self._talk.checkpoint)
            self._remarks += [left] if left else []

    # ---- the end

    def _facts(self) -> Facts:
        native, hidden = self._beyond()
        remarks = list(self._remarks)
        if self._order.verify is Verify.NONE and self._steps and not isinstance(self._steps[-1], Overwritten):
            remarks.append(say("Nothing was read back."))
        return Facts(
            size_bytes=self._identity.size_bytes,
            wanted=self._order.level,
            steps=tuple(self._steps),
            before=self._identity,
            # A drive that is stuck answers nothing, or only after hours: what it is called no longer matters.
            after=None if self._refusal else self._now(),
            native_size_bytes=native,
            hidden=hidden,
            refusal=self._refusal,
            remarks=tuple(remarks),
        )

    def _beyond(self) -> tuple[int | None, tuple[HiddenArea, ...]]:
        """What hosts could ever reach, and what of it lies outside the address space; asked at the end, since a drive
        that erased itself when we came could not be asked before."""
        if self._firmware is None:
            return self._medium.coverage().native_size_bytes, ()
        if self._refusal is not None:
            return None, ()
        try:
            about = self._firmware.about()
        except (NoAnswer, OSError):
            return None, ()
        if about.locked or about.shadowed:
            # What was read back may have been a boot area that the lock shows in place of the drive's own blocks.
            self._remarks.append(
                say("At the end the drive says that it is locked: what was read back then proves nothing.")
            )
        return about.native_size_bytes, about.hidden

    def _discard(self) -> bool:
        try:
            return self._medium.discard()
        except OSError:
            return False


def _runs(way: Erase) -> bool:
    try:
        return way.status().state is State.RUNNING
    except NoAnswer:
        return False


def _identity(medium: Medium) -> Identity | None:
    try:
        return medium.identity()
    except OSError as error:
        raise_if_gone(error)
        return None


def _pattern(steps: list[StepFacts]) -> str | None:
    """The pattern of the pass that was read back, where it is one that has a name."""
    last = steps[-1] if steps else None
    if not isinstance(last, Overwritten) or last.step.passes[-1] not in set(Pattern):
        return None
    return last.step.passes[-1]


def examine(medium: Medium) -> Mapping[str, object] | None:
    """What the drive's firmware tells of itself, as JSON, for the plan; None where it cannot be asked.

    Changes nothing. Raises OSError when the drive is gone.
    """
    try:
        firmware = firmware_of(medium)
        return told.about(firmware.about()) if firmware else None
    except NoAnswer:
        return None

"""Drives: what would be done to one, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from agent.model.inventory import Drive, Inventory
from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.sanitization import DriveIdentity, Plan, PlanStep, Sanitization
from agent.model.state import IntakeState, outcome_of
from agent.model.words import Contents, Mode, SanitizationStatus, Subject, Technique
from agent.report.fates import Fate, all_sanitized, fates
from agent.report.naming import CONTENTS, LEVEL, METHOD, PATTERN, STATUS, TECHNIQUE, UNRECORDED, VERIFY
from agent.selection import is_tag, means
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked, wrapped
from agent.tui.lines.steps import outcome_sign
from agent.tui.theme import BAD, DOUBT, GOOD, QUIET, STRONG


def identity_text(drive: Drive | DriveIdentity, tell: Tell) -> str:
    """Model, size and serial: what is printed on the drive's label."""
    known = say("{model}, {size:bytes}", model=drive.model or drive.path, size=drive.size_bytes)
    if drive.serial is None:
        return tell(known) + ", " + tell(say("no serial number"))
    return tell(known) + ", " + tell(say("serial {serial}", serial=drive.serial))


# ---- before


def plan_lines(number: int, plan: Plan, width: int, tell: Tell, found: Contents | None = None) -> Lines:
    """One drive of the list to confirm: who it is and what is on it, then what would be done or why nothing can be."""
    head = f"{number}. {identity_text(plan.drive, tell)}"
    if plan.drive.simulated:
        head += " - " + tell(say("simulated"))
    lines = wrapped(head, width, style=STRONG)
    if found is not None:
        lines += wrapped(tell(say("On it: {contents}", contents=CONTENTS[found].text)), width, 3, STRONG)
    if not plan.steps:
        why = " ".join(tell(obstacle) for obstacle in plan.obstacles)
        return lines + marked("   [XX]", BAD, tell(say("Cannot be erased:")) + " " + why, width, BAD)
    last = plan.steps[-1]
    way = ", ".join(tell(part) for part in (*map(_step, plan.steps), VERIFY[last.verify]))
    reached = [LEVEL[plan.level or last.level], say("about {time:duration}", time=plan.seconds_expected)]
    lines += wrapped(" · ".join((way, *(tell(part) for part in reached))), width, 3)
    for warning in (*plan.obstacles, *plan.warnings):
        lines += wrapped("! " + tell(warning), width, 3, DOUBT)
    return lines


def _step(step: PlanStep) -> Message:
    """What is done, in words for who reads it before saying yes."""
    if step.technique is Technique.OPAL_REVERT:
        return say("unlocked by the number on its label (PSID)")
    if step.technique is not Technique.OVERWRITE:
        # The words are in the catalogues, so they are told in the reader's language as values, too.
        method = METHOD[step.method].text if step.method else "-"
        return say("erased by the drive itself ({technique}: {method})",
                   technique=TECHNIQUE[step.technique].text, method=method)  # fmt: skip
    if len(step.passes) > 1:
        return say("overwritten {count} times", count=len(step.passes))
    if step.pattern is None:
        return say("overwritten")
    return say("overwritten {pattern}", pattern=PATTERN[step.pattern].text)


def on_it(plan: Plan, inventory: Inventory | None) -> Contents | None:
    """What was seen on the drive of a plan; None where nobody looked, or another drive has its place by now."""
    for drive in inventory.drives if inventory is not None else ():
        if (drive.path, drive.serial, drive.diskseq) == (plan.drive.path, plan.drive.serial, plan.drive.diskseq):
            return drive.contents
    return None


def erases_itself(plan: Plan) -> bool:
    """A step of the plan is left to the drive alone, and cannot be stopped."""
    return any(step.technique not in (Technique.OVERWRITE, Technique.OPAL_REVERT) for step in plan.steps)


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of the confirmation. The service judges it again, by itself."""

    plans: Sequence[Plan]
    asset_tag: str | None
    tag: str = ""
    """Typed for the whole list."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """Typed for single drives, by path."""

    def named(self) -> list[int]:
        """The drives, by their number in the list, that are named; none as long as something typed is wrong.

        Ends of serials go before the tag: then only the drives that they name are meant.
        """
        if self.wrong() is not None:
            return []
        singly = [number for number, plan in self._erasable() if self._is_meant(plan)]
        if singly or not is_tag(self.tag, self.asset_tag):
            return singly
        return [number for number, plan in self._erasable() if not plan.single_confirmation]

    def singly(self) -> dict[str, str]:
        """The ends that name a drive, by path."""
        return {plan.drive.path: self._end(plan) for _, plan in self._erasable() if self._is_meant(plan)}

    def wrong(self) -> Message | None:
        """What was typed and cannot become right by typing on; None where nothing is."""
        for number, plan in self._erasable():
            end, serial = self._end(plan), plan.drive.serial
            if serial is None and not self._may_be_tag(end):
                return self._no_tag(end)
            # Who types more than the end passes by places where it is not the end yet.
            if serial is not None and end.casefold() not in serial.casefold():
                return say(
                    "“{typed}” is not how the serial number of drive {number} ends, which is {serial}. Correct it or "
                    "take it away: until then nothing can be erased.",
                    typed=end, number=number, serial=serial,
                )  # fmt: skip
        return None if self._may_be_tag(self.tag) else self._no_tag(self.tag)

    def _erasable(self) -> list[tuple[int, Plan]]:
        return [(number, plan) for number, plan in enumerate(self.plans, start=1) if plan.steps]

    def _end(self, plan: Plan) -> str:
        return self.ends.get(plan.drive.path, "")

    def _is_meant(self, plan: Plan) -> bool:
        return means(self._end(plan), plan.drive.serial, self.asset_tag)

    def _may_be_tag(self, typed: str) -> bool:
        return (self.asset_tag or "").casefold().startswith(typed.casefold())

    def _no_tag(self, typed: str) -> Message:
        return say(
            "“{typed}” is not the tag of this machine, which is {tag}. Correct it or take it away: until then nothing "
            "can be erased.",
            typed=typed, tag=self.asset_tag or "-",
        )  # fmt: skip


# ---- after


def headline(state: IntakeState, width: int, tell: Tell) -> Lines:
    """The one sentence about all drives; what may be said is decided where the report decides it."""
    mark, style, sentence = "[XX]", BAD, say("Not every drive is erased: do not hand this machine on yet.")
    if all_sanitized(_told(state)):
        mark, style, sentence = "[ok]", GOOD, say("Every drive is erased.")
    elif not fates(_told(state)):
        mark, style, sentence = "[??]", DOUBT, say("No drive was seen.")
    elif state.inventory and state.inventory.unseen_drives:
        sentence = say("There may be hidden drives: do not hand this machine on yet.")
    elif state.subject is Subject.DRIVE:
        sentence = say("Not every drive is erased: keep the others apart.")
    return marked(mark, style, tell(sentence), width, style)


def certificate_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """What a certificate made from this report would say; nothing where there is no drive to speak of."""
    told = _told(state)
    if not fates(told):
        return []
    if state.mode is Mode.TRAINING:
        return marked("[--]", QUIET, tell(say("Certificate: none that counts, this is training.")), width)
    if all_sanitized(told):
        return marked("[ok]", GOOD, tell(say("Certificate: it will say that every drive is erased.")), width)
    return marked("[XX]", BAD, tell(say("Certificate: it will name what is not erased.")), width)


def drives_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """Every drive and every attempt on it; one that nothing is known of counts as not erased."""
    return [row for fate in fates(_told(state)) for row in _fate_lines(fate, width, tell)]


_NEXT = {
    SanitizationStatus.SANITIZED_WITH_EXCEPTIONS: say("Keep the drive apart and ask whoever signs the certificates."),
    SanitizationStatus.FAILED: say("Take the drive out and have it destroyed."),
    SanitizationStatus.REFUSED: say("Keep the machine apart: this drive still holds what was on it."),
    SanitizationStatus.INTERRUPTED: say("Start a new intake: the erase goes on or begins again."),
    SanitizationStatus.NOT_REQUESTED: say("To erase it, start a new intake and confirm this drive."),
}
"""What to do with a drive of which nobody says more."""


def _fate_lines(fate: Fate, width: int, tell: Tell) -> Lines:
    who, done = identity_text(fate.identity, tell), fate.sanitization
    if done is None:
        return marked("[--]", DOUBT, tell(say("{drive}: {fate}", drive=who, fate=UNRECORDED.text)), width)
    sign = outcome_sign(outcome_of(done.status))
    head = tell(say("{drive}: {fate}", drive=who, fate=STATUS[done.status].text))
    hint = done.hint or _NEXT.get(done.status)
    why = [done.reason, *done.exceptions, *([hint] if hint else [])]
    lines = marked(sign.mark, sign.style, head, width, STRONG)
    return lines + wrapped(" ".join(tell(part) for part in why), width, 5)


@dataclass(frozen=True)
class _Told:
    """The part of a report that its drives' fates are read from; the report itself may never come to be."""

    inventory: Inventory
    sanitizations: list[Sanitization]


def _told(state: IntakeState) -> Report:
    return cast("Report", _Told(state.inventory or Inventory(), state.sanitizations))

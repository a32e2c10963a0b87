"""Drives: what would be done to one, and what became of each."""

from collections.abc import Mapping, Sequence

from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Plan, Sanitization
from agent.model.state import IntakeState, outcome_of
from agent.model.words import SanitizationStatus
from agent.selection import MIN_SERIAL_END
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.lines.steps import outcome_sign
from agent.tui.theme import BAD, DOUBT, STRONG
from agent.tui.words import word


def identity_text(drive: DriveIdentity, tell: Tell) -> str:
    """Model, size and serial: what is printed on the drive's label."""
    known = say("{model}, {size:bytes}", model=drive.model or drive.path, size=drive.size_bytes)
    if drive.serial is None:
        return tell(known) + ", " + tell(say("no serial number"))
    return tell(known) + ", " + tell(say("serial {serial}", serial=drive.serial))


def plan_lines(number: int, plan: Plan, width: int, tell: Tell) -> Lines:
    """One drive of the list to confirm, in 80 columns: who it is, then what would be done or why nothing can be."""
    head = f"{number}. {identity_text(plan.drive, tell)}"
    if plan.drive.simulated:
        head += " - " + tell(say("simulated"))
    lines = wrapped(head, width, style=STRONG)
    if not plan.steps:
        why = " ".join(tell(obstacle) for obstacle in plan.obstacles)
        return lines + marked("   [XX]", BAD, tell(say("Cannot be erased:")) + " " + why, width, BAD)
    what = say(
        "{ways}; read back: {checked}; level: {level}; about {time:duration}",
        ways=" + ".join(tell(word(step.technique)) for step in plan.steps),
        checked=plan.steps[-1].verify.value,
        level=(plan.level or plan.steps[-1].level).value,
        time=plan.seconds_expected,
    )
    lines += wrapped(tell(what), width, 3)
    for obstacle in plan.obstacles:
        lines += wrapped("! " + tell(obstacle), width, 3, DOUBT)
    return lines


def sanitization_lines(done: Sanitization, width: int, tell: Tell) -> Lines:
    """What became of one drive, and why."""
    sign = outcome_sign(outcome_of(done.status))
    head = f"{identity_text(done.drive, tell)}: {tell(word(done.status))}"
    lines = marked(sign.mark, sign.style, head, width, STRONG)
    why = [tell(done.reason), *(tell(exception) for exception in done.exceptions)]
    if done.hint is not None:
        why.append(tell(done.hint))
    return lines + wrapped(" ".join(why), width, 5)


def drives_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """Every drive of the machine; one that nothing is known of counts as not erased."""
    last = {done.drive.path: done for done in state.sanitizations}
    lines = [row for done in last.values() for row in sanitization_lines(done, width, tell)]
    for drive in state.inventory.drives if state.inventory else []:
        if drive.path not in last:
            name = tell(say("{model}, {size:bytes}", model=drive.model or drive.path, size=drive.size_bytes))
            unproven = tell(say("nothing proves that it was erased"))
            lines += marked("[--]", DOUBT, f"{name}: {unproven}", width)
    return lines or [plain(tell(say("No drive.")))]


def all_clean(state: IntakeState) -> bool:
    """True where there were drives and every one is sanitized without exceptions."""
    statuses = {done.drive.path: done.status for done in state.sanitizations}
    seen = {drive.path for drive in state.inventory.drives} if state.inventory else set()
    paths = seen | set(statuses)
    return bool(paths) and all(statuses.get(path) is SanitizationStatus.SANITIZED for path in paths)


def named_by(plans: Sequence[Plan], tag: str, ends: Mapping[str, str]) -> list[int]:
    """The drives, by their number in the list, that what was typed names; whether it is right the service judges.

    Ends of serials go before the tag: then only the drives that they name are meant. `ends` is by path.
    """
    erasable = [(number, plan) for number, plan in enumerate(plans, start=1) if plan.steps]
    singly = [number for number, plan in erasable if names(plan, ends.get(plan.drive.path, ""))]
    if singly or not tag:
        return singly
    return [number for number, plan in erasable if not plan.single_confirmation]


def names(plan: Plan, typed: str) -> bool:
    """Whether enough was typed to name this drive; one without a serial is named by the asset tag."""
    return len(typed) >= min(MIN_SERIAL_END, len(plan.drive.serial or "?"))

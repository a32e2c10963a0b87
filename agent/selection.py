"""Which drives are to be erased: from the command line's words or a person's confirmation. Pure functions."""

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.messages import Answer, IntakeRequest
from agent.model.problem import Problem
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest, ended
from agent.model.words import Mode, SanitizationStatus, Technique
from agent.sanitize.choice import foreign_lock
from agent.sanitize.plan import plan as planned

MIN_SERIAL_END = 4
"""Characters of a serial's end that must be typed; all of it where it is shorter."""


class NotSelected(Problem):
    """Why a selection cannot be made; nothing was started."""


def by_words(plans: list[Plan], request: IntakeRequest, mode: Mode, unattended: bool) -> set[str]:
    """The paths that `--erase all|none|SERIAL…` names. Raises NotSelected, and then nothing is erased.

    `all` is every drive present now but for those that need a confirmation of their own.
    """
    if request.erase == "none" or request.erase is None:
        return set()
    if request.erase == "all":
        if mode is Mode.REAL and not unattended:
            raise NotSelected(
                say("Erasing all drives without anybody confirming is not allowed on this stick."),
                say("Name the serial numbers, or write unattended_erase = true into ordis.toml."),
            )
        return {plan.drive.path for plan in plans if not plan.single_confirmation}
    return {_named(plans, serial).drive.path for serial in request.erase}


def _named(plans: list[Plan], serial: str) -> Plan:
    found = [plan for plan in plans if plan.drive.serial == serial]
    if len(found) == 1:
        return found[0]
    known = ", ".join(plan.drive.serial for plan in plans if plan.drive.serial) or "-"
    if not found:
        raise NotSelected(
            say("No drive has the serial number {serial}.", serial=serial),
            say("The drives of this machine: {known}.", known=known),
        )
    raise NotSelected(
        say("Several drives have the serial number {serial}.", serial=serial),
        say("Unplug all but one of them and start again."),
    )


def by_answer(plans: list[Plan], answer: Answer, asset_tag: str | None) -> set[str] | Message:
    """The paths that a person confirmed from the list shown, or why the answer does not count.

    An empty answer declines. The asset tag confirms the list but for drives that need their own confirmation.
    """
    if answer.serial_ends:
        return _by_serial_ends(plans, answer.serial_ends, asset_tag)
    if not answer.text:
        return set()
    if is_tag(answer.text, asset_tag):
        return {plan.drive.path for plan in plans if plan.steps and not plan.single_confirmation}
    return say("That is not the asset tag of this machine. Nothing was confirmed.")


def _by_serial_ends(plans: list[Plan], ends: dict[str, str], asset_tag: str | None) -> set[str] | Message:
    by_path = {plan.drive.path: plan for plan in plans if plan.steps}
    for path, typed in ends.items():
        plan = by_path.get(path)
        if plan is None:
            return say("The drive {path} is not on the list that was shown.", path=path)
        if not means(typed, plan.drive.serial, asset_tag):
            return say(
                "“{typed}” does not confirm {model}: type the last {count} characters of its serial number, "
                "or the machine's asset tag where the drive has none.",
                typed=typed,
                model=plan.drive.model or path,
                count=MIN_SERIAL_END,
            )
    return set(ends)


def is_tag(typed: str, asset_tag: str | None) -> bool:
    """Whether this is the machine's tag, which nothing is where it has none."""
    return bool(asset_tag) and typed.casefold() == str(asset_tag).casefold()


def means(typed: str, serial: str | None, asset_tag: str | None) -> bool:
    """Whether what was typed for a drive names this one."""
    if serial is None:
        return is_tag(typed, asset_tag)
    return len(typed) >= min(MIN_SERIAL_END, len(serial)) and serial.casefold().endswith(typed.casefold())


def named(plan: Plan) -> str:
    """The drive as a line of the checklist calls it."""
    return plan.drive.model or plan.drive.path


def untouched(plan: Plan, selected: bool, *, late: bool = False) -> Sanitization | None:
    """What became of a drive that is not erased; None where the erase is to be carried out.

    `late`: it came after the start, so that only a confirmation of its own counted for it.
    """
    if not selected and late:
        return ended(
            plan.drive,
            SanitizationStatus.NOT_REQUESTED,
            say("This drive was plugged in after the start, and nobody confirmed its erase by itself."),
            say("Start a new intake with it, or remove it."),
        )
    if not selected:
        return ended(plan.drive, SanitizationStatus.NOT_REQUESTED, _unasked(plan))
    if not plan.steps:
        reason = plan.obstacles[0] if plan.obstacles else say("There is no way to erase this drive.")
        return ended(plan.drive, SanitizationStatus.REFUSED, reason)
    return None


def psid_opens(drive: Drive, request: SanitizationRequest) -> bool:
    """The number on its label would take the former owner's lock from this drive, so that it can be erased."""
    return foreign_lock(drive) and any(
        step.technique is Technique.OPAL_REVERT for step in planned(drive, request, psid=True).steps
    )


def _unasked(plan: Plan) -> Message:
    if not plan.single_confirmation:
        return say("Nobody asked for this drive to be erased.")
    if plan.drive.serial is None:
        return say("A drive without a serial number is erased only when it is confirmed by itself, at the screen.")
    return say("An external drive is erased only when it is named by itself.")

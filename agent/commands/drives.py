"""`ordis drives`: each drive with what would be done to erase it."""

from agent.commands.options import Options
from agent.inventory import drives as real_drives
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.sanitization import Plan, SanitizationRequest
from agent.model.words import Mode
from agent.report.naming import LEVEL, TECHNIQUE, VERIFY
from agent.sanitize.plan import plan
from agent.workplace import workplace


def run(options: Options) -> int:
    place = workplace(options.mode, options.settings)
    if options.mode is Mode.REAL:
        found = real_drives.find(place.source, allow_virtual=bool(options.allow_virtual))
    else:
        found = place.find_drives(place.source)
    plans = [plan(drive, SanitizationRequest()) for drive in found]
    told = [{**drive.model_dump(mode="json"), "plan": each} for drive, each in zip(found, plans, strict=True)]
    options.event("result", drives=told)
    if not found:
        options.line(say("No drive was seen."))
    for drive, each in zip(found, plans, strict=True):
        _describe(options, drive, each)
    return 0


def _describe(options: Options, drive: Drive, drive_plan: Plan) -> None:
    options.line(
        say(
            "{path}  {model}, serial {serial}, {size:bytes}, {transport}",
            path=drive.path, model=drive.model or "?", serial=drive.serial or "-", size=drive.size_bytes,
            transport=drive.transport.value,
        )
    )  # fmt: skip
    details = [
        say(
            "would be erased by: {technique} ({level}), {verify}, about {seconds:duration}",
            technique=options.tell(TECHNIQUE[step.technique]), level=options.tell(LEVEL[step.level]),
            verify=options.tell(VERIFY[step.verify]), seconds=step.seconds_expected,
        )
        for step in drive_plan.steps
    ]  # fmt: skip
    details += [say("may not be erased: {reason}", reason=options.tell(why)) for why in drive_plan.obstacles]
    if drive_plan.steps:
        details += [
            say("not by {technique}: {reason}", technique=options.tell(TECHNIQUE[out.technique]),
                reason=options.tell(out.reason))
            for out in drive_plan.ruled_out
        ]  # fmt: skip
    for detail in details:
        options.text(f"    {options.tell(detail)}")

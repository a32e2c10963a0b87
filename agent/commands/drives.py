"""`ordis drives`: each drive with what would be done to erase it, and why everything else would not."""

import asyncio
from collections.abc import Iterator

from agent import probing, profile
from agent.commands.options import Options
from agent.commands.ways import way
from agent.inventory import drives as real_drives
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.sanitization import Plan, PlanStep, RuledOut, SanitizationRequest
from agent.model.words import Level, Method, Mode, Technique
from agent.report.naming import LEVEL, TECHNIQUE, VERIFY
from agent.sanitize.levels import LEVELS
from agent.sanitize.plan import BEYOND_ADDRESSES, plan
from agent.workplace import workplace


def run(options: Options) -> int:
    request = _request(options)
    place = workplace(options.mode, options.settings)
    if options.mode is Mode.REAL:
        seen = real_drives.find(place.source, allow_virtual=bool(options.allow_virtual))
    else:
        seen = place.find_drives(place.source)
    found = asyncio.run(probing.ask_all(seen))
    plans = [plan(drive, request) for drive in found]
    told = [{**drive.model_dump(mode="json"), "plan": each} for drive, each in zip(found, plans, strict=True)]
    options.event("result", drives=told)
    if not found:
        options.line(say("No drive was seen."))
    for drive, each in zip(found, plans, strict=True):
        options.line(_head(drive))
        for detail in _details(options, drive, each):
            options.text(f"    {options.tell(detail)}")
    return 0


def _request(options: Options) -> SanitizationRequest:
    request = SanitizationRequest()
    if options.profile is not None:
        request = profile.load(options.profile, profile.folders(options.settings, options.mode)).sanitization.request()
    return request if options.level is None else request.model_copy(update={"level": Level(options.level)})


def _head(drive: Drive) -> Message:
    return say(
        "{path}  {model}, serial {serial}, {size:bytes}, {transport}",
        path=drive.path, model=drive.model or "?", serial=drive.serial or "-", size=drive.size_bytes,
        transport=drive.transport.value,
    )  # fmt: skip


def _details(options: Options, drive: Drive, drive_plan: Plan) -> Iterator[Message]:
    for number, step in enumerate(drive_plan.steps):
        yield _step(options, step, first=number == 0)
    if len(drive_plan.steps) > 1 and drive_plan.level:
        yield say(
            "all together: {level}, about {seconds:duration}",
            level=options.tell(LEVEL[drive_plan.level]), seconds=drive_plan.seconds_expected,
        )  # fmt: skip
    for why in drive_plan.obstacles:
        yield say("may not be erased: {reason}", reason=options.tell(why))
    for warning in drive_plan.warnings:
        yield say("note: {warning}", warning=options.tell(warning))
    for area in drive.hidden_areas:
        if area.kind in BEYOND_ADDRESSES:
            yield say("capacity that belongs to no address: {size:bytes}", size=area.bytes)
        else:
            yield say("hidden area ({kind}): {size:bytes}", kind=area.kind.upper(), size=area.bytes)
    if drive_plan.steps:
        yield from _ruled_out(options, drive_plan)


def _step(options: Options, step: PlanStep, *, first: bool) -> Message:
    values = {
        "technique": way(options, step.technique, step.method),
        "level": options.tell(LEVEL[step.level]),
        "verify": options.tell(VERIFY[step.verify]),
    }
    if len(step.passes) > 1:
        values["technique"] = options.tell(
            say("{technique} in {count} passes", technique=values["technique"], count=len(step.passes))
        )
    if first:
        return say(
            "would be erased by: {technique} ({level}), {verify}, about {seconds:duration}",
            **values, seconds=step.seconds_expected,
        )  # fmt: skip
    return say(
        "then: {technique} ({level}), {verify}, about {seconds:duration}", **values, seconds=step.seconds_expected
    )


def _ruled_out(options: Options, drive_plan: Plan) -> Iterator[Message]:
    """One line for each reason: many ways are out for the same one."""
    by_reason: dict[str, list[RuledOut]] = {}
    for out in drive_plan.ruled_out:
        by_reason.setdefault(options.tell(out.reason), []).append(out)
    for reason, outs in by_reason.items():
        yield say("not by {technique}: {reason}", technique="; ".join(_together(options, outs)), reason=reason)


def _together(options: Options, outs: list[RuledOut]) -> Iterator[str]:
    """The ways by name; a technique of which every method is among them is named once."""
    methods: dict[Technique, list[Method | None]] = {}
    for out in outs:
        methods.setdefault(out.technique, []).append(out.method)
    for technique, found in methods.items():
        if len(found) == sum(each is technique for each, _ in LEVELS):
            yield options.tell(TECHNIQUE[technique])
        else:
            yield from (way(options, technique, method) for method in found)

"""`ordis stick check` and `write`: the care of sticks."""

from collections.abc import Iterator

from agent.commands.options import Options
from agent.host.source import Live
from agent.model.message import say
from agent.stick.check import Check, key_of
from agent.stick.check import check as check_stick
from agent.stick.current import by_workshop, facts
from agent.stick.finding import Finding
from agent.stick.write import Order, write_image


def check(options: Options) -> int:
    """0 healthy and current, 1 not, 3 where there is no stick to check."""
    options.real_only()
    findings: list[Finding] = []
    for finding in _findings(options):
        options.note("")
        sign = {True: "✓", False: "✗", None: "–"}[finding.good]
        options.event("finding", **finding.model_dump(mode="json"))
        options.text(f"{sign} {options.tell(finding.text)}")
        if finding.hint is not None and not finding.good:
            options.text(f"    {options.tell(finding.hint)}")
        findings.append(finding)
    bad = [finding.what for finding in findings if finding.good is False]
    options.event("result", healthy=not bad, bad=bad)
    return 1 if bad else 0


def _findings(options: Options) -> Iterator[Finding]:
    def reading(done: int) -> None:
        options.note(options.tell(say("{size:bytes} read", size=done)))

    wanted = Check(virtual=bool(options.allow_virtual), image=options.image, progress=reading)
    yield from check_stick(Live(), wanted)
    key, finding = key_of(options.settings)
    yield finding
    yield from by_workshop(options.settings, key, facts())


def write(options: Options) -> int:
    """0 written and read back."""
    options.real_only()
    order = Order(
        image=options.file, device=options.device, serial=options.serial, keep=bool(options.keep_data),
        lose=bool(options.lose_data), virtual=bool(options.allow_virtual),
    )  # fmt: skip
    last = -1

    def show(what: str, done: int, total: int) -> None:
        nonlocal last
        percent = done * 100 // max(total, 1)
        if percent != last:
            last = percent
            options.event("progress", phase=what, bytes_done=done, bytes_total=total)
            options.note(f"{percent} %  {options.tell(_PHASES[what])}")

    volume = write_image(Live(), order, show)
    options.note("")
    options.event("result", written=True, volume=volume, kept=order.keep)
    options.line(say("The image is on the stick ({volume}), and was read back.", volume=volume))
    options.line(
        say("The data partition is kept.") if order.keep else say("At its first start it makes a new key: enrol it.")
    )
    return 0


_PHASES = {"check": say("checking the image"), "write": say("writing"), "verify": say("reading back")}

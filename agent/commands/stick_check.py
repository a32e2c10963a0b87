"""`ordis stick check`: is the stick healthy and current."""

from collections.abc import Iterator

from agent.commands.options import Options
from agent.host.source import Live
from agent.model.message import say
from agent.stick.check import Check, key_of
from agent.stick.check import check as check_stick
from agent.stick.current import by_workshop, facts
from agent.stick.finding import Finding


def run(options: Options) -> int:
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

"""The stick, the workshop, the date and what waits, each in a line with a sign."""

from agent.model.message import Message, say
from agent.model.state import IntakeState
from agent.model.surroundings import ClockSeen, Kept, StickSeen, WorkshopSeen
from agent.model.words import Mode, Reached
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked
from agent.tui.theme import BAD, DOUBT, GOOD, QUIET

KEY_CHARACTERS = 8
"""Of a public key's Base64: enough to tell the sticks of a workshop apart."""

_GOOD, _QUIET, _DOUBT, _BAD = ("[ok]", GOOD), ("[--]", QUIET), ("[ !]", DOUBT), ("[XX]", BAD)
Said = tuple[tuple[str, str], list[Message]]
"""Sign and sentences."""

_KEPT = {
    Kept.STICK: (_GOOD, say("Stick: found; reports are kept on it.")),
    Kept.DISK: (_QUIET, say("Stick: none; reports are kept on this computer.")),
    Kept.PULLED: (_BAD, say("Stick: it is pulled out. Plug it in again: reports stay in memory until then.")),
    Kept.DAMAGED: (_BAD, say("Stick: damaged. Reports stay in memory until the workshop has them.")),
    Kept.NONE: (_DOUBT, say("Stick: none. Reports stay in memory until the workshop has them.")),
}


def surroundings_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """What was looked at so far; nothing while nothing was."""
    seen = state.surroundings
    said = [_stick(seen.stick)] if seen.stick else []
    said += [_workshop(seen.workshop, seen.stick, state.mode)] if seen.workshop else []
    if seen.waiting:
        one, many = say("1 report waits to be sent."), say("{count} reports wait to be sent.", count=seen.waiting)
        said.append((_DOUBT, [one if seen.waiting == 1 else many, say("That happens by itself.")]))
    said += [_clock(seen.clock)] if seen.clock else []
    return [
        row
        for (mark, style), sentences in said
        for row in marked(
            mark, style, " ".join(tell(each) for each in sentences), width, style if mark != "[ok]" else ""
        )
    ]


def short_key(key: str) -> str:
    """`ordis-ed25519:AbCdEfGh…` as people compare it: the first characters behind the colon."""
    return key.rpartition(":")[2][:KEY_CHARACTERS]


def _stick(stick: StickSeen) -> Said:
    sign, sentence = _KEPT[stick.kept]
    sentences = [sentence, *([stick.why] if stick.why else [])]
    if stick.in_memory:
        sentences.append(say("Ordis runs from memory."))
    if stick.key and stick.kept in (Kept.STICK, Kept.DISK):
        sentences.append(say("Signature {key}.", key=short_key(stick.key)))
    return sign, sentences


def _workshop(workshop: WorkshopSeen, stick: StickSeen | None, mode: Mode) -> Said:
    match workshop.reached:
        case Reached.YES if workshop.enrolled is False and mode is Mode.REAL:
            key = short_key(stick.key) if stick is not None and stick.key else "?"
            unknown = say(
                "Workshop: it answers, but does not know this stick's signature {key}: have it enrolled.", key=key
            )
            return _DOUBT, [unknown]
        case Reached.YES:
            return _GOOD, [say("Workshop: it answers."), *([workshop.why] if workshop.why else [])]
        case Reached.PORTAL:
            return _DOUBT, [say("Workshop: this network wants a sign-in first, so nothing gets there.")]
        case Reached.NO:
            return _DOUBT, [
                say("Workshop: it does not answer; reports wait."),
                *([workshop.why] if workshop.why else []),
            ]
    return _QUIET, [say("Workshop: none; reports wait."), *([workshop.why] if workshop.why else [])]


_VOUCHES = {
    "network": say("set by the network"),
    "volunteer": say("entered by hand"),
    "machine_clock": say("this computer's clock"),
}


def _clock(clock: ClockSeen) -> Said:
    local = clock.local
    parts = {"year": f"{local:%Y}", "month": f"{local:%m}", "day": f"{local:%d}", "time": f"{local:%H:%M}"}
    if clock.source == "unconfirmed":
        return _BAD, [say("Date: {year}-{month}-{day}, {time}: that cannot be right. You will be asked.", **parts)]
    vouches = _VOUCHES[clock.source].text
    return _GOOD, [say("Date: {year}-{month}-{day}, {time} ({vouches}).", vouches=vouches, **parts)]

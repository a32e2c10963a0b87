"""`ordis stick prepare` and `attach`: what the service does at the start, by hand, and for a stick that comes later."""

from agent.commands.options import Options
from agent.host.source import Live
from agent.model.message import Message, say
from agent.stick.start import attach as attach_stick
from agent.stick.start import prepare as prepare_stick
from agent.stick.status import State, StickStatus

_STATE = {
    State.MOUNTED: say("in use"),
    State.DAMAGED: say("damaged, set aside"),
    State.NONE: say("none"),
}


def prepare(options: Options) -> int:
    """0 where a stick is in use and nothing is amiss, else 1. Whatever happens is in the status file."""
    options.real_only()
    return _told(options, prepare_stick(Live(), lambda: options.settings, virtual=bool(options.allow_virtual)))


def attach(options: Options) -> int:
    """The same for a stick that was plugged in later."""
    options.real_only()
    name = options.device.rsplit("/", 1)[-1] if options.device else None
    return _told(options, attach_stick(Live(), lambda: options.settings, name, virtual=bool(options.allow_virtual)))


def _told(options: Options, status: StickStatus) -> int:
    options.event("result", **status.model_dump(mode="json"))
    if status.found:
        options.line(
            say("{device}: Ordis stick {volume}, data partition: {state}",
                device=status.device or "-", volume=status.volume or "-", state=options.tell(_STATE[status.state]))
        )  # fmt: skip
    if status.grown_by_bytes:
        options.line(say("The data partition grew by {size:bytes}.", size=status.grown_by_bytes))
    for trouble in status.problems:
        _line(options, trouble.reason, trouble.hint)
    return 0 if status.state is State.MOUNTED and not status.problems else 1


def _line(options: Options, reason: Message, hint: Message | None) -> None:
    options.line(reason)
    if hint is not None:
        options.text(f"    {options.tell(hint)}")

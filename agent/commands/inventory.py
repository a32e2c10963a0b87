"""`ordis inventory`: what this machine is; what a recorded machine was; and recording this one."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.commands.options import Options
from agent.host.recorded import Recorded
from agent.host.source import Source
from agent.inventory import collect
from agent.model.inventory import Drive, Inventory
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode, Transport
from agent.workplace import workplace

_MUTE = {Transport.VIRTIO, Transport.LOOP}
"""Behind these there is no drive to ask."""
_NARROWEST, _WIDEST = 60, 120
"""Columns of the page: a terminal may be narrower, and a line longer than this is hard to read."""


def run(options: Options) -> int:
    if options.recorded:
        return _read_back(options)
    if options.anonymous and not options.record:
        raise Problem(say("--anonymous belongs to --record."), say("Use: ordis inventory --record FOLDER --anonymous"))
    if options.record and options.mode is not Mode.REAL:
        raise Problem(say("Training drives are not recorded."), say("Leave out --training."))
    return _this_machine(options)


def _this_machine(options: Options) -> int:
    place = workplace(options.mode, options.settings)
    if not options.record:
        _print(options, _told(options, place.source, place.find_drives)[0])
        return 0
    from agent.host.recording import Recording  # noqa: PLC0415 - loaded for the few who record
    from agent.inventory import record  # noqa: PLC0415

    recording = Recording()
    inventory, recording.record.documents = _told(options, recording, place.find_drives, every_log=True)
    record.save(recording.record, Path(options.record), anonymous=bool(options.anonymous))
    _print(options, inventory)
    options.line(say("Recorded into {folder}.", folder=str(options.record)))
    return 0


def _told(
    options: Options, source: Source, find_drives: Callable[[Source], list[Drive]], *, every_log: bool = False
) -> tuple[Inventory, dict[str, Any]]:
    """The inventory, told as it comes, and the drives' documents."""
    inventory = collect.fast(source, find_drives, tell=lambda early: options.event("inventory", inventory=early))
    documents: dict[str, Any] = {}
    options.event("inventory", inventory=inventory)
    if any(drive.transport not in _MUTE for drive in inventory.drives):
        options.note(options.tell(say("Asking {count} drives …", count=len(inventory.drives))))
        from agent.commands.asking import asked  # noqa: PLC0415 - see there

        inventory, documents = asked(inventory, source, every_log=every_log)
        options.note("")
    options.event("result", inventory=inventory)
    return inventory, documents


def _read_back(options: Options) -> int:
    """One result for each folder; one that is not there is named, and the others come all the same."""
    missing = 0
    for folder in options.recorded:
        try:
            recorded = Recorded(Path(folder))
        except (FileNotFoundError, NotADirectoryError):
            missing += 1
            options.problem(
                say("There is no folder {folder}.", folder=str(folder)),
                say("Give the folders that --record has made."),
            )
            continue
        inventory = collect.recorded(recorded)
        options.event("result", recorded=str(folder), inventory=inventory)
        if len(options.recorded) > 1:
            options.text(f"{folder}")
        _print(options, inventory)
    return 2 if missing else 0


def _print(options: Options, inventory: Inventory) -> None:
    if options.json:
        return
    from agent.report.page import page  # noqa: PLC0415 - JSON needs no page

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in page(inventory, options.language, colour=colour, width=_width()):
        options.text(line)


def _width() -> int:
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 80
    return max(_NARROWEST, min(columns, _WIDEST))

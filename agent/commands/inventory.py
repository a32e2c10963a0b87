"""`ordis inventory`: what this machine is; what a recorded machine was; and recording this one."""

import asyncio
import os
import sys
from pathlib import Path

from agent import probing
from agent.commands.options import Options
from agent.host import nvmecli
from agent.host.recorded import Recorded
from agent.host.recording import Recording
from agent.inventory import collect, record, told_drives
from agent.model.inventory import Inventory, Unreadable
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode, Transport
from agent.report.page import page
from agent.workplace import workplace

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
    recording = Recording() if options.record else None
    source = recording or place.source
    found = collect.fast(source, place.find_drives, tell=lambda early: options.event("inventory", inventory=early))
    options.event("inventory", inventory=found)
    if found.drives:
        options.note(options.tell(say("Asking {count} drives …", count=len(found.drives))))
    answers = asyncio.run(probing.hear_all(found.drives))
    names = [drive.path.rsplit("/", 1)[-1] for drive in found.drives]
    smartctl = {name: told.smartctl for name, told in zip(names, answers, strict=True) if told.smartctl is not None}
    firmware = {name: told.firmware for name, told in zip(names, answers, strict=True) if told.firmware is not None}
    nvme = {
        f"{name}.{command}": document
        for drive, name in zip(found.drives, names, strict=True)
        if drive.transport is Transport.NVME and (recording is not None or name not in smartctl)
        for command, document in nvmecli.logs(source.tool, drive.path).items()
    }
    silent = [
        Unreadable(part=f"health of {name}", reason=told.why)
        for name, told in zip(names, answers, strict=True)
        if told.why is not None
    ]
    drives = told_drives.completed(found.drives, smartctl, nvme, firmware)
    inventory = found.model_copy(update={"drives": drives, "unreadable": [*found.unreadable, *silent]})
    options.note("")
    if recording is not None:
        recording.record.documents |= {"smartctl": smartctl, "nvme": nvme, "firmware": firmware}
        record.save(recording.record, Path(options.record), anonymous=bool(options.anonymous))
    options.event("result", inventory=inventory)
    _print(options, inventory)
    if recording is not None:
        options.line(say("Recorded into {folder}.", folder=str(options.record)))
    return 0


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
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in page(inventory, options.language, colour=colour, width=_width()):
        options.text(line)


def _width() -> int:
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 80
    return max(_NARROWEST, min(columns, _WIDEST))

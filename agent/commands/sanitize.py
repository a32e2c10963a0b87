"""`ordis sanitize`: erase one drive, named by its device and confirmed by its serial number."""

import asyncio
import contextlib
import os
import signal
import uuid

from agent.commands.options import Options
from agent.drivelink import DriveLink
from agent.drivework import Pace
from agent.host.blockdevice import NotABlockDevice, device_number, kernel_name
from agent.host.blockuse import read_use
from agent.host.source import Live
from agent.inventory import drives, obstacles
from agent.journal import Journal, JournalError
from agent.leftovers import leftovers, stricter
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest
from agent.model.words import Mode, SanitizationStatus, Technique
from agent.report.naming import STATUS, VERIFY
from agent.sanitize.plan import plan
from agent.workplace import workplace


class Refusal(Problem):
    """The erase was not begun; nothing was written."""


def run(options: Options) -> int:
    """0 sanitized, 1 not (or with exceptions), 2 refused."""
    drive = _find(options)
    request = _request(options)
    drive_plan = plan(drive, request)
    request = stricter(request, drive_plan, leftovers(options.settings.journal(options.mode)))
    if not drive_plan.steps:
        raise Refusal(drive_plan.obstacles[0], say("Nothing was written."))
    result = asyncio.run(_erase(options, drive_plan, request))
    _describe(options, result)
    if result.status is SanitizationStatus.REFUSED:
        return 2
    return 0 if result.status is SanitizationStatus.SANITIZED else 1


def _request(options: Options) -> SanitizationRequest:
    wanted = options.technique
    if wanted is not None and wanted not in list(Technique):
        raise Refusal(
            say("There is no technique {name}.", name=wanted),
            say("Expected one of: {names}.", names=", ".join(Technique)),
        )
    return SanitizationRequest(level=options.level, technique=wanted, pattern=options.pattern, verify=options.verify)


def _find(options: Options) -> Drive:
    source = Live()
    path = os.path.realpath(options.device)
    if options.mode is Mode.TRAINING:  # no real drive is as much as looked at
        for drive in workplace(options.mode, options.settings).find_drives(source):
            if drive.path == path:
                return _confirmed(drive, options.serial)
        raise _unknown(options)
    try:
        number = device_number(path)
    except NotABlockDevice as error:
        raise Refusal(
            say("{path} is not a drive: it is a file or another kind of device.", path=options.device), _look()
        ) from error
    except OSError as error:
        raise Refusal(
            say("There is no device {path} ({error}).", path=options.device, error=error.strerror or ""), _look()
        ) from error
    for drive in drives.find(source, allow_virtual=bool(options.allow_virtual)):
        if drive.path == path:
            return _confirmed(drive, options.serial)
    name = kernel_name(source, number)
    reasons = obstacles.judge(read_use(source, name), allow_virtual=bool(options.allow_virtual)) if name else []
    if reasons:
        raise Refusal(reasons[0], _look())
    raise _unknown(options)


def _unknown(options: Options) -> Refusal:
    return Refusal(say("{path} is not a drive that Ordis erases.", path=options.device), _look())


def _look() -> Message:
    return say("See which drives there are with: ordis drives. Loop devices count only with --allow-virtual.")


def _confirmed(drive: Drive, serial: str) -> Drive:
    # People know a loop device's file by its path as well; either names the same file.
    if serial and serial in (drive.serial, drive.backing_file):
        return drive
    raise Refusal(
        say(
            "The serial number does not match: {path} has {found}, you gave {given}.",
            path=drive.path, found=drive.serial or "-", given=serial,
        ),
        say("Nothing was written. Look at the drive's label and at: ordis drives"),
    )  # fmt: skip


async def _erase(options: Options, drive_plan: Plan, request: SanitizationRequest) -> Sanitization:
    pace = Pace(drive_plan.drive.size_bytes, request.verify)
    drive = drive_plan.drive.model_dump(mode="json")
    journal: Journal | None = None

    def before_writing() -> None:
        nonlocal journal
        options.settings.make_folder(options.mode)
        journal = Journal.create(options.settings.journal(options.mode), str(uuid.uuid4()))
        journal.record("erase_started", drive=drive, request=request.model_dump(mode="json"))

    def progress(phase: str, done: int, total: int) -> None:
        percent, sentence, left = pace.told(phase, done, total)
        options.event("progress", phase=phase, bytes_done=done, bytes_total=total, seconds_left=left)
        options.note(f"{percent:5.1f} %  {options.tell(sentence)}")

    async with await DriveLink.start(drive_plan.drive) as link:
        _stop_on_signals(link)
        result = await link.sanitize(request, before_writing, progress)
    options.note("")
    if journal is not None:
        # What became of the drive must be told even if the stick is gone; the next intake then asks for a new erase.
        with contextlib.suppress(JournalError):
            journal.record("sanitization", result=result.model_dump(mode="json"))
            journal.close()
    return result


def _stop_on_signals(link: DriveLink) -> None:
    """Ctrl-C and the like stop the erase at a safe point, so that what became of the drive is still told."""
    loop = asyncio.get_running_loop()
    stopping = []

    def stop(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)  # a second one ends us at once
        stopping.append(loop.create_task(link.stop()))

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, number)


def _describe(options: Options, result: Sanitization) -> None:
    options.event("result", sanitization=result)
    options.text(f"{result.drive.path}: {options.tell(STATUS[result.status])}")
    for message in (result.reason, *result.exceptions, result.evidence.statement, result.hint):
        if message is not None:
            options.text(f"    {options.tell(message)}")
    if result.status is not SanitizationStatus.REFUSED:
        told = say(
            "{written:bytes} written, {verified:bytes} read back ({how}), {seconds:duration}",
            written=result.bytes_written, verified=result.bytes_verified, seconds=result.seconds,
            how=options.tell(VERIFY[result.verification]),
        )  # fmt: skip
        options.text(f"    {options.tell(told)}")

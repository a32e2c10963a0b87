"""`ordis sanitize`: erase one drive, named by its device and confirmed by its serial number."""

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from agent import probing
from agent.charger import START_AGAIN
from agent.commands.options import Options
from agent.commands.ways import way
from agent.drivework import Around, DriveErase, Way
from agent.host.blockdevice import NotABlockDevice, device_number, kernel_name
from agent.host.blockuse import read_use
from agent.host.source import Live
from agent.inventory import drives, obstacles
from agent.inventory.batteries.charger import on_battery
from agent.journal import Journal, JournalError
from agent.ledger import open_journal
from agent.leftovers import hand_over, leftovers, memory_of, stricter
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest
from agent.model.words import Method, Mode, SanitizationStatus, Technique
from agent.report.naming import LEVEL, STATUS, VERIFY
from agent.sanitize.opal.revert import checked_psid
from agent.sanitize.plan import plan
from agent.workplace import workplace

Word = TypeVar("Word", bound=StrEnum)


class Refusal(Problem):
    """The erase was not begun; nothing was written."""


def run(options: Options) -> int:
    """0 sanitized, 1 not (or with exceptions), 2 refused."""
    request, psid = _request(options), _psid(options)
    drive = asyncio.run(probing.ask_all([_find(options)]))[0]
    drive_plan = plan(drive, request, psid is not None)
    request = stricter(request, drive_plan, leftovers(options.settings.journal(options.mode)))
    drive_plan = plan(drive, request, psid is not None)
    if not (drive.simulated or drive.virtual) and on_battery(Live()):
        raise Refusal(say("This computer lives on its battery: no erase is begun."), START_AGAIN)
    if not drive_plan.steps:
        raise Refusal(drive_plan.obstacles[0], say("Nothing was written."))
    _announce(options, drive_plan)
    result = asyncio.run(_erase(options, drive_plan, request, psid))
    _describe(options, result)
    if result.status is SanitizationStatus.REFUSED:
        return 2
    return 0 if result.status is SanitizationStatus.SANITIZED else 1


def _request(options: Options) -> SanitizationRequest:
    return SanitizationRequest(
        level=options.level,
        technique=_word(Technique, options.technique),
        method=_word(Method, options.method),
        pattern=options.pattern,
        passes=options.passes,
        verify=options.verify,
        reveal=not options.keep_hidden,
        discard=bool(options.discard),
    )


def _word(words: type[Word], given: str | None) -> Word | None:
    if given is None:
        return None
    if given in list(words):
        return words(given)
    raise Refusal(
        say("There is no {kind} {name}.", kind=words.__name__.lower(), name=given),
        say("Expected one of: {names}.", names=", ".join(words)),
    )


def _psid(options: Options) -> str | None:
    """What was typed from the drive's label; it is asked for where `--psid` has no value. It is printed on the drive
    and so no secret, but it belongs into no journal and no report."""
    if options.psid is None:
        return None
    typed = options.psid or _ask(options)
    if checked_psid(typed) is None:
        raise Refusal(
            say("That is no PSID: on the drive's label it has 32 capitals and digits."),
            say("Nothing was written. Type it as it is printed; dashes and blanks do not matter."),
        )
    return str(typed)


def _ask(options: Options) -> str:
    if not sys.stdin.isatty():
        raise Refusal(
            say("Without a terminal the PSID cannot be asked for."), say("Give it behind --psid. Nothing was written.")
        )
    sys.stderr.write(options.tell(say("PSID from the drive's label:")) + " ")
    sys.stderr.flush()
    return sys.stdin.readline(200)


def _find(options: Options) -> Drive:
    source = Live()
    path = os.path.realpath(options.device)
    if options.mode is Mode.TRAINING:
        for drive in _present(options):
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
    for drive in _present(options):
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


async def _erase(options: Options, drive_plan: Plan, request: SanitizationRequest, psid: str | None) -> Sanitization:
    found = leftovers(options.settings.journal(options.mode))
    journal: Journal | None = None

    def record(kind: str, **fields: object) -> None:
        nonlocal journal
        if journal is None:
            options.settings.make_folder(options.mode)
            name, place = uuid.uuid4(), workplace(options.mode, options.settings)
            if drive_plan.drive.virtual:
                # Over a file, and no donor's: what becomes of it need not outlast the power.
                journal = Journal.create(options.settings.journal(options.mode), str(name))
            else:
                journal = open_journal(place, name)
        journal.record(kind, **fields)

    def track(kind: str, **fields: object) -> OSError | None:
        assert journal is not None
        return journal.track(kind, **fields)

    def take_over() -> None:
        assert journal is not None
        hand_over(found, drive_plan.drive, journal)

    def show(way: Way) -> None:
        if way.phase is not None:
            fields = {"phase": way.phase, "bytes_done": way.done, "bytes_total": way.total}
            options.event("progress", **fields, seconds_left=way.seconds_left)
        percent = "" if way.percent is None else f"{way.percent:5.1f} %  "
        options.note(f"{percent}{options.tell(way.detail)}")

    around = Around(record=record, track=track, show=show, find=lambda: _present(options), take_over=take_over)
    erase = DriveErase(drive_plan, request, around, memory_of(drive_plan, [drive_plan], found), psid)
    with _stopping_on_signals(erase):
        result = await erase.run()
    options.note("")
    if journal is not None:
        # What became of the drive must be told even if the stick is gone; the next intake then knows that it was begun.
        journal.note("sanitization", result=result.model_dump(mode="json"))
        with contextlib.suppress(JournalError):
            # Whoever stopped it knows; all else that was cut off, and a password of ours, the next erase is to find.
            if result.status is not SanitizationStatus.INTERRUPTED or (erase.stopped and not erase.password_set):
                journal.close()
    return result


def _present(options: Options) -> list[Drive]:
    """The drives that are there now; in training mode no real drive is as much as looked at."""
    if options.mode is Mode.TRAINING:
        return workplace(options.mode, options.settings).find_drives(Live())
    return drives.find(Live(), allow_virtual=bool(options.allow_virtual))


@contextlib.contextmanager
def _stopping_on_signals(erase: DriveErase) -> Iterator[None]:
    """Ctrl-C and the like stop the erase at a safe point, so that what became of the drive is still told."""
    loop = asyncio.get_running_loop()
    stopping = []

    def stop(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)  # a second one ends us at once
        stopping.append(loop.create_task(erase.stop()))

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _announce(options: Options, drive_plan: Plan) -> None:
    """What is about to be done, and what to know of it."""
    options.event("plan", plan=drive_plan)
    for warning in drive_plan.warnings:
        options.text(f"{drive_plan.drive.path}: {options.tell(warning)}")


def _describe(options: Options, result: Sanitization) -> None:
    options.event("result", sanitization=result)
    options.text(f"{result.drive.path}: {options.tell(STATUS[result.status])}")
    for message in (result.reason, *result.exceptions, result.evidence.statement, result.hint):
        if message is not None:
            options.text(f"    {options.tell(message)}")
    if result.status is not SanitizationStatus.REFUSED:
        for message in _figures(options, result):
            options.text(f"    {options.tell(message)}")


def _figures(options: Options, result: Sanitization) -> Iterator[Message]:
    if result.level is not None and result.technique is not None:
        yield say(
            "{level}, by {technique}",
            level=options.tell(LEVEL[result.level]), technique=way(options, result.technique, result.method),
        )  # fmt: skip
    for area in result.evidence.revealed:
        yield say(
            "a hidden area ({kind}) was opened before: {size:bytes} more belong to the drive now",
            kind=area.kind.upper(), size=area.bytes,
        )  # fmt: skip
    yield from result.evidence.untouched
    yield say(
        "{written:bytes} written, {verified:bytes} read back ({how}), {seconds:duration}",
        written=result.bytes_written, verified=result.bytes_verified, seconds=result.seconds,
        how=options.tell(VERIFY[result.verification]),
    )  # fmt: skip

"""The process that owns the running intake: state, events and commands as JSON Lines over a unix socket.

Faces hold no state. One attaches, gets a snapshot, then events; a slow one gets a fresh snapshot instead of
holding anybody up. Questions have ids, and the first answer wins.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from agent import habits, late
from agent import profile as profiles
from agent import settings as settings_file
from agent.errands import Errands
from agent.faces import Face
from agent.host.forked import beside
from agent.host.notify import Manager
from agent.host.priority import ordinary
from agent.host.sockets import claimed, listen
from agent.host.source import Live
from agent.journal import unfinished
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.messages import (
    COMMAND,
    LINE_LIMIT,
    PROTOCOL,
    Answer,
    AnyCareCommand,
    AnyEvent,
    Attach,
    Command,
    DeliverNow,
    InventoryEvent,
    JoinWifi,
    ProblemEvent,
    QuestionEvent,
    RepeatStep,
    SaveSettings,
    SaveSupport,
    SeeNetwork,
    SeeSettings,
    Shutdown,
    SnapshotEvent,
    Start,
    StopStep,
    SurroundingsEvent,
    UseAid,
)
from agent.model.state import AnyQuestion, IntakeState
from agent.model.surroundings import Surroundings
from agent.model.words import Mode, Phase, Subject
from agent.settings import Settings
from agent.stick.ready import Places
from agent.stick.start import prepare
from agent.unsaved import Unsaved
from agent.workplace import Workplace, workplace

if TYPE_CHECKING:
    from agent.care.care import Care
    from agent.dock import Dock
    from agent.intake import Intake
    from agent.restart import Restart
    from agent.surroundings import Lookout

log = logging.getLogger("ordis.service")

Found = TypeVar("Found")
IDLE_SECONDS = 15.0
"""A service that a face started ends when no face and no intake has been there for this long."""
STICK_SECONDS = 20.0
"""How long the start waits for a stick that does not answer."""
UNREADY_SECONDS = 180.0
"""For making the stick ready: it may have to grow."""
FIRST_NEEDED = ("agent.inventory.collect", "pyudev")
"""What the first facts need; loaded while the stick is made ready."""


class Service:
    """One per mode on a machine."""

    def __init__(self, place: Workplace, config: Path | None = None) -> None:
        """`config`: the settings' file, where one was named."""
        self._place = place
        self._config = config
        self._mode = place.mode
        self._state = IntakeState(
            mode=place.mode, surroundings=Surroundings(tag_pattern=place.settings.asset_tag_pattern)
        )
        self._lookout: Lookout | None = None
        self._looked = asyncio.Event()
        self._known: Inventory | None = None
        self._faces: set[Face] = set()
        self._unsaved = Unsaved(place, self.emit)
        self._intake: Intake | Dock | None = None
        self._care: Care | None = None
        self._errands: list[asyncio.Task[None]] = []
        self._job: asyncio.Task[None] | None = None
        self._answer: tuple[str, asyncio.Future[Answer]] | None = None
        self._asking = asyncio.Lock()
        self._ending = asyncio.Event()
        self._last_used = 0.0

    # ---- the life of the service

    async def run(self, *, on_demand: bool, manager: Manager | None = None) -> None:
        """Serve until told to end; `manager` hears when faces are answered. Raises OSError where the socket cannot be
        made."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        path = self._place.settings.socket(self._mode)
        helpers: list[asyncio.Task[None]] = []
        server: asyncio.Server | None = None
        with listen(path) as listening:
            try:
                await self._take_up()
                # Only now: whoever asks for another intake must find that one is running.
                server = await asyncio.start_unix_server(self._serve, sock=listening, limit=LINE_LIMIT)
                self._last_used = loop.time()
                helpers += [
                    asyncio.create_task(self._first_facts()),
                    asyncio.create_task(self._unsaved.keep_trying()),
                    asyncio.create_task(self._look_round()),
                    asyncio.create_task(late.settings(self._config, lambda: self._busy, self._use)),
                ]
                self._turn_to_workshop()
                if on_demand:
                    helpers.append(asyncio.create_task(self._end_when_idle()))
                if manager is not None:
                    manager.ready()
                await self._ending.wait()
            finally:
                if server is not None:
                    server.close()
                if manager is not None:
                    manager.stopping()
                await self._leave(helpers)
                path.unlink(missing_ok=True)

    async def _take_up(self) -> None:
        """What an earlier life left, while the stick is there: it may move on to the next machine."""
        for step in (self._place.signer.remember, self._unsaved.load):
            await self._of_stick(step)
        if (last := await self._of_stick(lambda: habits.load(self._place.settings, self._mode))) is not None:
            self._state = self._state.model_copy(update=last.model_dump())
        self._unsaved.tell()
        await self._go_on()

    async def _of_stick(self, step: Callable[[], Found]) -> Found | None:
        """What the stick gives; None where it does not answer in time."""
        try:
            # Not wait_for, which in Python 3.11 swallows a cancellation that comes with the answer.
            async with asyncio.timeout(STICK_SECONDS):
                return await asyncio.to_thread(step)
        except TimeoutError:
            log.warning("the stick does not answer; going on without it")
            return None

    async def _first_facts(self) -> None:
        """What machine this is, for whoever stands before it, before anything is asked or begun. An intake looks again:
        drives may have been changed until then. Then what an intake needs is loaded, which takes seconds where the
        computer is slow: nobody waits for it, neither now nor when one is started."""
        loop = asyncio.get_running_loop()

        def tell(early: Inventory) -> None:
            loop.call_soon_threadsafe(self._know, early)

        def look() -> Inventory:
            from agent.inventory import collect  # noqa: PLC0415 - takes its time, here in a thread

            return collect.fast(self._place.source, self._place.machines_drives, tell)

        self._know(await asyncio.to_thread(look))
        await self._looked.wait()
        await asyncio.to_thread(import_module, "agent.intake")

    async def _look_round(self) -> None:
        """At stick, workshop, clock and spool, again and again; loaded late, as what an intake needs."""
        await asyncio.to_thread(import_module, "agent.surroundings")
        from agent.surroundings import Lookout  # noqa: PLC0415

        def tell(seen: Surroundings) -> None:
            self._looked.set()
            self.emit(SurroundingsEvent(mode=self._mode, surroundings=seen))

        self._lookout = Lookout(self._place, tell, lambda: self._busy, lambda: self._known)
        await self._lookout.watch()

    def _know(self, inventory: Inventory) -> None:
        self._known = inventory
        if self._lookout is not None:
            self._lookout.look_soon()
        # Simulated drives are made by the first intake: until then, nobody is told that there are none.
        known = self._mode is Mode.REAL or inventory.drives
        if known and self._state.phase is Phase.IDLE:
            self.emit(InventoryEvent(mode=self._mode, inventory=inventory, plans=[]))

    async def _leave(self, helpers: list[asyncio.Task[None]]) -> None:
        for face in list(self._faces):
            face.leave()
        jobs = [*helpers, *self._errands, *([self._job] if self._job else [])]
        if self._care is not None:
            await self._care.close()
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    @property
    def _busy(self) -> bool:
        return self._job is not None and not self._job.done()

    async def _end_when_idle(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            # What training reports prove, nobody misses; the next service finds them.
            held = self._mode is Mode.REAL and self._unsaved.count > 0
            if self._faces or self._busy or held:
                self._last_used = loop.time()
            elif loop.time() - self._last_used > IDLE_SECONDS:
                self._ending.set()

    def _turn_to_workshop(self) -> None:
        """Begin what is done with the workshop of the present settings."""
        for errand in self._errands:
            errand.cancel()
        errands = Errands(self._place, lambda: self._busy, self.emit)
        self._errands = [asyncio.create_task(each) for each in (errands.learn_profiles(), errands.deliver())]

    # ---- faces

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        face = Face(writer.close)
        writing: asyncio.Task[None] | None = None
        try:
            first = await self._command(reader)
            if refusal := self._refusal(first):
                await _send(writer, self._problem(refusal, say("Leave this screen (F10) and start ordis again.")))
                return
            face.tell(SnapshotEvent(mode=self._mode, state=self._state), self._state)
            self._faces.add(face)
            writing = asyncio.create_task(self._write(face, writer))
            while (command := await self._command(reader)) is not None:
                await self._obey(command, face)
        except (OSError, ValueError) as error:  # a face that talks nonsense or vanishes
            log.warning("a face was dropped: %s", error)
        finally:
            self._faces.discard(face)
            if writing is not None:
                writing.cancel()
            writer.close()

    def _refusal(self, first: Command | None) -> Message | None:
        if not isinstance(first, Attach) or first.protocol != PROTOCOL:
            return say("This screen and the running service are of different versions.")
        if first.mode is not self._mode:
            return say("This is a service for {mode} mode.", mode=self._mode.value)
        return None

    async def _command(self, reader: asyncio.StreamReader) -> Command | None:
        line = await reader.readline()
        if not line:
            return None
        try:
            return COMMAND.validate_json(line)
        except ValidationError as error:
            raise ValueError(f"not a command: {error.error_count()} errors") from error

    async def _write(self, face: Face, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                await _send(writer, await face.events.get())

    async def _obey(self, command: Command, face: Face) -> None:
        if command.mode is not self._mode:
            told = self._problem(
                say("This is a service for {mode} mode.", mode=self._mode.value),
                say("Nothing was begun. Leave this screen (F10) and start ordis again."),
            )
            face.tell(told, self._state)
            return
        match command:
            case Start():
                if refusal := self._start(command):
                    face.tell(refusal, self._state)
            case Answer():
                self._answered(command)
            case StopStep() | RepeatStep() | UseAid():
                await self._hand_on(command)
            case SeeNetwork() | JoinWifi() | DeliverNow() | SeeSettings() | SaveSettings() | SaveSupport():
                self._cared(command, face)
            case Shutdown():
                if self._busy:
                    hint = say("It goes on. The service can be ended when it is over.")
                    face.tell(self._problem(say("An intake is running."), hint), self._state)
                else:
                    self._ending.set()
            case Attach():
                face.tell(SnapshotEvent(mode=self._mode, state=self._state), self._state)

    def _cared(self, command: AnyCareCommand, face: Face) -> None:
        """What goes on beside the intake; loaded when it is first asked for."""
        if self._care is None:
            from agent.care.care import Care  # noqa: PLC0415
            from agent.care.desk import Desk  # noqa: PLC0415

            desk = Desk(lambda: self._place, lambda: self._state, self.emit, self._use, self._config, self._look)
            self._care = Care(desk)
        self._care.obey(command, lambda event: face.tell(event, self._state))

    def _use(self, settings: Settings) -> None:
        """New settings count from now on."""
        self._place = self._place.with_settings(settings)
        self._unsaved.use(self._place)
        if self._lookout is not None:
            self._lookout.use(self._place)
        self._turn_to_workshop()

    async def _look(self) -> None:
        """At what is round the intake, now, since somebody asks."""
        if self._lookout is not None:
            await self._lookout.look_near()
            await self._lookout.look_far()

    async def _hand_on(self, command: StopStep | RepeatStep | UseAid) -> None:
        """What concerns nothing but the intake."""
        match command:
            case _ if self._intake is None:
                return
            case StopStep():
                await self._intake.stop_step(command.step_id)
            case RepeatStep() if self._busy:
                await self._intake.repeat_step(command.step_id)
            case RepeatStep():
                if (job := self._intake.again(command.step_id)) is not None:
                    self._job = asyncio.create_task(job)
            case UseAid():
                await self._intake.use_aid(command)

    def _problem(self, problem: Message, hint: Message | None = None) -> ProblemEvent:
        return ProblemEvent(mode=self._mode, problem=problem, hint=hint, refused=True)

    def emit(self, event: AnyEvent) -> None:
        """Change the state and tell every face."""
        self._state = event.apply(self._state)
        for face in self._faces:
            face.tell(event, self._state)

    # ---- the intake

    async def _go_on(self) -> None:
        """Take up the intake that a crash of this service broke off, if it did."""
        restart = await self._of_stick(lambda: _broken_off(self._place.settings.journal(self._mode)))
        if restart is None:
            return
        log.warning("taking up the intake %s, which a crash broke off", restart.journal.name)
        if refusal := self._start(Start(mode=self._mode, request=restart.request), restart):
            log.error("it cannot be taken up: %s", refusal.problem)

    def _start(self, command: Start, restart: "Restart | None" = None) -> ProblemEvent | None:
        if self._busy:
            return self._problem(say("An intake is running already."), say("Wait for its end, or look at it by: ordis"))
        try:
            chosen = profiles.choose(command.request.profile, profiles.folders(self._place.settings, self._mode))
        except profiles.ProfileError as error:
            return self._problem(error.reason, error.hint)
        tag = restart.asset_tag if restart else command.request.asset_tag
        if tag is not None and not self._place.settings.is_asset_tag(tag):
            return self._problem(
                say("“{tag}” is not an asset tag of this workshop.", tag=tag),
                say("ordis.toml says in asset_tag_pattern what a tag looks like."),
            )
        self._state = IntakeState(
            mode=self._mode,
            phase=Phase.INVENTORY,
            profile=chosen.profile.name,
            subject=chosen.profile.subject,
            asset_tag=tag,
            unsaved=self._unsaved.count,
            lot=command.request.lot,
            volunteer=command.request.volunteer,
            surroundings=self._state.surroundings,
        )
        place = self._place.play(self._place, chosen.profile.name)
        self._intake = _flow(chosen.profile.subject)(place, chosen.profile, command.request, self.emit, self._ask)
        self._intake.hand_on(self._unsaved, chosen.source)
        if restart is not None:
            self._intake.take_up(restart)
        for face in self._faces:
            face.tell(SnapshotEvent(mode=self._mode, state=self._state), self._state)
        self._job = asyncio.create_task(self._intake.run())
        return None

    async def _ask(self, question: AnyQuestion) -> Answer:
        """Put a question to all faces and wait for the first answer. One question at a time."""
        async with self._asking:
            future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._answer = (question.id, future)
            self.emit(QuestionEvent(mode=self._mode, question=question))
            try:
                return await future
            finally:
                self._answer = None
                self.emit(QuestionEvent(mode=self._mode, question=None))

    def _answered(self, answer: Answer) -> None:
        if self._answer and self._answer[0] == answer.question_id and not self._answer[1].done():
            self._answer[1].set_result(answer)


def _broken_off(folder: Path) -> "Restart | None":
    if not unfinished(folder):
        return None
    from agent.restart import broken_off  # noqa: PLC0415 - slow to load, and seldom needed

    return broken_off(folder)


def _flow(subject: Subject) -> "type[Intake | Dock]":
    """Loaded only now: faces are answered before all that an intake needs is there."""
    if subject is Subject.DRIVE:
        from agent.dock import Dock  # noqa: PLC0415

        return Dock
    from agent.intake import Intake  # noqa: PLC0415

    return Intake


async def _send(writer: asyncio.StreamWriter, event: AnyEvent) -> None:
    writer.write(event.model_dump_json(by_alias=True).encode() + b"\n")
    await writer.drain()


def _bring_the_stick() -> None:
    """Have the stick made ready, on which the settings are, and load meanwhile what the first facts need. In a process
    of its own: a stick that hangs must not take the service with it. A later life of the service finds it done."""
    places = Places()
    if places.status.exists():
        return

    def bring() -> None:
        status = prepare(Live(), settings_file.load, places)
        log.info("the stick: %s", status.model_dump_json(exclude_defaults=True))

    beside(bring, lambda: [import_module(name) for name in FIRST_NEEDED], seconds=UNREADY_SECONDS)


def main() -> int:
    """Entry point of `python -m agent.service`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="ordis-service")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.REAL.value)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--stick", action="store_true", help="make the stick ready first, once in a computer's run")
    parser.add_argument("--on-demand", action="store_true", help="end when nobody has been there for a while")
    arguments = parser.parse_args()
    manager = Manager()
    # Whoever started us puts the time in front by itself.
    when = "" if manager.listens else "%(asctime)s "
    logging.basicConfig(level=logging.INFO, format=f"{when}%(name)s %(levelname)s %(message)s")
    mode = Mode(arguments.mode)
    if arguments.stick:
        _bring_the_stick()
        # The unit puts us first while the system looks at all its devices at once; what we start later is like others.
        ordinary()
    try:
        settings = settings_file.load(arguments.config)
    except settings_file.SettingsError as error:
        log.error("%s %s", error.reason, error.hint)  # noqa: TRY400 - a sentence, not a traceback
        return 2
    try:
        with claimed(settings.socket(mode)):
            asyncio.run(
                Service(workplace(mode, settings), arguments.config).run(on_demand=arguments.on_demand, manager=manager)
            )
    except BlockingIOError:
        log.info("another service serves this mode already")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

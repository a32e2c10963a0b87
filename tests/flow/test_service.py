"""The service and its faces over a real unix socket, in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest
from bench_place import CHOSEN, a_drive, place
from pydantic import SecretStr

from agent import habits
from agent import service as service_module
from agent.faces import FACE_QUEUE, Face
from agent.host.sockets import claimed
from agent.model.messages import (
    COMMAND,
    EVENT,
    Answer,
    AnyEvent,
    Attach,
    CareEvent,
    Command,
    FinishedEvent,
    IntakeRequest,
    JoinWifi,
    NetworkEvent,
    ProblemEvent,
    QuestionEvent,
    SaveSettings,
    SeeNetwork,
    SettingsEvent,
    Shutdown,
    SnapshotEvent,
    Start,
    StepEvent,
    StopStep,
    SurroundingsEvent,
)
from agent.model.state import AssetTagQuestion
from agent.model.words import Mode, Phase, Subject
from agent.profile import Chosen
from agent.service import Service
from agent.settings import Settings
from agent.workplace import Workplace

pytestmark = pytest.mark.runs_programs
LIMIT = 1 << 23


class Screen:
    """A face that remembers what it heard."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    everyone: ClassVar[list["Screen"]] = []

    @classmethod
    async def attach(cls, where: Workplace, mode: Mode = Mode.TRAINING) -> "Screen":
        path = where.settings.socket(Mode.TRAINING)
        screen = cls(*await asyncio.open_unix_connection(str(path), limit=LIMIT))
        cls.everyone.append(screen)
        await screen.send(Attach(mode=mode))
        return screen

    async def send(self, command: Command) -> None:
        self._writer.write(COMMAND.dump_json(command) + b"\n")
        await self._writer.drain()

    async def raw(self, line: bytes) -> None:
        self._writer.write(line)
        await self._writer.drain()

    async def hear(self) -> AnyEvent | None:
        """The next event; what is round the service may change at any time and is not asked about here."""
        while line := await asyncio.wait_for(self._reader.readline(), 30):
            if not isinstance(event := EVENT.validate_json(line), SurroundingsEvent):
                return event
        return None

    async def until(self, *kinds: type) -> AnyEvent:
        while (event := await self.hear()) is not None:
            if isinstance(event, kinds):
                return event
        raise AssertionError("the service hung up")

    def leave(self) -> None:
        self._writer.close()

    async def left(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


@pytest.fixture
async def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workplace]:
    """A running training service with one small drive; its profile loads no machine."""
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: CHOSEN)
    chosen = place(tmp_path, a_drive(1))
    running = asyncio.create_task(Service(chosen).run(on_demand=False))
    for _ in range(500):
        if chosen.settings.socket(Mode.TRAINING).exists():
            break
        await asyncio.sleep(0.01)
    yield chosen
    for screen in Screen.everyone:
        await screen.left()
    Screen.everyone.clear()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def start(**request: object) -> Start:
    fields = {"profile": "quiet", "asset_tag": "T-1", "erase": "all", **request}
    return Start(mode=Mode.TRAINING, request=IntakeRequest(**fields))  # type: ignore[arg-type]


async def test_two_faces_see_the_same_and_one_may_die(where: Workplace) -> None:
    first, second = await Screen.attach(where), await Screen.attach(where)
    assert isinstance(await first.hear(), SnapshotEvent)
    assert isinstance(await second.hear(), SnapshotEvent)
    await first.send(start(lot="Mairie 7"))
    first.leave()  # whoever started it goes away; nothing is lost
    finished = await second.until(FinishedEvent)
    assert isinstance(finished, FinishedEvent)
    assert finished.good
    late = await Screen.attach(where)
    snapshot = await late.hear()
    assert isinstance(snapshot, SnapshotEvent)
    assert snapshot.state.phase is Phase.FINISHED
    assert snapshot.state.grade is not None
    assert snapshot.state.report_id is not None
    assert habits.load(where.settings, Mode.TRAINING).lot == "Mairie 7"


async def test_first_answer_wins(where: Workplace) -> None:
    first, second = await Screen.attach(where), await Screen.attach(where)
    await first.send(start(asset_tag=None, erase="none"))
    asked = await second.until(QuestionEvent)
    assert isinstance(asked, QuestionEvent)
    assert isinstance(asked.question, AssetTagQuestion)
    for screen, tag in ((second, "SECOND"), (first, "FIRST")):
        await screen.send(Answer(mode=Mode.TRAINING, question_id=asked.question.id, text=tag))
        await asyncio.sleep(0.1)
    await second.until(FinishedEvent)
    late = await Screen.attach(where)
    snapshot = await late.hear()
    assert isinstance(snapshot, SnapshotEvent)
    assert snapshot.state.asset_tag == "SECOND"


async def test_modes_never_mix(where: Workplace) -> None:
    stranger = await Screen.attach(where, Mode.REAL)
    assert isinstance(await stranger.hear(), ProblemEvent)
    assert await stranger.hear() is None
    face = await Screen.attach(where)
    await face.hear()
    await face.send(Start(mode=Mode.REAL, request=IntakeRequest(asset_tag="T-1", erase="all")))
    assert isinstance(await face.hear(), ProblemEvent)


async def test_one_intake_at_a_time_and_a_busy_service_does_not_end(where: Workplace) -> None:
    face = await Screen.attach(where)
    await face.send(start(asset_tag=None))
    await face.until(QuestionEvent)
    for command in (start(), Shutdown(mode=Mode.TRAINING)):
        await face.send(command)
        problem = await face.until(ProblemEvent)
        assert isinstance(problem, ProblemEvent)
        assert problem.refused


@pytest.mark.parametrize(
    "rubbish", [b"nonsense\n", b"{}\n", b"\xff\xfe\n", b'{"command":"start"}\n', b"[" * 5000 + b"\n"]
)
async def test_face_that_talks_nonsense_is_dropped_alone(where: Workplace, rubbish: bytes) -> None:
    good, bad = await Screen.attach(where), await Screen.attach(where)
    await bad.hear()
    await bad.raw(rubbish)
    assert await bad.hear() is None
    await good.send(start())
    await good.until(FinishedEvent)


async def test_socket_is_ours_alone(where: Workplace) -> None:
    assert where.settings.socket(Mode.TRAINING).stat().st_mode & 0o777 == 0o600


async def test_wrong_tag_is_refused(where: Workplace) -> None:
    face = await Screen.attach(where)
    await face.send(start(asset_tag="no tag!"))
    problem = await face.until(ProblemEvent)
    assert isinstance(problem, ProblemEvent)
    assert problem.refused


def test_slow_face_gets_a_snapshot_and_nobody_waits(tmp_path: Path) -> None:
    service, face = Service(place(tmp_path)), Face(lambda: None)
    service._faces.add(face)
    for _ in range(3 * FACE_QUEUE):
        service.emit(QuestionEvent(mode=Mode.TRAINING, question=None))
    assert face.events.qsize() <= FACE_QUEUE
    kinds = {type(face.events.get_nowait()) for _ in range(face.events.qsize())}
    assert SnapshotEvent in kinds


def test_one_service_at_a_time(tmp_path: Path) -> None:
    with claimed(tmp_path / "service.sock"), pytest.raises(BlockingIOError), claimed(tmp_path / "service.sock"):
        pass


async def test_a_profile_about_drives_opens_the_dock(where: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Chosen(CHOSEN.profile.model_copy(update={"subject": Subject.DRIVE}), CHOSEN.source)
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: bare)
    monkeypatch.setattr("agent.hotplug.LOOK_SECONDS", 0.02)
    face = await Screen.attach(where)
    await face.send(start(asset_tag=None, erase=None))
    while not (isinstance(event := await face.hear(), StepEvent) and "Plug in a drive." in str(event.step.detail)):
        pass
    await face.send(StopStep(mode=Mode.TRAINING, step_id="dock"))
    assert isinstance(await face.until(FinishedEvent), FinishedEvent)
    late = await Screen.attach(where)
    snapshot = await late.hear()
    assert isinstance(snapshot, SnapshotEvent)
    assert snapshot.state.subject is Subject.DRIVE
    assert snapshot.state.grade is None
    assert snapshot.state.report_id is None


async def test_what_is_beside_the_intake_is_told_to_whoever_asks_alone(where: Workplace) -> None:
    asks, other = await Screen.attach(where), await Screen.attach(where)
    await asks.send(SeeNetwork(mode=Mode.TRAINING, again=True))
    heard = await asks.until(NetworkEvent)
    assert isinstance(heard, NetworkEvent)
    await asks.send(JoinWifi(mode=Mode.TRAINING, network="41", password=SecretStr("geheim12"), attempt=1))
    while not (isinstance(heard := await asks.until(NetworkEvent), NetworkEvent) and heard.network.attempt == 1):
        pass
    assert heard.network.wifi_said is not None
    await asks.send(SaveSettings(mode=Mode.TRAINING, changes={"language": "en"}, attempt=2))
    told = await asks.until(SettingsEvent)
    assert isinstance(told, SettingsEvent)
    assert told.settings.said is not None
    assert told.settings.said.good
    await other.send(Attach(mode=Mode.TRAINING))
    for _ in range(2):
        while not isinstance(event := await other.hear(), SnapshotEvent):
            assert not isinstance(event, CareEvent)


async def test_new_settings_count_from_now_on_and_what_is_kept_stays_where_it_is(tmp_path: Path) -> None:
    service = Service(place(tmp_path))
    before = service._place
    service._use(Settings(asset_tag_pattern="N-[0-9]+", state_dir=tmp_path / "elsewhere"))
    now = service._place
    assert now.settings.is_asset_tag("N-1")
    assert (now.settings.state_dir, now.signer) == (before.settings.state_dir, before.signer)
    assert service._unsaved._place is now
    await service._leave([])

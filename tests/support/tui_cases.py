"""A link without a service, and the states that the screens are tried with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from uuid import UUID

from textual import events
from textual.app import App
from textual.pilot import Pilot

from agent.model.check import CheckResult, Figure
from agent.model.grade import AxisGrade, Grade, Use
from agent.model.inventory import Battery, Drive, Inventory, Machine, Memory, Processor
from agent.model.message import say
from agent.model.messages import AnyEvent, Command, SnapshotEvent
from agent.model.problem import Problem
from agent.model.sanitization import DriveIdentity, Plan, PlanStep, Sanitization
from agent.model.state import (
    AssetTagQuestion,
    ConfirmEraseQuestion,
    DeliveryState,
    EmptyBayQuestion,
    IntakeState,
    StepState,
)
from agent.model.words import (
    Chassis,
    Delivery,
    GradeLetter,
    Level,
    Mode,
    Outcome,
    Phase,
    SanitizationStatus,
    StepAction,
    StepStatus,
    Technique,
    Transport,
    Verify,
)
from agent.tui.app import OrdisApp
from agent.tui.scans import Listen

PROFILES = [
    ("standard", "Standard : tests complets", "Standard: full tests"),
    ("quick", "Rapide : premier tri", "Quick: first sorting"),
]


class FakeLink:
    """Plays events, keeps what was sent, and breaks when told to."""

    def __init__(self, *script: AnyEvent) -> None:
        self.sent: list[Command] = []
        self.connections = 0
        self._script = script
        self._queue: asyncio.Queue[AnyEvent | Exception | None] = asyncio.Queue()
        self.deaf: Problem | None = None

    async def events(self) -> AsyncIterator[AnyEvent]:
        self.connections += 1
        for event in self._script:
            yield event
        while (item := await self._queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    async def send(self, command: Command) -> None:
        if self.deaf is not None:
            raise self.deaf
        self.sent.append(command)

    def push(self, item: AnyEvent | Exception | None) -> None:
        """An event; an exception: the link breaks; None: the service ends."""
        self._queue.put_nowait(item)


def drive(number: int, **changes: object) -> Drive:
    models = ["WDC WD5000LPVX-22V0TT0", "Samsung SSD 860 EVO 250GB", "KINGSTON SNV2S500G"]
    sizes = [500_107_862_016, 250_059_350_016, 500_107_862_016]
    serials = ["WD-WXH1A54C7K2P", "S3YJNX0M412345B", "50026B7686A1F1D2"]
    facts = {
        "path": f"/dev/sd{'abc'[number]}",
        "transport": Transport.ATA,
        "model": models[number],
        "serial": serials[number],
        "size_bytes": sizes[number],
        "simulated": True,
    }
    return Drive.model_validate({**facts, **changes})


def identity(of: Drive) -> DriveIdentity:
    return DriveIdentity(
        path=of.path,
        transport=of.transport,
        model=of.model,
        serial=of.serial,
        size_bytes=of.size_bytes,
        simulated=of.simulated,
    )


def plan(of: Drive, **changes: object) -> Plan:
    step = PlanStep(technique=Technique.OVERWRITE, level=Level.CLEAR, verify=Verify.FULL, seconds_expected=6000)
    return Plan(drive=identity(of), steps=[step], level=Level.CLEAR, seconds_expected=6000).model_copy(update=changes)


MAY = {
    StepStatus.WAITING: StepAction.SKIP,
    StepStatus.RUNNING: StepAction.STOP,
    StepStatus.DONE: StepAction.REPEAT,
    StepStatus.SKIPPED: StepAction.REPEAT,
}
DRIVES = [drive(0), drive(1), drive(2)]
INVENTORY = Inventory(
    machine=Machine(vendor="Dell Inc.", model="Latitude E7450", chassis=Chassis.NOTEBOOK, serial="5XK2L12"),
    processors=[Processor(model="Intel(R) Core(TM) i5-5300U CPU @ 2.30GHz", cores=2, threads=4, x86_64_level=3)],
    memory=Memory(installed_bytes=8 << 30),
    drives=DRIVES,
    batteries=[Battery(name="BAT0", health_percent=71.4)],
)


def step(name: str, title: str, status: StepStatus, outcome: Outcome | None = None, **more: object) -> StepState:
    facts = {"id": name, "title": say("{title}", title=title), "status": status, "outcome": outcome}
    return StepState.model_validate({**facts, "may": MAY[status] if ":" in name else None, **more})


STEPS = [
    step("inventory", "Inventaire", StepStatus.DONE, Outcome.PASSED),
    step("asset_tag", "Étiquette", StepStatus.DONE),
    step("check:processor", "Processeur", StepStatus.RUNNING, progress_percent=52.7, seconds_left=25,
         detail=say("{c} °C", c=71)),
    step("check:memory", "Mémoire", StepStatus.WAITING),
    step("check:drive_health:/dev/sda", "Santé de WDC WD5000LPVX-22V0TT0", StepStatus.DONE, Outcome.DEGRADED,
         detail=say("2 secteurs réalloués, et encore une longue explication qui ne tient pas sur une ligne")),
    step("check:drive_health:/dev/sdb", "Santé de Samsung SSD 860 EVO 250GB", StepStatus.DONE, Outcome.FAILED),
    step("check:battery", "Batterie", StepStatus.SKIPPED, Outcome.SKIPPED, detail=say("no battery")),
    step("erase:/dev/sda", "Effacement de WDC WD5000LPVX-22V0TT0", StepStatus.RUNNING, progress_percent=99.96,
         seconds_left=7500, detail=say("{rate:bytes}/s, 41 °C", rate=112_000_000)),
    step("erase:/dev/sdb", "Effacement de Samsung SSD 860 EVO 250GB", StepStatus.RUNNING),
    step("erase:/dev/sdc", "Effacement de KINGSTON SNV2S500G", StepStatus.DONE, Outcome.ERROR),
    step("grade", "Note", StepStatus.WAITING),
    step("report", "Rapport", StepStatus.WAITING),
    step("delivery", "Envoi", StepStatus.WAITING),
]  # fmt: skip
IDLE = IntakeState(mode=Mode.TRAINING)
WORKING = IntakeState(
    mode=Mode.TRAINING, phase=Phase.WORK, profile="quick", asset_tag="PC-0042", steps=STEPS, inventory=INVENTORY
)
TAG_QUESTION = AssetTagQuestion(id="q1", text=say("What is the asset tag of this machine?"), pattern=r"PC-\d{4}")
EXTERNAL = drive(2, path="/dev/sdd", model="[red]x[/red]", serial="<script>", external=True)
STICK = drive(2, path="/dev/sde", model="SanDisk Ultra", serial="4C530001", external=True)
CONFIRM = ConfirmEraseQuestion(
    id="q2",
    text=say("Which of these drives are to be erased?"),
    asset_tag="PC-0042",
    plans=[
        *(plan(each) for each in DRIVES),
        plan(EXTERNAL, single_confirmation=True),
        Plan(drive=identity(STICK), obstacles=[say("This is the stick that Ordis runs from.")]),
    ],
)
BAY = EmptyBayQuestion(id="q3", text=say("No drive was seen. Is the place for the drive open and empty?"))


def erased(of: Drive, status: SanitizationStatus) -> Sanitization:
    return Sanitization(
        drive=identity(of),
        status=status,
        technique=Technique.OVERWRITE,
        level=Level.CLEAR,
        verification=Verify.FULL,
        reason=say("Every block was overwritten and read back."),
        hint=say("Replace this drive.") if status is SanitizationStatus.FAILED else None,
    )


GRADE = Grade(
    letter=GradeLetter.B,
    provisional=True,
    reasons=[say("The battery keeps {h:percent} of what it held when new.", h=71), say("The screen was not tested.")],
    axes=[
        AxisGrade(axis="battery", letter=GradeLetter.B, value=say("{h:percent}", h=71), reason=say("65 % to 79 %")),
        AxisGrade(axis="cosmetic", letter=None, tested=False, value=say("-"), reason=say("nobody looked")),
    ],
    uses=[Use(name=say("Video calls"), suitable=False, reason=say("no camera"))],
)
FINISHED = WORKING.model_copy(
    update={
        "phase": Phase.FINISHED,
        "steps": [each.model_copy(update={"status": StepStatus.DONE, "outcome": Outcome.PASSED}) for each in STEPS],
        "checks": [
            CheckResult(
                id="processor",
                title=say("Processor"),
                outcome=Outcome.PASSED,
                reason=say("no error in {s:duration}", s=60),
                figures=[Figure(name="temperature_max_celsius", value=71)],
            )
        ],
        "sanitizations": [erased(each, SanitizationStatus.SANITIZED) for each in DRIVES],
        "grade": GRADE,
        "report_id": UUID("12345678-1234-4234-8234-123456789abc"),
        "delivery": DeliveryState(status=Delivery.DELIVERED, url="http://127.0.0.1:8321/reports/12345678"),
    }
)
BROKEN_OFF = WORKING.model_copy(
    update={"problem": say("The journal cannot be written."), "problem_hint": say("Use another stick.")}
)


def _drawing(app: App[object]) -> bool:
    screen = app.screen
    waiting = (screen._layout_required, screen._scroll_required, screen._repaint_required)
    return any(waiting) or bool(screen._dirty_widgets or screen._callbacks)


def _gathering(app: App[object]) -> bool:
    """What events changed is drawn in the end, however slowly; and so a scan ends."""
    scanning = getattr(app, "_scanning", None) is not None
    return bool(getattr(app, "_drawing", False) or scanning or getattr(app, "keys_wait", False))


async def settled(pilot: Pilot[object]) -> None:
    """Wait until what was pushed or pressed has been handled by every widget and drawn."""
    app, quiet, tries = pilot.app, 0, 0
    for _ in range(2000):
        if not (_drawing(app) or _gathering(app)):
            # A turn of every widget of the screen: not while drawing has yet to come, since it is what costs most.
            await pilot._wait_for_screen()
            await app.animator.wait_until_complete()
        gathering = _gathering(app)
        if _drawing(app) or gathering:
            quiet = 0
            # A screen that has been left stays undrawn.
            tries += not gathering
            await asyncio.sleep(0.005)  # drawing, and the end of a scan, have timers of their own
        else:
            quiet += 1
        if quiet == 2 or tries == 50 or not app.is_running:
            break


async def press(pilot: Pilot[object], *keys: str, gap: float = 0.2) -> None:
    """Press keys with `gap` seconds between them by the keys' own clock: the test itself does not wait.

    After a key that may move the focus a person sees what it did; between the keys of a scanner there is no time.
    """
    app = pilot.app
    clock = app.__dict__.get("_test_clock", 1000.0) + 10.0
    seen = False
    for name in keys:
        key = events.Key(name, name if len(name) == 1 else None)
        key.time = clock
        clock += gap
        app.post_message(key)
        seen = gap > 0.05 and len(name) > 1
        if seen:
            await settled(pilot)
    app.__dict__["_test_clock"] = clock
    if not seen:
        await settled(pilot)


async def type_keys(pilot: Pilot[object], text: str, gap: float = 0.2) -> None:
    """Type the text; a new line is the Enter key."""
    await press(pilot, *({"\n": "enter"}.get(char, char) for char in text), gap=gap)


@asynccontextmanager
async def showing(
    state: IntakeState,
    language: str = "fr",
    size: tuple[int, int] = (80, 24),
    listen: Listen = lambda _since: None,
    **face: object,
):
    """The app at a state, with a pilot; what the screen broke on breaks the test."""
    link = FakeLink(SnapshotEvent(mode=state.mode, state=state))
    app = OrdisApp(link, state.mode, language, None, lambda: PROFILES)
    app.scans.listen = listen
    for name, value in face.items():
        setattr(app.face, name, value)
    crashes: list[Exception] = []
    app._handle_exception = crashes.append  # type: ignore[method-assign]
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield SimpleNamespace(app=app, pilot=pilot, link=link)
        await settled(pilot)
    if crashes:
        raise crashes[0]


def screen_rows(app: OrdisApp) -> list[str]:
    """What stands on the terminal, row by row."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def screen_text(app: OrdisApp) -> str:
    return "\n".join(screen_rows(app)).replace("\xa0", " ")

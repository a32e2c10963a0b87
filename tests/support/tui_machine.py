"""An invented intake in the program's own sentences, from the start to the result, for the pictures of the screens."""

from datetime import UTC, datetime
from uuid import UUID

import tui_cases as cases
from graded_machines import graded

from agent import charger
from agent.checks import battery, drive_health, memory, processor
from agent.manual import registry
from agent.model.check import CheckResult, Series
from agent.model.erasing import EraseState
from agent.model.inventory import Battery, Camera, Inventory, MemoryModule, Port, UnseenDrive
from agent.model.message import Message, say
from agent.model.sanitization import Plan, PlanStep, Sanitization
from agent.model.state import ConfirmEraseQuestion, DeliveryState, IntakeState, StepState, Timetable
from agent.model.surroundings import ClockSeen, Kept, Proposal, StickSeen, Surroundings, WorkshopSeen
from agent.model.words import (
    Contents,
    Delivery,
    Level,
    Method,
    Mode,
    Outcome,
    Pattern,
    Phase,
    Reached,
    SanitizationStatus,
    StepAction,
    StepStatus,
    Subject,
    Technique,
    Verify,
)

PROFILES = [
    ("standard", "Standard : avant de donner la machine", "Standard: before the machine is handed on"),
    ("quick", "Rapide : premier tri", "Quick: first sorting"),
    ("thorough", "Approfondi : toute la nuit", "Thorough: all night"),
    ("dock", "Disques seuls, sur un PC d'atelier", "Bare drives, on a bench PC"),
]
ADDRESS = "https://atelier.example.org"
REPORT = UUID("12345678-1234-4234-8234-123456789abc")
SEEN = Surroundings(
    stick=StickSeen(kept=Kept.STICK, key="ordis-ed25519:AbCdEfGhIjKlMnOp"),
    workshop=WorkshopSeen(url=ADDRESS, reached=Reached.YES, enrolled=True),
    clock=ClockSeen(source="network", local=datetime(2026, 11, 29, 23, 15, tzinfo=UTC)),
    waiting=2,
    proposal=Proposal(profile="standard", because=say("Proposed for this kind of computer ({kind}).", kind="notebook")),
    tag_pattern=r"PC-\d{4}",
)
DRIVES = [
    cases.drive(0, contents=Contents.WINDOWS),
    cases.drive(1, contents=Contents.ENCRYPTED),
    cases.drive(2, contents=Contents.EMPTY),
]
INVENTORY = cases.INVENTORY.model_copy(
    update={
        "drives": DRIVES,
        "cameras": [Camera(name="Integrated Camera")],
        "batteries": [Battery(name="BAT0", health_percent=71.4)],
        "memory": cases.INVENTORY.memory.model_copy(
            update={"slots_total": 2, "slots_free": 1, "modules": [MemoryModule(slot="A", size_bytes=8 << 30)]}
        ),
        "ports": [Port(kind="usb_a", count=3), Port(kind="hdmi", count=1), Port(kind="ethernet", count=1)],
    }
)
IDLE = IntakeState(mode=Mode.TRAINING, surroundings=SEEN, inventory=INVENTORY)


# ---- the steps


def step(name: str, title: Message, status: StepStatus, outcome: Outcome | None = None, **more: object) -> StepState:
    may = {StepStatus.RUNNING: StepAction.STOP, StepStatus.WAITING: StepAction.SKIP}.get(status, StepAction.REPEAT)
    facts = {"id": name, "title": title, "status": status, "outcome": outcome, "may": may if ":" in name else None}
    return StepState.model_validate({**facts, **more})


DONE, RUNNING, WAITING, SKIPPED = StepStatus.DONE, StepStatus.RUNNING, StepStatus.WAITING, StepStatus.SKIPPED
HEALTH, ERASE = say("Health of {drive}").text, say("Erase {drive}").text


def of(text: str, number: int) -> Message:
    return Message(text, {"drive": DRIVES[number].model or ""})


BEGUN = [
    step("inventory", say("What this machine is"), DONE, Outcome.PASSED),
    step("asset_tag", say("The machine's asset tag"), DONE, Outcome.PASSED, figure=say("{tag}", tag="PC-0042")),
    step("check:processor", processor.TITLE, RUNNING, progress_percent=52.7, seconds_left=25),
    step("check:memory", memory.TITLE, WAITING),
    step("check:battery", battery.TITLE, DONE, Outcome.DEGRADED, figure=say("{health:percent}", health=71.4),
         detail=say("The battery still holds {health:percent} of what it held when new.", health=71.4)),
    step("check:drive_health:/dev/sda", of(HEALTH, 0), DONE, Outcome.FAILED, detail=drive_health.TITLE),
    step("check:drive_health:/dev/sdb", of(HEALTH, 1), DONE, Outcome.PASSED),
    *(step(f"manual:{name}", registry.BY_ID[name].TITLE, WAITING) for name in ("display", "keyboard", "cosmetic")),
]  # fmt: skip
LIVE = [
    step("erase:/dev/sda", of(ERASE, 0), RUNNING, progress_percent=37.2, seconds_left=7500,
         erase=EraseState(phase="write", bytes_per_second=112_000_000, celsius=41, bad_places=2)),
    step("erase:/dev/sdb", of(ERASE, 1), RUNNING, seconds_left=80, urgent=True, erase=EraseState(phase="firmware"),
         detail=charger.PULLED),
    step("erase:/dev/sdc", of(ERASE, 2), DONE, Outcome.ERROR, detail=say("The drive was not written to its end.")),
]  # fmt: skip
LAST = [
    step("report", say("The report"), WAITING),
    step("delivery", say("Sent to the workshop"), WAITING),
]
WAITS = [step(f"erase:{each.path}", of(ERASE, number), WAITING) for number, each in enumerate(DRIVES)]
TABLE = Timetable(seconds_left=7515, longest_chain_seconds=7515, ends_at=datetime(2026, 11, 30, 1, 20, tzinfo=UTC))
WORKING = IDLE.model_copy(
    update={
        "phase": Phase.WORK,
        "profile": "standard",
        "asset_tag": "PC-0042",
        "steps": [*BEGUN, *WAITS, *LAST],
        "timetable": TABLE,
    }
)
ERASING = WORKING.model_copy(update={"steps": [*BEGUN, *LIVE, *LAST]})
"""Two drives at once, one of them waiting for somebody, and one that went wrong."""
MANY = WORKING.model_copy(
    update={"steps": [*BEGUN, *(each.model_copy(update={"id": f"{each.id}{n}"}) for n in range(6) for each in LIVE)]}
)
HEAT = Series(
    name="temperature_celsius", seconds=[float(n) for n in range(120)], values=[40 + 40 * n / 119 for n in range(120)]
)
CLOCK = Series(name="frequency_mhz", seconds=[0.0, 30.0, 60.0], values=[2900.0, 2900.0, 1800.0])
_LOADED = say(
    "The processor worked for {seconds:duration} under full load without an error, at up to {celsius} °C.",
    seconds=60, celsius=80,
)  # fmt: skip
_REACHED = say(
    "{reached:memory} of {total:memory} of memory ({percent:percent}) were written and read back without an error.",
    reached=7 << 30, total=8 << 30, percent=87.5,
)  # fmt: skip
CHECKED = [
    CheckResult(id="processor", title=processor.TITLE, outcome=Outcome.PASSED, reason=_LOADED, series=[HEAT, CLOCK]),
    CheckResult(id="memory", title=memory.TITLE, outcome=Outcome.PASSED, reason=_REACHED),
    CheckResult(id="battery", title=battery.TITLE, outcome=Outcome.DEGRADED,
                reason=say("The battery still holds {health:percent} of what it held when new.", health=71.4)),
]  # fmt: skip


# ---- the confirmation


def plan(number: int, *steps: PlanStep, **changes: object) -> Plan:
    made = cases.plan(DRIVES[number]) if number < len(DRIVES) else cases.plan(cases.EXTERNAL, single_confirmation=True)
    named = {"steps": list(steps), "level": steps[-1].level} if steps else {}
    return made.model_copy(update={**named, **changes})


OWN = PlanStep(
    technique=Technique.ATA_SANITIZE, method=Method.BLOCK, level=Level.PURGE, verify=Verify.SAMPLED, seconds_expected=60
)
ZEROS = PlanStep(
    technique=Technique.OVERWRITE, pattern=Pattern.ZERO, level=Level.CLEAR, verify=Verify.FULL, seconds_expected=6000
)
UNLOCK = PlanStep(
    technique=Technique.OPAL_REVERT, method=Method.CRYPTO, level=Level.CLEAR, verify=Verify.NONE, seconds_expected=5
)
STICK = Plan(drive=cases.identity(cases.STICK), obstacles=[say("This is the stick that Ordis runs from.")])
CONFIRM = ConfirmEraseQuestion(
    id="confirm",
    text=say("Erase these drives? Nothing on them can ever be read again."),
    asset_tag="PC-0042",
    plans=[
        plan(0, ZEROS),
        plan(1, OWN, seconds_expected=60, warnings=[
            say("Whether the drive has hidden areas could not be asked."),
        ]),
        plan(2, UNLOCK, ZEROS),
        cases.plan(cases.drive(0, path="/dev/sdf", serial=None), single_confirmation=True),
        plan(3),
        STICK,
    ],
)  # fmt: skip


# ---- the end


def erased(status: SanitizationStatus = SanitizationStatus.SANITIZED, reason: Message | None = None) -> Sanitization:
    done = cases.erased(DRIVES[0], status)
    return done.model_copy(update={"reason": reason or say("Everything was erased and read back."), "hint": None})


ENDED = [
    each.model_copy(update={"status": DONE, "outcome": Outcome.PASSED, "may": StepAction.REPEAT, "erase": None})
    for each in WORKING.steps
]
FINISHED = WORKING.model_copy(
    update={
        "phase": Phase.FINISHED,
        "steps": ENDED,
        "timetable": None,
        "checks": CHECKED,
        "sanitizations": [erased().model_copy(update={"drive": cases.identity(each)}) for each in DRIVES],
        "grade": graded(INVENTORY, CHECKED),
        "report_id": REPORT,
        "delivery": DeliveryState(status=Delivery.DELIVERED, url=f"{ADDRESS}/reports/{REPORT}"),
    }
)
HIDDEN = UnseenDrive(
    sign=say("{count} NVMe drive(s) are hidden behind Intel RST.", count=1),
    remedy=say("Set the disk controller to AHCI in the BIOS settings, then start again from the stick."),
)
WITH_HIDDEN = INVENTORY.model_copy(update={"unseen_drives": [HIDDEN]})
HOLD = FINISHED.model_copy(
    update={
        "inventory": WITH_HIDDEN,
        "sanitizations": [
            erased(SanitizationStatus.FAILED, say("The drive was not written to its end.")).model_copy(
                update={"hint": say("Take the drive out and have it destroyed: it cannot be given on.")}
            )
        ],
        "grade": graded(WITH_HIDDEN, CHECKED),
        "delivery": DeliveryState(
            status=Delivery.SPOOLED,
            detail=say("The name of the workshop cannot be found: {url}.", url=ADDRESS),
        ),
    }
)
"""Something was hidden, a drive failed, and the workshop is not there."""


# ---- the dock

DOCK = IntakeState(
    mode=Mode.TRAINING,
    phase=Phase.WORK,
    subject=Subject.DRIVE,
    inventory=Inventory(drives=[DRIVES[1]]),
    surroundings=SEEN,
    steps=[
        step("dock", say("Dock for bare drives"), RUNNING, detail=say("Plug in a drive."), may=StepAction.STOP),
        step("drive:1", say("{drive}, {size:bytes}", drive=DRIVES[1].model or "", size=DRIVES[1].size_bytes), DONE,
             Outcome.PASSED, may=None,
             detail=say("Tag {tag}: {fate}. You may unplug it.", tag="D-7", fate="sanitized")),
    ],
)  # fmt: skip

"""An invented intake, for the tests of report, delivery and workshop. Nothing in it was measured."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from agent.model.check import CheckResult, Figure
from agent.model.grade import AxisGrade, Grade, Use
from agent.model.inventory import (
    Battery,
    Display,
    Drive,
    Firmware,
    Inventory,
    Machine,
    Memory,
    MemoryModule,
    NetworkInterface,
    Processor,
)
from agent.model.message import say
from agent.model.report import Report, SignedReport
from agent.model.sanitization import DriveIdentity, Evidence, Sanitization, StepDone
from agent.model.words import (
    Chassis,
    GradeLetter,
    Health,
    Level,
    Mode,
    Outcome,
    Pattern,
    SanitizationStatus,
    Technique,
    Transport,
    Verify,
)
from agent.report import keys
from agent.report.assemble import assemble
from agent.report.sign import sign, to_bytes

GB = 10**9


def drive(serial: str = "WD-WX11A22B3344", *, simulated: bool = False, virtual: bool = False, **facts: object) -> Drive:
    return Drive(
        **{"path": f"/dev/{serial[-3:].lower()}", "transport": Transport.ATA, "model": "Example 500 Blue",
           "serial": serial, "size_bytes": 500 * GB, "rotational": True, "health": Health.PASSED,
           "power_on_hours": 12_345, "simulated": simulated, "virtual": virtual, **facts}
    )  # fmt: skip


OWN_ERASE = StepDone(
    technique=Technique.NVME_SANITIZE, succeeded=True, accepted=True, transition_seen=True, marks_planted=6905
)
"""The step of a drive that erased itself, as a record with that technique must show it."""


def erased(item: Drive, status: SanitizationStatus = SanitizationStatus.SANITIZED) -> Sanitization:
    good = status is SanitizationStatus.SANITIZED
    return Sanitization(
        drive=DriveIdentity(**{name: getattr(item, name) for name in DriveIdentity.model_fields}),
        status=status,
        level=Level.CLEAR if good else None,
        technique=Technique.OVERWRITE,
        pattern=Pattern.ZERO,
        verification=Verify.FULL if good else Verify.NONE,
        bytes_total=item.size_bytes,
        bytes_written=item.size_bytes if good else item.size_bytes // 3,
        bytes_verified=item.size_bytes if good else 0,
        seconds=5400.5,
        reason=say("Everything was overwritten and read back.") if good else say("The drive stopped answering."),
        hint=None if good else say("Destroy this drive."),
        evidence=Evidence(flushed=good, identity_reread=True),
    )


def inventory(drives: list[Drive]) -> Inventory:
    return Inventory(
        machine=Machine(vendor="Lenovo", model="ThinkPad T480", chassis=Chassis.NOTEBOOK, serial="PF0ABCDE"),
        firmware=Firmware(vendor="LENOVO", version="N24ET50W", date="2020-01-15", uefi=True),
        processors=[Processor(model="Intel Core i5-8350U", cores=4, threads=8, x86_64_level=3)],
        memory=Memory(
            installed_bytes=8 << 30, usable_bytes=int(7.6 * (1 << 30)), slots_total=2, slots_free=1,
            modules=[MemoryModule(slot="ChannelA-DIMM0", size_bytes=8 << 30, type="DDR4", manufacturer="Samsung")],
        ),
        drives=drives,
        batteries=[Battery(name="BAT0", manufacturer="SMP", full_wh=19.1, cycles=212, health_percent=79.6)],
        displays=[Display(connector="eDP-1", diagonal_inches=14.0, width_px=1920, height_px=1080, internal=True)],
        network=[NetworkInterface(name="wlp3s0", wireless=True, mac="02:00:00:00:00:01")],
    )  # fmt: skip


def checks() -> list[CheckResult]:
    return [
        CheckResult(id="processor", title=say("Processor"), outcome=Outcome.PASSED, seconds=60.2,
                    reason=say("It ran at full load without an error."),
                    figures=[Figure(name="temperature_max_celsius", value=78.5, threshold=100)]),
        CheckResult(id="memory", title=say("Memory"), outcome=Outcome.DEGRADED, seconds=61,
                    reason=say("Only {part:percent} could be reached.", part=71.5),
                    figures=[Figure(name="reached_bytes", value=6 << 30)]),
        CheckResult(id="battery", title=say("Battery"), subject="BAT0", outcome=Outcome.SKIPPED,
                    reason=say("The charger is not connected.")),
    ]  # fmt: skip


def grade(letter: GradeLetter = GradeLetter.C) -> Grade:
    return Grade(
        letter=letter, provisional=True,
        reasons=[say("The drive is a hard disk."), say("The battery was not tested.")],
        axes=[
            AxisGrade(axis="processor", letter=GradeLetter.A, value=say("x86-64-v3"), reason=say("Fast enough.")),
            AxisGrade(axis="drive", letter=GradeLetter.C, value=say("hard disk"), reason=say("A hard disk is slow."),
                      threshold=say("an SSD for B")),
            AxisGrade(axis="battery", letter=None, tested=False, value=say("{full:percent}", full=79.6),
                      reason=say("The charger is not connected.")),
        ],
        uses=[Use(name=say("School work"), suitable=True, reason=say("Everything needed is there.")),
              Use(name=say("Video calls"), suitable=False, reason=say("No camera was found."))],
    )  # fmt: skip


def report(
    mode: Mode = Mode.REAL,
    *,
    report_id: UUID | None = None,
    drives: list[Drive] | None = None,
    sanitizations: list[Sanitization] | None = None,
    asset_tag: str | None = "NTS-0042",
) -> Report:
    if drives is None:
        drives = [drive(simulated=mode is Mode.TRAINING)]
    return assemble(
        report_id=report_id or uuid4(),
        mode=mode,
        started_at=datetime(2026, 5, 4, 8, 0, 0, tzinfo=UTC),
        created_at=datetime(2026, 5, 4, 9, 42, 10, tzinfo=UTC),
        time_source="network",
        seconds=6130.25,
        profile="standard",
        asset_tag=asset_tag,
        lot="Mairie 2026-05",
        inventory=inventory(drives),
        checks=checks(),
        sanitizations=[erased(item) for item in drives] if sanitizations is None else sanitizations,
        grade=grade(),
    )


def bare_report(item: Drive, status: SanitizationStatus = SanitizationStatus.SANITIZED, **facts: object) -> Report:
    """As the dock makes it: a drive and no machine."""
    whole = report(drives=[item], sanitizations=[erased(item, status)])
    dump = whole.model_dump(by_alias=True) | {"subject": "drive", "grade": None, "inventory": Inventory(drives=[item])}
    return Report.model_validate(dump | facts)


def signed(key: keys.SigningKey, **facts: object) -> SignedReport:
    return sign(report(key.mode, **facts), key)  # type: ignore[arg-type]


def signed_bytes(key: keys.SigningKey, **facts: object) -> bytes:
    return to_bytes(signed(key, **facts))


@contextmanager
def workshop(data: Path) -> Iterator[str]:
    """A real workshop server on loopback; gives its address."""
    import uvicorn

    from workshop.app import create

    app = create(data)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
            app.state.store.close()

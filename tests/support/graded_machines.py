"""An invented machine for the tests of grading, and strategies for any machine with any results."""

from hypothesis import strategies as st

from agent.grading.advice import Verdict
from agent.grading.facts import Facts
from agent.grading.rubric import grade, judge
from agent.model.check import CheckResult, Figure
from agent.model.grade import Grade
from agent.model.inventory import (
    Battery,
    Bluetooth,
    Camera,
    Drive,
    FirmwareLock,
    InputDevice,
    Inventory,
    Machine,
    Memory,
    MemoryModule,
    NetworkInterface,
    Processor,
    SmartCounters,
    UnseenDrive,
)
from agent.model.message import say
from agent.model.profile import (
    BatteryThresholds,
    Checks,
    CosmeticThresholds,
    DriveThresholds,
    FunctionThresholds,
    GradeThresholds,
    ManualChecks,
    MemoryThresholds,
    ProcessorThresholds,
)
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import Chassis, Health, Outcome, SanitizationStatus, Transport

GIB = 1 << 30
DRIVE = Drive(
    path="/dev/sda", serial="S1", model="BX500", transport=Transport.ATA, rotational=False, size_bytes=256 * 10**9,
    wear_percent=10, smart=SmartCounters(reallocated=0, media_errors=0), smart_supported=True, health=Health.PASSED,
)  # fmt: skip
INVENTORY = Inventory(
    machine=Machine(chassis=Chassis.NOTEBOOK),
    processors=[Processor(model="Intel Core i5-8250U", x86_64_level=3, cores=4, threads=8)],
    memory=Memory(installed_bytes=8 * GIB),
    drives=[DRIVE],
    batteries=[Battery(name="BAT0", health_percent=90)],
    network=[NetworkInterface(name="eth0")],
    firmware_password=False,
)


def check(name: str, outcome: Outcome = Outcome.PASSED) -> CheckResult:
    return CheckResult(id=name, title=say("t"), outcome=outcome, reason=say("It failed its check."))


DEFAULTS = GradeThresholds()
CHECKS = [check("processor"), check("memory"), check("drive_health"), check("battery")]


def erased(drive: Drive = DRIVE, status: SanitizationStatus = SanitizationStatus.SANITIZED) -> Sanitization:
    identity = DriveIdentity.model_validate({name: getattr(drive, name) for name in DriveIdentity.model_fields})
    return Sanitization(drive=identity, status=status, reason=say("r"))


def graded(
    inventory: Inventory = INVENTORY,
    checks: list[CheckResult] = CHECKS,
    sanitizations: list[Sanitization] | None = None,
    limits: GradeThresholds = DEFAULTS,
    **options: bool,
) -> Grade:
    done = [erased(drive) for drive in inventory.drives] if sanitizations is None else sanitizations
    return grade(inventory, checks, done, limits, **options)


def verdict(
    inventory: Inventory,
    checks: list[CheckResult],
    sanitizations: list[Sanitization] | None = None,
    limits: GradeThresholds = DEFAULTS,
    *,
    empty_bay_confirmed: bool = False,
) -> Verdict:
    """Only the letter and the axes, which is quicker where a property is tried many times."""
    done = [erased(drive) for drive in inventory.drives] if sanitizations is None else sanitizations
    return judge(Facts(inventory, checks, done, empty_bay_confirmed), limits)


def changed(**changes: object) -> Inventory:
    return INVENTORY.model_copy(update=changes)


def texts(result: Grade) -> list[str]:
    return [str(reason) for reason in result.reasons]


def lock(*, active: bool | None) -> FirmwareLock:
    return FirmwareLock(kind="absolute", active=active, source="thinklmi: Absolute")


maybe_count = st.none() | st.integers(0, 2**53 - 1)
small = st.none() | st.integers(0, 6)
smarts = st.builds(
    SmartCounters,
    reallocated=small, reported_uncorrectable=small, command_timeout=small, pending=small, offline_uncorrectable=small,
    media_errors=small, critical_warning=small, available_spare_percent=st.none() | st.floats(0, 100),
    spare_threshold_percent=st.none() | st.floats(0, 100),
)  # fmt: skip
drives = st.builds(
    Drive,
    path=st.sampled_from(["/dev/sda", "/dev/sdb", "/dev/sdc"]), serial=st.sampled_from([None, "S1", "S2"]),
    transport=st.sampled_from(Transport), rotational=st.sampled_from([None, True, False]),
    size_bytes=st.integers(0, 2**53 - 1), smart_supported=st.sampled_from([None, True, False]),
    health=st.sampled_from(Health), power_on_hours=maybe_count, wear_percent=st.none() | st.integers(0, 300),
    smart=st.none() | smarts, diskseq=small,
)  # fmt: skip
gibs = st.sampled_from([None, 1, 2, 4, 8]).map(lambda gib: gib and gib * GIB)
modules = st.builds(
    MemoryModule, size_bytes=gibs, type=st.sampled_from([None, "DDR3", "DDR4", "LPDDR4"]),
    form_factor=st.sampled_from([None, "SODIMM", "DIMM", "Row Of Chips"]),
)  # fmt: skip
told = st.builds(
    Memory, modules=st.lists(modules, max_size=4), max_bytes=st.none() | st.integers(0, 64).map(lambda gib: gib * GIB),
    slots_total=small, slots_free=small, ecc=st.sampled_from([None, False, True]),
).map(lambda memory: memory.model_copy(
    update={"installed_bytes": sum(module.size_bytes or 0 for module in memory.modules) or None}
))  # fmt: skip
memories = st.builds(Memory, installed_bytes=maybe_count, usable_bytes=maybe_count) | told
inventories = st.builds(
    Inventory,
    machine=st.builds(Machine, chassis=st.sampled_from(Chassis)),
    processors=st.lists(
        st.builds(Processor, model=st.sampled_from([None, "Intel Core i5-8250U", "Intel Core i5-7500"]),
                  x86_64_level=small, cores=maybe_count, threads=maybe_count), max_size=3
    ),
    memory=memories,
    drives=st.lists(drives, max_size=3),
    batteries=st.lists(
        st.builds(Battery, name=st.sampled_from(["BAT0", "BAT1"]), health_percent=st.none() | st.floats(0, 100)),
        max_size=2,
    ),
    network=st.lists(st.builds(NetworkInterface, name=st.just("n"), wireless=st.booleans()), max_size=2),
    cameras=st.lists(st.just(Camera(name="c")), max_size=1),
    bluetooth=st.lists(st.just(Bluetooth(name="b")), max_size=1),
    inputs=st.lists(st.just(InputDevice(kind="touchpad", name="t")), max_size=1),
    firmware_password=st.sampled_from([None, True, False]),
    firmware_locks=st.lists(st.sampled_from([None, True, False]).map(lambda active: lock(active=active)), max_size=2),
    unseen_drives=st.lists(st.just(UnseenDrive(sign=say("s"), remedy=say("r")))
                           | st.just(UnseenDrive(sign=say("s"), remedy=say("Set it to AHCI."))), max_size=1),
)  # fmt: skip
IDS = [*(name for name in Checks.model_fields if name != "manual"), *(
    name for name in ManualChecks.model_fields if name != "enabled")]  # fmt: skip
"""Of all checks that there are."""
checks = st.lists(
    st.builds(
        CheckResult,
        id=st.sampled_from([*IDS, "swollen", "other"]),
        subject=st.sampled_from([None, "/dev/sda", "/dev/sdb", "S1", "BAT0", "processor", "memory", "thermal", "gpu"]),
        figures=st.just([]) | st.builds(Figure, name=st.just("cosmetic_category"), value=st.sampled_from(
            ["C1", "C2", "C3", "C4", "C5", "C6", "C9", "C0", 5])).map(lambda figure: [figure]),
        title=st.just(say("t")), outcome=st.sampled_from(Outcome), reason=st.just(say("r")),
    ),
    max_size=8,
)  # fmt: skip
statuses = st.lists(st.tuples(drives, st.sampled_from(SanitizationStatus)), max_size=3)


def falling(numbers: st.SearchStrategy[int], *names: str) -> st.SearchStrategy[dict[str, int]]:
    """Thresholds of which each is at most the one before."""
    several = st.lists(numbers, min_size=len(names), max_size=len(names))
    return several.map(lambda drawn: dict(zip(names, sorted(drawn, reverse=True), strict=True)))


_levels = st.tuples(falling(st.integers(1, 4), "a_level", "b_level", "c_level"), st.booleans(), st.integers(0, 16))
profiles = st.just(DEFAULTS) | st.builds(
    GradeThresholds,
    processor=_levels.map(
        lambda drawn: ProcessorThresholds(**drawn[0], a_windows_11=drawn[1], a_threads=drawn[2], c_cores=drawn[2] // 2)
    ),
    memory=falling(st.integers(0, 64 * GIB), "a_bytes", "b_bytes", "c_bytes", "d_bytes").map(
        lambda drawn: MemoryThresholds(**drawn)
    ),
    battery=falling(st.integers(0, 100), "a_percent", "b_percent", "c_percent").map(
        lambda drawn: BatteryThresholds(**drawn)
    ),
    drive=st.tuples(falling(st.integers(1, 200), "c_wear_percent", "b_wear_percent", "a_wear_percent"), small).map(
        lambda drawn: DriveThresholds(**drawn[0], d_reallocated=drawn[1] or 0, old_hours=(drawn[1] or 0) * 10_000)
    ),
    functions=st.integers(1, 20).map(lambda most: FunctionThresholds(b_secondary=most)),
    cosmetic=falling(st.integers(2, 9), "a_category", "b_category", "c_category").map(
        lambda drawn: CosmeticThresholds(**drawn)
    ),
)
"""What any profile may ask for: the shipped ones have the defaults."""

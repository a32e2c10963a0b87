"""Each axis by itself: both sides of every threshold in the design's table."""

import pytest

from agent.grading import battery, drive, memory, processor, stress
from agent.grading.facts import Facts
from agent.model.check import CheckResult, Figure
from agent.model.grade import AxisGrade
from agent.model.inventory import Battery, Drive, Inventory, Machine, Memory, Processor, SmartCounters
from agent.model.message import say
from agent.model.profile import BatteryThresholds, DriveThresholds, MemoryThresholds, ProcessorThresholds
from agent.model.words import Chassis, GradeLetter, Health, Outcome, Transport

GIB = 1 << 30
GB = 10**9


def result(check: str, outcome: Outcome = Outcome.PASSED, subject: str | None = None) -> CheckResult:
    return CheckResult(id=check, subject=subject, title=say("t"), outcome=outcome, reason=say("{o}", o=outcome.value))


# ---- processor

LISTED = "Intel Core i5-8250U"


def rated(*processors: Processor, limits: ProcessorThresholds | None = None) -> AxisGrade:
    return processor.judge(list(processors), limits or ProcessorThresholds())


@pytest.mark.parametrize(
    ("level", "cores", "threads", "letter"),
    [
        (4, 8, 16, "A"),
        (3, 2, 4, "A"),
        (3, 2, 3, "B"),
        (3, 1, 1, "B"),
        (3, 4, None, "B"),
        (2, 4, 8, "C"),
        (2, 2, 2, "C"),
        (2, 1, 2, "D"),
        (2, None, 8, "D"),
        (1, 4, 4, "D"),
        (0, 1, 1, "parts"),
        (9, 64, 128, "A"),
    ],
)
def test_processor(level: int, cores: int | None, threads: int | None, letter: str) -> None:
    axis = rated(Processor(model=LISTED, x86_64_level=level, cores=cores, threads=threads))
    assert axis.letter == letter
    assert axis.tested
    assert (axis.next_threshold is None) == (letter == "A")


@pytest.mark.parametrize("processors", [[], [Processor()], [Processor(x86_64_level=3, threads=8), Processor()]])
def test_a_processor_that_cannot_be_read_is_untested_not_32_bit(processors: list[Processor]) -> None:
    axis = rated(*processors)
    assert (axis.letter, axis.tested, axis.applies) == (None, False, True)


def test_two_processors_share_their_threads_and_the_weaker_level() -> None:
    two = [Processor(model=LISTED, x86_64_level=level, cores=2, threads=2) for level in (3, 4)]
    assert rated(*two).letter is GradeLetter.A
    assert rated(two[0], Processor(model=LISTED, x86_64_level=2, cores=8, threads=16)).letter is GradeLetter.C


@pytest.mark.parametrize(
    ("model", "letter", "reason"),
    [
        (LISTED, "A", "Recent processor (x86-64-v3) with 8 threads."),
        ("Intel Core i5-7500", "B", "The processor is not on Microsoft's list for Windows 11; grade A needs that."),
        (None, "B", "Whether the processor is on Microsoft's list for Windows 11 could not be told; grade A needs "
                    "that."),
    ],
)  # fmt: skip
def test_a_needs_a_processor_of_windows_11(model: str | None, letter: str, reason: str) -> None:
    axis = rated(Processor(model=model, x86_64_level=3, cores=4, threads=8))
    assert (axis.letter, str(axis.reason)) == (letter, reason)
    free = rated(
        Processor(model=model, x86_64_level=3, cores=4, threads=8), limits=ProcessorThresholds(a_windows_11=False)
    )
    assert free.letter is GradeLetter.A


def test_a_profile_moves_the_levels() -> None:
    limits = ProcessorThresholds(a_level=4, b_level=3, c_level=2, a_threads=8, c_cores=4)

    def letters(level: int, cores: int, threads: int) -> str | None:
        return rated(Processor(model=LISTED, x86_64_level=level, cores=cores, threads=threads), limits=limits).letter

    assert [letters(4, 8, 8), letters(4, 8, 7), letters(3, 8, 16), letters(2, 4, 8), letters(2, 3, 8)] == [
        "A", "B", "B", "C", "D",
    ]  # fmt: skip


# ---- memory


@pytest.mark.parametrize(
    ("size", "letter", "reason"),
    [
        (8 * GIB, "A", "8 GB of memory."),
        (8 * GIB - 1, "B", "7.9 GB of memory (A needs 8 GB)."),
        (6 * GIB, "B", "6 GB of memory (A needs 8 GB)."),
        (6 * GIB - 1, "C", "5.9 GB of memory (B needs 6 GB)."),
        (4 * GIB, "C", "4 GB of memory (B needs 6 GB)."),
        (4 * GIB - 1, "D", "3.9 GB of memory (C needs 4 GB)."),
        (2 * GIB, "D", "2 GB of memory (C needs 4 GB)."),
        (2 * GIB - 1, "parts", "1.9 GB of memory (D needs 2 GB)."),
        (GIB // 2, "parts", "512 MB of memory (D needs 2 GB)."),
    ],
)
def test_memory(size: int, letter: str, reason: str) -> None:
    axis = memory.judge(Memory(installed_bytes=size), [result("memory")], MemoryThresholds())
    assert (axis.letter, str(axis.reason), axis.tested) == (letter, reason, True)


def test_memory_says_what_its_letter_and_the_next_ask_for() -> None:
    axis = memory.judge(Memory(installed_bytes=4 * GIB), [result("memory")], MemoryThresholds())
    assert (str(axis.value), str(axis.threshold), str(axis.next_threshold)) == ("4 GB", "4 GB", "6 GB")


def test_usable_memory_counts_where_the_modules_cannot_be_read() -> None:
    axis = memory.judge(Memory(usable_bytes=7 * GIB), [result("memory")], MemoryThresholds())
    assert axis.letter is GradeLetter.B


def test_memory_that_fails_its_check_asks_for_a_module() -> None:
    checks = [result("memory"), result("memory", Outcome.FAILED)]
    axis = memory.judge(Memory(installed_bytes=64 * GIB), checks, MemoryThresholds())
    assert axis.letter is GradeLetter.PARTS
    assert "replace the module" in str(axis.reason)


def test_of_a_repeated_check_the_last_try_that_found_something_out_counts() -> None:
    checks = [result("memory", Outcome.FAILED), result("memory"), result("memory", Outcome.ERROR)]
    assert memory.judge(Memory(installed_bytes=64 * GIB), checks, MemoryThresholds()).letter is GradeLetter.A


@pytest.mark.parametrize("checks", [[], [result("memory", Outcome.SKIPPED)], [result("memory", Outcome.ERROR)]])
def test_memory_without_a_verdict_is_untested(checks: list[CheckResult]) -> None:
    axis = memory.judge(Memory(installed_bytes=8 * GIB), checks, MemoryThresholds())
    assert (axis.letter, axis.tested) == (GradeLetter.A, False)
    assert axis.missing is not None


def test_memory_of_unknown_size_is_untested() -> None:
    axis = memory.judge(Memory(), [result("memory")], MemoryThresholds())
    assert (axis.letter, axis.tested) == (None, False)


def test_a_profile_moves_the_thresholds() -> None:
    axis = memory.judge(Memory(installed_bytes=8 * GIB), [result("memory")], MemoryThresholds(a_bytes=16 * GIB))
    assert axis.letter is GradeLetter.B


# ---- drive

GOOD = SmartCounters(reallocated=0, reported_uncorrectable=0, command_timeout=0, pending=0, offline_uncorrectable=0)
SSD = Drive(
    path="/dev/sda", serial="S1", transport=Transport.ATA, rotational=False, size_bytes=256 * GB, wear_percent=10,
    smart=GOOD, smart_supported=True, health=Health.PASSED, power_on_hours=100,
)  # fmt: skip
HDD = SSD.model_copy(update={"rotational": True, "wear_percent": None, "size_bytes": 500 * GB})
NVME = SSD.model_copy(
    update={
        "transport": Transport.NVME,
        "smart": SmartCounters(
            media_errors=0, critical_warning=0, available_spare_percent=100, spare_threshold_percent=10
        ),
    }
)


def judged(*drives: Drive, checks: list[CheckResult] | None = None, empty: bool = False) -> AxisGrade:
    checks = [result("drive_health", subject=each.path) for each in drives] if checks is None else checks
    return drive.judge(Facts(Inventory(drives=list(drives)), checks, [], empty), DriveThresholds())


def smart(base: Drive, **counters: float) -> Drive:
    assert base.smart is not None
    return base.model_copy(update={"smart": base.smart.model_copy(update=counters)})


def but(base: Drive, **changes: object) -> Drive:
    return base.model_copy(update=changes)


@pytest.mark.parametrize(
    ("drive", "letter"),
    [
        (SSD, "A"),
        (but(SSD, wear_percent=50), "A"),
        (but(SSD, wear_percent=51), "B"),
        (but(SSD, wear_percent=80), "B"),
        (but(SSD, wear_percent=81), "C"),
        (but(SSD, wear_percent=100), "C"),
        (but(SSD, wear_percent=101), "D"),
        (but(SSD, wear_percent=None), "C"),
        (but(SSD, size_bytes=120 * GB), "A"),
        (but(SSD, size_bytes=120 * GB - 1), "C"),
        (but(SSD, power_on_hours=40_000), "A"),
        (but(SSD, smart=None), "C"),
        (but(SSD, smart_supported=False), "C"),
        (but(SSD, smart=SmartCounters()), "B"),
        (but(SSD, rotational=None), "C"),
        (but(SSD, rotational=None, wear_percent=101), "D"),
        (but(SSD, transport=Transport.MMC), "C"),
        (but(SSD, simulated=True), "A"),
        (smart(SSD, reallocated=1), "B"),
        (smart(SSD, reported_uncorrectable=1), "B"),
        (NVME, "A"),
        (but(NVME, rotational=None), "A"),
        (smart(NVME, media_errors=1), "B"),
        (smart(NVME, critical_warning=1), "parts"),
        (smart(NVME, available_spare_percent=10), "A"),
        (smart(NVME, available_spare_percent=9), "parts"),
        (HDD, "C"),
        (but(HDD, smart=None), "C"),
        (but(HDD, smart_supported=False, smart=None, health=Health.UNKNOWN), "C"),
        (but(HDD, power_on_hours=37_000), "C"),
        (but(HDD, power_on_hours=37_001), "D"),
        (smart(HDD, reallocated=1), "D"),
        (smart(HDD, reallocated=3), "D"),
        (smart(HDD, reallocated=4), "parts"),
        (smart(HDD, reported_uncorrectable=1), "D"),
        (smart(HDD, command_timeout=1), "D"),
        (smart(HDD, pending=1), "parts"),
        (smart(HDD, offline_uncorrectable=1), "parts"),
        (but(HDD, health=Health.FAILED), "parts"),
        (but(SSD, health=Health.FAILED), "parts"),
    ],
)
def test_drive(drive: Drive, letter: str) -> None:
    axis = judged(drive)
    assert axis.letter == letter
    assert axis.tested
    assert (axis.next_threshold is None) == (letter == "A")


def test_reasons_name_the_drive_and_what_the_next_letter_needs() -> None:
    named = but(SSD, model="Crucial BX500", wear_percent=60)
    assert str(judged(named).reason) == (
        "Drive Crucial BX500 (S1) has used up 60% of its life; grade A needs at most 50%."
    )
    assert str(judged(but(HDD, model="WD Blue")).reason) == "Drive WD Blue (S1) is a hard disk; grade B needs an SSD."


@pytest.mark.parametrize(
    ("outcome", "letter", "tested"),
    [
        (Outcome.PASSED, "A", True),
        (Outcome.DEGRADED, "B", True),
        (Outcome.FAILED, "parts", True),
        (Outcome.SKIPPED, "A", False),
        (Outcome.ERROR, "A", False),
    ],
)
@pytest.mark.parametrize("subject", ["/dev/sda", "S1", None])
def test_the_health_check_counts(outcome: Outcome, letter: str, tested: bool, subject: str | None) -> None:
    axis = judged(SSD, checks=[result("drive_health", outcome, subject)])
    assert (axis.letter, axis.tested) == (letter, tested)


@pytest.mark.parametrize("check", ["drive_self_test", "drive_surface", "drive_speed", "kernel_log"])
@pytest.mark.parametrize(
    ("outcome", "letter"), [(Outcome.PASSED, "A"), (Outcome.DEGRADED, "B"), (Outcome.FAILED, "parts"),
                            (Outcome.SKIPPED, "A"), (Outcome.ERROR, "A")]
)  # fmt: skip
@pytest.mark.parametrize("subject", ["/dev/sda", "S1"])
def test_what_else_looks_at_a_drive_can_only_worsen_it(check: str, outcome: Outcome, letter: str, subject: str) -> None:
    health = result("drive_health", subject="/dev/sda")
    axis = judged(SSD, checks=[health, result(check, outcome, subject)])
    assert (axis.letter, axis.tested) == (letter, True)
    other = judged(SSD, checks=[health, result(check, outcome, "/dev/sdb")])
    assert other.letter is GradeLetter.A
    assert not judged(SSD, checks=[result(check, outcome, subject)]).tested


def test_another_drives_check_says_nothing() -> None:
    axis = judged(SSD, checks=[result("drive_health", subject="/dev/sdb")])
    assert not axis.tested


def test_a_serial_that_two_drives_share_names_neither_but_a_failure_counts() -> None:
    axis = judged(SSD, but(SSD, path="/dev/sdb"), checks=[result("drive_health", subject="S1")])
    assert not axis.tested
    axis = judged(SSD, but(SSD, path="/dev/sdb"), checks=[result("drive_health", Outcome.FAILED, "S1")])
    assert axis.letter is GradeLetter.PARTS


def test_the_worst_drive_counts_and_every_one_must_be_tested() -> None:
    second = but(HDD, path="/dev/sdb", serial="S2")
    axis = judged(SSD, second, checks=[result("drive_health", subject="/dev/sdb")])
    assert axis.letter is GradeLetter.C
    assert not axis.tested
    assert "S1" in str(axis.missing)


def test_no_drive_is_a_doubt_until_the_bay_is_said_to_be_empty() -> None:
    doubt, sure = judged(), judged(empty=True)
    assert (doubt.letter, doubt.applies, doubt.tested) == (None, True, False)
    assert (sure.letter, sure.applies) == (None, False)
    assert "drive is needed" in str(sure.reason)


# ---- battery


def laptop(*healths: float | None, chassis: Chassis = Chassis.NOTEBOOK) -> Inventory:
    batteries = [Battery(name=f"BAT{number}", health_percent=health) for number, health in enumerate(healths)]
    return Inventory(machine=Machine(chassis=chassis), batteries=batteries)


@pytest.mark.parametrize(
    ("health", "letter"),
    [(100, "A"), (80, "A"), (79.9, "B"), (65, "B"), (64.9, "C"), (50, "C"), (49.9, "D"), (0, "D")],
)
def test_battery(health: float, letter: str) -> None:
    axis = battery.judge(laptop(health), [result("battery", subject="BAT0")], BatteryThresholds())
    assert (axis.letter, axis.tested) == (letter, True)
    assert (axis.next_threshold is None) == (letter == "A")


def test_a_battery_just_below_is_not_shown_as_rounded_up() -> None:
    axis = battery.judge(laptop(79.97), [result("battery")], BatteryThresholds())
    assert str(axis.reason) == "The battery still holds 79.9% of its capacity; grade A needs 80%."


def test_an_absent_battery_leaves_the_mains() -> None:
    axis = battery.judge(laptop(), [result("battery", Outcome.SKIPPED)], BatteryThresholds())
    assert (axis.letter, axis.tested) == (GradeLetter.D, True)
    assert "mains" in str(axis.reason)


def test_a_desktop_needs_no_battery() -> None:
    axis = battery.judge(laptop(chassis=Chassis.DESKTOP), [], BatteryThresholds())
    assert (axis.letter, axis.applies) == (None, False)


def test_the_weakest_of_several_batteries_counts() -> None:
    assert battery.judge(laptop(90, 55), [result("battery")], BatteryThresholds()).letter is GradeLetter.C


@pytest.mark.parametrize(
    ("healths", "checks", "letter"),
    [
        ([90.0], [], "A"),
        ([90.0], [result("battery", Outcome.ERROR)], "A"),
        ([90.0, None], [result("battery")], "A"),
        ([90.0, 70.0], [result("battery", subject="BAT0")], "B"),
        ([None], [result("battery")], None),
    ],
)
def test_a_battery_without_a_verdict_is_untested(
    healths: list[float | None], checks: list[CheckResult], letter: str | None
) -> None:
    axis = battery.judge(laptop(*healths), checks, BatteryThresholds())
    assert (axis.letter, axis.tested, axis.applies) == (letter, False, True)


@pytest.mark.parametrize("health", [95, None])
def test_a_battery_that_fails_its_check_leaves_the_mains(health: float | None) -> None:
    axis = battery.judge(laptop(health), [result("battery", Outcome.FAILED, "BAT0")], BatteryThresholds())
    assert axis.letter is GradeLetter.D
    assert "failed its check" in str(axis.reason)


def test_a_worn_battery_is_told_by_what_it_holds() -> None:
    axis = battery.judge(laptop(40), [result("battery", Outcome.FAILED, "BAT0")], BatteryThresholds())
    assert str(axis.reason) == "The battery still holds 40% of its capacity; grade C needs 50%."


@pytest.mark.parametrize(("answer", "letter"), [("yes", "parts"), (1, "parts"), ("no", "A"), (0, "A"), ("false", "A")])
def test_a_swollen_battery_has_to_go(answer: str | int, letter: str) -> None:
    asked = CheckResult(id="hinges", title=say("t"), outcome=Outcome.FAILED, reason=say("r"),
                        figures=[Figure(name="swollen", value=answer)])  # fmt: skip
    axis = battery.judge(laptop(90), [result("battery"), asked], BatteryThresholds())
    assert axis.letter == letter
    assert ("remove" in str(axis.reason)) is (letter == "parts")


@pytest.mark.parametrize(
    ("outcome", "letter"), [(Outcome.PASSED, "A"), (Outcome.DEGRADED, "A"), (Outcome.FAILED, "D"), (Outcome.ERROR, "A")]
)
def test_a_battery_that_fails_under_load_leaves_the_mains(outcome: Outcome, letter: str) -> None:
    checks = [result("battery", subject="BAT0"), result("battery_discharge", outcome, "BAT0")]
    axis = battery.judge(laptop(95), checks, BatteryThresholds())
    assert (axis.letter, axis.tested) == (letter, True)


# ---- stress

P, D, F, S, E = Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED, Outcome.SKIPPED, Outcome.ERROR


@pytest.mark.parametrize(
    ("cpu", "ram", "letter", "tested"),
    [
        (P, P, "A", True),
        (D, P, "C", True),
        (F, P, "parts", True),
        (P, F, "parts", True),
        (D, F, "parts", True),
        (P, S, None, False),
        (E, P, None, False),
        (None, None, None, False),
        (F, S, "parts", False),
        (D, None, "C", False),
        (None, F, "parts", False),
    ],
)
def test_stress(cpu: Outcome | None, ram: Outcome | None, letter: str | None, tested: bool) -> None:
    checks = [result(name, found) for name, found in (("processor", cpu), ("memory", ram)) if found]
    axis = stress.judge(checks)
    assert (axis.letter, axis.tested) == (letter, tested)


@pytest.mark.parametrize(
    ("part", "outcome", "letter"),
    [("processor", F, "parts"), ("memory", F, "parts"), ("thermal", D, "C"), ("processor", D, "C"),
     ("/dev/sda", F, "A"), ("processor", P, "A"), (None, F, "A")],
)  # fmt: skip
def test_what_the_kernel_complains_of_counts_for_its_part(part: str | None, outcome: Outcome, letter: str) -> None:
    checks = [result("processor"), result("memory"), result("kernel_log", outcome, part)]
    assert stress.judge(checks).letter == letter
    memory_axis = memory.judge(Memory(installed_bytes=8 * GIB), checks, MemoryThresholds())
    assert memory_axis.letter == ("parts" if (part, outcome) == ("memory", F) else "A")


def test_who_could_not_hear_the_kernel_has_not_seen_that_nothing_was_wrong() -> None:
    good = [result("processor"), result("memory")]
    assert stress.judge([*good, result("kernel_log")]).tested
    axis = stress.judge([*good, result("kernel_log", Outcome.ERROR)])
    assert (axis.letter, axis.tested, str(axis.missing)) == ("A", False, "error")


def test_stress_repeats_what_the_failed_check_says() -> None:
    assert str(stress.judge([result("processor", F), result("memory")]).reason) == "failed"

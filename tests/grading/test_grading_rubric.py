"""The whole grade: gates, the worst axis, reasons and uses, and what holds whatever the facts."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grading.rubric import grade
from agent.model.check import CheckResult
from agent.model.grade import Grade
from agent.model.inventory import (
    Battery,
    Drive,
    FirmwareLock,
    Inventory,
    Machine,
    Memory,
    NetworkInterface,
    Processor,
    SmartCounters,
    Unreadable,
    UnseenDrive,
)
from agent.model.message import say
from agent.model.profile import GradeThresholds
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import Chassis, GradeLetter, Health, Outcome, SanitizationStatus, Transport

GIB = 1 << 30
DRIVE = Drive(
    path="/dev/sda", serial="S1", model="BX500", transport=Transport.ATA, rotational=False, size_bytes=256 * 10**9,
    wear_percent=10, smart=SmartCounters(reallocated=0, media_errors=0), smart_supported=True, health=Health.PASSED,
)  # fmt: skip
INVENTORY = Inventory(
    machine=Machine(chassis=Chassis.NOTEBOOK),
    processors=[Processor(x86_64_level=3, cores=4, threads=8)],
    memory=Memory(installed_bytes=8 * GIB),
    drives=[DRIVE],
    batteries=[Battery(name="BAT0", health_percent=90)],
    network=[NetworkInterface(name="eth0")],
    firmware_password=False,
)


def check(name: str, outcome: Outcome = Outcome.PASSED) -> CheckResult:
    return CheckResult(id=name, title=say("t"), outcome=outcome, reason=say("It failed its check."))


CHECKS = [check("processor"), check("memory"), check("drive_health"), check("battery")]


def erased(drive: Drive = DRIVE, status: SanitizationStatus = SanitizationStatus.SANITIZED) -> Sanitization:
    identity = DriveIdentity.model_validate({name: getattr(drive, name) for name in DriveIdentity.model_fields})
    return Sanitization(drive=identity, status=status, reason=say("r"))


def graded(
    inventory: Inventory = INVENTORY,
    checks: list[CheckResult] = CHECKS,
    sanitizations: list[Sanitization] | None = None,
    **options: bool,
) -> Grade:
    done = [erased(drive) for drive in inventory.drives] if sanitizations is None else sanitizations
    return grade(inventory, checks, done, GradeThresholds(), **options)


def changed(**changes: object) -> Inventory:
    return INVENTORY.model_copy(update=changes)


def texts(result: Grade) -> list[str]:
    return [str(reason) for reason in result.reasons]


# ---- the worst axis decides


def test_a_good_machine_is_a_but_provisional_since_nobody_tried_the_screen() -> None:
    result = graded()
    assert (result.letter, result.provisional) == (GradeLetter.A, True)
    assert [axis.axis for axis in result.axes] == [
        "processor", "memory", "drive", "battery", "stress", "functions", "cosmetic",
    ]  # fmt: skip
    assert [axis.axis for axis in result.axes if not axis.tested] == ["functions", "cosmetic"]
    assert len(result.reasons) == 2
    assert result.functional_category is None
    assert result.cosmetic_category is None


def test_the_deciding_reasons_come_first() -> None:
    result = graded(changed(memory=Memory(installed_bytes=4 * GIB), batteries=[Battery(name="B", health_percent=70)]))
    assert result.letter is GradeLetter.C
    assert texts(result)[:2] == [
        "4 GiB of memory; grade B needs 6 GiB.",
        "The battery still holds 70% of its capacity; grade A needs 80%.",
    ]


def test_what_was_not_tested_is_said_last() -> None:
    result = graded(checks=[])
    assert result.letter is GradeLetter.A
    assert result.provisional
    for text in (
        "The memory was not tested for errors.",
        "The health of drive BX500 (S1) was not tested.",
        "Not every battery was tested.",
        "Processor and memory were not tested under load.",
    ):
        assert text in texts(result)


def test_a_failed_processor_leaves_parts() -> None:
    result = graded(checks=[check("processor", Outcome.FAILED), *CHECKS[1:]])
    assert result.letter is GradeLetter.PARTS
    assert texts(result)[0] == "It failed its check."


def test_where_nothing_could_be_judged_there_is_no_letter() -> None:
    result = graded(Inventory(), [], empty_bay_confirmed=True)
    assert result.letter is GradeLetter.HOLD
    assert "Nothing about this machine" in texts(result)[0]


# ---- gates


def test_a_firmware_password_holds_the_machine() -> None:
    result = graded(changed(firmware_password=True))
    assert result.letter is GradeLetter.HOLD
    assert "password" in texts(result)[0]


def test_a_password_that_cannot_be_read_is_a_doubt_that_is_said() -> None:
    result = graded(changed(firmware_password=None))
    assert result.letter is GradeLetter.A
    assert "password" in texts(result)[-1]


def lock(*, active: bool | None) -> FirmwareLock:
    return FirmwareLock(kind="absolute", active=active, source="thinklmi: Absolute")


def test_active_tracking_by_the_firmware_holds_the_machine() -> None:
    result = graded(changed(firmware_locks=[lock(active=False), lock(active=True)]))
    assert result.letter is GradeLetter.HOLD
    assert "donor to release" in texts(result)[0]


def test_tracking_that_does_not_tell_whether_it_is_active_is_a_doubt_that_is_said() -> None:
    result = graded(changed(firmware_locks=[lock(active=None)]))
    assert result.letter is GradeLetter.A
    assert "Absolute" in texts(result)[-1]


def test_tracking_that_is_off_is_no_matter() -> None:
    assert texts(graded(changed(firmware_locks=[lock(active=False)]))) == texts(graded())


def test_tracking_that_could_not_be_looked_for_is_a_doubt() -> None:
    result = graded(changed(unreadable=[Unreadable(part="firmware_locks", reason=say("late"))]))
    assert "Absolute" in texts(result)[-1]


@pytest.mark.parametrize("status", list(SanitizationStatus))
def test_only_sanitized_and_removed_drives_let_a_machine_go(status: SanitizationStatus) -> None:
    result = graded(sanitizations=[erased(status=status)])
    free = status in (SanitizationStatus.SANITIZED, SanitizationStatus.REMOVED)
    assert (result.letter is GradeLetter.HOLD) is not free
    if not free:
        assert "BX500 (S1)" in texts(result)[0]


def test_a_drive_without_any_result_holds_the_machine() -> None:
    assert graded(sanitizations=[]).letter is GradeLetter.HOLD


def test_a_removed_drive_is_a_drive_needed() -> None:
    result = graded(sanitizations=[erased(status=SanitizationStatus.REMOVED)])
    assert result.letter is GradeLetter.A
    assert "A drive is needed." in texts(result)
    assert not any(use.suitable for use in result.uses)


def test_the_last_result_of_a_drive_counts() -> None:
    failed, done = erased(status=SanitizationStatus.FAILED), erased()
    assert graded(sanitizations=[failed, done]).letter is GradeLetter.A
    assert graded(sanitizations=[done, failed]).letter is GradeLetter.HOLD


@pytest.mark.parametrize(
    "change", [{"serial": "S2"}, {"size_bytes": 512}, {"model": "other"}, {"simulated": True}, {"virtual": True}]
)
def test_another_drives_erase_is_no_erase_of_this_one(change: dict[str, object]) -> None:
    assert graded(sanitizations=[erased(DRIVE.model_copy(update=change))]).letter is GradeLetter.HOLD


def test_a_serial_identifies_a_drive_that_comes_back_elsewhere_but_not_where_it_is_repeated() -> None:
    moved = erased(DRIVE.model_copy(update={"path": "/dev/sdb", "diskseq": 9}))
    assert graded(sanitizations=[moved]).letter is GradeLetter.A
    twin = DRIVE.model_copy(update={"path": "/dev/sdb"})
    assert graded(changed(drives=[DRIVE, twin]), sanitizations=[erased(twin)]).letter is GradeLetter.HOLD
    both = [erased(twin), erased(DRIVE)]
    assert graded(changed(drives=[DRIVE, twin]), sanitizations=both).letter is GradeLetter.A


def test_without_a_serial_path_and_appearance_must_be_the_same() -> None:
    bare = DRIVE.model_copy(update={"serial": None, "diskseq": 3})
    inventory = changed(drives=[bare])
    assert graded(inventory).letter is GradeLetter.A
    for change in ({"path": "/dev/sdb"}, {"diskseq": 4}):
        done = erased(bare.model_copy(update=change))
        assert graded(inventory, sanitizations=[done]).letter is GradeLetter.HOLD


@pytest.mark.parametrize("before", [{"model": "BX5"}, {"model": None}, {"serial": None, "model": "BX"}])
def test_what_smart_told_after_the_confirmation_is_no_contradiction(before: dict[str, object]) -> None:
    assert graded(sanitizations=[erased(DRIVE.model_copy(update=before))]).letter is GradeLetter.A


def test_an_erase_without_a_serial_frees_only_the_drive_in_its_place() -> None:
    unknown = erased(DRIVE.model_copy(update={"serial": None, "path": "/dev/sdb"}))
    assert graded(sanitizations=[unknown]).letter is GradeLetter.HOLD


def test_a_drive_that_vanished_unerased_holds_the_machine() -> None:
    gone = erased(DRIVE.model_copy(update={"serial": "S9"}), SanitizationStatus.INTERRUPTED)
    result = graded(sanitizations=[erased(), gone])
    assert result.letter is GradeLetter.HOLD
    assert "S9" in texts(result)[0]
    both = texts(graded(sanitizations=[gone]))
    assert "S1" in both[0]
    assert "S9" in both[1]


@pytest.mark.parametrize("confirmed", [False, True])
def test_signs_of_an_unseen_drive_hold_with_the_remedy(confirmed: bool) -> None:
    sign = UnseenDrive(sign=say("A drive hides."), remedy=say("Set the controller to AHCI."))
    result = graded(changed(drives=[], unseen_drives=[sign]), empty_bay_confirmed=confirmed)
    assert result.letter is GradeLetter.HOLD
    assert texts(result)[:2] == ["A drive hides.", "Set the controller to AHCI."]


def test_no_drive_holds_until_the_bay_is_said_to_be_empty() -> None:
    result = graded(changed(drives=[]))
    assert result.letter is GradeLetter.HOLD
    assert "open the drive bay" in texts(result)[0]
    result = graded(changed(drives=[]), empty_bay_confirmed=True)
    assert result.letter is GradeLetter.A
    assert texts(result)[0] == "A drive is needed."


def test_the_word_for_an_empty_bay_does_not_free_a_drive_that_is_there() -> None:
    assert graded(sanitizations=[], empty_bay_confirmed=True).letter is GradeLetter.HOLD


# ---- uses


def uses(result: Grade) -> dict[str, bool]:
    return {str(use.name): use.suitable for use in result.uses}


def test_a_good_machine_suits_all_but_video_calls_whose_camera_nobody_tried() -> None:
    assert uses(graded()) == {
        "Online public services": True,
        "School work": True,
        "Video calls": False,
        "Telework": True,
        "Light creative work": True,
    }
    video = next(use for use in graded().uses if str(use.name) == "Video calls")
    assert "camera and microphone were not tested" in str(video.reason)


@pytest.mark.parametrize(
    ("result", "part"),
    [
        (graded(sanitizations=[]), "holds"),
        (graded(checks=[check("processor", Outcome.FAILED), *CHECKS[1:]]), "repaired"),
        (graded(checks=CHECKS[2:]), "tested under load"),
        (graded(changed(network=[])), "network"),
        (graded(changed(memory=Memory(installed_bytes=2 * GIB))), "memory"),
        (graded(changed(processors=[Processor(x86_64_level=1)])), "processor"),
        (graded(changed(memory=Memory())), "memory"),
    ],
)
def test_what_speaks_against_a_use_is_said(result: Grade, part: str) -> None:
    public = next(use for use in result.uses if str(use.name) == "Online public services")
    assert not public.suitable
    assert part in str(public.reason)


def test_four_gib_and_a_hard_disk_do_for_school_but_not_for_telework() -> None:
    disk = DRIVE.model_copy(update={"rotational": True})
    for size in (4 * GIB, 8 * GIB):
        result = uses(graded(changed(memory=Memory(installed_bytes=size), drives=[disk])))
        assert result["School work"]
        assert not result["Telework"]
        assert not result["Light creative work"]


# ---- whatever the facts

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
inventories = st.builds(
    Inventory,
    machine=st.builds(Machine, chassis=st.sampled_from(Chassis)),
    processors=st.lists(
        st.builds(Processor, x86_64_level=small, cores=maybe_count, threads=maybe_count), max_size=3
    ),
    memory=st.builds(Memory, installed_bytes=maybe_count, usable_bytes=maybe_count),
    drives=st.lists(drives, max_size=3),
    batteries=st.lists(
        st.builds(Battery, name=st.sampled_from(["BAT0", "BAT1"]), health_percent=st.none() | st.floats(0, 100)),
        max_size=2,
    ),
    firmware_password=st.sampled_from([None, True, False]),
    firmware_locks=st.lists(st.sampled_from([None, True, False]).map(lambda active: lock(active=active)), max_size=2),
    unseen_drives=st.lists(st.just(UnseenDrive(sign=say("s"), remedy=say("r"))), max_size=1),
)  # fmt: skip
checks = st.lists(
    st.builds(
        CheckResult,
        id=st.sampled_from(["processor", "memory", "drive_health", "battery", "other"]),
        subject=st.sampled_from([None, "/dev/sda", "/dev/sdb", "S1", "BAT0"]),
        title=st.just(say("t")), outcome=st.sampled_from(Outcome), reason=st.just(say("r")),
    ),
    max_size=8,
)  # fmt: skip
statuses = st.lists(st.tuples(drives, st.sampled_from(SanitizationStatus)), max_size=3)


@given(inventories, checks, statuses, st.booleans())
def test_grading_never_raises_and_never_promises_more_than_it_knows(
    inventory: Inventory, found: list[CheckResult], others: list[tuple[Drive, SanitizationStatus]], empty: bool
) -> None:
    sanitizations = [erased(drive) for drive in inventory.drives] + [erased(*other) for other in others]
    result = graded(inventory, found, sanitizations, empty_bay_confirmed=empty)
    applicable = [axis for axis in result.axes if axis.applies]
    assert result.provisional == any(not axis.tested for axis in applicable)
    assert all(axis.letter is not None or not axis.tested for axis in applicable)
    assert all(axis.letter is None for axis in result.axes if not axis.applies)
    assert all(result.letter.rank >= axis.letter.rank for axis in result.axes if axis.letter)
    assert all(axis.missing is None for axis in result.axes if axis.tested)
    assert result.letter is GradeLetter.A or result.reasons
    assert "?" not in "".join(texts(result))
    for axis in result.axes:
        assert "?" not in f"{axis.value}{axis.threshold}{axis.next_threshold}{axis.reason}"
    assert Grade.model_validate_json(result.model_dump_json()) == result


@given(inventories.filter(lambda inventory: inventory.drives), checks, st.data())
def test_any_drive_that_is_not_sanitized_holds_the_machine(
    inventory: Inventory, found: list[CheckResult], data: st.DataObject
) -> None:
    left = data.draw(st.sampled_from(inventory.drives))
    done = [erased(drive) for drive in inventory.drives if drive != left]
    statuses = [each for each in SanitizationStatus if each not in ("sanitized", "removed")]
    status = data.draw(st.none() | st.sampled_from(statuses))
    done += [] if status is None else [erased(left, status)]
    assert graded(inventory, found, done, empty_bay_confirmed=data.draw(st.booleans())).letter is GradeLetter.HOLD


def worse_processor(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def lower(value: int | None) -> int | None:
        return None if value is None else draw(0, value)

    processors = [
        Processor(x86_64_level=lower(p.x86_64_level), cores=lower(p.cores), threads=lower(p.threads))
        for p in inventory.processors
    ]
    return inventory.model_copy(update={"processors": processors})


def worse_memory(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    memory = Memory(
        installed_bytes=inventory.memory.installed_bytes and draw(0, inventory.memory.installed_bytes),
        usable_bytes=inventory.memory.usable_bytes and draw(0, inventory.memory.usable_bytes),
    )
    if not (memory.installed_bytes or memory.usable_bytes):
        return inventory  # not known any more, which is another matter than worse
    return inventory.model_copy(update={"memory": memory})


def worse_drives(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def higher(value: int | None, most: int) -> int | None:
        return None if value is None else draw(value, most)

    def worse(drive: Drive) -> Drive:
        update: dict[str, object] = {
            "wear_percent": higher(drive.wear_percent, 400),
            "power_on_hours": higher(drive.power_on_hours, 2**53),
            "rotational": drive.rotational if draw(0, 1) else True,
            "health": drive.health if draw(0, 1) else Health.FAILED,
            "size_bytes": drive.size_bytes if drive.size_bytes >= 120 * 10**9 else draw(0, drive.size_bytes),
        }
        if drive.smart:
            names = ("reallocated", "reported_uncorrectable", "command_timeout", "pending", "offline_uncorrectable",
                     "media_errors", "critical_warning")  # fmt: skip
            counters = {name: higher(getattr(drive.smart, name), 99) for name in names}
            update["smart"] = drive.smart.model_copy(update=counters)
        return drive.model_copy(update=update)

    return inventory.model_copy(update={"drives": [worse(drive) for drive in inventory.drives]})


def worse_batteries(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def worse(battery: Battery) -> Battery:
        health = battery.health_percent
        lower = None if health is None else health * draw(0, 100) / 100
        return battery.model_copy(update={"health_percent": lower})

    return inventory.model_copy(update={"batteries": [worse(battery) for battery in inventory.batteries]})


@pytest.mark.parametrize("worsen", [worse_processor, worse_memory, worse_drives, worse_batteries])
def test_a_worse_fact_never_improves(worsen: Callable[[Inventory, Callable[..., int]], Inventory]) -> None:
    @settings(max_examples=50)
    @given(inventories, checks, st.data())
    def holds(inventory: Inventory, found: list[CheckResult], data: st.DataObject) -> None:
        worse = worsen(inventory, lambda low, high: data.draw(st.integers(low, high)))
        before, after = graded(inventory, found), graded(worse, found)
        assert after.letter.rank >= before.letter.rank
        for one, other in zip(before.axes, after.axes, strict=True):
            assert (other.letter.rank if other.letter else -1) >= (one.letter.rank if one.letter else -1)

    holds()


@given(inventories, checks, st.integers(0, 7), st.sampled_from([Outcome.DEGRADED, Outcome.FAILED]))
def test_a_worse_outcome_never_improves(
    inventory: Inventory, found: list[CheckResult], index: int, outcome: Outcome
) -> None:
    order = [Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED]
    if index >= len(found) or found[index].outcome not in order[: order.index(outcome)]:
        return
    worse = [*found[:index], found[index].model_copy(update={"outcome": outcome}), *found[index + 1 :]]
    assert graded(inventory, worse).letter.rank >= graded(inventory, found).letter.rank


@given(inventories, checks, st.integers(0, 2**40), st.integers(0, 2**40))
def test_more_memory_never_worsens(inventory: Inventory, found: list[CheckResult], size: int, more: int) -> None:
    def sized(size: int) -> Inventory:
        return inventory.model_copy(update={"memory": Memory(installed_bytes=size)})

    if size:
        assert graded(sized(size + more), found).letter.rank <= graded(sized(size), found).letter.rank
